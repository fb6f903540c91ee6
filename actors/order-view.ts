/** One open order as those see it who only look: venue-view.ts. */
import { PegPriceType } from '../protocol/codecs.ts'
import { readText } from '../protocol/text.ts'
import * as flag from './order-flags.ts'
import { ordTypeOf, timeInForceOf } from './order-intake.ts'
import {
  ACCOUNT,
  CHILDREN,
  CUM,
  DISPLAY,
  FLAGS,
  ID_WORDS,
  LEAVES,
  LIMIT,
  MARKET,
  NEXT_CHILD,
  NIL,
  ORDER_QTY,
  type OrderStore,
  PARENT,
  PEER,
  PEG,
  PLACE,
  PRICE,
  SESSION,
  SIGN,
  TRIGGER,
} from './order-store.ts'
import { type Sign, sideOf } from './sign.ts'
import type { Venue } from './venue.ts'

/** Where an open order is. */
export type OrderPlace = 'book' | 'trigger' | 'parked' | 'child'

/** Codes are those of the protocol; what an order does not have is left out. */
export interface OrderView {
  readonly orderId: number
  readonly clOrdId: string
  readonly account: number
  readonly session: number
  readonly market: number
  readonly side: number
  readonly ordType: number
  readonly timeInForce: number
  readonly lots: number
  readonly filledLots: number
  readonly leavesLots: number
  /** Where it works now; absent while it has no price. */
  readonly priceTicks?: number
  /** The worst that it may come to, where that is another. */
  readonly limitTicks?: number
  readonly place: OrderPlace
  /** One of a MassQuote's: `clOrdId` is that one's id. */
  readonly isQuote?: true
  readonly triggerTicks?: number
  /** Of an iceberg; 0: hidden. */
  readonly displayLots?: number
  /** PegPriceType. */
  readonly peg?: number
  readonly expireUs?: number
  /** Exchange ids of those that it is linked to. */
  readonly peer?: number
  readonly parent?: number
  readonly children?: readonly number[]
}

const PEGS: Readonly<Record<number, number>> = {
  [flag.PegKind.Primary]: PegPriceType.Primary,
  [flag.PegKind.Market]: PegPriceType.Market,
  [flag.PegKind.Midpoint]: PegPriceType.MidPrice,
}

export function viewOrder({ store }: Venue, order: number): OrderView {
  const flags = store.get(order, FLAGS)
  const priceTicks = store.get(order, PRICE)
  const limitTicks = store.get(order, LIMIT)
  return {
    orderId: store.orderId(order),
    clOrdId: clientIdOf(store, order),
    account: store.get(order, ACCOUNT),
    session: store.get(order, SESSION),
    market: store.get(order, MARKET),
    side: sideOf(store.get(order, SIGN) as Sign),
    ordType: ordTypeOf(flags),
    timeInForce: timeInForceOf(flags),
    lots: store.get(order, ORDER_QTY),
    filledLots: store.get(order, CUM),
    leavesLots: store.get(order, LEAVES),
    ...(priceTicks === 0 ? {} : { priceTicks }),
    ...(limitTicks === 0 || limitTicks === priceTicks ? {} : { limitTicks }),
    place: placeOf(store, order, flags),
    ...(flags === 0 ? {} : instructionsOf(store, order, flags)),
  }
}

function placeOf(store: OrderStore, order: number, flags: number): OrderPlace {
  // Of a plain order the cold record is another's.
  if (flags === 0) return 'book'
  switch (store.cold(order, PLACE)) {
    case flag.Place.Trigger:
      return 'trigger'
    case flag.Place.Parked:
      return 'parked'
    case flag.Place.Child:
      return 'child'
    default:
      return 'book'
  }
}

function instructionsOf(store: OrderStore, order: number, flags: number): Partial<OrderView> {
  const cold = (field: number): number => store.cold(order, field)
  const peg = PEGS[cold(PEG)]
  const isWaiting = cold(PLACE) === flag.Place.Child
  const children = childrenOf(store, order, flags)
  return {
    ...((flags & flag.IS_QUOTE) === 0 ? {} : { isQuote: true as const }),
    ...(flag.isStop(flag.orderedTypeOf(flags)) ? { triggerTicks: cold(TRIGGER) } : {}),
    ...displayOf(flags, cold(DISPLAY)),
    ...(peg === undefined ? {} : { peg }),
    ...(flag.lifetimeOf(flags) === flag.Lifetime.GoodTillDate
      ? { expireUs: store.expiry(order) }
      : {}),
    ...((flags & flag.HAS_PEER) === 0 ? {} : { peer: store.orderId(cold(PEER)) }),
    ...(isWaiting ? { parent: store.orderId(cold(PARENT)) } : {}),
    ...(children.length === 0 ? {} : { children }),
  }
}

function displayOf(flags: number, displayLots: number): { readonly displayLots?: number } {
  if ((flags & flag.HIDDEN) !== 0) return { displayLots: 0 }
  return (flags & flag.ICEBERG) === 0 ? {} : { displayLots }
}

function childrenOf(store: OrderStore, order: number, flags: number): number[] {
  const children: number[] = []
  if ((flags & flag.HAS_CHILDREN) === 0) return children
  for (let child = store.cold(order, CHILDREN); child !== NIL; ) {
    children.push(store.orderId(child))
    child = store.cold(child, NEXT_CHILD)
  }
  return children
}

function clientIdOf(store: OrderStore, order: number): string {
  const view = new DataView(new ArrayBuffer(4 * ID_WORDS))
  for (let i = 0; i < ID_WORDS; i++) view.setInt32(4 * i, store.idWord(order, i), true)
  return readText(view, 0, 4 * ID_WORDS)
}
