/**
 * Writes a segment anew from frames that are taken over byte by byte: their chain, checksums and times stay what they were.
 *
 *   frames, wherever they come from ──▶ SEGMENT COPY ──▶ a new file, on the disk
 */
import type { FrameTable } from './frame-table.ts'
import { Segment } from './segment.ts'
import type { SegmentBound } from './segment-bound.ts'

export interface SegmentContent {
  readonly head: SegmentBound
  /** Of a segment that is not written to any more. */
  readonly seal: SegmentBound | undefined
  /** Frames with their first sequences, in order: of the commands, and of each shard's events. */
  readonly commands: Iterable<StoredFrame>
  readonly events: readonly Iterable<StoredFrame>[]
}

export interface StoredFrame {
  readonly firstSequence: number
  readonly bytes: Uint8Array
}

/** One transaction takes so many: what is synced in one holds a CPU (paced-write.ts). */
const FRAMES_EACH = 2

/** `path` must not be there yet. Durable on return, but for the file's name. */
export function writeSegment(path: string, content: SegmentContent): void {
  const shards = Math.max(1, content.events.length)
  const segment = Segment.open(path, shards)
  try {
    segment.transaction(true, () => segment.putBound('head', content.head))
    appendAll(segment, segment.commands, content.commands)
    for (const [shard, frames] of content.events.entries()) {
      appendAll(segment, segment.eventsOf[shard]!, frames)
    }
    const { seal } = content
    if (seal !== undefined) segment.transaction(true, () => segment.putBound('seal', seal))
  } finally {
    segment.close()
  }
}

function appendAll(segment: Segment, table: FrameTable, frames: Iterable<StoredFrame>): void {
  const waiting: StoredFrame[] = []
  const write = (): void => {
    segment.transaction(true, () => {
      for (const { firstSequence, bytes } of waiting) table.append(firstSequence, bytes)
    })
    waiting.length = 0
  }
  for (const frame of frames) {
    waiting.push(frame)
    if (waiting.length === FRAMES_EACH) write()
  }
  if (waiting.length > 0) write()
}
