/**
 * The fresh process of `bench snapshot`: a machine with many resting orders, its state taken, and
 * taken in by another machine. Argument: a SnapshotRun as JSON; prints one JSON line.
 */
import { ExchangeMachine } from '../actors/exchange-machine.ts'
import { restoreSnapshot, takeSnapshot } from '../engine/recovery/snapshot.ts'
import { Outbox } from '../engine/shard/outbox.ts'
import { inlineMore } from '../engine/thread/inlining.ts'
import { SCHEMA_HASH } from '../protocol/codecs.ts'
import { SEQUENCE_OFFSET, TIME_OFFSET } from '../protocol/envelope.ts'
import { readInt64 } from '../protocol/integers.ts'
import { SCHEMA_ID, VERSION } from '../protocol/schema.ts'
import { crc32 } from '../storage/crc32.ts'
import { IS_SELL, MESSAGE_WORDS, Verb } from './book/book-messages.ts'
import { ShardCommands } from './book/shard-commands.ts'

export interface SnapshotRun {
  /** That rest when it is taken. */
  readonly orders: number
}

export interface SnapshotRunResult {
  readonly bytes: number
  /** All of it: columns, checksums, hash of the state. */
  readonly takeMs: number
  readonly checksumMs: number
  readonly stateHashMs: number
  /** All of it: checksums, columns, and the hash of the state that they make. */
  readonly restoreMs: number
}

const MIDDLE_TICKS = 10_000
const AWAY_TICKS = 1_000

/** Half of them bids, half asks, over a thousand prices each. */
function restingOrders(count: number): ShardCommands {
  const words = new Int32Array(count * MESSAGE_WORDS)
  for (let i = 0; i < count; i++) {
    const away = 1 + ((i >> 1) % AWAY_TICKS)
    const isSell = i % 2 === 1
    const price = isSell ? MIDDLE_TICKS + away : MIDDLE_TICKS - away
    words.set([Verb.New | (isSell ? IS_SELL : 0), i + 1, 1 + (i % 50), price], i * MESSAGE_WORDS)
  }
  return new ShardCommands({ count, idMax: count, words })
}

const newOutbox = (): Outbox =>
  new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })

function timed<T>(run: () => T): { readonly result: T; readonly ms: number } {
  const startMs = performance.now()
  const result = run()
  return { result, ms: performance.now() - startMs }
}

const { orders } = JSON.parse(process.argv[2]!) as SnapshotRun
inlineMore()
const commands = restingOrders(orders)
const outbox = newOutbox()
const machine = new ExchangeMachine(outbox)
for (let i = 0; i < commands.count; i++) {
  const at = commands.offsets[i]!
  outbox.clear()
  outbox.begin(
    readInt64(commands.view, at + SEQUENCE_OFFSET),
    readInt64(commands.view, at + TIME_OFFSET),
  )
  machine.apply(commands.view, at)
}
const resting = machine.venue.orders.openCount
if (resting !== orders) throw new Error(`bench: ${resting} orders rest, and ${orders} should`)
const place = {
  sequence: outbox.sequence,
  timeUs: outbox.timeUs,
  eventNumber: outbox.eventNumber,
}
const take = timed(() => takeSnapshot(machine, place, { schemaHash: SCHEMA_HASH }))
const checksum = timed(() => crc32(take.result))
const stateHash = timed(() => machine.stateHash())
const restore = timed(() => {
  return restoreSnapshot(take.result, new ExchangeMachine(newOutbox()), SCHEMA_HASH)
})
if (restore.result.stateHash !== stateHash.result) throw new Error('bench: another state came out')
const result: SnapshotRunResult = {
  bytes: take.result.length,
  takeMs: take.ms,
  checksumMs: checksum.ms,
  stateHashMs: stateHash.ms,
  restoreMs: restore.ms,
}
process.stdout.write(`${JSON.stringify(result)}\n`)
