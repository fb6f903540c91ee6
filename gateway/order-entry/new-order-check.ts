/**
 *   session ──▶ NEW ORDER CHECK ──▶ ring to the sequencer
 *
 * Whether a NewOrderSingle says all that its OrdType needs and nothing that has no meaning there. That is form, and can be
 * told from the bytes alone; whether the instructions go together, and go with the market's phase, is the shard's to judge
 * (actors/RULES.md), and is answered by a report.
 *
 *   OrdType          Price             StopPx      Trailing…       PegPriceType   CashOrderQty
 *   market           -                 -           -               -              instead of OrderQty
 *   limit            needed            -           -               -              -
 *   stop             -                 needed      -               -              -
 *   stop-limit       needed            needed      -               -              -
 *   market-to-limit  -                 -           -               -              -
 *   pegged           needed to buy     -           -               needed         -
 *   trailing stop    -                 may be      one of two      -              -
 *
 * Hot file: runs once for each order. An order of version 1 pays for the first columns only.
 */
import {
  ContingencyType,
  ExecInst,
  NewOrderSingle,
  OrdType,
  PegPriceType,
  PostOnly,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { isIdentifier } from '../../protocol/text.ts'
import { type Fault, malformed, missing, outOfRange, unwanted } from './fault.ts'
import {
  clOrdIdFault,
  ID_BYTES,
  ID_FORM,
  isPositive,
  isZero,
  ordTypeFault,
  priceFault,
  qtyFault,
  sideFault,
  symbolFault,
  timeInForceFault,
} from './field-check.ts'

/** Prices stay below it, so a distance between two does too: and times 10,000 it is still a safe integer. */
const TICKS_MAX = 2 ** 31 - 1
const BPS_MAX = 10_000

const QTY_WITH_BUDGET = unwanted(38, 'OrderQty', 'CashOrderQty')
const PRICE_MISSING = missing(44, 'Price')
const PRICE_UNWANTED = unwanted(44, 'Price', 'OrdType')
const STOP_MISSING = missing(99, 'StopPx')
const STOP_UNWANTED = unwanted(99, 'StopPx', 'OrdType')
const STOP_RANGE = outOfRange(99, 'StopPx', 'from -(2^53-1) to 2^53-1 ticks')
const DISPLAY_RANGE = outOfRange(1138, 'DisplayQty', 'from 0 to 2^53-1 lots, or absent')
const MIN_RANGE = outOfRange(110, 'MinQty', 'from 1 to 2^53-1 lots, or absent')
const EXPIRE_MISSING = missing(126, 'ExpireTime')
const EXPIRE_UNWANTED = unwanted(126, 'ExpireTime', 'TimeInForce')
const EXPIRE_RANGE = outOfRange(126, 'ExpireTime', 'from 1 to 2^53-1 microseconds')
const BUDGET_UNWANTED = unwanted(152, 'CashOrderQty', 'OrdType')
const BUDGET_RANGE = outOfRange(152, 'CashOrderQty', 'from 1 to 2^53-1, or absent')
const PEG_OFFSET_UNWANTED = unwanted(211, 'PegOffsetValue', 'OrdType')
const PEG_OFFSET_RANGE = outOfRange(211, 'PegOffsetValue', 'from -(2^31-1) to 2^31-1')
const PEG_MISSING = missing(1094, 'PegPriceType')
const PEG_UNWANTED = unwanted(1094, 'PegPriceType', 'OrdType')
const PEG_RANGE = outOfRange(1094, 'PegPriceType', '2, 4 or 5')
const TRAILING_MISSING = missing(25132, 'TrailingTicks')
const TRAILING_TICKS_UNWANTED = unwanted(25132, 'TrailingTicks', 'OrdType')
const TRAILING_TICKS_RANGE = outOfRange(25132, 'TrailingTicks', 'from 0 to 2^31-1')
const TRAILING_BPS_UNWANTED = unwanted(25133, 'TrailingBps', 'OrdType')
const TRAILING_BPS_RANGE = outOfRange(25133, 'TrailingBps', 'from 0 to 10000')
const TRAILING_BOTH = unwanted(25133, 'TrailingBps', 'TrailingTicks')
const POST_ONLY_RANGE = outOfRange(25134, 'PostOnly', '0, 1 or 2')
const SELF_TRADE_RANGE = outOfRange(2964, 'SelfTradePrevention', 'from 0 to 4')
const ALL_OR_NONE_RANGE = outOfRange(25135, 'AllOrNone', '0 or 1')
const EXEC_INST_RANGE = outOfRange(18, 'ExecInst', '0, 1, 2, 4, 5 or 6')
const EXEC_INSTS: ReadonlySet<number> = new Set(Object.values(ExecInst))
const CONTINGENCY_RANGE = outOfRange(1385, 'ContingencyType', '0, 1, 2 or 101')
const LINK_MISSING = missing(25136, 'LinkClOrdID')
const LINK_UNWANTED = unwanted(25136, 'LinkClOrdID', 'ContingencyType')
const LINK_MALFORMED = malformed(25136, 'LinkClOrdID', ID_FORM)

const newOrder = new NewOrderSingle()

/** Root block of NewOrderSingle at `at`, `blockBytes` long: the first fault, or undefined. */
export function newOrderFault(view: DataView, at: number, blockBytes: number): Fault | undefined {
  const order = newOrder.wrap(view, at, blockBytes)
  const { ordType } = order
  return (
    clOrdIdFault(view, at + NewOrderSingle.CL_ORD_ID_OFFSET) ??
    sideFault(order.side) ??
    ordTypeFault(ordType) ??
    timeInForceFault(order.timeInForce) ??
    symbolFault(view, at + NewOrderSingle.SYMBOL_OFFSET) ??
    quantityFault(order) ??
    limitFault(order) ??
    stopFault(order) ??
    (blockBytes < NewOrderSingle.BLOCK_BYTES ? shortFault(order) : appendedFault(order))
  )
}

/** What an order of version 1 cannot say, and yet would have to. */
function shortFault({ ordType, timeInForce }: NewOrderSingle): Fault | undefined {
  if (ordType === OrdType.Pegged) return PEG_MISSING
  if (ordType === OrdType.TrailingStop) return TRAILING_MISSING
  return timeInForce === TimeInForce.GoodTillDate ? EXPIRE_MISSING : undefined
}

function appendedFault(order: NewOrderSingle): Fault | undefined {
  return (
    expiryFault(order) ??
    pegFault(order) ??
    trailingFault(order) ??
    instructionFault(order) ??
    linkFault(order)
  )
}

function quantityFault(order: NewOrderSingle): Fault | undefined {
  const budget = order.cashOrderQty
  if (budget === INT64_NULL) return qtyFault(order.orderQty)
  if (order.ordType !== OrdType.Market) return BUDGET_UNWANTED
  if (!isPositive(budget)) return BUDGET_RANGE
  return order.orderQty === INT64_NULL ? undefined : QTY_WITH_BUDGET
}

function limitFault({ ordType, side, price }: NewOrderSingle): Fault | undefined {
  const isThere = price !== INT64_NULL
  if (ordType === OrdType.Limit || ordType === OrdType.StopLimit) {
    return isThere ? priceFault(price) : PRICE_MISSING
  }
  if (ordType !== OrdType.Pegged) return isThere ? PRICE_UNWANTED : undefined
  // A peg may follow the market up without end; down it ends at 0.
  return isThere || side !== Side.Buy ? priceFault(price) : PRICE_MISSING
}

function stopFault({ ordType, stopPx }: NewOrderSingle): Fault | undefined {
  const isStop = ordType === OrdType.Stop || ordType === OrdType.StopLimit
  if (stopPx === INT64_NULL) return isStop ? STOP_MISSING : undefined
  if (!isStop && ordType !== OrdType.TrailingStop) return STOP_UNWANTED
  return Number.isSafeInteger(stopPx) ? undefined : STOP_RANGE
}

function expiryFault({ timeInForce, expireTime }: NewOrderSingle): Fault | undefined {
  if (timeInForce !== TimeInForce.GoodTillDate) {
    return expireTime === INT64_NULL ? undefined : EXPIRE_UNWANTED
  }
  if (expireTime === INT64_NULL) return EXPIRE_MISSING
  return isPositive(expireTime) ? undefined : EXPIRE_RANGE
}

function pegFault({ ordType, pegPriceType, pegOffsetValue }: NewOrderSingle): Fault | undefined {
  if (ordType !== OrdType.Pegged) {
    if (pegPriceType !== PegPriceType.None) return PEG_UNWANTED
    return pegOffsetValue === INT64_NULL ? undefined : PEG_OFFSET_UNWANTED
  }
  if (pegPriceType === PegPriceType.None) return PEG_MISSING
  const isKnown =
    pegPriceType === PegPriceType.MidPrice ||
    pegPriceType === PegPriceType.Market ||
    pegPriceType === PegPriceType.Primary
  if (!isKnown) return PEG_RANGE
  const isInRange = pegOffsetValue >= -TICKS_MAX && pegOffsetValue <= TICKS_MAX
  return isInRange || pegOffsetValue === INT64_NULL ? undefined : PEG_OFFSET_RANGE
}

function trailingFault(order: NewOrderSingle): Fault | undefined {
  const { trailingTicks, trailingBps } = order
  if (order.ordType !== OrdType.TrailingStop) {
    if (trailingTicks !== 0) return TRAILING_TICKS_UNWANTED
    return trailingBps === 0 ? undefined : TRAILING_BPS_UNWANTED
  }
  if (trailingTicks > TICKS_MAX) return TRAILING_TICKS_RANGE
  if (trailingBps > BPS_MAX) return TRAILING_BPS_RANGE
  if (trailingTicks === 0) return trailingBps === 0 ? TRAILING_MISSING : undefined
  return trailingBps === 0 ? undefined : TRAILING_BOTH
}

function instructionFault(order: NewOrderSingle): Fault | undefined {
  const { displayQty, minQty } = order
  if (displayQty !== 0 && displayQty !== INT64_NULL && !isPositive(displayQty)) return DISPLAY_RANGE
  if (minQty !== INT64_NULL && !isPositive(minQty)) return MIN_RANGE
  if (order.postOnly > PostOnly.Slide) return POST_ONLY_RANGE
  if (order.selfTradePrevention > SelfTradePrevention.Decrement) return SELF_TRADE_RANGE
  if (order.allOrNone > 1) return ALL_OR_NONE_RANGE
  return EXEC_INSTS.has(order.execInst) ? undefined : EXEC_INST_RANGE
}

function linkFault({ view, at, contingencyType }: NewOrderSingle): Fault | undefined {
  const linkAt = at + NewOrderSingle.LINK_CL_ORD_ID_OFFSET
  switch (contingencyType) {
    case ContingencyType.None:
      return isZero(view, linkAt, ID_BYTES) ? undefined : LINK_UNWANTED
    case ContingencyType.OneCancelsTheOther:
    case ContingencyType.OneTriggersTheOther:
    case ContingencyType.OneTriggersOnFirstFill:
      if (isIdentifier(view, linkAt, ID_BYTES)) return undefined
      return view.getUint8(linkAt) === 0 ? LINK_MISSING : LINK_MALFORMED
    default:
      return CONTINGENCY_RANGE
  }
}
