/**
 * What an exchange is asked to do, as plain data: the meeting point of the day and whoever sends
 * it.
 *
 * An order keeps its `clOrdId` here for life. On the wire a replace gives it a new one
 * (OrderCancelReplaceRequest), and a cancel has an id of its own: the sender makes those up and
 * keeps the way back. Ids here begin with `o` (an order of the file), `a` (an anonymous one) or `t`
 * (a taker), so other letters are free for that.
 */

import { Side } from '../../protocol/codecs.ts'
import type { Sign } from './files.ts'

export type SideCode = (typeof Side)[keyof typeof Side]

/** A limit order, good till cancelled. It never crosses. */
export interface Enter {
  readonly kind: 'enter'
  readonly clOrdId: string
  readonly side: SideCode
  readonly lots: number
  readonly priceTicks: number
}

/** An immediate-or-cancel order that fills completely, by exactly these makers in this order. */
export interface Take {
  readonly kind: 'take'
  readonly clOrdId: string
  readonly side: SideCode
  readonly lots: number
  readonly limitTicks: number
  readonly expected: readonly Fill[]
}

/** All that the taker gets from one maker, at the maker's price. */
export interface Fill {
  readonly makerClOrdId: string
  readonly lots: number
  readonly priceTicks: number
}

/** Takes what is open of an order out of the book. */
export interface Cancel {
  readonly kind: 'cancel'
  readonly clOrdId: string
  readonly side: SideCode
}

/** Fewer lots at the same price, which keeps the place in the queue. */
export interface Reduce {
  readonly kind: 'reduce'
  readonly clOrdId: string
  readonly side: SideCode
  readonly priceTicks: number
  /** As OrderQty of a replace counts: lots filled so far plus lots that stay open. */
  readonly newTotalLots: number
}

export type Action = Enter | Take | Cancel | Reduce

/** To be done in order. After the last, the book must equal row `row` of the book file. */
export interface Step {
  /** Last message row that the step covers; the first is the one after the step before. */
  readonly row: number
  readonly actions: readonly Action[]
}

export function sideOf(sign: Sign): SideCode {
  return sign === 1 ? Side.Buy : Side.Sell
}
