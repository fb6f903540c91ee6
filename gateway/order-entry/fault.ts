/** What is wrong with a message, as a Reject says it. Made once, at the start: to refuse costs no more than to accept. */
import { SessionRejectReason } from '../../protocol/codecs.ts'

export interface Fault {
  /** FIX tag at fault, or NO_TAG. */
  readonly tag: number
  /** SessionRejectReason(373). */
  readonly reason: number
  /** At most 64 characters. */
  readonly text: string
}

/** What is right in form and may not be sent, as a BusinessMessageReject says it. */
export interface BusinessFault {
  /** BusinessRejectReason(380). */
  readonly reason: number
  /** 0: never. */
  readonly retryAfterMs: number
  /** At most 64 characters. */
  readonly text: string
}

/** RefTagID's null. */
export const NO_TAG = 0xffff

const { RequiredTagMissing, ValueOutOfRange, IncorrectDataFormat } = SessionRejectReason

export const missing = (tag: number, name: string): Fault => ({
  tag,
  reason: RequiredTagMissing,
  text: `Required tag missing: ${name}(${tag})`,
})
export const outOfRange = (tag: number, name: string, allowed: string): Fault => ({
  tag,
  reason: ValueOutOfRange,
  text: `${name}(${tag}) must be ${allowed}`,
})
/** Given, and without meaning beside another field that is `instead` of what it goes with. */
export const unwanted = (tag: number, name: string, instead: string): Fault => ({
  tag,
  reason: ValueOutOfRange,
  text: `${name}(${tag}) must be absent with this ${instead}`,
})
export const malformed = (tag: number, name: string, form: string): Fault => ({
  tag,
  reason: IncorrectDataFormat,
  text: `${name}(${tag}) must be ${form}`,
})
