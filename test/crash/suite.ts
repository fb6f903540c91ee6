/**
 * The crash suite: every way to die that this machine can stage, against the real exchange on a real disk.
 *
 *   npm run test:crash -- [--case NAME] [--runs N] [--seed N] [--minutes M] [--short] [--list]
 *
 * Prints a row a case as it ends, and all of them at the end. Exits 1 if anything was lost, doubled, undetected or failed.
 * A case that the machine cannot stage is a skip that says what is missing.
 */
import { parseArgs } from 'node:util'
import { BIT_FLIP_CASES } from './bit-flip-cases.ts'
import { CLOCK_CASES } from './clock-cases.ts'
import { type CrashCase, Scene, Tally } from './crash-case.ts'
import { DISK_FAULT_CASES } from './disk-fault-cases.ts'
import { KILL_CASES } from './kill-cases.ts'
import { LOST_FILE_CASES } from './lost-file-cases.ts'
import { POWER_CASES } from './power-cases.ts'
import { THREAD_CASES } from './thread-cases.ts'

/** The longest last, so that what is short of time is short of that. */
export const CASES: readonly CrashCase[] = [
  ...CLOCK_CASES,
  ...THREAD_CASES,
  ...DISK_FAULT_CASES,
  ...LOST_FILE_CASES,
  ...POWER_CASES,
  ...BIT_FLIP_CASES,
  ...KILL_CASES,
]

const SEED = 20_265
const MINUTES_MAX = 60

export interface SuiteOptions {
  /** Names; all if there are none. */
  readonly only?: readonly string[]
  readonly short?: boolean
  /** Strikes of each case, instead of its own number. */
  readonly strikes?: number
  readonly seed?: number
  readonly minutes?: number
  readonly say?: (line: string) => void
}

export interface CaseResult {
  readonly name: string
  readonly wanted: number
  readonly tally: Tally
  readonly seconds: number
  readonly seed: number
}

export async function runSuite(options: SuiteOptions = {}): Promise<readonly CaseResult[]> {
  const { only = [], short = false, minutes = MINUTES_MAX, say = () => undefined } = options
  const endMs = performance.now() + minutes * 60_000
  const results: CaseResult[] = []
  for (const crashCase of CASES) {
    if (only.length > 0 && !only.includes(crashCase.name)) continue
    const wanted = options.strikes ?? crashCase.strikes[short ? 'short' : 'long']
    if (wanted === 0) continue
    const result = await runCase(crashCase, { wanted, seed: options.seed ?? SEED, endMs })
    for (const finding of result.tally.findings) say(`  ${crashCase.name}: ${finding}`)
    say(rowOf(result))
    results.push(result)
  }
  return results
}

/** Calls it again, each time with the next seed, until it has struck often enough or the time is over. */
async function runCase(
  crashCase: CrashCase,
  {
    wanted,
    seed,
    endMs,
  }: { readonly wanted: number; readonly seed: number; readonly endMs: number },
): Promise<CaseResult> {
  const startedMs = performance.now()
  const tally = new Tally()
  tally.skipped = await crashCase.missing?.()
  for (let call = 0; tally.skipped === undefined && tally.strikes < wanted; call++) {
    if (performance.now() > endMs) break
    tally.add(await callOnce(crashCase, seed + call, wanted - tally.strikes))
  }
  const seconds = (performance.now() - startedMs) / 1000
  return { name: crashCase.name, wanted, tally, seconds, seed }
}

/** The scene that is open: a signal must clear it as well. */
let open: Scene | undefined

async function callOnce(crashCase: CrashCase, seed: number, strikesMax: number): Promise<Tally> {
  const scene = new Scene(seed)
  open = scene
  try {
    await crashCase.run(scene, strikesMax)
  } catch (error) {
    scene.tally.fail('stopped', [
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    ])
  } finally {
    await scene.clear()
    open = undefined
  }
  const { tally } = scene
  // One that fails before it has struck would be called for ever.
  if (tally.strikes === 0) tally.strikes = 1
  if (!tally.isClean) {
    const again = `--case ${crashCase.name} --seed ${seed} --runs ${tally.strikes}`
    tally.findings.push(`again: npm run test:crash -- ${again}`)
  }
  return tally
}

const COLUMNS = [
  'case',
  'runs',
  'lost',
  'doubled',
  'undetected',
  'failed',
  'seconds',
  'seed',
] as const
const WIDTHS = [22, 10, 6, 8, 11, 7, 8, 7] as const

const line = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell, i) =>
      i === 0 ? String(cell).padEnd(WIDTHS[i]!) : String(cell).padStart(WIDTHS[i] ?? 0),
    )
    .join(' ')

export const HEADING = line(COLUMNS)

export function rowOf({ name, wanted, tally, seconds, seed }: CaseResult): string {
  if (tally.skipped !== undefined) return `${name.padEnd(WIDTHS[0])} skipped: ${tally.skipped}`
  const { strikes, lost, doubled, undetected, failed } = tally
  const runs = strikes >= wanted ? `${strikes}` : `${strikes}/${wanted}`
  const notes = [...tally.notes].map(([label, count]) => `${label} ${count}`).join(', ')
  return `${line([name, runs, lost, doubled, undetected, failed, seconds.toFixed(1), seed])}  ${notes}`.trimEnd()
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      case: { type: 'string', multiple: true },
      runs: { type: 'string' },
      seed: { type: 'string' },
      minutes: { type: 'string' },
      short: { type: 'boolean' },
      list: { type: 'boolean' },
    },
  })
  const unknown = (values.case ?? []).filter((name) => !CASES.some((known) => known.name === name))
  if (values.list || unknown.length > 0) {
    for (const name of unknown) process.stderr.write(`test:crash: no case '${name}'; there are:\n`)
    for (const { name } of CASES) process.stdout.write(`${name}\n`)
    process.exitCode = unknown.length > 0 ? 2 : 0
    return
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      const cleared = open?.clear() ?? Promise.resolve()
      void cleared.finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
    })
  }
  const number = (text: string | undefined, name: string): number | undefined => {
    if (text === undefined) return undefined
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
    throw new Error(`--${name} ${text}: not a number`)
  }
  const say = (text: string): void => void process.stdout.write(`${text}\n`)
  say(HEADING)
  const strikes = number(values.runs, 'runs')
  const seed = number(values.seed, 'seed')
  const minutes = number(values.minutes, 'minutes')
  const results = await runSuite({
    only: values.case ?? [],
    short: values.short ?? false,
    ...(strikes === undefined ? {} : { strikes }),
    ...(seed === undefined ? {} : { seed }),
    ...(minutes === undefined ? {} : { minutes }),
    say,
  })
  if (results.length > 1) say(['', HEADING, ...results.map(rowOf)].join('\n'))
  if (results.some(({ tally }) => !tally.isClean)) process.exitCode = 1
}

if (import.meta.url === new URL(process.argv[1] ?? '', 'file:').href) await main()
