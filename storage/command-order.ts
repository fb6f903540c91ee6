/**
 * The rule of the commands' own numbers: record n of a frame carries the frame's first sequence + n, and no time is
 * less than the one before it.
 *
 * Held by the writer before a commit and by the verifier after it: both sides of the same boundary.
 */
import {
  alignRecord,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  SEQUENCE_OFFSET,
  TIME_OFFSET,
} from '../protocol/envelope.ts'
import { readInt64 } from '../protocol/integers.ts'
import { FRAME_HEADER_BYTES } from './frame.ts'

export interface CommandRange {
  /** The whole frame; its records have been walked before. */
  readonly frame: DataView
  readonly firstSequence: number
  /** The time of the command before the frame's first one. */
  readonly timeBeforeUs: number
}

/** The last command's time; or, as a negative number, the offset of the first record that breaks the rule. */
export function lastTimeInOrder({ frame, firstSequence, timeBeforeUs }: CommandRange): number {
  let sequence = firstSequence
  let timeUs = timeBeforeUs
  let at = FRAME_HEADER_BYTES
  while (at < frame.byteLength) {
    const recordTimeUs = readInt64(frame, at + RECORD_HEADER_BYTES + TIME_OFFSET)
    const recordSequence = readInt64(frame, at + RECORD_HEADER_BYTES + SEQUENCE_OFFSET)
    if (recordSequence !== sequence || !(recordTimeUs >= timeUs)) return -at
    timeUs = recordTimeUs
    sequence++
    at += alignRecord(frame.getInt32(at + RECORD_LENGTH_OFFSET, true))
  }
  return timeUs
}
