/**
 * LinkClOrdID ──▶ the slot of the order that is meant. Only orders of the same account and market can
 * be linked; one that is no longer open is found as what became of it. Orders of a list name no other:
 * their places in the list say who is linked to whom.
 */
import { NewOrderSingle, OrdStatus } from '../protocol/codecs.ts'
import { isWaitingChild, PARENT_ENDED } from './admission.ts'
import { HAS_PEER, IS_CHILD, ON_FIRST_FILL } from './order-flags.ts'
import { hashClientId, type OrderRegistry } from './order-registry.ts'
import { CUM, FLAGS, NIL, type OrderStore, PARENT, PEER } from './order-store.ts'

/** How an order of a list is linked: HAS_PEER, IS_CHILD, ON_FIRST_FILL, and slots of the others, or NIL. */
export interface ListLink {
  readonly flags: number
  readonly peer: number
  readonly parent: number
}

export const NO_LINK: ListLink = { flags: 0, peer: NIL, parent: NIL }

/** Writes a list's link into the record of an order that has these flags. */
export function putLink(store: OrderStore, order: number, flags: number, link: ListLink): void {
  // A plain order has a cold record from now on: what stood there was another order's.
  if (flags === 0) store.wipeCold(order)
  store.set(order, FLAGS, flags | link.flags)
  store.setCold(order, PEER, link.peer)
  store.setCold(order, PARENT, link.parent)
}

/** Writes PEER or PARENT into the record of an order that asks for a link. */
export function resolveLink(
  orders: OrderRegistry,
  order: number,
  request: NewOrderSingle,
  account: number,
  market: number,
): void {
  const { store } = orders
  const flags = store.get(order, FLAGS)
  if ((flags & (HAS_PEER | IS_CHILD)) === 0) return
  const { view } = request
  const idAt = request.at + NewOrderSingle.LINK_CL_ORD_ID_OFFSET
  const named = orders.findByClientId(account, view, idAt, hashClientId(account, view, idAt))
  const other = orders.orderOf(named)
  const isHere = other !== NIL && orders.marketOf(other) === market
  const status = isHere ? orders.statusOf(other) : OrdStatus.Rejected
  const isOpen = status === OrdStatus.New || status === OrdStatus.PartiallyFilled
  if ((flags & HAS_PEER) === 0) {
    store.setCold(order, PARENT, parentOf(orders, flags, other, isOpen, status))
    return
  }
  store.setCold(order, PEER, isOpen ? other : NIL)
  if (!isOpen || !isWaitingChild(store, other)) return
  // It waits for the same parent.
  store.set(order, FLAGS, flags | IS_CHILD | (store.get(other, FLAGS) & ON_FIRST_FILL))
  store.setCold(order, PARENT, store.cold(other, PARENT))
}

/** The parent's slot; NIL if it has filled as it should have; or PARENT_ENDED. */
function parentOf(
  orders: OrderRegistry,
  flags: number,
  parent: number,
  isOpen: boolean,
  status: number,
): number {
  if (status === OrdStatus.Filled) return NIL
  if (!isOpen) return PARENT_ENDED
  const hasFilled = (flags & ON_FIRST_FILL) !== 0 && orders.store.get(parent, CUM) > 0
  return hasFilled ? NIL : parent
}
