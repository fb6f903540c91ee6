/**
 * Whether a snapshot is of this very journal. One may outlive the log that it was taken of: a power cut takes the end of a
 * journal that was not synced, a journal is restored without its snapshots, or goes another way from an older state on.
 *
 * Asked by whoever begins with one: recovery, the verifier of a tail, and retention, which deletes what one stands for.
 */
import type { SchemaHashes } from './frame.ts'
import type { JournalReader } from './journal-reader.ts'
import { readSnapshot } from './snapshot-files.ts'
import { type SnapshotHead, snapshotHead } from './snapshot-head.ts'
import { SnapshotRefused } from './snapshot-refused.ts'

/** Throws SnapshotRefused where the journal does not go on from there. `shard`: whose state it is. */
export function refuseMisfit(
  journal: JournalReader,
  { sequence, eventNumber, chainHash }: SnapshotHead,
  shard = 0,
): void {
  const hash = journal.chainHashAt(sequence)
  if (hash === undefined || Buffer.compare(hash, chainHash) !== 0) {
    throw new SnapshotRefused(
      `this journal's command ${sequence} is not the one that it was taken behind`,
      'use an older one, or replay the log',
    )
  }
  const { lastEvent } = journal.ofShard(shard)
  if (eventNumber > lastEvent) {
    throw new SnapshotRefused(
      `it knows of event ${eventNumber}, and this journal ends at ${lastEvent}`,
      'use an older one, or replay the log',
    )
  }
}

/** What a file holds that is whole and of this journal; undefined for any other, and where it is gone by now. */
export function headOfFitting(
  path: string,
  journal: JournalReader,
  schemaHash: SchemaHashes,
  shard = 0,
): SnapshotHead | undefined {
  try {
    const head = snapshotHead(readSnapshot(path, schemaHash), schemaHash)
    refuseMisfit(journal, head, shard)
    return head
  } catch (error) {
    if (isPassedOver(error)) return undefined
    throw error
  }
}

/** Of a snapshot that cannot be used, or whose file cannot be read: there may be an older one. */
export const isPassedOver = (error: unknown): boolean =>
  error instanceof SnapshotRefused || (error instanceof Error && 'syscall' in error)
