/**
 *   journal ──▶ RESENDER ── whose turn it is ──▶ connection ──▶ socket
 *
 * Connections that are behind what the exchange has said. One turn's reading of the journal is dealt out to them in a
 * line: whoever had some of it goes to the end, and where the turn's reading ends, the next turn begins with the next in
 * line.
 *
 * Most turns are the thread's. Those in which a socket has room again, or the journal has got further, are its own: a
 * parked thread is not woken by sockets and timers.
 */
import type { Connection } from './connection.ts'
import type { ReportSource } from './reports.ts'

/** The journal is a few milliseconds behind at most: asked this often, a waiting client hardly notices. */
const JOURNAL_RETRY_MS = 2

export interface ResenderMeans {
  readonly reports: ReportSource
  /** Runs a turn of its own: what is done in it happens at one time, and is published behind it. */
  readonly inTurn: (work: () => void) => void
  /** Whatever is thrown in here concerns this connection and no other. */
  readonly guarded: (connection: Connection, work: () => void) => void
}

export class Resender {
  readonly #means: ResenderMeans
  readonly #behind = new Set<Connection>()
  #journalRetry: NodeJS.Timeout | undefined
  #due: NodeJS.Immediate | undefined

  constructor(means: ResenderMeans) {
    this.#means = means
  }

  /** Whether it stands in the line may have changed. */
  look(connection: Connection): void {
    if (connection.isBehind) this.#behind.add(connection)
    else this.#behind.delete(connection)
  }

  hasWork(): boolean {
    for (const connection of this.#behind) if (connection.canCatchUp) return true
    return false
  }

  /** One turn's reading. Returns how much it did. */
  resend(): number {
    if (this.#behind.size === 0) return 0
    const { reports } = this.#means
    reports.beginTurn()
    let work = 0
    let left = this.#behind.size
    for (const connection of this.#behind) {
      if (left-- === 0 || reports.isSpent) break
      this.#behind.delete(connection)
      this.#means.guarded(connection, () => {
        work += connection.catchUp()
      })
      if (connection.isBehind) this.#behind.add(connection)
    }
    // Nobody rings when the journal has got further.
    for (const { session } of this.#behind) {
      if (session.reports?.waitsForJournal !== true) continue
      this.#journalRetry ??= setTimeout(() => this.#onRetry(), JOURNAL_RETRY_MS).unref()
      break
    }
    return work
  }

  /** Once for all sockets that have room again in one round of the event loop. */
  soon(): void {
    this.#due ??= setImmediate(() => this.#onRetry())
  }

  stop(): void {
    clearTimeout(this.#journalRetry)
    clearImmediate(this.#due)
  }

  #onRetry(): void {
    clearTimeout(this.#journalRetry)
    this.#journalRetry = undefined
    this.#due = undefined
    this.#means.inTurn(() => this.resend())
    if (this.hasWork()) this.soon()
  }
}
