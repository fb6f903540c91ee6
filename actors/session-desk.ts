/**
 *   gateway ──▶ SESSION DESK ──▶ sessions, paper accounts
 *
 * Who is logged on. At most one connection speaks for a session; the one that came first stays, unless
 * the second says that it takes over. A drop copy session has numbers of another kind: report-tapes.ts.
 *
 * Cancel on disconnect: what a session has entered ends with its connection, if its Logon said so. A
 * Logout is meant, and is acted on at once; a loss may be repaired, so its window runs first.
 *
 *   logged on ──lost──▶ window runs ──over──▶ orders are cancelled, ConnectionLost
 *       ▲                    │
 *       └──── logged on ─────┘ nothing is cancelled
 *
 * An order may say otherwise (ExecInst): that it ends with the connection, or stays, whatever the Logon said; and that it
 * ends where the exchange has failed, which is one that begins again and had not ended in order.
 */
import {
  CancelOnDisconnectType,
  Reason,
  SecondLogon,
  SessionClose,
  SessionEnd,
  SessionOpen,
  SessionOpened,
  SessionsLost,
  SessionsReset,
} from '../protocol/codecs.ts'
import { NEVER } from './timer-heap.ts'
import type { Venue } from './venue.ts'

const US_PER_MS = 1_000

export class SessionDesk {
  readonly #venue: Venue

  constructor(venue: Venue) {
    this.#venue = venue
  }

  open(view: DataView, block: number, blockBytes: number): void {
    const { sessions, tapes } = this.#venue
    const request = new SessionOpen().wrap(view, block, blockBytes)
    const nameAt = block + SessionOpen.COMP_ID_OFFSET
    let session = sessions.names.find(view, nameAt)
    const isDropCopy = request.dropCopyFlag === 1
    let reason: number = Reason.None
    if (session === 0) {
      reason = isDropCopy ? Reason.UnknownSession : this.#paperReason(request)
      if (reason === Reason.None) session = this.#openPaper(view, nameAt)
    } else if ((tapes.tapeOf(session) !== 0) !== isDropCopy) {
      reason = Reason.SessionKind
    } else if (sessions.isLive(session) && request.secondLogon !== SecondLogon.TakesOver) {
      reason = Reason.SessionLive
    } else if (this.#isUsedUp(session) && request.resetSeqNumFlag !== 1) {
      reason = Reason.TableFull
    } else if (this.#isCrowded(session, request.accountSessionsMax)) {
      reason = Reason.TooManySessions
    }
    if (reason === Reason.None) {
      const { cancelOnDisconnectType: cancelType, codTimeoutWindow: windowMs } = request
      sessions.connect(session, request.connection, { cancelType, windowMs })
      this.#venue.timers.setSession(session, NEVER)
      if (request.resetSeqNumFlag === 1) {
        sessions.renumber(session, this.#venue.outbox.eventNumber + 1)
        if (isDropCopy) tapes.renumber(session)
      }
    }
    this.#answer(session, request.connection, reason)
  }

  close(view: DataView, block: number, session: number): void {
    const { sessions } = this.#venue
    const { connection, sessionEnd } = new SessionClose().wrap(view, block)
    // A connection that is not the session's live one says nothing about it: another has taken over.
    if (!sessions.has(session) || sessions.connection(session) !== connection) return
    if (sessionEnd === SessionEnd.LoggedOut) this.#onLogout(session)
    else this.#onLoss(session)
  }

  /** The exchange was started again, or ends: whoever was logged on has lost the connection. */
  lose(view: DataView, block: number): void {
    const { sessions } = this.#venue
    const isInOrder = new SessionsLost().wrap(view, block).inOrder === 1
    if (!isInOrder && !this.#venue.isInOrder) this.#venue.cancelOnFailure()
    this.#venue.isInOrder = isInOrder
    for (let session = 1; session <= sessions.count; session++) {
      if (sessions.isLive(session)) this.#onLoss(session)
    }
  }

  /** All numbers begin again, those of a session that is logged on too: its gateway has ended that before it said this. */
  reset(view: DataView, block: number): void {
    const { resetTime } = new SessionsReset().wrap(view, block)
    const { sessions, tapes, outbox } = this.#venue
    if (sessions.renumberAll(resetTime, outbox.eventNumber)) tapes.renumberAll()
  }

  /** Whether so many other sessions of its account are logged on; `max` 0: all may be. A drop copy session has none. */
  #isCrowded(session: number, max: number): boolean {
    const { sessions } = this.#venue
    if (!sessions.trades(session)) return false
    const account = sessions.account(session)
    let count = 0
    for (let other = 1; other <= sessions.count && max > 0; other++) {
      if (other !== session && sessions.account(other) === account && sessions.isLive(other))
        count++
    }
    return max > 0 && count >= max
  }

  #onLogout(session: number): void {
    const { sessions } = this.#venue
    sessions.disconnect(session)
    if ((sessions.cancelType(session) & CancelOnDisconnectType.OnLogout) === 0) return
    this.#venue.cancelOfSession(session, Reason.LoggedOut)
  }

