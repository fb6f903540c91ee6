/**
 * What the exchange answers to a request: whether it is the last word, whether it is a no, and a copy that stays good. A
 * flyweight stands over bytes that the next read of the socket writes over.
 */
import {
  ExecType,
  ExecutionReport,
  OrderCancelReject,
  OrderMassCancelReport,
  OrdStatus,
  Reason,
  SecurityDefinition,
  TradingSessionStatus,
} from '../protocol/codecs.ts'

export type Answer =
  | ExecutionReport
  | OrderCancelReject
  | OrderMassCancelReport
  | SecurityDefinition
  | TradingSessionStatus

/** Whether a report may be the first word on a request: fills, expiries and changes that nobody asked for never are. */
export const isAnswer = (execType: number): boolean =>
  execType !== ExecType.Trade &&
  execType !== ExecType.Expired &&
  execType !== ExecType.Restated &&
  execType !== ExecType.Triggered

/** The id of the request that is answered. */
export function requestIdOf(answer: Answer): string {
  if (answer instanceof SecurityDefinition) return answer.securityReqId
  if (answer instanceof TradingSessionStatus) return answer.tradSesReqId
  return answer.clOrdId
}

/** Of Reason: why the request was refused, or None. */
export function refusalOf(answer: Answer): number {
  // A report has a reason too of an order that ended as it was asked to.
  if (answer instanceof ExecutionReport && answer.ordStatus !== OrdStatus.Rejected) {
    return Reason.None
  }
  return answer.reason
}

/** No other answer to the request follows. */
export function isLast(answer: Answer): boolean {
  if (answer instanceof ExecutionReport) {
    return answer.execType !== ExecType.OrderStatus || answer.lastRptRequested === 1
  }
  if (answer instanceof SecurityDefinition || answer instanceof TradingSessionStatus) {
    return answer.lastFragment === 1
  }
  return true
}

/** A copy of its own, as long as the exchange made it. */
export function kept(answer: Answer): Answer {
  if (answer instanceof ExecutionReport) {
    const { blockBytes } = answer
    return new ExecutionReport().wrap(bytesOf(answer, blockBytes), 0, blockBytes)
  }
  if (answer instanceof OrderCancelReject) {
    return new OrderCancelReject().wrap(bytesOf(answer, OrderCancelReject.BLOCK_BYTES), 0)
  }
  if (answer instanceof OrderMassCancelReport) {
    return new OrderMassCancelReport().wrap(bytesOf(answer, OrderMassCancelReport.BLOCK_BYTES), 0)
  }
  if (answer instanceof SecurityDefinition) {
    return new SecurityDefinition().wrap(bytesOf(answer, SecurityDefinition.BLOCK_BYTES), 0)
  }
  return new TradingSessionStatus().wrap(bytesOf(answer, TradingSessionStatus.BLOCK_BYTES), 0)
}

function bytesOf({ view, at }: Answer, length: number): DataView {
  const copy = new Uint8Array(length)
  copy.set(new Uint8Array(view.buffer, view.byteOffset + at, length))
  return new DataView(copy.buffer)
}
