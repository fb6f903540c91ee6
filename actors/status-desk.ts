/**
 *   session ──▶ STATUS DESK ──▶ execution reporter
 *
 * How orders stand. Asking changes nothing but the numbers of the session, and is told at its place in the log: what was
 * reported before it is in it, and nothing else.
 */
import {
  MassCancelScope,
  OrderMassStatusRequest,
  OrderStatusRequest,
  Reason,
} from '../protocol/codecs.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import { REQUESTS } from './message-rate.ts'
import { hashClientId } from './order-registry.ts'
import { MARKET, NIL, SESSION, SIGN } from './order-store.ts'
import { type Sign, sideOf } from './sign.ts'
import type { Venue } from './venue.ts'

export class StatusDesk {
  readonly #venue: Venue
  readonly #one = new OrderStatusRequest()
  readonly #all = new OrderMassStatusRequest()

  constructor(venue: Venue) {
    this.#venue = venue
  }

  /** One order of the account, open or closed not long ago, whichever of its ids is named. */
  status(view: DataView, block: number, session: number): void {
    const { orders, reporter, safeguards, sessions, symbols } = this.#venue
    const request = this.#one.wrap(view, block)
    const account = sessions.account(session)
    if (!safeguards.admit(account, REQUESTS)) {
      reporter.noStatus(session, request, Reason.MessageRate)
      return
    }
    const order = this.#find(request, account)
    const market = symbols.find(view, block + OrderStatusRequest.SYMBOL_OFFSET)
    if (market === 0) reporter.noStatus(session, request, Reason.UnknownSymbol)
    else if (order === NIL || orders.marketOf(order) !== market) {
      reporter.noStatus(session, request, Reason.UnknownOrder)
    } else reporter.status(session, request, order, true)
  }

  /** All that are open and meant, in order of entry. */
  massStatus(view: DataView, block: number, session: number): void {
    const { orders, reporter, safeguards, sessions, store, symbols } = this.#venue
    const request = this.#all.wrap(view, block)
    const account = sessions.account(session)
    const symbolAt = block + OrderMassStatusRequest.SYMBOL_OFFSET
    const market = view.getUint8(symbolAt) === 0 ? 0 : symbols.find(view, symbolAt) || NIL - 1
    if (market < 0 || !safeguards.admit(account, REQUESTS)) {
      reporter.noStatus(session, request, market < 0 ? Reason.UnknownSymbol : Reason.MessageRate)
      return
    }
    const { side } = request
    const isOwn = request.massCancelScope === MassCancelScope.Session
    // One behind: only the next one says whether this is the last.
    let told = NIL
    for (let order = orders.firstOf(account); order !== NIL; order = orders.nextOf(order)) {
      if (market !== 0 && store.get(order, MARKET) !== market) continue
      if (side !== 0 && sideOf(store.get(order, SIGN) as Sign) !== side) continue
      if (isOwn && store.get(order, SESSION) !== session) continue
      if (told !== NIL) reporter.status(session, request, told, false)
      told = order
    }
    if (told !== NIL) reporter.status(session, request, told, true)
    else reporter.noStatus(session, request, Reason.UnknownOrder)
  }

  /** Open or closed, or NIL. */
  #find(request: OrderStatusRequest, account: number): number {
    const { orders } = this.#venue
    const { view, at, orderId } = request
    const idAt = at + OrderStatusRequest.ORIG_CL_ORD_ID_OFFSET
    let named = NIL
    if (view.getUint8(idAt) !== 0) {
      const found = orders.findByClientId(account, view, idAt, hashClientId(account, view, idAt))
      if (found === NIL) return NIL
      named = orders.orderOf(found)
      if (orderId === INT64_NULL) return named
    }
    const order = orders.findByOrderId(orderId)
    if (order === NIL || orders.accountOf(order) !== account) return NIL
    return named === NIL || named === order ? order : NIL
  }
}
