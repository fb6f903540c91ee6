/** `tradsys start --stage-times FILE`: where the time of an order goes, one order in 64, a line each. */
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { STAGES, type StageMemory, StageTimes } from '../engine/shard/stage-times.ts'
import { CliError, ExitCode } from './cli-error.ts'

export class StageTimesFile {
  readonly memory: StageMemory = StageTimes.allocate()
  readonly #file: number

  /** Makes the file at once: one that cannot be, or is there already, is known before the exchange runs. */
  constructor(path: string) {
    try {
      this.#file = openSync(path, 'wx')
    } catch (error) {
      throw new CliError('stage-times-unwritable', ExitCode.Configuration, {
        what: `--stage-times ${path}: ${error instanceof Error ? error.message : error}`,
        mend: 'Name a file that is not there yet, in a directory that this user may write to',
      })
    }
  }

  /** When the exchange has come to rest. µs of a clock of the process's own. Returns why it could not be, or undefined. */
  write(): string | undefined {
    const lines = [`sequence,${STAGES.join(',')}`]
    for (const { sequence, timesUs } of new StageTimes(this.memory).whole()) {
      lines.push(`${sequence},${timesUs.join(',')}`)
    }
    try {
      writeFileSync(this.#file, `${lines.join('\n')}\n`)
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      closeSync(this.#file)
    }
  }
}
