/** An open order in words and decimals, as `replay --account` and `--order` show it. */
import type { OrderView } from '../../actors/order-view.ts'
import type { VenueView } from '../../actors/venue-view.ts'
import { timeText } from '../journal/log-point.ts'
import { enumName } from '../message-json.ts'
import { priceText, quantityText } from './units.ts'

export interface OrderResult {
  readonly orderId: number
  readonly clOrdId: string
  readonly session: string
  readonly symbol: string
  readonly side: string
  readonly ordType: string
  readonly timeInForce: string
  readonly quantity: string
  readonly filled: string
  readonly open: string
  /** book, or where it waits: trigger, parked, child. */
  readonly place: string
  /** Of a MassQuote, whose id is `clOrdId`. */
  readonly isQuote?: true
  readonly price?: string
  readonly limit?: string
  readonly trigger?: string
  readonly display?: string
  readonly peg?: string
  readonly expires?: string
  readonly peer?: number
  readonly parent?: number
  readonly children?: readonly number[]
}

export function orderResult(venue: VenueView, order: OrderView): OrderResult {
  const symbol = venue.symbolOfInstrument(order.market - 1) ?? ''
  const terms = venue.marketNamed(symbol)!.risk.terms
  const price = (ticks: number): string => priceText(terms, ticks)
  const quantity = (lots: number): string => quantityText(terms, lots)
  const { priceTicks, limitTicks, triggerTicks, displayLots, peg, expireUs } = order
  const { peer, parent, children } = order
  return {
    ...{ orderId: order.orderId, clOrdId: order.clOrdId },
    session: venue.sessionName(order.session) ?? '',
    symbol,
    side: enumName('Side', order.side),
    ordType: enumName('OrdType', order.ordType),
    timeInForce: enumName('TimeInForce', order.timeInForce),
    quantity: quantity(order.lots),
    filled: quantity(order.filledLots),
    open: quantity(order.leavesLots),
    place: order.place,
    ...(order.isQuote === undefined ? {} : { isQuote: order.isQuote }),
    ...(priceTicks === undefined ? {} : { price: price(priceTicks) }),
    ...(limitTicks === undefined ? {} : { limit: price(limitTicks) }),
    ...(triggerTicks === undefined ? {} : { trigger: price(triggerTicks) }),
    ...(displayLots === undefined ? {} : { display: quantity(displayLots) }),
    ...(peg === undefined ? {} : { peg: enumName('PegPriceType', peg) }),
    ...(expireUs === undefined ? {} : { expires: timeText(expireUs) }),
    ...(peer === undefined ? {} : { peer }),
    ...(parent === undefined ? {} : { parent }),
    ...(children === undefined ? {} : { children }),
  }
}

/** One line. */
export function describeOrder(order: OrderResult): string {
  const { price, limit, trigger, display, peg, expires, peer, parent, children } = order
  const more = [
    ...(order.isQuote === undefined ? [] : ['a quote']),
    ...(limit === undefined ? [] : [`limit ${limit}`]),
    ...(trigger === undefined ? [] : [`trigger ${trigger}`]),
    ...(display === undefined ? [] : [`display ${display}`]),
    ...(peg === undefined ? [] : [`peg ${peg}`]),
    ...(expires === undefined ? [] : [`until ${expires}`]),
    ...(peer === undefined ? [] : [`cancels ${peer} or is cancelled by it`]),
    ...(parent === undefined ? [] : [`waits for ${parent}`]),
    ...(children === undefined ? [] : [`${children.join(', ')} wait for it`]),
    ...(order.place === 'book' ? [] : [`not in the book: ${order.place}`]),
  ]
  return [
    `${order.orderId} ${order.session}/${order.clOrdId}`,
    `${order.symbol} ${order.side} ${order.open} of ${order.quantity}`,
    ...(price === undefined ? [] : [`@ ${price}`]),
    `${order.ordType} ${order.timeInForce}${more.length === 0 ? '' : `, ${more.join(', ')}`}`,
  ].join(' ')
}
