/**
 * Who may speak, for which account, and the numbers of both directions. A session outlives its
 * connections: its numbers go on where they were, and reports are numbered for it while nobody is
 * logged on.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { growFloats, growInts } from './columns.ts'
import { NameTable } from './name-table.ts'

/** No connection: the gateway's numbers are u32. */
export const NOT_LIVE = -1

/** What a drop copy session trades for. */
export const NO_ACCOUNT = 0

export interface SessionNumberLimits {
  /** A session with a number above this in either direction is not opened any more. */
  readonly openMax: number
  /** The highest number that a report may have. */
  readonly reportMax: number
}

/**
 * Numbers are u32 on the wire and in the journal, and would begin again at 0 without a word. At a million orders a second
 * a session gets to `openMax` in an hour, at a thousand in 46 days. From there on no order comes in, and the 294 million
 * numbers above are left for reports of orders that still rest. `reportMax` is one below 2^32 - 1, as session messages
 * carry the number behind the last report's.
 */
export const SESSION_NUMBER_LIMITS: SessionNumberLimits = {
  openMax: 4_000_000_000,
  reportMax: 2 ** 32 - 2,
}

export class SessionRegistry {
  readonly names: NameTable
  readonly #limits: SessionNumberLimits
  #accounts = new Int32Array(16)
  #connections = new Float64Array(16)
  #nextInbound = new Float64Array(16)
  #nextOutbound = new Float64Array(16)
  /** CancelOnDisconnectType and its window in ms, as the last Logon said. */
  #cancelTypes = new Int32Array(16)
  #cancelWindowsMs = new Int32Array(16)
  /** The event behind which its reports have the numbers that they have now. */
  #numberedFrom = new Float64Array(16)
  /** When all numbers were due to begin again the last time, µs since 1970; 0: they never were. */
  resetUs = 0

  constructor(sessionsMax: number, limits: SessionNumberLimits = SESSION_NUMBER_LIMITS) {
    this.#limits = limits
    this.names = new NameTable({ bytes: 16, countMax: sessionsMax })
  }

  get count(): number {
    return this.names.count
  }

  /** Adds a session under a name that is not known. Sessions are numbered from 1. `account` 0: it is to trade for none. */
  add(view: DataView, nameAt: number, account: number): number {
    const session = this.names.add(view, nameAt)
    const length = session + 1
    this.#accounts = growInts(this.#accounts, length)
    this.#connections = growFloats(this.#connections, length)
    this.#nextInbound = growFloats(this.#nextInbound, length)
    this.#nextOutbound = growFloats(this.#nextOutbound, length)
    this.#cancelTypes = growInts(this.#cancelTypes, length)
    this.#cancelWindowsMs = growInts(this.#cancelWindowsMs, length)
    this.#numberedFrom = growFloats(this.#numberedFrom, length)
    this.#accounts[session] = account
    this.#connections[session] = NOT_LIVE
    this.#nextInbound[session] = 1
    this.#nextOutbound[session] = 1
    return session
  }

  has(session: number): boolean {
    return session >= 1 && session <= this.names.count
  }

  /** Whether it is a session, and trades for an account: a drop copy session does not. */
  trades(session: number): boolean {
    return this.has(session) && this.#accounts[session] !== NO_ACCOUNT
  }

  account(session: number): number {
    return this.#accounts[session]!
  }

  /** The live connection, or NOT_LIVE. */
  connection(session: number): number {
    return this.#connections[session]!
  }

  isLive(session: number): boolean {
    return this.#connections[session] !== NOT_LIVE
  }

  /** `cancelType`: CancelOnDisconnectType, with its window in ms. */
  connect(
    session: number,
    connection: number,
    { cancelType, windowMs }: { readonly cancelType: number; readonly windowMs: number },
  ): void {
    this.#connections[session] = connection
    this.#cancelTypes[session] = cancelType
    this.#cancelWindowsMs[session] = windowMs
  }

  disconnect(session: number): void {
    this.#connections[session] = NOT_LIVE
  }

  cancelType(session: number): number {
    return this.#cancelTypes[session]!
  }

  cancelWindowMs(session: number): number {
    return this.#cancelWindowsMs[session]!
  }

  nextInbound(session: number): number {
    return this.#nextInbound[session]!
  }

  nextOutbound(session: number): number {
    return this.#nextOutbound[session]!
  }

  /** Both directions begin again at 1. Reports of before `event` keep the numbers that they had, which are nobody's now. */
  renumber(session: number, event: number): void {
    this.#nextInbound[session] = 1
    this.#nextOutbound[session] = 1
    this.#numberedFrom[session] = event
  }

  /** As `renumber`, of every session; false: that was done for this time, or for one behind it. */
  renumberAll(resetUs: number, event: number): boolean {
    if (resetUs <= this.resetUs) return false
    this.resetUs = resetUs
    for (let session = 1; session <= this.count; session++) this.renumber(session, event)
    return true
  }

  /** The event behind which the numbers of its reports count; 0: all do. */
  numberedFrom(session: number): number {
    return this.#numberedFrom[session]!
  }

  /** Whether the session's numbers have come to their end, in one direction or the other. */
  isUsedUp(session: number): boolean {
    return this.isBeyond(this.nextInbound(session)) || this.isBeyond(this.nextOutbound(session))
  }

  /** Whether a number is beyond those that a session may be opened with. */
  isBeyond(number: number): boolean {
    return number > this.#limits.openMax
  }

  /** Whether a command of this number is new; if so the next must be above it. */
  admit(session: number, number: number): boolean {
    if (number < this.#nextInbound[session]!) return false
    this.#nextInbound[session] = number + 1
    return true
  }

  /** Number of the session's next report: used up by asking. */
  takeOutbound(session: number): number {
    const number = this.#nextOutbound[session]!
    if (number > this.#limits.reportMax) {
      throw new Error(`session ${session} has no number left for a report`)
    }
    this.#nextOutbound[session] = number + 1
    return number
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.names.transfer(snapshot)
    this.#accounts = snapshot.ints(this.#accounts)
    this.#connections = snapshot.floats(this.#connections)
    this.#nextInbound = snapshot.floats(this.#nextInbound)
    this.#nextOutbound = snapshot.floats(this.#nextOutbound)
    this.#cancelTypes = snapshot.ints(this.#cancelTypes)
    this.#cancelWindowsMs = snapshot.ints(this.#cancelWindowsMs)
    this.#numberedFrom = snapshot.floats(this.#numberedFrom)
    this.resetUs = snapshot.number(this.resetUs)
  }
}
