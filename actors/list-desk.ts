/**
 *   NewOrderList ──▶ LIST DESK ──▶ market
 *
 * Two or three linked orders at once, all or none. Each is judged in turn, as if those before it had been accepted, and
 * before any of them is at work; where one is refused, what the others hold goes back.
 *
 *   one cancels the other        A ⇄ B
 *   one triggers the other       A ─▶ B          and of three: A ─▶ (B ⇄ C)
 */
import { ContingencyType, NewOrderList, NewOrderSingle, Reason } from '../protocol/codecs.ts'
import { ENVELOPE_BYTES } from '../protocol/envelope.ts'
import { entryAt, entryBytesOf, entryCountOf } from '../protocol/groups.ts'
import type { BulkReporter } from './bulk-reporter.ts'
import type { Market } from './market.ts'
import { REQUESTS } from './message-rate.ts'
import { HAS_PEER, IS_CHILD, ON_FIRST_FILL } from './order-flags.ts'
import { type ListLink, NO_LINK } from './order-link.ts'
import { hashClientId } from './order-registry.ts'
import { FLAGS, NIL } from './order-store.ts'
import type { Shortage } from './quote-funds.ts'
import type { Venue } from './venue.ts'

const ID_BYTES = 36
const SYMBOL_BYTES = 16
/** OrderID where none is meant. */
const NO_ORDER = 0

/** Which order of a list was refused, and why. */
interface Refusal {
  readonly index: number
  readonly reason: number
  /** Of DuplicateClOrdId: the order that has the id; else NO_ORDER. */
  readonly originalId: number
}

export class ListDesk {
  readonly #venue: Venue
  readonly #reporter: BulkReporter
  readonly #request = new NewOrderList()

  constructor(venue: Venue, reporter: BulkReporter) {
    this.#venue = venue
    this.#reporter = reporter
  }

  enter(view: DataView, block: number, blockBytes: number, session: number): void {
    const request = this.#request.wrap(view, block, blockBytes)
    const orders = ordersOf(request)
    const account = this.#venue.sessions.account(session)
    const refusal = this.#enter(request, orders, session, account)
    if (refusal !== undefined) this.#refuse(request, orders, session, refusal)
  }

  /** Answers the list at `block`: it goes no further, for this reason. */
  refuse(
    view: DataView,
    block: number,
    blockBytes: number,
    { session, reason }: { readonly session: number; readonly reason: number },
  ): void {
    const request = this.#request.wrap(view, block, blockBytes)
    this.#refuse(request, ordersOf(request), session, refusalOf(0, reason))
  }

