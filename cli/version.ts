/** `tradsys version` */
import { readFileSync } from 'node:fs'
import { SCHEMA_HASH } from '../protocol/codecs.ts'
import { buildHashOf } from '../storage/build-hash.ts'
import { print } from './line-writer.ts'

export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** What a running exchange of this version writes into its frames too. */
export const buildHash = (): string => buildHashOf(packageVersion())

export function version(flags: { readonly json?: boolean }): Promise<void> {
  const facts = { version: packageVersion(), schema: SCHEMA_HASH, node: process.version }
  const { version, schema, node } = facts
  return print(
    flags.json ? JSON.stringify(facts) : `tradsys ${version}, schema ${schema}, Node ${node}`,
  )
}
