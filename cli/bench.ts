/** `tradsys bench`: the suites e2e, book, ring, actor, journal and snapshot. */
import { type ActorBenchOptions, runActors } from '../bench/actor/actor-suite.ts'
import {
  type BookOptions,
  type BookOutcome,
  runBook,
  type Workload,
} from '../bench/book/book-suite.ts'
import { hasPeer, runPeer, runShard, runSymbols } from '../bench/book/other-suites.ts'
import { runE2e } from '../bench/e2e.ts'
import { type HashCheck, printSuite, suiteResult } from '../bench/figures.ts'
import type { FreshOutcome } from '../bench/fresh-figures.ts'
import { runJournal } from '../bench/journal/journal-suite.ts'
import { type RingBenchOptions, runRings } from '../bench/ring/ring-suite.ts'
import { runSnapshot } from '../bench/snapshot.ts'
import { CliError, ExitCode } from './cli-error.ts'

export interface E2eFlags {
  readonly runs: number
  readonly seconds: number
  readonly rate: number
  readonly json?: boolean
}

export type BookFlags = Omit<BookOptions, 'workload' | 'hash' | 'onRun'> & {
  readonly workload: Workload | 'symbols' | 'shard'
  readonly hash?: boolean
  readonly vs?: boolean
  readonly json?: boolean
}

export async function benchE2e({ json, ...options }: E2eFlags): Promise<void> {
  const figures = await runE2e({ ...options, onRun: progressOf('e2e') })
  printSuite(suiteResult('e2e', figures), json === true)
}

export async function benchBook(flags: BookFlags): Promise<void> {
  checkFlags(flags)
  const asJson = flags.json === true
  const { figures, hashes, unpinned } = await runWorkload(flags)
  const all = { ...figures, ...(await peerFigures(flags)) }
  const result = suiteResult('book', all)
  printSuite(asJson ? { ...result, hashes } : result, asJson)
  if (!asJson) for (const check of hashes) process.stdout.write(`${hashLine(check)}\n`)
  if (unpinned !== undefined) process.stderr.write(`bench book: not pinned: ${unpinned}\n`)
  if (hashes.some(({ isRight }) => isRight === false)) process.exitCode = ExitCode.Failure
}

export interface JournalFlags {
  readonly runs: number
  readonly seconds: number
  readonly commands: number
  readonly behind: number
  readonly dir?: string
  readonly json?: boolean
}

export async function benchJournal({ json, dir, ...options }: JournalFlags): Promise<void> {
  if (options.behind >= options.commands) {
    throw new CliError('bench-flags', ExitCode.Usage, {
      what: `--behind ${options.behind} is not less than --commands ${options.commands}`,
      mend: 'Give more commands, or a snapshot less far behind',
    })
  }
  const where = dir === undefined ? {} : { directory: dir }
  const figures = await runJournal({ ...options, ...where, onRun: progressOf('journal') })
  printSuite(suiteResult('journal', figures), json === true)
}

export interface SnapshotFlags {
  readonly orders: number
  readonly runs: number
  readonly seconds: number
  readonly json?: boolean
}

export async function benchSnapshot({ json, ...options }: SnapshotFlags): Promise<void> {
  const figures = await runSnapshot({ ...options, onRun: progressOf('snapshot') })
  printSuite(suiteResult('snapshot', figures), json === true)
}

export type FreshFlags = Omit<RingBenchOptions & ActorBenchOptions, 'vs' | 'onRun'> & {
  readonly vs?: boolean
  readonly json?: boolean
}

export const benchRing = (flags: FreshFlags): Promise<void> => benchFresh('ring', runRings, flags)
export const benchActor = (flags: FreshFlags): Promise<void> =>
  benchFresh('actor', runActors, flags)

async function benchFresh(
  suite: string,
  run: (options: RingBenchOptions & ActorBenchOptions) => Promise<FreshOutcome>,
  { json, vs = false, ...options }: FreshFlags,
): Promise<void> {
  const { figures, notes } = await run({ ...options, vs, onRun: progressOf(suite) })
  printSuite(suiteResult(suite, figures), json === true)
  for (const note of notes) process.stderr.write(`bench ${suite}: ${note}\n`)
}

function checkFlags({ workload, scenario, hash, vs }: BookFlags): void {
  const isAlone = workload === 'symbols' || workload === 'shard'
  const wrong =
    (workload !== 'meb' && scenario !== undefined && '--scenario') ||
    (workload !== 'meb' && vs === true && '--vs') ||
    (isAlone && hash === true && '--hash')
  if (!wrong) return
  throw new CliError('bench-flags', ExitCode.Usage, {
    what: `${wrong} is nothing that --workload ${workload} has`,
    mend: `Leave out ${wrong}, or choose --workload meb`,
  })
}

function runWorkload({ workload, hash = false, ...flags }: BookFlags): Promise<BookOutcome> {
  const onRun = progressOf('book')
  if (workload === 'shard') return runShard({ ...flags, onRun })
  if (workload === 'symbols') return runSymbols({ ...flags, onRun })
  return runBook({ ...flags, workload, hash, onRun })
}

async function peerFigures({ vs, scenario = 'normal', ...flags }: BookFlags) {
  if (vs !== true) return {}
  if (hasPeer()) return runPeer({ ...flags, scenario, onRun: progressOf('book') })
  const what = 'nodejs-order-book is not installed, and left out (npm install --include=dev)'
  process.stderr.write(`bench book: ${what}\n`)
  return {}
}

function hashLine({ flow, sha256, isRight }: HashCheck): string {
  const verdicts = { true: 'as it must be', false: 'WRONG', undefined: 'no other is known' }
  return `${flow}.sha256 ${sha256}  (${verdicts[`${isRight}`]})`
}

const progressOf =
  (suite: string) =>
  (name: string): void => {
    process.stderr.write(`bench ${suite}: ${name}\n`)
  }
