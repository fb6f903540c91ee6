/**
 * What `tradsys/client` exports: the order entry client, and all that is needed to fill orders and to read reports. The package
 * opens no other door to them.
 */
export {
  BusinessMessageReject,
  BusinessRejectReason,
  ContingencyType,
  CxlRejResponseTo,
  ExecInst,
  ExecType,
  ExecutionReport,
  MarketPhase,
  MassCancelScope,
  OrderCancelReject,
  OrderMassCancelReport,
  OrdStatus,
  OrdType,
  PegPriceType,
  PostOnly,
  Reason,
  Reject,
  SecurityDefinition,
  SelfTradePrevention,
  SessionRejectReason,
  SessionStatus,
  Side,
  TimeInForce,
  TradingSessionStatus,
} from '../protocol/codecs.ts'
export { INT64_NULL } from '../protocol/integers.ts'
export { type ReasonRow, reasonRow } from '../protocol/reasons.ts'
export type { Answer } from './answers.ts'
export type { CopySource } from './copy-source.ts'
export { InstrumentUnits } from './instrument-units.ts'
export type { ApiKey, CancelOnDisconnect } from './logon.ts'
export { OrderEntryClient } from './order-entry.ts'
export {
  OrderEntryError,
  type OrderEntryErrorCode,
  type RefusalReason,
} from './order-entry-error.ts'
export type { OrderEntryClientOptions, ReconnectOptions } from './order-entry-options.ts'
export type { OrderEntryPromises } from './order-entry-promises.ts'
export type {
  CancelOrder,
  MarketRequest,
  MassCancel,
  MassStatus,
  NewOrder,
  OrderInstructions,
  OrderStatus,
  ReplaceOrder,
} from './orders.ts'
export { DISCONNECTED } from './outbound-requests.ts'
export { FULL } from './outstanding.ts'
