/**
 *   run.ts (npm run test:crash) ──▶ SUITE ──▶ each case, again and again with the next seed ──▶ Tally, a row of the table
 *   short.test.ts (npm test) ─────▶
 *
 * The order of the cases, how often each is called, and what a call that throws or is interrupted leaves behind: nothing.
 */
import { BIT_FLIP_CASES } from './bit-flip-cases.ts'
import { CLOCK_CASES } from './clock-cases.ts'
import { type CrashCase, Scene, Tally } from './crash-case.ts'
import { DISK_FAULT_CASES } from './disk-fault-cases.ts'
import { KILL_CASES } from './kill-cases.ts'
import { LOST_FILE_CASES } from './lost-file-cases.ts'
import { POWER_CASES } from './power-cases.ts'
import { SEGMENT_CASES } from './segment-cases.ts'
import { THREAD_CASES } from './thread-cases.ts'

/** The longest last: where time is short, it is short of that. */
export const CASES: readonly CrashCase[] = [
  ...CLOCK_CASES,
  ...THREAD_CASES,
  ...DISK_FAULT_CASES,
  ...LOST_FILE_CASES,
  ...SEGMENT_CASES,
  ...POWER_CASES,
  ...BIT_FLIP_CASES,
  ...KILL_CASES,
]

export const SEED = 20_265
export const MINUTES_MAX = 60

export interface SuiteOptions {
  /** Names; all if there are none. */
  readonly only?: readonly string[]
  readonly short?: boolean
  /** Strikes of each case, instead of its own number. */
  readonly strikes?: number
  readonly seed?: number
  readonly minutes?: number
  readonly say?: (line: string) => void
  /** Called as strikes are done. */
  readonly onStrikes?: (name: string, done: number, wanted: number) => void
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
    const onStrikes = (done: number): void => options.onStrikes?.(crashCase.name, done, wanted)
    const seed = options.seed ?? SEED
    const result = await runCase(crashCase, { wanted, seed, endMs, onStrikes })
    for (const finding of result.tally.findings) say(`  ${crashCase.name}: ${finding}`)
    say(rowOf(result))
    results.push(result)
  }
  return results
}

interface CallPlan {
  readonly wanted: number
  readonly seed: number
  readonly endMs: number
  readonly onStrikes: (done: number) => void
}

/** Calls it again, each time with the next seed, until it has struck often enough or the time is over. */
async function runCase(
  crashCase: CrashCase,
  { wanted, seed, endMs, onStrikes }: CallPlan,
): Promise<CaseResult> {
  const startedMs = performance.now()
  const tally = new Tally()
  tally.skipped = await crashCase.missing?.()
  for (let call = 0; tally.skipped === undefined && tally.strikes < wanted; call++) {
    if (performance.now() > endMs) break
    tally.add(await callOnce(crashCase, seed + call, wanted - tally.strikes))
    onStrikes(tally.strikes)
  }
  const seconds = (performance.now() - startedMs) / 1000
  return { name: crashCase.name, wanted, tally, seconds, seed }
}

/** The scene that is open: a signal must clear it as well. */
let open: Scene | undefined

/** What is open is cleared up; the suite must end then. */
export const clearUp = (): Promise<void> => open?.clear() ?? Promise.resolve()

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
