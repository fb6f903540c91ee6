/**
 *   ring from the shard ── reports ──▶ AUDIENCE ──▶ the session that it is for
 *                                         └───────▶ the drop copy sessions that follow a tape that it is on
 *
 * Who is told of a report, of all that are logged on. What they were told in a turn is written to their sockets at its
 * end, once each.
 *
 * Hot file: `tell` runs once for each report.
 */
import type { Connection } from './connection.ts'
import type { ReportTimes } from './report-times.ts'
import { type CopySource, Tapes } from './tapes.ts'

export class Audience {
  /** Who holds a seat, by the shard's number of the session. */
  readonly #bySession = new Map<number, Connection>()
  readonly #tapes = new Tapes<Connection>()
  /** Who was told something in this turn. */
  readonly #touched: Connection[] = []
  readonly #times: ReportTimes

  constructor(times: ReportTimes) {
    this.#times = times
  }

  /** Whether it is logged on may have changed. */
  look(connection: Connection): void {
    const { session } = connection.seat
    const { phase, tape } = connection.session
    const isLoggedOn = phase === 'ACTIVE'
    if (isLoggedOn) this.#bySession.set(session, connection)
    else if (this.#bySession.get(session) === connection) this.#bySession.delete(session)
    if (tape !== 0) this.#tapes.follow(tape, connection, isLoggedOn)
  }

  /** The connection that the session is logged on with. */
  of(session: number): Connection | undefined {
    return this.#bySession.get(session)
  }

  /** Of a SessionNamed the root block: whose reports those of a session are. */
  name(view: DataView, block: number): void {
    this.#tapes.name(view, block)
  }

  sourceOf(session: number): CopySource {
    return this.#tapes.sourceOf(session)
  }

  /** The report whose envelope is at `at`, to this session. */
  tell(session: number, view: DataView, at: number): void {
    const connection = this.#bySession.get(session)
    if (connection !== undefined) {
      this.#times.onReport(view, at)
      this.#tell(connection, view, at)
    }
    this.#tapes.tell(view, at, (follower) => this.#tell(follower, view, at))
  }

  /** The turn is over: `settle` writes what each of those who were told something was told. */
  endTurn(settle: (connection: Connection) => void): void {
    for (const connection of this.#touched) settle(connection)
    this.#touched.length = 0
    this.#times.onWritten()
  }

  #tell(connection: Connection, view: DataView, at: number): void {
    try {
      connection.session.onReport(view, at)
    } catch (error) {
      connection.fail(error)
    }
    if (connection.isTouched) return
    connection.isTouched = true
    this.#touched.push(connection)
  }
}
