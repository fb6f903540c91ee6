/** How an order entry client is made. */
import type { KeyObject } from 'node:crypto'
import type {
  ExecutionReport,
  OrderCancelReject,
  OrderMassCancelReport,
  Reject,
} from '../protocol/codecs.ts'
import type { CancelOnDisconnect } from './logon.ts'
import type { OrderEntryError } from './order-entry-error.ts'

export interface OrderEntryClientOptions {
  readonly host: string
  readonly port: number
  /** SenderCompID: the session. */
  readonly compId: string
  /** @default 'TRADSYS' */
  readonly targetCompId?: string
  /** Ed25519 private key, where the session has one. */
  readonly key?: KeyObject
  /** 5 to 60. @default 10 */
  readonly heartBtIntSeconds?: number
  /**
   * The first report not seen yet: an earlier client's `nextReportNumber`. 1: all there ever were; 0: only what comes from
   * now on.
   * @default 0
   */
  readonly nextReportNumber?: number
  /** @default no order is cancelled because this client is gone */
  readonly cancelOnDisconnect?: CancelOnDisconnect
  /** Where the session is logged on already: its older connection has to go. @default false: the Logon is refused */
  readonly takesOver?: boolean
  /** Messages without an answer, 216 bytes each. Above it sends answer FULL. @default 4,096: 864 KiB */
  readonly outstandingMax?: number
  /** From connect to the exchange's Logon, ms. @default 5,000 */
  readonly logonMsMax?: number
  readonly onExecutionReport?: (report: ExecutionReport) => void
  readonly onCancelReject?: (reject: OrderCancelReject) => void
  /** A mass cancel is done; the reports of the orders came before. */
  readonly onMassCancelReport?: (report: OrderMassCancelReport) => void
  /** Reports of these numbers, both included, are kept no more: they will not come. */
  readonly onReportsLost?: (first: number, last: number) => void
  /** The exchange could not understand a message. */
  readonly onReject?: (reject: Reject) => void
  /** The connection is gone, and not by `logout()`. */
  readonly onDisconnect?: (error: OrderEntryError) => void
}

export interface ReconnectOptions {
  /** Tries again until so many ms are over. @default 0: one attempt */
  readonly withinMs?: number
}
