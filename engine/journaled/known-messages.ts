/**
 * What the newest good snapshots of all shards know of the messages between these, so that a start need not walk the log before them
 * to find what it lacks (engine/recovery/message-recovery.ts).
 */
import type { SchemaHashes } from '../../storage/frame.ts'
import type { JournalReader } from '../../storage/journal-reader.ts'
import { listSnapshots, readSnapshot } from '../../storage/snapshot-files.ts'
import { isPassedOver, refuseMisfit } from '../../storage/snapshot-fit.ts'
import { HEAD_BYTES, snapshotHead } from '../../storage/snapshot-head.ts'
import type { KnownMessages, SaidPlace } from '../recovery/message-recovery.ts'
import { SnapshotReader } from '../recovery/snapshot-reader.ts'
import type { SnapshotTransfer } from '../recovery/snapshot-transfer.ts'
import { NO_GENERATION, NO_START, RESERVING_SHARD, type Start } from './start-notice.ts'

const RULES_MARK = '+'

/** Of one shard: they stand first in its snapshot. */
export interface ShardNumbers {
  /** Messages that it has sent to others, over its whole life. */
  readonly relayed: number
  /** Of each shard, the last of its messages that was heard. */
  readonly heard: Float64Array<ArrayBuffer>
  /** Of the system's last start that the log knows of. */
  readonly start: Start
}

/** `heard` is filled in place. */
export function transferNumbers(
  shard: number,
  { relayed, heard, start }: ShardNumbers,
  snapshot: SnapshotTransfer,
): ShardNumbers {
  snapshot.part('shard')
  snapshot.same('shard', shard)
  snapshot.same('shards', heard.length)
  const said = snapshot.number(relayed)
  snapshot.fill(heard)
  const generation = snapshot.number(start.generation)
  // One text: snapshots of before rules were counted have no more.
  const written = start.rules === 0 ? start.schema : `${start.schema}${RULES_MARK}${start.rules}`
  const [schema = '', rules = '0'] = snapshot.text(written).split(RULES_MARK)
  return { relayed: said, heard, start: { generation, schema, rules: Number(rules) } }
}

export interface KnownNumbers extends KnownMessages {
  readonly generation: number
}

/** `journal` is the one in `directory`, and stays the caller's. Older snapshots are read only where they are asked for. */
export function knownMessages(
  directory: string,
  journal: JournalReader,
  { schemaHash, shards }: { readonly schemaHash: SchemaHashes; readonly shards: number },
): KnownNumbers {
  const sequenced = new Float64Array(shards)
  const said: Iterable<SaidPlace>[] = []
  let behind = journal.lastCommand
  let generation = NO_GENERATION
  for (let shard = 0; shard < shards; shard++) {
    const places = placesIn(directory, journal, { schemaHash, shards, shard })
    const newest = places.next()
    behind = Math.min(behind, newest.done === true ? 0 : newest.value.sequence)
    if (newest.done === true) {
      said.push([])
      continue
    }
    const { numbers } = newest.value
    for (const [sender, number] of numbers.heard.entries()) {
      sequenced[sender] = Math.max(sequenced[sender]!, number)
    }
    if (shard === RESERVING_SHARD) generation = numbers.start.generation
    said.push(startingWith(newest.value, places))
  }
  return { sequence: behind, sequenced, said, generation }
}

interface Place extends SaidPlace {
  readonly sequence: number
  readonly numbers: ShardNumbers
}

/** Of one shard's good snapshots, the newest first. */
function* placesIn(
  directory: string,
  journal: JournalReader,
  of: { readonly schemaHash: SchemaHashes; readonly shards: number; readonly shard: number },
): Generator<Place, void, void> {
  const { schemaHash, shards, shard } = of
  for (const file of listSnapshots(directory, shard)) {
    // One that lies ahead is of another time, as for a recovery.
    if (file.sequence > journal.lastCommand) continue
    try {
      const bytes = readSnapshot(file.path, schemaHash)
      const { sequence, eventNumber, ...head } = snapshotHead(bytes, schemaHash)
      refuseMisfit(journal, { sequence, eventNumber, ...head }, shard)
      const nothing = { relayed: 0, heard: new Float64Array(shards), start: NO_START }
      const numbers = transferNumbers(shard, nothing, new SnapshotReader(bytes, HEAD_BYTES))
      yield { sequence, eventNumber, said: numbers.relayed, numbers }
    } catch (error) {
      if (!isPassedOver(error)) throw error
    }
  }
}

function* startingWith<T>(first: T, rest: Iterable<T>): Generator<T, void, void> {
  yield first
  yield* rest
}
