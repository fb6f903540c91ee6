/**
 * Who trades from the command line, and where: flags > environment (TRADSYS_COMP_ID, …) > a profile, which is a small YAML
 * file named by --profile or TRADSYS_PROFILE, else ./tradsys-profile.yaml if it is there.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { ApiKey } from '../../client/client.ts'
import type { OrderEntryClientOptions } from '../../client/order-entry-options.ts'
import { parseAddress } from '../address.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { PROFILE_FILE } from './profile-flags.ts'

const profileSchema = z.strictObject({
  url: z.string().default('127.0.0.1:9000'),
  /** Of its market data; without: the same host, port 9001. */
  marketData: z.string().optional(),
  compId: z.string().regex(/^[A-Za-z0-9_-]{1,16}$/, '1 to 16 of A-Z a-z 0-9 _ -'),
  key: z.string().optional(),
  keyId: z.string().optional(),
  tls: z.boolean().default(false),
  ca: z.string().optional(),
  serverName: z.string().optional(),
})

type Profile = z.infer<typeof profileSchema>

/** As commander has them. */
export type ProfileFlags = Readonly<Partial<Record<keyof Profile | 'profile', string | boolean>>>

export interface Trade {
  readonly connection: Pick<OrderEntryClientOptions, 'host' | 'port' | 'compId' | 'tls' | 'key'>
  /** As ws://127.0.0.1:9001. */
  readonly marketDataUrl: string
}

/** Throws a CliError that names what is missing or wrong. */
export function tradeOf(flags: ProfileFlags, env: NodeJS.ProcessEnv = process.env): Trade {
  const said = { ...fromFile(flags.profile ?? env.TRADSYS_PROFILE), ...fromEnvironment(env) }
  const { profile: _, ...given } = flags
  const known = Object.keys(profileSchema.shape)
  const own = Object.entries(given).filter(([key]) => known.includes(key))
  const parsed = profileSchema.safeParse({ ...said, ...Object.fromEntries(own) })
  if (!parsed.success) throw invalid(parsed.error)
  const { url, compId, marketData } = parsed.data
  const { host, port } = parseAddress('--url', url)
  const tls = tlsOf(parsed.data)
  const key = keyOf(parsed.data)
  const feed = parseAddress('marketData', marketData ?? `${host}:9001`)
  return {
    connection: {
      ...{ host, port, compId },
      ...(tls === undefined ? {} : { tls }),
      ...(key === undefined ? {} : { key }),
    },
    marketDataUrl: `ws://${feed.host}:${feed.port}`,
  }
}

function fromFile(named: string | boolean | undefined): object {
  const path = typeof named === 'string' ? named : PROFILE_FILE
  if (named === undefined && !existsSync(path)) return {}
  const text = textOf('profile', path)
  let content: unknown
  try {
    content = parseYaml(text) ?? {}
  } catch (error) {
    throw wrong(`${path} is not YAML: ${String(error).split('\n')[0]}`, 'Correct it there')
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content
  throw wrong(`${path} holds a single value or a list`, "Write it as 'key: value', a line each")
}

/** TRADSYS_KEY_ID is keyId. */
function fromEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const found: Record<string, string> = {}
  for (const key of ['url', 'marketData', 'compId', 'key', 'keyId']) {
    const name = `TRADSYS_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
    const value = env[name]
    if (value !== undefined && value !== '') found[key] = value
  }
  return found
}

function tlsOf({ tls, ca, serverName }: Profile): OrderEntryClientOptions['tls'] {
  if (!tls) return undefined
  if (ca === undefined && serverName === undefined) return true
  return {
    ...(ca === undefined ? {} : { ca: textOf('ca', ca) }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  }
}

/** Where the session has one: its own private key, or one with an id. */
function keyOf({ key, keyId: id }: Profile): KeyObject | ApiKey | undefined {
  if (key === undefined) {
    if (id === undefined) return undefined
    throw wrong(`keyId ${id} is given, and no key`, 'Give its file too, with --key')
  }
  const text = textOf('key', key).trim()
  if (text.startsWith('-----BEGIN')) {
    const privateKey = privateKeyOf(key, text)
    return id === undefined ? privateKey : { id, privateKey }
  }
  if (id !== undefined && text !== '') return { id, secret: text }
  throw wrong(
    `${key} holds no private key in PEM, and no keyId says whose secret it is`,
    'Give --key-id, as tradsys key create printed it, or a private key',
  )
}

function privateKeyOf(file: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw wrong(`${file} holds no private key: ${(error as Error).message}`, 'Correct --key')
  }
}

function textOf(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw wrong(`cannot read ${path}, the ${name}`, 'Correct its path')
  }
}

function invalid(error: z.ZodError): CliError {
  const [issue] = error.issues
  const key = issue!.path.join('.')
  if (key === 'compId' && issue!.code === 'invalid_type') {
    return new CliError('profile-no-session', ExitCode.Usage, {
      what: 'no session is named',
      mend: 'Give --comp-id, TRADSYS_COMP_ID, or a profile with compId',
    })
  }
  const what = key === '' ? issue!.message : `${key}: ${issue!.message}`
  return wrong(`the profile is wrong: ${what}`, 'Correct it there, or give the flag')
}

const wrong = (what: string, mend: string): CliError =>
  new CliError('profile-invalid', ExitCode.Configuration, { what, mend })
