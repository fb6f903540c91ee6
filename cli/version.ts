/** `tradsys version` */
import { readFileSync } from 'node:fs'
import { SCHEMA_HASH } from '../protocol/codecs.ts'
import { buildHashOf } from '../storage/build-hash.ts'

export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** What a running exchange of this version writes into its frames too. */
export const buildHash = (): string => buildHashOf(packageVersion())

export function version(flags: { readonly json?: boolean }): void {
  const facts = { version: packageVersion(), schema: SCHEMA_HASH, node: process.version }
  if (flags.json) process.stdout.write(`${JSON.stringify(facts)}\n`)
  else
    process.stdout.write(`tradsys ${facts.version}, schema ${facts.schema}, Node ${facts.node}\n`)
}
