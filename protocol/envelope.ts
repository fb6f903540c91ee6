/**
 * How a message looks inside the exchange: in a ring, in the journal, in a shard's hands.
 *
 *   record     0        4        8                                               length, then padded to 8
 *              +--------+--------+----------------------------+------------------+
 *              | length |  type  |          envelope          |    root block    |
 *              |  i32   |  i32   |          32 bytes          | blockLength bytes|
 *              +--------+--------+----------------------------+------------------+
 *
 *   envelope   0            2            4          6         8        12       16         24        32
 *              +------------+------------+----------+---------+--------+--------+----------+---------+
 *              |blockLength | templateId | schemaId | version | session| number | sequence |  time   |
 *              |    u16     |    u16     |   u16    |   u16   |  u32   |  u32   | i64      | i64 µs  |
 *              +------------+------------+----------+---------+--------+--------+----------+---------+
 *               '------- SBE's standard message header ------'
 *
 * Little-endian. `length` counts the record's own 8 bytes and not the padding; `type` repeats `templateId`, so that a
 * ring can tell a message from its own padding (type 0). The same bytes stand in the ring and in the journal.
 *
 * For a command `session` is the session it came from (0: the operator), `number` that session's MsgSeqNum, `sequence`
 * and `time` what the sequencer stamped. For an event they are the session it goes to (0: everyone), its report number
 * there, and the sequence and time of the command that caused it. An operator's command has number 0, or one of the
 * operator's own, which its answer then has too.
 */

export const RECORD_HEADER_BYTES = 8
export const RECORD_LENGTH_OFFSET = 0
export const RECORD_TYPE_OFFSET = 4
export const RECORD_ALIGNMENT = 8

export const ENVELOPE_BYTES = 32
export const BLOCK_LENGTH_OFFSET = 0
export const TEMPLATE_ID_OFFSET = 2
export const SCHEMA_ID_OFFSET = 4
export const VERSION_OFFSET = 6
export const SESSION_OFFSET = 8
export const NUMBER_OFFSET = 12
export const SEQUENCE_OFFSET = 16
export const TIME_OFFSET = 24

/** From a record's first byte to its root block. */
export const RECORD_BLOCK_OFFSET = RECORD_HEADER_BYTES + ENVELOPE_BYTES

/** Bytes that a record of this root block takes, header and envelope included, before padding. */
export const recordBytes = (blockBytes: number): number => RECORD_BLOCK_OFFSET + blockBytes

/** The next multiple of the record alignment. */
export const alignRecord = (bytes: number): number =>
  (bytes + (RECORD_ALIGNMENT - 1)) & -RECORD_ALIGNMENT
