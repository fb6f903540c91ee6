/**
 * The configuration: flags > environment > -c files in order > ./tradsys.yaml > defaults.
 *
 * One schema checks, documents and types it. Environment: TRADSYS__ORDER_ENTRY__PORT=9100 is orderEntry.port. A key that
 * is not known is an error that names the nearest one that is.
 */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { ARRIVAL_LIMITS } from '../gateway/order-entry/arrivals.ts'
import { ORDER_ENTRY_LIMITS } from '../gateway/order-entry/limits.ts'
import { CliError, ExitCode } from './cli-error.ts'
import { venueSchema } from './venue-config.ts'

const address = (port: number) =>
  z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('address to listen on'),
      port: z.int().min(0).max(65535).default(port).describe('0: any free one'),
    })
    .prefault({})

const rates = z
  .strictObject({
    messages: z.int().min(1).describe('a second, cancels not counted'),
    cancels: z.int().min(1).describe('a second'),
  })
  .optional()

const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/

const orderEntrySchema = z
  .strictObject({
    host: z.string().default('127.0.0.1').describe('address to listen on'),
    port: z.int().min(0).max(65535).default(9000).describe('0: any free one'),
    tls: z
      .strictObject({
        host: z.string().default('127.0.0.1').describe('address to listen on'),
        port: z.int().min(0).max(65535).default(9002).describe('0: any free one'),
        certFile: z.string().describe('PEM: the certificate, and those that lead to its root'),
        keyFile: z.string().describe('PEM: its private key'),
        minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.3'),
      })
      .optional()
      .describe('the same beside it, by TLS'),
    throttle: z
      .strictObject({ session: rates, account: rates, address: rates })
      .optional()
      .describe('how much is taken; what is more is refused, with the time to wait'),
    accountSessions: z
      .int()
      .min(1)
      .default(ORDER_ENTRY_LIMITS.accountSessionsMax)
      .describe('how many sessions of an account may be logged on'),
    arrivals: z
      .strictObject({
        count: z.int().min(1).default(ARRIVAL_LIMITS.count),
        seconds: z.int().min(1).max(3_600).default(ARRIVAL_LIMITS.seconds),
        loopback: z.boolean().default(false).describe('whether this machine is counted too'),
      })
      .prefault({})
      .describe('so many connections from an address in so many seconds; more are closed at once'),
    sendingTimeSeconds: z
      .int()
      .min(1)
      .max(604_800)
      .default(ORDER_ENTRY_LIMITS.sendingTimeUsMax / 1e6)
      .describe('how far a Logon’s SendingTime may be from this clock, others from the Logon’s'),
    resetTime: z
      .string()
      .regex(TIME_OF_DAY, 'must be a time of day like 21:30')
      .optional()
      .describe('when all sessions’ numbers begin again each day, UTC; default: never'),
  })
  .prefault({})

const journalSchema = z.strictObject({
  segmentMiB: z
    .int()
    .min(1)
    .max(32_768)
    .default(1024)
    .describe('a file that has grown beyond is sealed'),
  reserveMiB: z
    .number()
    .positive()
    .default(1024)
    .describe('with less free space new orders are refused, with a sixteenth it stops'),
  keepGiB: z
    .number()
    .positive()
    .optional()
    .describe(
      'the oldest files go when all are more, and snapshots stand for them; default: all stay',
    ),
  snapshotCommands: z
    .int()
    .min(1)
    .default(1_000_000)
    .describe('commands from one snapshot to the next'),
  snapshotSeconds: z
    .number()
    .positive()
    .default(60)
    .describe('not more often than this; with fewer commands ten times as seldom'),
})

export const configSchema = z.strictObject({
  dataDir: z.string().default('tradsys-data').describe('journal and lock; made if missing'),
  durability: z
    .enum(['power-loss', 'process-crash', 'none'])
    .default('power-loss')
    .describe('what an acknowledged order survives'),
  journal: journalSchema.prefault({}),
  plan: z.enum(['shared', 'dedicated']).optional().describe('threads; default by number of CPUs'),
  realTime: z
    .boolean()
    .default(false)
    .describe('threads run before all ordinary ones of the machine, where the system allows it'),
  admission: z
    .enum(['paper', 'listed'])
    .default('paper')
    .describe('paper: whoever logs on trades paper money; listed: only venue.sessions'),
  orderEntry: orderEntrySchema,
  marketData: address(9001),
  venue: venueSchema.optional().describe('currencies, instruments, sessions, fees, limits'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

export type Config = z.infer<typeof configSchema>

export interface ConfigSources {
  /** Files given with -c, in order. */
  readonly files: readonly string[]
  readonly flags: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string | undefined>>
}

export function loadConfig({ files, flags, env }: ConfigSources): Config {
  const paths = existsSync('tradsys.yaml') ? ['tradsys.yaml', ...files] : files
  let merged: Record<string, unknown> = {}
  for (const path of paths) merged = merge(merged, readConfigFile(path))
  merged = merge(merged, fromEnvironment(env))
  merged = merge(merged, flags)
  const parsed = configSchema.safeParse(merged)
  if (parsed.success) return { ...parsed.data, dataDir: resolve(parsed.data.dataDir) }
  throw configError(parsed.error)
}

function readConfigFile(path: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new CliError('config-unreadable', ExitCode.Configuration, {
      what: `cannot read ${path}`,
      mend: 'Check the path given with -c',
    })
  }
  let content: unknown
  try {
    content = parseYaml(text) ?? {}
  } catch (error) {
    throw new CliError('config-not-yaml', ExitCode.Configuration, {
      what: `${path} is not YAML: ${String(error).split('\n')[0]}`,
      mend: 'Correct it at the line named',
    })
  }
  if (isPlainObject(content)) return content
  throw new CliError('config-no-keys', ExitCode.Configuration, {
    what: `${path} holds a single value or a list, and no keys`,
    mend: "Write it as 'key: value', a line each",
  })
}

function fromEnvironment(env: ConfigSources['env']): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('TRADSYS__') || text === undefined) continue
    const keys = name.slice('TRADSYS__'.length).split('__').map(keyOf)
    const isNumber = /^\d+(\.\d+)?$/.test(text) && !isText(keys)
    setAt(found, keys, isNumber ? Number(text) : text)
  }
  return found
}

