/** What can go wrong between a client and the exchange's order entry. */

export type OrderEntryErrorCode =
  /** Nobody answers at this address. */
  | 'unreachable'
  /** The exchange answered the Logon by a Logout, or closed without a word. */
  | 'logon-refused'
  /** No answer to the Logon in time. */
  | 'logon-timeout'
  /** The connection ended. What is not answered is kept, and sent again by `reconnect()`. */
  | 'disconnected'
  /** A later `request()` with the same ClOrdID waits for the report now. */
  | 'superseded'
  /** The exchange could not understand a message. */
  | 'rejected'
  /** The exchange broke the protocol. */
  | 'protocol'

export class OrderEntryError extends Error {
  override readonly name = 'OrderEntryError'
  readonly code: OrderEntryErrorCode
  /** SessionStatus(1409) of the exchange's Logout, if there was one. */
  readonly status: number | undefined

  constructor(code: OrderEntryErrorCode, message: string, status?: number) {
    super(message)
    this.code = code
    this.status = status
  }
}
