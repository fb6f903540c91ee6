/**
 *   inlet ──▶ FRAME CHECK ──▶ reader ──▶ session
 *
 * Whether a frame that came whole is a message of this wire: schema, version, template, lengths. Looks at the header
 * only.
 *
 *   | length 0xEB50 | blockLength template schema version | MsgSeqNum SendingTime flags ... |  root block  | left over |
 *                      '- ours, or as version 1 had it; more only from a newer version -'                  '- newer -'
 */
import {
  Heartbeat,
  Logon,
  Logout,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
  ResendRequest,
  SecurityDefinitionRequest,
  SequenceReset,
  SessionRejectReason,
  TestRequest,
  TradingSessionStatusRequest,
} from '../../../protocol/codecs.ts'
import { SCHEMA_ID, VERSION } from '../../../protocol/schema.ts'
import {
  WIRE_BLOCK_LENGTH_OFFSET,
  WIRE_HEADER_BYTES,
  WIRE_SCHEMA_OFFSET,
  WIRE_TEMPLATE_OFFSET,
  WIRE_VERSION_OFFSET,
} from '../../../protocol/wire-frame.ts'
import { type Fault, NO_TAG } from '../fault.ts'

const fault = (reason: number, text: string): Fault => ({ tag: NO_TAG, reason, text })

const WRONG_SCHEMA = fault(SessionRejectReason.Other, `schemaId must be ${SCHEMA_ID}`)
const WRONG_VERSION = fault(SessionRejectReason.Other, 'version must be at least 1')
const NEWER_BLOCK = fault(
  SessionRejectReason.IncorrectDataFormat,
  'blockLength is not that of version 1',
)
const WRONG_TYPE = fault(SessionRejectReason.InvalidMsgType, 'Invalid MsgType')
const SHORT_BLOCK = fault(
  SessionRejectReason.IncorrectDataFormat,
  'blockLength is too short for this message',
)
const LONG_BLOCK = fault(
  SessionRejectReason.IncorrectDataFormat,
  'blockLength is too long for this version',
)
const LONG_FRAME = fault(SessionRejectReason.IncorrectDataFormat, 'bytes behind the root block')
const SHORT_FRAME = fault(
  SessionRejectReason.IncorrectDataFormat,
  'the root block runs over the end of its frame',
)

/** Root block of a template that a client may send, in our version; 0 for any other. */
export function clientBlockBytes(templateId: number): number {
  switch (templateId) {
    case NewOrderSingle.TEMPLATE_ID:
      return NewOrderSingle.BLOCK_BYTES
    case OrderCancelRequest.TEMPLATE_ID:
      return OrderCancelRequest.BLOCK_BYTES
    case OrderCancelReplaceRequest.TEMPLATE_ID:
      return OrderCancelReplaceRequest.BLOCK_BYTES
    case OrderMassCancelRequest.TEMPLATE_ID:
      return OrderMassCancelRequest.BLOCK_BYTES
    case OrderStatusRequest.TEMPLATE_ID:
      return OrderStatusRequest.BLOCK_BYTES
    case OrderMassStatusRequest.TEMPLATE_ID:
      return OrderMassStatusRequest.BLOCK_BYTES
    case SecurityDefinitionRequest.TEMPLATE_ID:
      return SecurityDefinitionRequest.BLOCK_BYTES
    case TradingSessionStatusRequest.TEMPLATE_ID:
      return TradingSessionStatusRequest.BLOCK_BYTES
    case Heartbeat.TEMPLATE_ID:
      return Heartbeat.BLOCK_BYTES
    case TestRequest.TEMPLATE_ID:
      return TestRequest.BLOCK_BYTES
    case ResendRequest.TEMPLATE_ID:
      return ResendRequest.BLOCK_BYTES
    case SequenceReset.TEMPLATE_ID:
      return SequenceReset.BLOCK_BYTES
    case Logon.TEMPLATE_ID:
      return Logon.BLOCK_BYTES
    case Logout.TEMPLATE_ID:
      return Logout.BLOCK_BYTES
    default:
      return 0
  }
}

/** Where version 1 ended the root block: short of ours for a message that was given more fields since. */
function clientBlockBytesV1(templateId: number): number {
  switch (templateId) {
    case NewOrderSingle.TEMPLATE_ID:
      return NewOrderSingle.BLOCK_BYTES_V1
    case Logon.TEMPLATE_ID:
      return Logon.BLOCK_BYTES_V1
    default:
      return clientBlockBytes(templateId)
  }
}

/** How much of a root block without a fault our version knows, and passes on. */
export const knownBlockBytes = (templateId: number, blockBytes: number): number =>
  Math.min(blockBytes, clientBlockBytes(templateId))

/** The header's first fault, or undefined. The frame at `at` is whole and `length` bytes long. */
export function frameFault(view: DataView, at: number, length: number): Fault | undefined {
  if (view.getUint16(at + WIRE_SCHEMA_OFFSET, true) !== SCHEMA_ID) return WRONG_SCHEMA
  const version = view.getUint16(at + WIRE_VERSION_OFFSET, true)
  if (version < 1) return WRONG_VERSION
  const templateId = view.getUint16(at + WIRE_TEMPLATE_OFFSET, true)
  const ours = clientBlockBytes(templateId)
  if (ours === 0) return WRONG_TYPE
  const blockBytes = view.getUint16(at + WIRE_BLOCK_LENGTH_OFFSET, true)
  if (blockBytes < ours && blockBytes !== clientBlockBytesV1(templateId)) return SHORT_BLOCK
  const leftOver = length - WIRE_HEADER_BYTES - blockBytes
  if (leftOver < 0) return SHORT_FRAME
  if (version > VERSION) return undefined
  if (blockBytes > ours) return LONG_BLOCK
  if (version === 1 && blockBytes !== clientBlockBytesV1(templateId)) return NEWER_BLOCK
  return leftOver > 0 ? LONG_FRAME : undefined
}
