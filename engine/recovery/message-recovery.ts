/**
 *   events of each shard ── messages ──▶ in the log?  ── no ──▶ still to be sequenced
 *
 * A message between shards is journaled twice: as an event when it is said, as a command when it is sequenced. A stop may
 * come between the two. Events that the journal lost are made again by the replay and go the way of all events; this finds
 * what the journal has as an event only.
 */
import { alignRecord, RECORD_HEADER_BYTES, RECORD_LENGTH_OFFSET } from '../../protocol/envelope.ts'
import type { FrameView } from '../../storage/frame-view.ts'
import { type CommandRouter, NO_SHARD } from '../shard/command-router.ts'
import type { ReplaySource } from './replay.ts'

/** The part of a journal that is looked at; JournalReader has it. */
export interface ShardedJournal {
  commands(fromSequence: number): Iterable<FrameView>
  ofShard(shard: number): Pick<ReplaySource, 'events'>
}

/** Where a shard once stood. */
export interface SaidPlace {
  /** Of its last event. */
  readonly eventNumber: number
  /** Number of its last message to others. */
  readonly said: number
}

/** What need not be looked for in the log any more. */
export interface KnownMessages {
  /** What is in the log up to this command is known. */
  readonly sequence: number
  /** By sender, the number of its last message that is known to be in the log. */
  readonly sequenced: Float64Array
  /** Of each shard, the newest first. */
  readonly said: readonly Iterable<SaidPlace>[]
}

/**
 * Asks a fresh router about the commands of the journal, and returns the records of the messages that the log lacks: of each
 * sender in the order in which they were said. `known`: only what is behind that is read.
 */
export function unsequencedMessages(
  router: CommandRouter,
  journal: ShardedJournal,
  known?: KnownMessages,
): Uint8Array[] {
  const sequenced = known?.sequenced.slice() ?? new Float64Array(router.shards)
  for (const { view, envelope } of recordsOf(journal.commands((known?.sequence ?? 0) + 1))) {
    router.route(view, envelope)
    const sender = router.senderOf(view, envelope)
    if (sender === NO_SHARD) continue
    // What is known may lie behind: shards have their snapshots at different commands.
    sequenced[sender] = Math.max(sequenced[sender]!, router.numberOf(view, envelope))
  }
  const missing: Uint8Array[] = []
  for (let shard = 0; shard < router.shards; shard++) {
    const first = eventsFrom(known?.said[shard] ?? [], sequenced[shard]!)
    for (const { view, envelope, record } of recordsOf(journal.ofShard(shard).events(first))) {
      if (router.senderOf(view, envelope) !== shard) continue
      if (router.numberOf(view, envelope) > sequenced[shard]!) missing.push(record.slice())
    }
  }
  return missing
}

/** The first event that may be a message which the log lacks: behind a place up to which it has all. */
function eventsFrom(places: Iterable<SaidPlace>, sequenced: number): number {
  for (const { eventNumber, said } of places) if (said <= sequenced) return eventNumber + 1
  return 1
}

function* recordsOf(frames: Iterable<FrameView>) {
  for (const frame of frames) {
    const { bytes, view } = frame
    for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at)) {
      const length = alignRecord(view.getInt32(at + RECORD_LENGTH_OFFSET, true))
      yield { view, envelope: at + RECORD_HEADER_BYTES, record: bytes.subarray(at, at + length) }
    }
  }
}
