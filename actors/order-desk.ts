/**
 *   session ──▶ ORDER DESK ──▶ market
 *
 * Finds out which account speaks and which order is meant, and answers what goes no further. Every
 * request that comes here gets an answer. Hot file.
 */
import {
  MassCancelScope,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  Reason,
} from '../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  TEMPLATE_ID_OFFSET,
  VERSION_OFFSET,
} from '../protocol/envelope.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import { CANCELS, REQUESTS } from './message-rate.ts'
import { hashClientId, type OrderRegistry } from './order-registry.ts'
import { MARKET, NIL, type OrderStore, SESSION, SIGN } from './order-store.ts'
import { type Sign, sideOf } from './sign.ts'
import type { Venue } from './venue.ts'

/** OrderID where none is meant. */
const NO_ORDER = 0

/**
 * Whether a client says that it may have sent the order before, under another number: it then asks how it stands, if there
 * is one. What version 1 wrote at that place of a command was the client's, and had no meaning.
 */
const isPossResend = ({ view, at, possResend }: NewOrderSingle): boolean =>
  possResend === 1 && view.getUint16(at - ENVELOPE_BYTES + VERSION_OFFSET, true) > 1

export class OrderDesk {
  /** The request at hand waited for money (funds-desk.ts): it was counted when it came. */
  isAgain = false
  readonly #venue: Venue
  readonly #orders: OrderRegistry
  readonly #store: OrderStore
  readonly #newOrder = new NewOrderSingle()
  readonly #cancel = new OrderCancelRequest()
  readonly #replace = new OrderCancelReplaceRequest()
  readonly #massCancel = new OrderMassCancelRequest()
  /** The order that `#find` came upon, open or closed (order-registry.ts), or NIL. */
  #found = NIL

  constructor(venue: Venue) {
    this.#venue = venue
    this.#orders = venue.orders
    this.#store = venue.store
  }

  enter(view: DataView, block: number, blockBytes: number, session: number): void {
    const request = this.#newOrder.wrap(view, block, blockBytes)
    const account = this.#venue.sessions.account(session)
    const idAt = block + NewOrderSingle.CL_ORD_ID_OFFSET
    // Before all else: a client that asks again must not be told, for the order's price, that the
    // order is not there.
    const idHash = hashClientId(account, view, idAt)
    const original = this.#orders.findByClientId(account, view, idAt, idHash)
    if (original !== NIL) {
      if (isPossResend(request)) {
        this.#venue.reporter.status(session, request, this.#orders.orderOf(original), true)
        return
      }
      const originalId = this.#orders.orderIdOf(original)
      this.#venue.reporter.rejected(session, request, Reason.DuplicateClOrdId, originalId)
      return
    }
    let reason = this.#enter(request, session, account, idHash)
    if (reason === Reason.InsufficientFunds) reason = this.#onShort(view, block, account)
    if (reason !== Reason.None) this.#venue.reporter.rejected(session, request, reason, NO_ORDER)
  }

  cancel(view: DataView, block: number, session: number): void {
    const request = this.#cancel.wrap(view, block)
    const account = this.#venue.sessions.account(session)
    this.#found = NIL
    const reason = this.#mayCancel(account) ? this.#find(request, account) : Reason.MessageRate
    if (reason !== Reason.None) {
      this.#venue.reporter.cancelRejected(session, request, reason, this.#found)
      return
    }
    const order = this.#found
    this.#venue.market(this.#store.get(order, MARKET)).cancel(order, request, session)
  }

  replace(view: DataView, block: number, session: number): void {
    const request = this.#replace.wrap(view, block)
    const account = this.#venue.sessions.account(session)
    let reason = this.#replaceReason(request, session, account)
    if (reason === Reason.InsufficientFunds) reason = this.#onShort(view, block, account)
    if (reason !== Reason.None) {
      this.#venue.reporter.cancelRejected(session, request, reason, this.#found)
    }
  }

