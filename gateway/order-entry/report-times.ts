/** Says of sampled commands when their reports came out of the ring, and when a socket had them (engine/shard/stage-times.ts). */
import { Stage, type StageTimes } from '../../engine/shard/stage-times.ts'
import { SEQUENCE_OFFSET } from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'

export class ReportTimes {
  readonly #times: StageTimes | undefined
  /** Heard in this turn. */
  readonly #heard: number[] = []

  /** Undefined: nobody asks. */
  constructor(times: StageTimes | undefined) {
    this.#times = times
  }

  /** Hot: once for each report. */
  onReport(view: DataView, envelope: number): void {
    if (this.#times === undefined) return
    const sequence = readInt64(view, envelope + SEQUENCE_OFFSET)
    if (!this.#times.isSampled(sequence) || this.#heard.at(-1) === sequence) return
    this.#heard.push(sequence)
    this.#times.mark(sequence, Stage.Heard)
  }

  /** All reports of this turn were handed to their sockets. */
  onWritten(): void {
    if (this.#heard.length === 0) return
    for (const sequence of this.#heard) this.#times?.mark(sequence, Stage.Written)
    this.#heard.length = 0
  }
}
