/** What a session says where something is wrong with it, or with what it was told. */
import { SessionRejectReason } from '../../protocol/codecs.ts'
import { type Fault, NO_TAG } from './fault.ts'

export const TOO_MANY = 'Too many messages: log on again, and send fewer a second'
export const NUMBERS_USED_UP = 'Sequence numbers used up: log on with ResetSeqNumFlag(141)'
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