  /** Takes back all orders that are meant, in order of entry, each with its report; then says how many. */
  massCancel(view: DataView, block: number, session: number): void {
    const request = this.#massCancel.wrap(view, block)
    const account = this.#venue.sessions.account(session)
    const symbolAt = block + OrderMassCancelRequest.SYMBOL_OFFSET
    const hasSymbol = view.getUint8(symbolAt) !== 0
    const market = hasSymbol ? this.#venue.symbols.find(view, symbolAt) : 0
    let reason: number = Reason.None
    if (hasSymbol && market === 0) reason = Reason.UnknownSymbol
    else if (!this.#mayCancel(account)) reason = Reason.MessageRate
    const { side } = request
    const isOwn = request.massCancelScope === MassCancelScope.Session
    const store = this.#store
    const isMeant = (order: number): boolean =>
      (market === 0 || store.get(order, MARKET) === market) &&
      (side === 0 || sideOf(store.get(order, SIGN) as Sign) === side) &&
      (!isOwn || store.get(order, SESSION) === session)
    const count =
      reason === Reason.None ? this.#venue.cancelWhere([account], Reason.MassCanceled, isMeant) : 0
    this.#venue.reporter.massCanceled(session, request, count, reason)
  }

  /** Whether the request whose envelope stands at `at` is within its account's message rate; counts it. */
  isWithinRate(account: number, view: DataView, at: number): boolean {
    const templateId = view.getUint16(at + TEMPLATE_ID_OFFSET, true)
    const isRequest =
      templateId === NewOrderSingle.TEMPLATE_ID ||
      templateId === OrderCancelReplaceRequest.TEMPLATE_ID
    return isRequest ? this.#mayRequest(account) : this.#mayCancel(account)
  }

  /** Answers the request whose envelope stands at `at`: it goes no further, for this reason. */
  refuse(view: DataView, at: number, session: number, reason: number): void {
    const { reporter } = this.#venue
    const block = at + ENVELOPE_BYTES
    switch (view.getUint16(at + TEMPLATE_ID_OFFSET, true)) {
      case NewOrderSingle.TEMPLATE_ID:
        this.#newOrder.wrap(view, block, view.getUint16(at + BLOCK_LENGTH_OFFSET, true))
        reporter.rejected(session, this.#newOrder, reason, NO_ORDER)
        return
      case OrderCancelRequest.TEMPLATE_ID:
        reporter.cancelRejected(session, this.#cancel.wrap(view, block), reason, NIL)
        return
      case OrderCancelReplaceRequest.TEMPLATE_ID:
        reporter.cancelRejected(session, this.#replace.wrap(view, block), reason, NIL)
        return
      default:
        reporter.massCanceled(session, this.#massCancel.wrap(view, block), 0, reason)
    }
  }

  /** Why a request is refused that found too little money, or Reason.None: it waits for more. */
  #onShort(view: DataView, block: number, account: number): number {
    const { funds } = this.#venue
    if (funds === undefined) return Reason.InsufficientFunds
    return funds.onShort(account, view, block - ENVELOPE_BYTES)
  }

  #enter(request: NewOrderSingle, session: number, account: number, idHash: number): number {
    if (!this.#mayRequest(account)) return Reason.MessageRate
    const symbolAt = request.at + NewOrderSingle.SYMBOL_OFFSET
    const market = this.#venue.marketOf(request.view, symbolAt)
    if (market === undefined) return Reason.UnknownSymbol
    return market.enter(request, session, account, idHash)
  }

  #replaceReason(request: OrderCancelReplaceRequest, session: number, account: number): number {
    const idAt = request.at + OrderCancelReplaceRequest.CL_ORD_ID_OFFSET
    const idHash = hashClientId(account, request.view, idAt)
    const original = this.#orders.findByClientId(account, request.view, idAt, idHash)
    this.#found = NIL
    if (original !== NIL) {
      this.#found = this.#orders.orderOf(original)
      return Reason.DuplicateClOrdId
    }
    if (!this.#mayRequest(account)) return Reason.MessageRate
    const reason = this.#find(request, account)
    if (reason !== Reason.None) return reason
    const order = this.#found
    const market = this.#venue.market(this.#store.get(order, MARKET))
    return market.replace(order, request, session, idHash)
  }

  #mayRequest(account: number): boolean {
    if (this.isAgain) return true
    return this.#venue.safeguards.admit(account, REQUESTS)
  }

  #mayCancel(account: number): boolean {
    if (this.isAgain) return true
    return this.#venue.safeguards.admit(account, CANCELS)
  }

  /**
   * Leaves in `#found` the order that a request means, or comes nearest to. Returns why it will not
   * do.
   */
  #find(request: OrderCancelRequest | OrderCancelReplaceRequest, account: number): number {
    const { view, at, orderId } = request
    const store = this.#store
    // The two requests begin alike, and their symbols stand at the same place.
    const idAt = at + OrderCancelRequest.ORIG_CL_ORD_ID_OFFSET
    const hasClientId = view.getUint8(idAt) !== 0
    this.#found = NIL
    if (orderId !== INT64_NULL) {
      const order = this.#orders.findByOrderId(orderId)
      if (order === NIL || this.#orders.accountOf(order) !== account) return Reason.UnknownOrder
      this.#found = order
      if (hasClientId && !this.#orders.idEquals(order, view, idAt)) return Reason.IdsDisagree
      if (!this.#orders.isOpen(order)) return Reason.TooLate
    } else {
      if (!hasClientId) return Reason.UnknownOrder
      const idHash = hashClientId(account, view, idAt)
      const named = this.#orders.findByClientId(account, view, idAt, idHash)
      if (named === NIL) return Reason.UnknownOrder
      const order = this.#orders.orderOf(named)
      this.#found = order
      if (!this.#orders.isOpen(order)) return Reason.TooLate
      // Open, but under a later id than the one given.
      if (order !== named) return Reason.IdsDisagree
    }
    const order = this.#found
    const isSameSide = request.side === sideOf(store.get(order, SIGN) as Sign)
    const market = this.#venue.symbols.find(view, at + OrderCancelRequest.SYMBOL_OFFSET)
    const isSame = isSameSide && market === store.get(order, MARKET)
    return isSame ? Reason.None : Reason.SideOrSymbolChanged
  }
}
