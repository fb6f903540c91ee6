/** What a session says where something is wrong with it, or with what it was told. */
import { SessionRejectReason } from '../../protocol/codecs.ts'
import { type Fault, NO_TAG } from './fault.ts'

export const TOO_MANY = 'Too many messages: log on again, and send fewer a second'
export const NUMBERS_USED_UP = 'Sequence numbers used up: log on under another CompID'
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
export const TEST_REQ_ID_MALFORMED: Fault = {
  tag: 112,
  reason: SessionRejectReason.IncorrectDataFormat,
  text: 'TestReqID(112) must be printable ASCII, NUL-padded',
}
