/** `tradsys bench SUITE` */
import { runE2e } from '../bench/e2e.ts'
import { printSuite, suiteResult } from '../bench/figures.ts'
import { CliError, ExitCode } from './cli-error.ts'

export interface BenchFlags {
  readonly runs: number
  readonly seconds: number
  readonly rate: number
  readonly json?: boolean
}

export async function bench(suite: string, flags: BenchFlags): Promise<void> {
  if (suite !== 'e2e') {
    throw new CliError('bench-unknown', ExitCode.Usage, {
      what: `there is no bench suite '${suite}'`,
      mend: 'Suites: e2e',
    })
  }
  const onRun = (name: string): void => {
    process.stderr.write(`bench e2e: ${name}\n`)
  }
  printSuite(suiteResult(suite, await runE2e({ ...flags, onRun })), flags.json === true)
}
