/** How an order entry client is made. */
import type { KeyObject } from 'node:crypto'
import type {
  BusinessMessageReject,
  ExecutionReport,
  OrderCancelReject,
  OrderMassCancelReport,
  Reject,
  SecurityDefinition,
  TradingSessionStatus,
} from '../protocol/codecs.ts'
import type { CopySource } from './copy-source.ts'
import type { ApiKey, CancelOnDisconnect } from './logon.ts'
import type { OrderEntryError } from './order-entry-error.ts'

/**
 * Who hears what the exchange says, as it comes. What they are given is good only until they return. `source`: with `dropCopy`, whose
 * report it is.
 */
export interface ReportCallbacks {
  readonly onExecutionReport?: (report: ExecutionReport, source?: CopySource) => void
  readonly onCancelReject?: (reject: OrderCancelReject, source?: CopySource) => void
  /** A mass cancel is done; the reports of the orders came before. */
  readonly onMassCancelReport?: (report: OrderMassCancelReport, source?: CopySource) => void
  /** Answers `definitions()`. */
  readonly onSecurityDefinition?: (definition: SecurityDefinition) => void
  /** Answers `tradingStatus()`. */
  readonly onTradingStatus?: (status: TradingSessionStatus) => void
  /** Reports of these numbers, both included, are kept no more: they will not come. */
  readonly onReportsLost?: (first: number, last: number) => void
  /** The exchange has understood a message, and it may not be sent: never, or not now. */
  readonly onBusinessReject?: (reject: BusinessMessageReject) => void
  /** The exchange could not understand a message. */
  readonly onReject?: (reject: Reject) => void
}

export interface OrderEntryClientOptions extends ReportCallbacks {
  readonly host: string
  readonly port: number
  /** By TLS. `true`: what Node trusts; or a certificate authority of one's own (PEM), and the name that the certificate is for. */
  readonly tls?: true | { readonly ca?: string; readonly servername?: string }
  /** SenderCompID: the session. */
  readonly compId: string
  /** @default 'TRADSYS' */
  readonly targetCompId?: string
  /** Where the session has one: the private half of its own Ed25519 key, or a key with an id. */
  readonly key?: KeyObject | ApiKey
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
  /** Orders and replaces that reach the exchange later than so many ms are refused, up to 60,000. @default 0: none is */
  readonly recvWindowMs?: number
  /**
   * `connect()` begins the session's numbers again at 1, in both directions: reports of before are heard no more. A `reconnect()`
   * goes on with them.
   * @default false
   */
  readonly renumbers?: boolean
  /**
   * A drop copy session: it hears the reports of the account or the firm that it was defined for, under numbers of its own, and
   * nothing that it asks for is taken.
   * @default false
   */
  readonly dropCopy?: boolean
  /** Messages without an answer, 216 bytes each. Above it sends answer FULL. @default 4,096: 864 KiB */
  readonly outstandingMax?: number
  /** From connect to the exchange's Logon, ms. @default 5,000 */
  readonly logonMsMax?: number
  /** From a request of `promises` to its answer, reconnects included, ms; then it rejects. @default 30,000 */
  readonly answerMsMax?: number
  /**
   * A connection that is lost is made again by the client itself: it tries for so long, ms. 0: `reconnect()` is yours to call.
   * @default 0
   */
  readonly reconnectMsMax?: number
  /** The connection is gone, and not by `logout()`. */
  readonly onDisconnect?: (error: OrderEntryError) => void
  /** With `reconnectMsMax`: it is there again, and what was missed is coming. */
  readonly onReconnect?: () => void
  /** With `reconnectMsMax`: it could not be made again in that time. `reconnect()` may still be called. */
  readonly onGiveUp?: (error: OrderEntryError) => void
}

export interface ReconnectOptions {
  /** Tries again until so many ms are over. @default 0: one attempt */
  readonly withinMs?: number
}
