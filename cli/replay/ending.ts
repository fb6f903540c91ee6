/** Whether somebody wants a replay to end before the log does. */
import { ExitCode, type ExitCodeValue } from '../cli-error.ts'

export class Ending {
  /** To leave with; undefined: nobody wants the end. */
  exitCode: ExitCodeValue | undefined
  readonly #onInterrupt = (): void => this.#want(ExitCode.Interrupted)
  readonly #onTerminate = (): void => this.#want(ExitCode.Terminated)

  constructor() {
    process.on('SIGINT', this.#onInterrupt).on('SIGTERM', this.#onTerminate)
  }

  get isWanted(): boolean {
    return this.exitCode !== undefined
  }

  /** From now on signals end the process as ever. */
  close(): void {
    process.off('SIGINT', this.#onInterrupt).off('SIGTERM', this.#onTerminate)
  }

  /** A terminal's Ctrl-C comes twice: to this process, and from its parent. */
  #want(exitCode: ExitCodeValue): void {
    this.exitCode ??= exitCode
  }
}
