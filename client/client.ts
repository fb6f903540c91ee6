/**
 * What `tradsys/client` exports: the order entry client, and all that is needed to fill orders and to read reports. The package
 * opens no other door to them.
 */
export {
  BusinessMessageReject,
  BusinessRejectReason,
  ContingencyType,
  CxlRejResponseTo,
  ExecType,
  ExecutionReport,
  MassCancelScope,
  OrderCancelReject,
  OrderMassCancelReport,
  OrdStatus,
  OrdType,
  PegPriceType,
  PostOnly,
  Reason,
  Reject,
  SelfTradePrevention,
  SessionStatus,
  Side,
  TimeInForce,
} from '../protocol/codecs.ts'
export { INT64_NULL } from '../protocol/integers.ts'
export type { ApiKey, CancelOnDisconnect } from './logon.ts'
export { DISCONNECTED, OrderEntryClient } from './order-entry.ts'
export { OrderEntryError, type OrderEntryErrorCode } from './order-entry-error.ts'
export type { OrderEntryClientOptions, ReconnectOptions } from './order-entry-options.ts'
export type {
  CancelOrder,
  MassCancel,
  MassStatus,
  NewOrder,
  OrderInstructions,
  OrderStatus,
  ReplaceOrder,
} from './orders.ts'
export { FULL } from './outstanding.ts'
