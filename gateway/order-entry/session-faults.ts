/** What a session says where something is wrong with it, or with what it was told. */
import { BusinessRejectReason, SessionRejectReason } from '../../protocol/codecs.ts'
import { type BusinessFault, type Fault, missing, NO_TAG } from './fault.ts'

export const TOO_MANY = 'Too many messages: log on again, and send fewer a second'
export const NUMBERS_USED_UP = 'Sequence numbers used up: log on with ResetSeqNumFlag(141)'
export const SEQUENCES_RESET = 'Sequence numbers begin again at 1: log on anew'
export const SECOND_LOGON: Fault = {
  tag: NO_TAG,
  reason: SessionRejectReason.Other,
  text: 'This connection is logged on already',
}
export const JOURNAL_LOW: Fault = {
  tag: NO_TAG,
  reason: SessionRejectReason.Other,
  text: 'Storage is low: no new orders now, cancels are taken',
}
export const ORIG_SENDING_TIME_MISSING = missing(122, 'OrigSendingTime')
export const ORIG_SENDING_TIME_LATE: Fault = {
  tag: 122,
  reason: SessionRejectReason.SendingTimeAccuracy,
  text: 'OrigSendingTime(122) must not be later than SendingTime(52)',
}
export const SENDING_TIME_INACCURATE: Fault = {
  tag: 52,
  reason: SessionRejectReason.SendingTimeAccuracy,
  text: 'SendingTime(52) is too far from the time of the exchange',
}
/** A message that this wire has, and that only the exchange sends. */
export const NOT_FOR_CLIENTS: BusinessFault = {
  reason: BusinessRejectReason.UnsupportedMessageType,
  retryAfterMs: 0,
  text: 'Only the exchange sends this message',
}
export const STALE: BusinessFault = {
  reason: BusinessRejectReason.Stale,
  retryAfterMs: 0,
  text: 'Older than RecvWindow(25000) when it came',
}