/** Throws where one variable gives a key a value, and another one gives it keys of its own. */
function setAt(found: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  let at = found
  for (const [index, key] of keys.entries()) {
    const isLast = index === keys.length - 1
    if (!Object.hasOwn(at, key)) at[key] = isLast ? value : {}
    const below = at[key]
    if (isPlainObject(below) === isLast) throw environmentClash(keys.slice(0, index + 1))
    if (isPlainObject(below)) at = below
  }
}

function environmentClash(keys: readonly string[]): CliError {
  const place = keys.join('.')
  return new CliError('config-invalid', ExitCode.Configuration, {
    what: `the environment gives '${place}' a value, and keys below it too`,
    mend: 'Take one of the two TRADSYS__ variables out',
  })
}

/** SEGMENT_MIB is segmentMiB: a key that there is, whatever its letters; or what would be one. */
function keyOf(name: string): string {
  const letters = name.replaceAll('_', '').toLowerCase()
  const known = KNOWN_KEYS.find((key) => key.name.toLowerCase() === letters)
  if (known !== undefined) return known.name
  return name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function merge(
  under: Record<string, unknown>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = { ...under }
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue
    const below = merged[key]
    merged[key] = isPlainObject(below) && isPlainObject(value) ? merge(below, value) : value
  }
  return merged
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function configError(error: z.ZodError): CliError {
  const issue = error.issues[0]!
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!
    const inside = issue.path.map((step) => (typeof step === 'number' ? LIST : String(step)))
    const nearest = nearestPlaces(key, inside.join('.'))
    const place = path === '' ? key : `${path}.${key}`
    return new CliError('config-unknown-key', ExitCode.Configuration, {
      what: `unknown configuration key '${place}'`,
      mend: nearest.length === 0 ? 'Take it out' : `Did you mean '${nearest.join("' or '")}'?`,
    })
  }
  return new CliError('config-invalid', ExitCode.Configuration, {
    what: `configuration '${path}': ${issue.message}`,
    mend: 'Correct the value',
  })
}

/** Of all the schema's keys, which is spelt most like it? Of as near ones that in `inside`; else with its place. */
function nearestPlaces(key: string, inside: string): string[] {
  const ranked = KNOWN_KEYS.map((known) => ({
    ...known,
    distance: editDistance(known.name.toLowerCase(), key.toLowerCase()),
    isBeside: known.inside === inside,
  })).sort((a, b) => a.distance - b.distance || Number(b.isBeside) - Number(a.isBeside))
  const best = ranked[0]!
  if (best.distance > 1 + key.length / 2) return []
  const places = ranked
    .filter(({ name, isBeside }) => name === best.name && isBeside === best.isBeside)
    .sort((a, b) => a.inside.split('.').length - b.inside.split('.').length)
    .map(({ name, isBeside, inside: other }) =>
      isBeside ? name : `${other}.${name}`.replace(/^\./, ''),
    )
  // Some names stand in a dozen places.
  return places.slice(0, PLACES_TOLD_MAX)
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

/** Stands for the number of an entry: instruments.*.tick. */
const LIST = '*'
const PLACES_TOLD_MAX = 2

interface KnownKey {
  readonly name: string
  /** The path of the object that it is in. */
  readonly inside: string
}

const KNOWN_KEYS: readonly KnownKey[] = keysIn(configSchema, [])

function keysIn(schema: z.core.$ZodType, path: readonly string[]): KnownKey[] {
  const bare = unwrapped(schema)
  if (bare instanceof z.ZodArray) return keysIn(bare.element, [...path, LIST])
  if (!(bare instanceof z.ZodObject)) return []
  const fields = Object.entries<z.core.$ZodType>(bare.shape)
  const own = fields.map(([name]) => ({ name, inside: path.join('.') }))
  return [...own, ...fields.flatMap(([name, field]) => keysIn(field, [...path, name]))]
}

/** A number's digits are what is meant where the schema wants a text, as of a directory that has a date for its name. */
function isText(keys: readonly string[]): boolean {
  let at: z.core.$ZodType | undefined = configSchema
  for (const key of keys) {
    const bare: z.core.$ZodType = unwrapped(at)
    at = bare instanceof z.ZodObject ? bare.shape[key] : undefined
    if (at === undefined) return false
  }
  return unwrapped(at) instanceof z.ZodString
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  let bare = schema
  while (
    bare instanceof z.ZodDefault ||
    bare instanceof z.ZodPrefault ||
    bare instanceof z.ZodOptional
  ) {
    bare = bare.unwrap()
  }
  return bare
}
