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
import { CliError, ExitCode } from './cli-error.ts'
import { venueSchema } from './venue-config.ts'

const address = (port: number) =>
  z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('address to listen on'),
      port: z.int().min(0).max(65535).default(port).describe('0: any free one'),
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
  admission: z
    .enum(['paper', 'listed'])
    .default('paper')
    .describe('paper: whoever logs on trades paper money; listed: only venue.sessions'),
  orderEntry: address(9000),
  marketData: address(9001),
  venue: venueSchema.optional().describe('currencies, instruments, sessions, fees, limits'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

const KNOWN_KEYS: readonly string[] = [
  ...Object.keys(configSchema.shape),
  ...Object.keys(journalSchema.shape),
  ...['host', 'port'],
  ...Object.keys(venueSchema.shape),
  ...Object.keys(venueSchema.shape.instruments.element.shape),
]

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
    const last = keys.pop()!
    let at = found
    for (const key of keys) {
      at[key] ??= {}
      at = at[key] as Record<string, unknown>
    }
    at[last] = /^\d+(\.\d+)?$/.test(text) ? Number(text) : text
  }
  return found
}

/** SEGMENT_MIB is segmentMiB: a key that there is, whatever its letters; or what would be one. */
function keyOf(name: string): string {
  const letters = name.replaceAll('_', '').toLowerCase()
  const known = KNOWN_KEYS.find((key) => key.toLowerCase() === letters)
  if (known !== undefined) return known
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
    const nearest = nearestKey(key)
    const place = path === '' ? key : `${path}.${key}`
    return new CliError('config-unknown-key', ExitCode.Configuration, {
      what: `unknown configuration key '${place}'`,
      mend: nearest === undefined ? 'Take it out' : `Did you mean '${nearest}'?`,
    })
  }
  return new CliError('config-invalid', ExitCode.Configuration, {
    what: `configuration '${path}': ${issue.message}`,
    mend: 'Correct the value',
  })
}

/** The keys of the schema, and of a venue and an instrument in it: which one is spelt most like it? */
function nearestKey(key: string): string | undefined {
  const ranked = KNOWN_KEYS.map((name) => ({
    name,
    distance: editDistance(name.toLowerCase(), key.toLowerCase()),
  })).sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= 1 + key.length / 2 ? best.name : undefined
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
