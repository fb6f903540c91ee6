/** `tradsys start --stage-times FILE`: where the time of an order goes, one order in 64, a line each. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { STAGES, type StageMemory, StageTimes } from '../engine/shard/stage-times.ts'
import { CliError, ExitCode } from './cli-error.ts'

export class StageTimesFile {
  readonly memory: StageMemory = StageTimes.allocate()
  readonly #file: number

  /** Opens the file at once, so that one that cannot be written is known before the exchange runs. */
  constructor(path: string) {
    try {
      this.#file = openSync(path, 'w')
    } catch (error) {
      throw new CliError('stage-times-unwritable', ExitCode.Configuration, {
        what: `--stage-times ${path}: ${error instanceof Error ? error.message : error}`,
        mend: 'Name a file in a directory that this user may write to',
      })
    }
  }

  /** When the exchange has come to rest. µs of a clock of the process's own. */
  write(): void {
    const lines = [`sequence,${STAGES.join(',')}`]
    for (const { sequence, timesUs } of new StageTimes(this.memory).whole()) {
      lines.push(`${sequence},${timesUs.join(',')}`)
    }
    writeSync(this.#file, `${lines.join('\n')}\n`)
    closeSync(this.#file)
  }
}
