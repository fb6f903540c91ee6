/**
 * Does the journal still hold what its head mark says was durable?
 *
 * Asked by whoever opens a journal. The mark must have been read before the tables were opened: it is written after
 * the frames, so a mark read first is never ahead of a journal that is being written meanwhile.
 */
import { FrameKind, hashFrame } from './frame.ts'
import type { ChainPlace } from './frame-chain.ts'
import { frameName, openFrame } from './frame-view.ts'
import type { Mark } from './head-mark.ts'
import { JournalError } from './journal-error.ts'
import type { PagedTable } from './paged-segment.ts'
import { CHAIN_START, type ChainEnd } from './segment-bound.ts'
import { journalMissing } from './segment-files.ts'

/** A chain in one segment, up to its end there. */
export interface MarkedChain extends ChainPlace {
  readonly end: ChainEnd
}

export interface MarkedTable extends MarkedChain {
  /** What the mark says of this table. */
  readonly lastSequence: number
  readonly hash: Uint8Array
}

export function markedTables(
  mark: Mark,
  commands: MarkedChain,
  events: MarkedChain,
): MarkedTable[] {
  return [
    { ...commands, lastSequence: mark.lastCommand, hash: mark.commandHash },
    { ...events, lastSequence: mark.lastEvent, hash: mark.eventHash },
  ]
}

/** Throws if the table ends before the mark, or holds other frames up to it than it did. */
export function checkAgainstMark({ table, start, end, lastSequence, hash }: MarkedTable): void {
  // Of what retention has deleted it may speak where only runs without marks came after; or it is no mark at all.
  if (lastSequence < start.lastSequence || lastSequence === 0) return
  if (end.lastSequence < lastSequence) throw behindHeadMark(table.kind, end, lastSequence)
  const known = [end, start].find((place) => place.lastSequence === lastSequence)
  const marked = known === undefined ? hashEndingAt(table, lastSequence) : known.hash
  if (marked !== undefined && Buffer.compare(marked, hash) === 0) return
  throw new JournalError('journal-behind-head-mark', {
    what: `${frameName({ kind: table.kind, firstSequence: lastSequence })} is not the one that was marked durable`,
    likely: 'the journal file was rolled back to an older copy, and written on from there',
    mend: 'Restore the newest copy of the data directory; never mix files of two copies',
  })
}

function hashEndingAt(table: PagedTable, lastSequence: number): Uint8Array | undefined {
  const firstSequence = table.startOfFrameWith(lastSequence)
  const bytes = firstSequence === 0 ? undefined : table.get(firstSequence)
  if (bytes === undefined) return undefined
  const frame = openFrame(bytes, { kind: table.kind, firstSequence })
  return frame.lastSequence === lastSequence ? hashFrame(bytes) : undefined
}

/** The journal ends before what was durable. */
export function behindHeadMark(kind: FrameKind, end: ChainEnd, marked: number): JournalError {
  const last = frameName({ kind, firstSequence: end.lastSequence })
  return new JournalError('journal-behind-head-mark', {
    what: `the journal ends at ${last}, but ${marked} was durable`,
    likely: 'the journal file was rolled back to an older copy, or is damaged',
    mend: 'Restore the newest copy of the data directory; to trade on from the older state, move head.mark away',
  })
}

/** There is no segment: none yet, or what the mark speaks of is gone. */
export function noSegments(directory: string, mark: Mark | null): JournalError {
  if (mark === null || mark.lastCommand === 0) return journalMissing(directory)
  return behindHeadMark(FrameKind.Commands, CHAIN_START, mark.lastCommand)
}