  #isUsedUp(session: number): boolean {
    const { sessions, tapes } = this.#venue
    if (tapes.tapeOf(session) === 0) return sessions.isUsedUp(session)
    return sessions.isBeyond(tapes.nextNumber(session))
  }

  #onLoss(session: number): void {
    const { sessions, timers, timeUs } = this.#venue
    sessions.disconnect(session)
    if (!this.#venue.losesOrders(session)) return
    const windowUs = sessions.cancelWindowMs(session) * US_PER_MS
    if (windowUs > 0) timers.setSession(session, timeUs + windowUs)
    else this.#venue.cancelOfSession(session, Reason.ConnectionLost)
  }

  /** Why an unknown session gets no paper account, or Reason.None. */
  #paperReason(request: SessionOpen): number {
    const { sessions, accounts, currencies } = this.#venue
    const { view, at, paperAccount, compId } = request
    if (paperAccount !== 1 || compId === '') return Reason.UnknownSession
    // An account of that name is somebody's: its sessions are defined by the operator, not by
    // whoever knows the name.
    if (accounts.names.find(view, at + SessionOpen.COMP_ID_OFFSET) !== 0) {
      return Reason.UnknownSession
    }
    if (sessions.names.isFull || accounts.names.isFull) return Reason.TableFull
    for (let currency = 1; currency <= currencies.count; currency++) {
      if (!accounts.hasRoomFor(currency, currencies.paperGrant(currency))) return Reason.TableFull
    }
    return Reason.None
  }

  #openPaper(view: DataView, nameAt: number): number {
    const { sessions, accounts, currencies } = this.#venue
    const account = accounts.open(view, nameAt)
    for (let currency = 1; currency <= currencies.count; currency++) {
      accounts.credit(account, currency, currencies.paperGrant(currency))
    }
    const session = sessions.add(view, nameAt, account)
    this.#venue.tapes.nameNew(session)
    return session
  }

  /** A refusal carries no numbers: they are the live connection's business. */
  #answer(session: number, connection: number, reason: number): void {
    const { outbox, sessions, tapes } = this.#venue
    const at = outbox.open(SessionOpened.TEMPLATE_ID, SessionOpened.BLOCK_BYTES, session, 0)
    const event = new SessionOpened().wrap(outbox.view, at)
    event.connection = connection
    event.reason = reason
    if (reason !== Reason.None) return
    event.nextInbound = sessions.nextInbound(session)
    const tape = tapes.tapeOf(session)
    if (tape !== 0) {
      event.nextOutbound = tapes.nextNumber(session)
      event.account = tape
      putNumberedFrom(event, outbox.eventNumber)
      return
    }
    event.nextOutbound = sessions.nextOutbound(session)
    event.account = sessions.account(session)
    putNumberedFrom(event, sessions.numberedFrom(session))
  }
}

/** Of a drop copy session the event at hand: what is on the tape behind it has NextOutbound and the numbers above. */
function putNumberedFrom(opened: SessionOpened, event: number): void {
  opened.numberedFromHigh = Math.floor(event / 2 ** 32)
  opened.numberedFromLow = event % 2 ** 32
}
