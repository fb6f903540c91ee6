/**
 * One frame in a reader's hands.
 *
 *   journal ──▶ FRAME VIEW ──▶ replay, resend, audit
 *
 * The bytes are the reader's own copy: they stay as they are whatever the writer does next, until a walk that is transient
 * reads its next frame.
 */
import { alignRecord, RECORD_LENGTH_OFFSET } from '../protocol/envelope.ts'
import { readInt64 } from '../protocol/integers.ts'
import {
  BUILD_HASH_OFFSET,
  COUNT_OFFSET,
  CRC_OFFSET,
  checkChecksum,
  checkFrame,
  FRAME_HEADER_BYTES,
  FRAME_TIME_OFFSET,
  type FrameExpectation,
  FrameKind,
  type FrameProblem,
  PREVIOUS_HASH_OFFSET,
  viewOf,
} from './frame.ts'
import { JournalError } from './journal-error.ts'
import { type FrameMemory, unpackFrame } from './packed-frame.ts'

export class FrameView {
  readonly kind: FrameKind
  readonly firstSequence: number
  readonly count: number
  /** µs. Commands: the time of the last one. Events: when the frame was committed. */
  readonly time: number
  /** Unpacked. */
  readonly bytes: Uint8Array
  readonly view: DataView
  /** As it stands in the journal: what its checksum and the chain of hashes are over. */
  readonly stored: Uint8Array
  /** Where in `bytes` the first record starts. */
  readonly firstRecord = FRAME_HEADER_BYTES

  /** `view` begins where `bytes` does, and may go on behind them. */
  constructor(
    kind: FrameKind,
    firstSequence: number,
    bytes: Uint8Array,
    view = viewOf(bytes),
    stored = bytes,
  ) {
    this.kind = kind
    this.firstSequence = firstSequence
    this.bytes = bytes
    this.view = view
    this.stored = stored
    this.count = this.view.getUint32(COUNT_OFFSET, true)
    this.time = readInt64(this.view, FRAME_TIME_OFFSET)
  }

  get lastSequence(): number {
    return this.firstSequence + this.count - 1
  }

  /** The build that wrote this frame, 16 hex digits. */
  get buildHash(): string {
    return Buffer.from(this.bytes.subarray(BUILD_HASH_OFFSET, BUILD_HASH_OFFSET + 8)).toString(
      'hex',
    )
  }

  /** The hash of the frame before it, in its own words. */
  get previousHash(): Uint8Array {
    return this.bytes.slice(PREVIOUS_HASH_OFFSET, CRC_OFFSET)
  }

  /** Throws if the frame is not what was written: for who has read it unchecked. */
  checkChecksum(): void {
    const problem = checkChecksum(this.stored)
    if (problem !== null) throw frameError(this, problem)
  }

  /** The record after the one at `offset`, or -1. */
  nextRecord(offset: number): number {
    const next = offset + alignRecord(this.view.getInt32(offset + RECORD_LENGTH_OFFSET, true))
    // A length that leads nowhere or backwards would make the caller loop for ever.
    if (next <= offset || next > this.bytes.length) {
      throw frameError(this, { code: 'journal-damaged', what: 'record length', offset })
    }
    return next === this.bytes.length ? -1 : next
  }
}

/**
 * Checks header, checksum and what else is expected, and opens the frame; throws what is wrong with it. With `memory` its bytes are
 * good until the next frame is opened in that, and `stored` is in it.
 */
export function openFrame(
  stored: Uint8Array,
  expected: FrameExpectation,
  memory?: FrameMemory,
): FrameView {
  const frame = lookAtFrame(stored, expected, memory)
  if ('code' in frame) throw frameError(expected, frame)
  return frame
}

/** As `openFrame`; returns what is wrong with it. */
export function lookAtFrame(
  stored: Uint8Array,
  expected: FrameExpectation,
  memory?: FrameMemory,
): FrameView | FrameProblem {
  const problem = checkFrame(stored, expected)
  if (problem !== null) return problem
  const bytes = unpackFrame(stored, memory)
  if (bytes === undefined) {
    // Of one whose checksum nobody has looked at yet it is the disk's doing most likely.
    return (
      checkChecksum(stored) ?? { code: 'journal-damaged', what: 'its records were not packed so' }
    )
  }
  const { kind, firstSequence } = expected
  if (memory === undefined) return new FrameView(kind, firstSequence, bytes, viewOf(bytes), stored)
  const view = bytes === stored ? memory.storedView : memory.plainView
  return new FrameView(kind, firstSequence, bytes, view, stored)
}

export function frameError(
  frame: { readonly kind: FrameKind; readonly firstSequence: number },
  problem: FrameProblem,
): JournalError {
  return new JournalError(problem.code, {
    what: `${frameName(frame)}: ${problem.what}`,
    likely: PROBLEM_LIKELY[problem.code],
    mend: PROBLEM_MEND[problem.code],
  })
}

export function frameName(frame: { kind: FrameKind; firstSequence: number }): string {
  const kind = frame.kind === FrameKind.Commands ? 'commands' : 'events'
  return `journal frame of ${kind} from ${frame.firstSequence}`
}

const PROBLEM_LIKELY: Record<FrameProblem['code'], string> = {
  'journal-damaged': 'the disk or something on this machine changed bytes after they were written',
  'format-newer': 'it was written by a newer TradSys',
  'schema-mismatch': 'it was written by a TradSys with other messages',
}

export const PROBLEM_MEND: Record<FrameProblem['code'], string> = {
  'journal-damaged':
    'Keep the files, restore the data directory from a replica or a backup, and check the disk',
  'format-newer': 'Start the TradSys version that wrote it, or a newer one',
  'schema-mismatch': 'Start the TradSys version that wrote it, or use an empty data directory',
}
