/**
 * The time of one turn: each clock is read once, and all that happens in the turn happens then. A reading costs as much
 * as a report.
 */

export class Turn {
  /** µs since 1970: what the wire and the signatures know. It may jump. */
  nowUs = 0
  /** ms of a clock that never jumps: for deadlines and heartbeats, so that a set clock ends no session. */
  nowMs = 0
  readonly #clockUs: () => number
  readonly #monotonicMs: () => number

  constructor(clockUs: () => number, monotonicMs: () => number) {
    this.#clockUs = clockUs
    this.#monotonicMs = monotonicMs
    this.begin()
  }

  begin(): void {
    this.nowUs = this.#clockUs()
    this.nowMs = this.#monotonicMs()
  }
}
