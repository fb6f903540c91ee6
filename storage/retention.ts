/**
 * Deletes the oldest segments of a journal that has grown too large: whole ones, sealed, and only what every snapshot that
 * is kept stands for.
 *
 *   ├── segment ──┼── segment ──┼── segment ──┼── segment ─ ─
 *                          ▲ oldest kept snapshot
 *   └ may go ─────┘
 */
import * as fs from 'node:fs'
import { PagedSegment } from './paged-segment.ts'
import { listSegments, removeSegment, type SegmentFile } from './segment-files.ts'

export interface Retention {
  /** Of all segments together; sealed ones that are more than that may go. */
  readonly keepBytes: number
  /** Of the oldest snapshot that is kept. */
  readonly snapshotSequence: number
}

function isBegun({ path, firstSequence }: SegmentFile): boolean {
  const segment = PagedSegment.open(path)
  const head = segment?.head
  segment?.close()
  return head?.commands.lastSequence === firstSequence - 1
}

/** Returns the segments that it deleted, oldest first. */
export function deleteOldSegments(
  directory: string,
  { keepBytes, snapshotSequence }: Retention,
): SegmentFile[] {
  const files = listSegments(directory)
  let bytes = files.reduce((sum, { path }) => sum + fs.statSync(path).size, 0)
  const deleted: SegmentFile[] = []
  for (const [index, file] of files.entries()) {
    const next = files[index + 1]
    // The file behind may be one that is only being begun: then this one is still written to.
    const isNeeded =
      next === undefined || next.firstSequence - 1 > snapshotSequence || !isBegun(next)
    if (isNeeded || bytes <= keepBytes) break
    bytes -= fs.statSync(file.path).size
    removeSegment(file)
    deleted.push(file)
  }
  return deleted
}
