/**
 *   report to a session ──▶ REPORT TAPES ──▶ two marks in the report, a count for each
 *
 * Drop copies: sessions that are told of the reports of an account's or a firm's sessions. A *tape* is those reports, in
 * order; there is one for each account and each firm that a drop copy session was defined for, and an account is on two
 * at most. Nothing is said twice: a report carries the numbers of the tapes that it is on (0: on none), and a gateway
 * tells it to whoever has asked for that tape.
 *
 * A drop copy session's numbers are a count. Its report n is the n-th on the tape since the session was defined, or
 * renumbered:
 *
 *   tape 7      ●   ●   ●     ●    ●
 *   counted     1   2   3     4    5              the tape's count is 5
 *   session X           │1    2    3              defined at count 2: its next number is 5 - 2 + 1 = 4
 *
 * So the numbers are a function of the log, have no gaps, and outlive everything that the log outlives. What an account
 * was told before it came to a firm is not the firm's, and what it is told when it has left is not either: the marks
 * stand in the reports. Hot: `take` runs once for each report.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import type { Outbox } from '../engine/shard/outbox.ts'
import { SessionNamed } from '../protocol/codecs.ts'
import { growFloats, growInts } from './columns.ts'
import { NameTable } from './name-table.ts'
import type { SessionRegistry } from './session-registry.ts'

/** A mark is a u16: 0 is none. */
export const TAPES_MAX = 0xffff
const FIRM_SHIFT = 16

/** Of two marks in one word. */
export const accountTapeOf = (marks: number): number => marks & TAPES_MAX
export const firmTapeOf = (marks: number): number => marks >>> FIRM_SHIFT

export class ReportTapes {
  readonly firms = new NameTable({ bytes: 16, countMax: TAPES_MAX })
  readonly #outbox: Outbox
  readonly #sessions: SessionRegistry
  readonly #accounts: NameTable
  #count = 0
  /** By tape: how many reports are on it. */
  #lengths = new Float64Array(16)
  /** By account: its firm, its own tape, and the marks that its reports get. */
  #firmOf = new Int32Array(16)
  #ofAccount = new Int32Array(16)
  #marks = new Int32Array(16)
  /** By firm: its tape. */
  #ofFirm = new Int32Array(16)
  /** By session: the tape that it is a drop copy of, and the tape's length when its numbers began; 0: it is none. */
  #ofSession = new Int32Array(16)
  #begins = new Float64Array(16)
  /** By session: 1 when its names were said. */
  #isNamed = new Int32Array(16)

  constructor(outbox: Outbox, sessions: SessionRegistry, accounts: NameTable) {
    this.#outbox = outbox
    this.#sessions = sessions
    this.#accounts = accounts
  }

  /** A report to a session of this account: counts it, and returns the marks for it (see `accountTapeOf`). */
  take(account: number): number {
    const marks = account < this.#marks.length ? this.#marks[account]! : 0
    if (marks === 0) return 0
    // Tape 0 is nobody's: counting there does no harm, and asks no question.
    this.#lengths[marks & TAPES_MAX]!++
    this.#lengths[marks >>> FIRM_SHIFT]!++
    return marks
  }

  /** The tape that the session is a drop copy of; 0: it is an ordinary one. */
  tapeOf(session: number): number {
    return session < this.#ofSession.length ? this.#ofSession[session]! : 0
  }

  /** Number of the next report that a drop copy session is told of. */
  nextNumber(session: number): number {
    return this.#lengths[this.#ofSession[session]!]! - this.#begins[session]! + 1
  }

  /** Its next report is number 1. */
  renumber(session: number): void {
    this.#begins[session] = this.#lengths[this.#ofSession[session]!]!
  }

