/**
 *   journal ──▶ RECOVERY ──▶ a machine that has run the log
 *        snapshots ──▲
 *
 * As a start does it, by the engine's own replay: from the log's first command, or from the newest snapshot that is whole
 * and not ahead of the journal. The rules of which snapshot is good are those of engine/recovery/recovery.ts, which reads files.
 */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import type { ExchangeLimits } from '../../actors/limits.ts'
import { ShardRouter } from '../../actors/shard-router.ts'
import { type ReplaySource, replay } from '../../engine/recovery/replay.ts'
import { restoreSnapshot, takeSnapshot } from '../../engine/recovery/snapshot.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { SCHEMA_HASH } from '../../protocol/codecs.ts'
import { RECORD_HEADER_BYTES, SEQUENCE_OFFSET } from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import { SnapshotRefused } from '../../storage/snapshot-refused.ts'
import type { Draws } from './draws.ts'
import { type Watch, WatchedMachine } from './watch.ts'

export interface RecoveredMachine {
  readonly machine: WatchedMachine
  /** Holds the events that the journal does not. */
  readonly outbox: Outbox
  readonly commands: number
}

export interface RecoveryPlace {
  readonly shard: number
  readonly shards: number
  readonly limits: ExchangeLimits
  readonly watch: Watch
}

function newMachine({ shard, shards, limits, watch }: RecoveryPlace) {
  const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  const inner = new ExchangeMachine(outbox, limits, { shard, shards })
  return { outbox, machine: new WatchedMachine(inner, outbox, { shard, watch }) }
}

/** From nothing: the whole log. */
export function recoverFromLog(source: ReplaySource, place: RecoveryPlace): RecoveredMachine {
  const { outbox, machine } = newMachine(place)
  const { shard: number, shards } = place
  const shard = shards === 1 ? undefined : { number, router: new ShardRouter(shards) }
  const options = { source, machine, outbox, ...(shard === undefined ? {} : { shard }) }
  return { machine, outbox, commands: replay(options).lastCommand }
}

/** A shard's snapshots, the newest last. */
export class Snapshots {
  readonly #taken: { readonly sequence: number; bytes: Uint8Array }[] = []

  take(machine: WatchedMachine, place: { sequence: number; timeUs: number; eventNumber: number }) {
    this.#taken.push({
      sequence: place.sequence,
      bytes: takeSnapshot(machine, place, { schemaHash: SCHEMA_HASH }),
    })
    if (this.#taken.length > 3) this.#taken.shift()
  }

  /** The machine died while it wrote the newest one. */
  tearNewest(draws: Draws): void {
    const newest = this.#taken.at(-1)
    if (newest === undefined) return
    const bytes = Uint8Array.from(newest.bytes)
    if (draws.oneIn(2)) bytes[draws.below(bytes.length)]! ^= 1 << draws.below(8)
    newest.bytes = bytes.subarray(0, draws.oneIn(2) ? bytes.length : draws.below(bytes.length))
    // Nothing may have happened to it in both draws: then it is cut short by a byte.
    if (newest.bytes.length === bytes.length) newest.bytes = bytes.subarray(0, bytes.length - 1)
  }

  /** The log ends here now. */
  cutTo(sequence: number): void {
    while (this.#taken.length > 0 && this.#taken.at(-1)!.sequence > sequence) this.#taken.pop()
  }

  /**
   * Newest first; those that are refused are passed over, and those that are ahead of the journal's events: events are
   * written behind, and nobody would say again what was said before the snapshot. Undefined: there is none.
   */
  recover(source: ReplaySource, place: RecoveryPlace): RecoveredMachine | undefined {
    for (const { bytes } of [...this.#taken].reverse()) {
      const { outbox, machine } = newMachine(place)
      try {
        const head = restoreSnapshot(bytes, machine, SCHEMA_HASH)
        if (head.eventNumber > source.lastEvent) continue
        outbox.eventNumber = head.eventNumber
        const shard = shardAt(source, place, head.sequence)
        const { lastCommand } = replay({ source, machine, outbox, from: head, ...shard })
        return { machine, outbox, commands: lastCommand }
      } catch (error) {
        if (!(error instanceof SnapshotRefused)) throw error
        this.#taken.splice(
          this.#taken.findIndex((taken) => taken.bytes === bytes),
          1,
        )
      }
    }
    return undefined
  }
}

/** Among several shards, with a router that has heard of every definition up to a command; alone, nothing. */
function shardAt(source: ReplaySource, { shard, shards }: RecoveryPlace, sequence: number) {
  if (shards === 1) return {}
  const router = new ShardRouter(shards)
  for (const frame of source.commands(1)) {
    for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at)) {
      const envelope = at + RECORD_HEADER_BYTES
      if (readInt64(frame.view, envelope + SEQUENCE_OFFSET) > sequence) break
      router.route(frame.view, envelope)
    }
  }
  return { shard: { number: shard, router } }
}
