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

/**
 * Asks a fresh router about every command of the journal, and returns the records of the messages that the log lacks: of
 * each sender in the order in which they were said.
 */
export function unsequencedMessages(router: CommandRouter, journal: ShardedJournal): Uint8Array[] {
  const sequenced = new Float64Array(router.shards)
  for (const { view, envelope } of recordsOf(journal.commands(1))) {
    router.route(view, envelope)
    const sender = router.senderOf(view, envelope)
    if (sender !== NO_SHARD) sequenced[sender] = router.numberOf(view, envelope)
  }
  const missing: Uint8Array[] = []
  for (let shard = 0; shard < router.shards; shard++) {
    for (const { view, envelope, record } of recordsOf(journal.ofShard(shard).events(1))) {
      if (router.senderOf(view, envelope) !== shard) continue
      if (router.numberOf(view, envelope) > sequenced[shard]!) missing.push(record.slice())
    }
  }
  return missing
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