  #enter(
    request: NewOrderList,
    orders: readonly NewOrderSingle[],
    session: number,
    account: number,
  ): Refusal | undefined {
    const { orders: registry } = this.#venue
    // Before all else, as with a single order.
    const known = this.#knownId(orders, account)
    if (known !== undefined) return known
    if (!this.#mayRequest(account)) return refusalOf(0, Reason.MessageRate)
    const odd = this.#oddOne(request, orders)
    if (odd !== undefined) return odd
    const first = orders[0]!
    const market = this.#venue.marketOf(first.view, first.at + NewOrderSingle.SYMBOL_OFFSET)
    if (market === undefined) return refusalOf(0, Reason.UnknownSymbol)
    if (!registry.hasRoomFor(orders.length)) return refusalOf(0, Reason.BookFull)
    const drafts: number[] = []
    for (const [index, order] of orders.entries()) {
      const link = linkOf(request.contingencyType, drafts)
      const draft = market.draft(order, account, index, link)
      if (draft < NIL) {
        const shortage = this.#shortage(-draft)
        for (const other of drafts) market.discard(other)
        const reason = shortage === undefined ? -draft : this.#onShort(request, account, shortage)
        return reason === Reason.None ? undefined : refusalOf(index, reason)
      }
      drafts.push(draft)
    }
    this.#reporter.list(session, request, orders, undefined, Reason.None)
    for (const [index, order] of orders.entries()) {
      const idAt = order.at + NewOrderSingle.CL_ORD_ID_OFFSET
      market.accept(drafts[index]!, order, session, hashClientId(account, order.view, idAt))
    }
    this.#begin(market, drafts)
    return undefined
  }

  #mayRequest(account: number): boolean {
    const { funds, safeguards } = this.#venue
    return funds?.isAgain === true || safeguards.admit(account, REQUESTS)
  }

  /** What the last order wanted more than there is, where it was refused for that and there may be more elsewhere. */
  #shortage(reason: number): Shortage | undefined {
    const { funds } = this.#venue
    if (reason !== Reason.InsufficientFunds || funds === undefined) return undefined
    const { account, currency, units } = funds.accounts.short
    return { currency, units: units - funds.accounts.free(account, currency) }
  }

  /** Why the list is refused, or Reason.None: it waits. */
  #onShort({ view, at }: NewOrderList, account: number, shortage: Shortage): number {
    const { funds } = this.#venue
    if (funds === undefined) return Reason.InsufficientFunds
    return funds.onShortage(account, view, at - ENVELOPE_BYTES, shortage)
  }

  /** All are linked before the first is at work: what becomes of it may end the others, or call them. */
  #begin(market: Market, drafts: readonly number[]): void {
    const { book } = market
    const { links } = book.consequences
    const { store, orders } = this.#venue
    for (const order of drafts.slice(1)) {
      const flags = store.get(order, FLAGS)
      if ((flags & HAS_PEER) !== 0) links.pair(order)
      if ((flags & IS_CHILD) !== 0) links.wait(order)
    }
    for (const order of drafts) {
      // Nobody is entered meanwhile, so no slot is another's.
      const waits = (store.get(order, FLAGS) & IS_CHILD) !== 0
      if (!waits && orders.isOpen(order)) book.begin(order)
    }
    market.settle()
  }

  /** The answer, then for each order its refusal: so each ClOrdID has been heard of. */
  #refuse(
    request: NewOrderList,
    orders: readonly NewOrderSingle[],
    session: number,
    { index, reason, originalId }: Refusal,
  ): void {
    this.#reporter.list(session, request, orders, orders[index], reason)
    for (const [i, order] of orders.entries()) {
      const own = i === index
      this.#venue.reporter.rejected(
        session,
        order,
        own ? reason : Reason.ListRefused,
        own ? originalId : NO_ORDER,
      )
    }
  }

  /** The first whose id the account has used, or another of the list. */
  #knownId(orders: readonly NewOrderSingle[], account: number): Refusal | undefined {
    const { orders: registry } = this.#venue
    for (const [index, { view, at }] of orders.entries()) {
      const idAt = at + NewOrderSingle.CL_ORD_ID_OFFSET
      const original = registry.findByClientId(
        account,
        view,
        idAt,
        hashClientId(account, view, idAt),
      )
      if (original !== NIL) {
        const originalId = registry.orderIdOf(original)
        return { index, reason: Reason.DuplicateClOrdId, originalId }
      }
      for (const other of orders.slice(0, index)) {
        const otherAt = other.at + NewOrderSingle.CL_ORD_ID_OFFSET
        if (isSame(view, idAt, otherAt, ID_BYTES)) return refusalOf(index, Reason.DuplicateClOrdId)
      }
    }
    return undefined
  }

  /** What a gateway would not let in. */
  #oddOne(request: NewOrderList, orders: readonly NewOrderSingle[]): Refusal | undefined {
    const first = orders[0]!.at + NewOrderSingle.SYMBOL_OFFSET
    for (const [index, { view, at, contingencyType }] of orders.entries()) {
      const isHere = isSame(view, first, at + NewOrderSingle.SYMBOL_OFFSET, SYMBOL_BYTES)
      if (!isHere || contingencyType !== ContingencyType.None) {
        return refusalOf(index, Reason.InvalidInstruction)
      }
    }
    const isPair = request.contingencyType === ContingencyType.OneCancelsTheOther
    const isKnown = isPair || TRIGGERS.includes(request.contingencyType)
    const fits = isKnown && orders.length > 1 && orders.length <= (isPair ? 2 : 3)
    return fits ? undefined : refusalOf(0, Reason.InvalidInstruction)
  }
}

function ordersOf({ view, group }: NewOrderList): NewOrderSingle[] {
  const entryBytes = entryBytesOf(view, group)
  return Array.from({ length: entryCountOf(view, group) }, (_, i) =>
    new NewOrderSingle().wrap(view, entryAt(view, group, i), entryBytes),
  )
}

const TRIGGERS: readonly number[] = [
  ContingencyType.OneTriggersTheOther,
  ContingencyType.OneTriggersOnFirstFill,
]

const refusalOf = (index: number, reason: number): Refusal => ({
  ...{ index, reason },
  originalId: NO_ORDER,
})

/** Of the next order of a list, behind those that were drafted. */
function linkOf(contingency: number, [first, second]: readonly number[]): ListLink {
  if (first === undefined) return NO_LINK
  if (contingency === ContingencyType.OneCancelsTheOther) {
    return { flags: HAS_PEER, peer: first, parent: NIL }
  }
  const onFirstFill = contingency === ContingencyType.OneTriggersOnFirstFill ? ON_FIRST_FILL : 0
  const isThird = second !== undefined
  return {
    flags: IS_CHILD | onFirstFill | (isThird ? HAS_PEER : 0),
    peer: second ?? NIL,
    parent: first,
  }
}

function isSame(view: DataView, at: number, otherAt: number, bytes: number): boolean {
  for (let i = 0; i < bytes; i += 4) {
    if (view.getInt32(at + i, true) !== view.getInt32(otherAt + i, true)) return false
  }
  return true
}