  /** As `renumber`, of every drop copy session. */
  renumberAll(): void {
    for (let session = 1; session < this.#ofSession.length; session++) {
      if (this.#ofSession[session] !== 0) this.renumber(session)
    }
  }

  /** `firm` 0: none any more. Reports from now on are on that firm's tape, if it has one. */
  setFirm(account: number, firm: number): void {
    this.#firmOf = growInts(this.#firmOf, account + 1)
    this.#firmOf[account] = firm
    this.#mark(account)
    this.#nameAll()
  }

  /** The account's tape, begun now if there was none; 0: there are as many as can be. */
  ofAccount(account: number): number {
    this.#ofAccount = growInts(this.#ofAccount, account + 1)
    const tape = this.#ofAccount[account]! || this.#begin()
    this.#ofAccount[account] = tape
    this.#mark(account)
    this.#nameAll()
    return tape
  }

  /** As `ofAccount`, of a firm. */
  ofFirm(firm: number): number {
    this.#ofFirm = growInts(this.#ofFirm, firm + 1)
    const tape = this.#ofFirm[firm]! || this.#begin()
    this.#ofFirm[firm] = tape
    for (let account = 1; account < this.#firmOf.length; account++) {
      if (this.#firmOf[account] === firm) this.#mark(account)
    }
    this.#nameAll()
    return tape
  }

  /** The session, which is new, is told of what comes on this tape from now on. */
  follow(session: number, tape: number): void {
    this.#ofSession = growInts(this.#ofSession, session + 1)
    this.#begins = growFloats(this.#begins, session + 1)
    this.#ofSession[session] = tape
    this.renumber(session)
  }

  /** A session is new: if its reports are on a tape, everyone is told whose they are. */
  nameNew(session: number): void {
    const account = this.#sessions.account(session)
    const marks = account < this.#marks.length ? this.#marks[account]! : 0
    if (marks === 0 || this.#wasNamed(session)) return
    this.#isNamed = growInts(this.#isNamed, session + 1)
    this.#isNamed[session] = 1
    this.#say(session)
  }

  /** Says all names again, for a gateway that has just begun. */
  announce(): void {
    for (let session = 1; session <= this.#sessions.count; session++) {
      if (this.#wasNamed(session)) this.#say(session)
    }
  }

  #begin(): number {
    if (this.#count === TAPES_MAX) return 0
    this.#count++
    this.#lengths = growFloats(this.#lengths, this.#count + 1)
    return this.#count
  }

  #mark(account: number): void {
    const length = account + 1
    this.#firmOf = growInts(this.#firmOf, length)
    this.#ofAccount = growInts(this.#ofAccount, length)
    this.#marks = growInts(this.#marks, length)
    const firm = this.#firmOf[account]!
    const firmTape = firm < this.#ofFirm.length ? this.#ofFirm[firm]! : 0
    this.#marks[account] = this.#ofAccount[account]! | (firmTape << FIRM_SHIFT)
  }

  #nameAll(): void {
    for (let session = 1; session <= this.#sessions.count; session++) this.nameNew(session)
  }

  #wasNamed(session: number): boolean {
    return session < this.#isNamed.length && this.#isNamed[session] === 1
  }

  #say(session: number): void {
    const { TEMPLATE_ID, BLOCK_BYTES } = SessionNamed
    const at = this.#outbox.open(TEMPLATE_ID, BLOCK_BYTES, 0, 0)
    const { view } = this.#outbox
    new SessionNamed().wrap(view, at).session = session
    this.#accounts.write(this.#sessions.account(session), view, at + SessionNamed.ACCOUNT_OFFSET)
    this.#sessions.names.write(session, view, at + SessionNamed.COMP_ID_OFFSET)
  }

  /** All that numbers and marks come from, for the state hash; nothing where nobody was ever defined. */
  forEachState(add: (value: number) => void): void {
    for (let tape = 1; tape <= this.#count; tape++) add(this.#lengths[tape]!)
    for (let account = 1; account < this.#marks.length; account++) {
      if (this.#firmOf[account] === 0 && this.#marks[account] === 0) continue
      add(account)
      add(this.#firmOf[account]!)
      add(this.#marks[account]!)
    }
    for (let session = 1; session < this.#ofSession.length; session++) {
      if (this.#ofSession[session] === 0) continue
      add(session)
      add(this.#ofSession[session]!)
      add(this.#begins[session]!)
    }
    for (let firm = 1; firm < this.#ofFirm.length; firm++) {
      if (this.#ofFirm[firm] === 0) continue
      add(firm)
      add(this.#ofFirm[firm]!)
    }
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.firms.transfer(snapshot)
    this.#count = snapshot.number(this.#count)
    this.#lengths = snapshot.floats(this.#lengths)
    this.#firmOf = snapshot.ints(this.#firmOf)
    this.#ofAccount = snapshot.ints(this.#ofAccount)
    this.#marks = snapshot.ints(this.#marks)
    this.#ofFirm = snapshot.ints(this.#ofFirm)
    this.#ofSession = snapshot.ints(this.#ofSession)
    this.#begins = snapshot.floats(this.#begins)
    this.#isNamed = snapshot.ints(this.#isNamed)
  }
}
