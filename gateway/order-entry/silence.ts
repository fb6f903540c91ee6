/**
 *   session ── something came, a tick ──▶ SILENCE ── ask, or cut
 *
 * How long the peer has said nothing. Before its Logon there is one deadline; after it a peer that is silent for more than a
 * heartbeat is asked, and after as long again it is gone.
 */

export const QUIET = 0
/** It is to be asked: a TestRequest. Once for each silence. */
export const ASK = 1
/** It was asked, and has said nothing for as long again. */
export const GONE_SILENT = 2
export type SilenceVerdict = typeof QUIET | typeof ASK | typeof GONE_SILENT

/** WIRE.md: a side that hears nothing for so many heartbeats asks. */
const FACTOR = 1.2

export class Silence {
  #heardMs: number
  #msMax = Number.POSITIVE_INFINITY
  /** When it was asked; 0: it was not. */
  #askedMs = 0

  constructor(nowMs: number) {
    this.#heardMs = nowMs
  }

  /** Since when nothing was heard. */
  get sinceMs(): number {
    return this.#heardMs
  }

  /** From its Logon on. */
  begin(heartBtIntSeconds: number, nowMs: number): void {
    this.#msMax = FACTOR * heartBtIntSeconds * 1_000
    this.heard(nowMs)
  }

  /** Something came, or we could not listen for a while: the silence begins anew. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs
    this.#askedMs = 0
  }

  onTick(nowMs: number): SilenceVerdict {
    if (this.#askedMs !== 0) return nowMs - this.#askedMs >= this.#msMax ? GONE_SILENT : QUIET
    if (nowMs - this.#heardMs < this.#msMax) return QUIET
    this.#askedMs = nowMs
    return ASK
  }
}
