/** The words of the tables in `market-play.ts`: from a table to a message, from events back to words. */
import {
  ContingencyType,
  ExecType,
  MarketPhase,
  OrdStatus,
  OrdType,
  PegPriceType,
  PostOnly,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { reasonRow } from '../../protocol/reasons.ts'
import type { OrderSpec } from './book-under-test.ts'
import { FIRST_US, type Fields, type PlainEvent } from './exchange-harness.ts'

const TYPES: Readonly<Record<OrderSpec['type'], number>> = {
  limit: OrdType.Limit,
  market: OrdType.Market,
  'market-to-limit': OrdType.MarketToLimit,
  stop: OrdType.Stop,
  'stop-limit': OrdType.StopLimit,
  'trailing-stop': OrdType.TrailingStop,
  pegged: OrdType.Pegged,
}

const TIFS: Readonly<Record<OrderSpec['tif'], number>> = {
  day: TimeInForce.Day,
  gtc: TimeInForce.GoodTillCancel,
  gtd: TimeInForce.GoodTillDate,
  ioc: TimeInForce.ImmediateOrCancel,
  fok: TimeInForce.FillOrKill,
  'at-open': TimeInForce.AtTheOpening,
  'at-close': TimeInForce.AtTheClose,
}

const STP: Readonly<Record<OrderSpec['stp'], number>> = {
  none: SelfTradePrevention.None,
  'expire-taker': SelfTradePrevention.ExpireTaker,
  'expire-maker': SelfTradePrevention.ExpireMaker,
  'expire-both': SelfTradePrevention.ExpireBoth,
  decrement: SelfTradePrevention.Decrement,
}

const PEGS: Readonly<Record<OrderSpec['peg'], number>> = {
  none: PegPriceType.None,
  primary: PegPriceType.Primary,
  market: PegPriceType.Market,
  midpoint: PegPriceType.MidPrice,
}

const LINKS: Readonly<Record<OrderSpec['link'], number>> = {
  none: ContingencyType.None,
  oco: ContingencyType.OneCancelsTheOther,
  child: ContingencyType.OneTriggersTheOther,
  'child-on-first-fill': ContingencyType.OneTriggersOnFirstFill,
}

const POST_ONLY = { no: PostOnly.No, reject: PostOnly.Reject, slide: PostOnly.Slide }

export const PHASE_CODES: Readonly<Record<string, number>> = {
  'pre-open': MarketPhase.PreOpen,
  'opening-auction': MarketPhase.OpeningAuction,
  continuous: MarketPhase.Continuous,
  'volatility-auction': MarketPhase.VolatilityAuction,
  halt: MarketPhase.Halt,
  'closing-auction': MarketPhase.ClosingAuction,
  closed: MarketPhase.Closed,
}

const PHASE_NAMES = new Map(Object.entries(PHASE_CODES).map(([name, code]) => [code, name]))

/** A second of the tables is one since the harness began. */
export const secondUs = (second: number): number => FIRST_US + 1_000_000 * second

const ifSaid = (value: number): number => (value === 0 ? INT64_NULL : value)

/** NewOrderSingle of a spec; `link` is the client id of the order that it names. */
export function newOrderFields(spec: OrderSpec, link: string): Fields {
  return {
    ...{ side: spec.sign > 0 ? Side.Buy : Side.Sell, ordType: TYPES[spec.type] },
    ...{ timeInForce: TIFS[spec.tif], price: ifSaid(spec.price) },
    orderQty: spec.budget > 0 ? INT64_NULL : spec.lots,
    cashOrderQty: ifSaid(spec.budget),
    stopPx: ifSaid(spec.trigger),
    displayQty: spec.hidden ? 0 : ifSaid(spec.display),
    minQty: ifSaid(spec.minimum),
    expireTime: spec.tif === 'gtd' ? secondUs(spec.expire) : INT64_NULL,
    ...{ pegPriceType: PEGS[spec.peg], pegOffsetValue: ifSaid(spec.pegOffset) },
    ...{ trailingTicks: spec.trailTicks, trailingBps: spec.trailBps },
    ...{ postOnly: POST_ONLY[spec.postOnly], selfTradePrevention: STP[spec.stp] },
    ...{ allOrNone: spec.allOrNone ? 1 : 0, contingencyType: LINKS[spec.link], linkClOrdId: link },
  }
}

const NEWS: ReadonlyMap<number, string> = new Map([
  [ExecType.New, 'new'],
  [ExecType.Canceled, 'canceled'],
  [ExecType.Expired, 'expired'],
  [ExecType.Replaced, 'replaced'],
  [ExecType.Triggered, 'triggered'],
  [ExecType.Restated, 'restated'],
])

export const reasonName = (event: PlainEvent): string => reasonRow(Number(event.reason)).name

/** A reason that goes without saying is not said. */
function reasonOf(event: PlainEvent): string {
  const name = reasonName(event)
  return name === 'None' || name === 'CanceledByClient' ? '' : ` ${name}`
}

function executionInWords(event: PlainEvent, label: string): string {
  const { execType, lastQty, lastPx, commission, aggressorIndicator, leavesQty, price } = event
  if (execType === ExecType.Rejected) return `refused ${reasonName(event)}`
  if (execType === ExecType.Trade) {
    const fee = commission === 0 ? '' : ` fee ${commission}`
    return `${label} ${aggressorIndicator === 1 ? 'took' : 'gave'} ${lastQty}@${lastPx}${fee}`
  }
  const news = `${label} ${NEWS.get(Number(execType))}${reasonOf(event)}`
  if (execType !== ExecType.Restated) return news
  return `${news} ${leavesQty}@${price === INT64_NULL ? 'none' : price}`
}

/** What sessions and the operator are told by an event, or undefined: it is the feed's. */
export function toldInWords(event: PlainEvent, label: string): string | undefined {
  switch (event.name) {
    case 'ExecutionReport':
      return executionInWords(event, label)
    case 'OrderCancelReject':
    case 'CommandRefused':
      return `refused ${reasonName(event)}`
    case 'OrderMassCancelReport': {
      const count = `mass ${event.totalAffectedOrders}`
      return event.reason === 0 ? count : `refused ${reasonName(event)}`
    }
    default:
      return undefined
  }
}

const signed = (lots: number | string): string => (Number(lots) > 0 ? `+${lots}` : `${lots}`)

/** What everyone is told by an event, or undefined: it says nothing that a table tells. */
export function fedInWords(event: PlainEvent): string | undefined {
  const { price, lots, orders } = event
  switch (event.name) {
    case 'Trade':
      return `${event.auction === 1 ? 'uncross' : 'trade'} ${lots}@${price}`
    case 'DepthUpdate': {
      const side = event.side === Side.Buy ? 'bid' : 'ask'
      return lots === 0 ? `${side} gone@${price}` : `${side} ${lots}@${price} x${orders}`
    }
    case 'PhaseChanged':
      return `phase ${PHASE_NAMES.get(Number(event.phase))}${reasonOf(event)}`
    case 'AuctionIndicative':
      return `indicative ${lots}@${price} ${signed(event.imbalance!)}`
    case 'PreventedMatch':
      return `prevented ${lots}@${price}`
    case 'WakeUp':
      return `wake ${Math.floor((Number(event.wakeTime) - FIRST_US) / 1_000_000)}`
    default:
      return undefined
  }
}

const STATUS: ReadonlyMap<number, string> = new Map(
  Object.entries(OrdStatus).map(([name, code]) => [code, name]),
)

/** Where an order stands by its last report: `PartiallyFilled 2/3 at 100`, filled / open. */
export function standingInWords(report: PlainEvent): string {
  const { ordStatus, cumQty, leavesQty, price, stopPx } = report
  const at = price === INT64_NULL ? '' : ` at ${price}`
  const trigger = stopPx === INT64_NULL ? '' : ` trigger ${stopPx}`
  const status = STATUS.get(Number(ordStatus))
  return `${status} ${cumQty}/${leavesQty}${at}${trigger}`
}
