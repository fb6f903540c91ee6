/** A report in one line for a person, and as an object for programs; prices and quantities as decimals. */
import {
  CxlRejResponseTo,
  ExecType,
  type ExecutionReport,
  INT64_NULL,
  type InstrumentUnits,
  type OrderCancelReject,
  type OrderMassCancelReport,
  OrdStatus,
  OrdType,
  Reason,
  Side,
  TimeInForce,
} from '../../client/client.ts'
import { reasonRow } from '../../protocol/reasons.ts'

export interface ReportFacts {
  readonly report: string
  readonly status: string
  /** 0: it was refused on entry. */
  readonly orderId: number
  readonly clOrdId: string
  /** After a cancel or replace: its id before. */
  readonly origClOrdId?: string
  readonly symbol: string
  readonly side: string
  readonly ordType: string
  readonly timeInForce: string
  readonly quantity?: string
  readonly price?: string
  readonly stop?: string
  readonly filled: string
  readonly open: string
  readonly lastQuantity?: string
  readonly lastPrice?: string
  readonly tradeId?: number
  readonly fee?: string
  readonly reason?: string
  readonly text?: string
}

/** A cancel or replace was refused: the order is as it was. */
export interface CancelRefusedFacts {
  readonly report: 'CancelRefused'
  /** What was refused: cancel or replace. */
  readonly request: string
  readonly clOrdId: string
  readonly orderId: number
  readonly reason: string
  readonly text: string
}

export interface MassCancelFacts {
  readonly report: 'MassCancel'
  readonly clOrdId: string
  readonly orders: number
  readonly reason?: string
  readonly text?: string
}

export type AnyFacts = ReportFacts | CancelRefusedFacts | MassCancelFacts

export function cancelRefusedFacts(reject: OrderCancelReject): CancelRefusedFacts {
  const { name, sentence } = reasonRow(reject.reason)
  const isReplace = reject.cxlRejResponseTo === CxlRejResponseTo.OrderCancelReplaceRequest
  return {
    ...{ report: 'CancelRefused', request: isReplace ? 'replace' : 'cancel' },
    ...{ clOrdId: reject.clOrdId, orderId: reject.orderId, reason: name, text: sentence },
  }
}

export function massCancelFacts(report: OrderMassCancelReport): MassCancelFacts {
  const { reason, clOrdId, totalAffectedOrders: orders } = report
  const { name, sentence } = reasonRow(reason)
  const why = reason === Reason.None ? {} : { reason: name, text: sentence }
  return { ...{ report: 'MassCancel', clOrdId, orders }, ...why }
}

/** Without units, where the instrument is not known, numbers are ticks and lots. */
export function factsOf(report: ExecutionReport, units: InstrumentUnits | undefined): ReportFacts {
  const price = (ticks: number): string => units?.price(ticks) ?? String(ticks)
  const quantity = (lots: number): string => units?.quantity(lots) ?? String(lots)
  const { orderQty, price: limit, stopPx, lastQty, lastPx, tradeId, reason, origClOrdId } = report
  const isTrade = report.execType === ExecType.Trade
  return {
    report: nameOf(ExecType, report.execType),
    status: nameOf(OrdStatus, report.ordStatus),
    ...{ orderId: report.orderId, clOrdId: report.clOrdId },
    ...(origClOrdId === '' ? {} : { origClOrdId }),
    symbol: report.symbol,
    side: nameOf(Side, report.side),
    ordType: nameOf(OrdType, report.ordType),
    timeInForce: nameOf(TimeInForce, report.timeInForce),
    ...(orderQty === INT64_NULL ? {} : { quantity: quantity(orderQty) }),
    ...(limit === INT64_NULL ? {} : { price: price(limit) }),
    ...(stopPx === INT64_NULL ? {} : { stop: price(stopPx) }),
    filled: quantity(report.cumQty),
    open: quantity(report.leavesQty),
    ...(isTrade ? { lastQuantity: quantity(lastQty), lastPrice: price(lastPx), tradeId } : {}),
    ...(isTrade && report.commission !== 0
      ? { fee: units?.money(report.commission) ?? String(report.commission) }
      : {}),
    ...(reason === Reason.None
      ? {}
      : { reason: reasonRow(reason).name, text: reasonRow(reason).sentence }),
  }
}

/** What happened, then the order: `trade 0.2 @ 60000.00  a-1 #4711 BTCUSDT buy 0.5 @ 60000.00, 0.3 open`. */
export function lineOf(facts: AnyFacts): string {
  if ('orders' in facts) {
    return facts.text === undefined
      ? `cancelled ${facts.orders} orders`
      : `refused: ${withoutStop(facts.text)}  ${facts.clOrdId}`
  }
  if ('request' in facts) {
    return `${facts.request} refused: ${withoutStop(facts.text)}  ${facts.clOrdId} #${facts.orderId}`
  }
  return orderLine(facts)
}

function orderLine(facts: ReportFacts): string {
  if (facts.side === '') return `${happened(facts)}  ${facts.origClOrdId ?? facts.clOrdId}`
  const { clOrdId, orderId, symbol, side, quantity, price, stop, open, status } = facts
  // A replace gives the order its own id; the id of any other request is nothing of the order's.
  const isReplaced = facts.report === 'Replaced'
  const id = isReplaced ? clOrdId : (facts.origClOrdId ?? clOrdId)
  const was = isReplaced ? ` (was ${facts.origClOrdId})` : ''
  const terms = [
    `${symbol} ${side.toLowerCase()}`,
    ...(quantity === undefined ? [] : [quantity]),
    ...(price === undefined ? [] : [`@ ${price}`]),
    ...(stop === undefined ? [] : [`stop ${stop}`]),
    ...(facts.ordType === 'Limit' ? [] : [facts.ordType.toLowerCase()]),
  ].join(' ')
  const stands = status === 'New' || status === 'PartiallyFilled' ? `, ${open} open` : ''
  return `${happened(facts)}  ${id}${was} #${orderId} ${terms}${stands}`
}

function happened(facts: ReportFacts): string {
  const why = facts.text === undefined ? '' : `: ${withoutStop(facts.text)}`
  switch (facts.report) {
    case 'New':
      return 'accepted'
    case 'Trade': {
      const fee = facts.fee === undefined ? '' : `, fee ${facts.fee}`
      return `trade ${facts.lastQuantity} @ ${facts.lastPrice}${fee}`
    }
    case 'Rejected':
      return `refused${why}`
    case 'Canceled':
      return facts.reason === 'CanceledByClient' ? 'cancelled' : `cancelled${why}`
    case 'OrderStatus':
      if (facts.status === 'Rejected') return `refused${why}`
      return facts.status.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase()
    default:
      return `${facts.report.toLowerCase()}${why}`
  }
}

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '')

/** '' where nothing is said. */
function nameOf(set: Readonly<Record<string, number>>, value: number): string {
  const name = Object.keys(set).find((one) => set[one] === value)
  return name ?? (value === 0 ? '' : `code ${value}`)
}
