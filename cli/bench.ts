/** `tradsys bench e2e` and `tradsys bench book` */
import { type BookOptions, runBook } from '../bench/book/book-suite.ts'
import { runE2e } from '../bench/e2e.ts'
import { type HashCheck, printSuite, suiteResult } from '../bench/figures.ts'
import { CliError, ExitCode } from './cli-error.ts'

export interface E2eFlags {
  readonly runs: number
  readonly seconds: number
  readonly rate: number
  readonly json?: boolean
}

export type BookFlags = Omit<BookOptions, 'hash' | 'onRun'> & {
  readonly hash?: boolean
  readonly json?: boolean
}

export async function benchE2e({ json, ...options }: E2eFlags): Promise<void> {
  const figures = await runE2e({ ...options, onRun: progressOf('e2e') })
  printSuite(suiteResult('e2e', figures), json === true)
}

export async function benchBook({ json, hash = false, ...options }: BookFlags): Promise<void> {
  if (options.scenario !== undefined && options.workload !== 'meb') {
    throw new CliError('bench-scenario', ExitCode.Usage, {
      what: `--scenario is of --workload meb, and not of ${options.workload}`,
      mend: 'Leave out one of the two',
    })
  }
  const outcome = await runBook({ ...options, hash, onRun: progressOf('book') })
  const { figures, hashes, unpinned } = outcome
  const result = suiteResult('book', figures)
  printSuite(json === true ? { ...result, hashes } : result, json === true)
  if (json !== true) for (const check of hashes) process.stdout.write(`${hashLine(check)}\n`)
  if (unpinned !== undefined) process.stderr.write(`bench book: not pinned: ${unpinned}\n`)
  if (hashes.some(({ isRight }) => isRight === false)) process.exitCode = ExitCode.Failure
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
