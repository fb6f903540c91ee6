/** What can go wrong between a client and the exchange's order entry. */
import { reasonRow } from '../protocol/reasons.ts'
import type { Answer } from './answers.ts'

export type OrderEntryErrorCode =
  /** Nobody answers at this address. */
  | 'unreachable'
  /** The exchange answered the Logon by a Logout, or closed without a word. */
  | 'logon-refused'
  /** No answer to the Logon in time. */
  | 'logon-timeout'
  /** The connection ended: what is not answered is kept, and sent again by `reconnect()`. Of a request: it was not sent. */
  | 'disconnected'
  /** The exchange has judged a request, and says no: `reason`, and the `answer` that said it. */
  | 'refused'
  /** The exchange could not understand a message. */
  | 'rejected'
  /** The exchange has understood a message, and it may not be sent: never, or not before `retryAfterMs`. */
  | 'denied'
  /** Every slot was taken for too long: the request was not sent. */
  | 'no-room'
  /** It was sent, and no answer came in time. What became of it is not known; it may still be done. */
  | 'unanswered'
  /** The exchange has taken a request, and the reports that answered it are kept no more: what became of it is not known. */
  | 'answer-lost'
  /** The exchange broke the protocol. */
  | 'protocol'

/** Why the exchange refused. */
export interface RefusalReason {
  /** Of Reason where a request was refused, of SessionRejectReason or BusinessRejectReason where a message was. */
  readonly code: number
  /** The code's name there; '' where this client does not know it. */
  readonly name: string
}

export interface OrderEntryErrorDetails {
  /** SessionStatus(1409) of the exchange's Logout, if there was one. */
  readonly status?: number
  readonly reason?: RefusalReason
  /** ms after which a message that was denied may be sent again; 0: not at all. */
  readonly retryAfterMs?: number
  /** A copy that stays good. */
  readonly answer?: Answer
}

export class OrderEntryError extends Error {
  override readonly name = 'OrderEntryError'
  readonly code: OrderEntryErrorCode
  readonly status: number | undefined
  readonly reason: RefusalReason | undefined
  readonly retryAfterMs: number | undefined
  readonly answer: Answer | undefined

  /** `message`: a sentence for a person, the exchange's own where it has one. */
  constructor(code: OrderEntryErrorCode, message: string, details: OrderEntryErrorDetails = {}) {
    super(message)
    this.code = code
    this.status = details.status
    this.reason = details.reason
    this.retryAfterMs = details.retryAfterMs
    this.answer = details.answer
  }
}

/** What a request's refusal is to whoever made it. `code`: of Reason. */
export function refusedBy(answer: Answer, code: number): OrderEntryError {
  const { name, sentence } = reasonRow(code)
  return new OrderEntryError('refused', sentence, { answer, reason: { code, name } })
}

/** The name of a wire value in its set. */
export const nameIn = (set: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(set).find((name) => set[name] === value) ?? ''
