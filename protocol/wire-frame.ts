/**
 * A message on a client's TCP wire: length, encoding, SBE's header with the session's fields appended, root block.
 *
 *   0        4        6           8          10       12      14        18           26    27   28           36
 *   +--------+--------+-----------+----------+--------+-------+---------+------------+-----+----+------------+- - -+
 *   | length | 0xEB50 |blockLength|templateId|schemaId|version|MsgSeqNum|SendingTime |flags| 0  |OrigSendTime|block|
 *   |  u32   |  u16   |    u16    |   u16    |  u16   |  u16  |   u32   |  i64 µs    | u8  | u8 |  i64 µs    |     |
 *   +--------+--------+-----------+----------+--------+-------+---------+------------+-----+----+------------+- - -+
 *    '- SOFH, little -'
 *    '- endian here --'
 *
 * `length` counts every byte of the frame. Standard SOFH is big-endian; here all is little-endian, by agreement. There
 * is no checksum: TCP has one. A frame whose length or encoding is wrong has lost the framing: the connection is
 * closed, nobody scans for the next frame.
 */
import { INT64_NULL, readInt64, writeInt64 } from './integers.ts'
import { SCHEMA_ID, VERSION } from './schema.ts'

export const FRAME_LENGTH_OFFSET = 0
export const ENCODING_OFFSET = 4
export const WIRE_BLOCK_LENGTH_OFFSET = 6
export const WIRE_TEMPLATE_OFFSET = 8
export const WIRE_SCHEMA_OFFSET = 10
export const WIRE_VERSION_OFFSET = 12
export const MSG_SEQ_NUM_OFFSET = 14
export const SENDING_TIME_OFFSET = 18
export const FLAGS_OFFSET = 26
export const ORIG_SENDING_TIME_OFFSET = 28
export const WIRE_HEADER_BYTES = 36

/** SBE 1.0, little-endian. */
export const ENCODING_SBE = 0xeb50
/** The message was sent before under the same number. */
export const FLAG_POSS_DUP = 1
/** The content was sent before under another number. */
export const FLAG_POSS_RESEND = 2

/** CopyMsgIndicator(797): the report is another session's. */
export const FLAG_COPY = 4

/**
 * Whose report a copy is of, at the end of its root block, which is so much longer:
 *
 *   root block   0                                blockLength - 32          - 16                blockLength
 *                +--------------- - - ------------+-------------------------+-------------------------+
 *                | as the session itself had it   |  Account(1), char[16]   |OnBehalfOfCompID(115), 16|
 *                +--------------- - - ------------+-------------------------+-------------------------+
 */
export const COPY_SOURCE_BYTES = 32
export const COPY_COMP_ID_OFFSET = 16

/** Longest frame that either side sends; a longer length is a lost framing. */
export const WIRE_FRAME_BYTES_MAX = 1024

/** The exchange's own CompID. */
export const EXCHANGE_COMP_ID = 'TRADSYS'

export interface WireHeader {
  readonly templateId: number
  readonly blockBytes: number
  readonly msgSeqNum: number
  /** µs since 1970. */
  readonly sendingTime: number
  readonly possDup?: boolean
  readonly isCopy?: boolean
  /** µs since 1970; with possDup. */
  readonly origSendingTime?: number
}

/** Writes everything before the root block. Returns the offset of the block. */
export function writeWireHeader(view: DataView, at: number, header: WireHeader): number {
  view.setUint32(at + FRAME_LENGTH_OFFSET, WIRE_HEADER_BYTES + header.blockBytes, true)
  view.setUint16(at + ENCODING_OFFSET, ENCODING_SBE, true)
  view.setUint16(at + WIRE_BLOCK_LENGTH_OFFSET, header.blockBytes, true)
  view.setUint16(at + WIRE_TEMPLATE_OFFSET, header.templateId, true)
  view.setUint16(at + WIRE_SCHEMA_OFFSET, SCHEMA_ID, true)
  view.setUint16(at + WIRE_VERSION_OFFSET, VERSION, true)
  view.setUint32(at + MSG_SEQ_NUM_OFFSET, header.msgSeqNum, true)
  writeInt64(view, at + SENDING_TIME_OFFSET, header.sendingTime)
  const copyFlag = header.isCopy ? FLAG_COPY : 0
  view.setUint8(at + FLAGS_OFFSET, (header.possDup ? FLAG_POSS_DUP : 0) | copyFlag)
  view.setUint8(at + FLAGS_OFFSET + 1, 0)
  writeInt64(view, at + ORIG_SENDING_TIME_OFFSET, header.origSendingTime ?? INT64_NULL)
  return at + WIRE_HEADER_BYTES
}

/** What a look at the first bytes of a buffer can tell: the frame's length, or why there is none. */
export const INCOMPLETE = 0
export const FRAMING_LOST = -1

/**
 * Length of the frame at `at`, of which `available` bytes have arrived: INCOMPLETE (wait for more), FRAMING_LOST (close), or
 * the length of a whole frame. Never asks for more memory than WIRE_FRAME_BYTES_MAX.
 */
export function frameLength(view: DataView, at: number, available: number): number {
  if (available >= 4) {
    const length = view.getUint32(at + FRAME_LENGTH_OFFSET, true)
    if (length < WIRE_HEADER_BYTES || length > WIRE_FRAME_BYTES_MAX) return FRAMING_LOST
    if (available >= 6 && view.getUint16(at + ENCODING_OFFSET, true) !== ENCODING_SBE)
      return FRAMING_LOST
    if (available >= length) return length
  }
  return INCOMPLETE
}

export const sendingTimeOf = (view: DataView, at: number): number =>
  readInt64(view, at + SENDING_TIME_OFFSET)
