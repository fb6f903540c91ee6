/**
 *   gateway ──▶ SESSION DESK ──▶ sessions, paper accounts
 *
 * Who is logged on. At most one connection speaks for a session; the one that came first stays.
 */
import { Reason, SessionClose, SessionOpen, SessionOpened } from '../protocol/codecs.ts'
import type { Venue } from './venue.ts'

export class SessionDesk {
  readonly #venue: Venue

  constructor(venue: Venue) {
    this.#venue = venue
  }

  open(view: DataView, block: number): void {
    const { sessions } = this.#venue
    const request = new SessionOpen().wrap(view, block)
    const nameAt = block + SessionOpen.COMP_ID_OFFSET
    let session = sessions.names.find(view, nameAt)
    let reason: number = Reason.None
    if (session === 0) {
      reason = this.#paperReason(request)
      if (reason === Reason.None) session = this.#openPaper(view, nameAt)
    } else if (sessions.isLive(session)) {
      reason = Reason.SessionLive
    } else if (sessions.isUsedUp(session)) {
      reason = Reason.TableFull
    }
    if (reason === Reason.None) sessions.connect(session, request.connection)
    this.#answer(session, request.connection, reason)
  }

  close(view: DataView, block: number, session: number): void {
    const { sessions } = this.#venue
    if (!sessions.has(session)) return
    sessions.disconnect(session, new SessionClose().wrap(view, block).connection)
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
    return sessions.add(view, nameAt, account)
  }

  /** A refusal carries no numbers: they are the live connection's business. */
  #answer(session: number, connection: number, reason: number): void {
    const { outbox, sessions } = this.#venue
    const at = outbox.open(SessionOpened.TEMPLATE_ID, SessionOpened.BLOCK_BYTES, session, 0)
    const event = new SessionOpened().wrap(outbox.view, at)
    event.connection = connection
    event.reason = reason
    if (reason !== Reason.None) return
    event.nextInbound = sessions.nextInbound(session)
    event.nextOutbound = sessions.nextOutbound(session)
    event.account = sessions.account(session)
  }
}
