/** A state that is saved and restored is the same state, and goes on the same. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { EXCHANGE_LIMITS } from '../../actors/limits.ts'
import { hashClientId } from '../../actors/order-registry.ts'
import { ShardRouter } from '../../actors/shard-router.ts'
import { restoreSnapshot, takeSnapshot } from '../../engine/recovery/snapshot.ts'
import { EVERY_SHARD } from '../../engine/shard/command-router.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { SCHEMA_HASH } from '../../protocol/codecs.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import { writeText } from '../../protocol/text.ts'
import { FORMAT, HEAD_BYTES, snapshotHead } from '../../storage/snapshot-head.ts'
import { SnapshotRefused } from '../../storage/snapshot-refused.ts'
import { DeepState } from './deep-state.ts'
import { seeded } from './seeded.ts'
import { ShardFlow } from './shard-flow.ts'
import { openSharded } from './sharded-venue.ts'
import { type LoggedCommand, Restored, SnapshotRun } from './snapshot-run.ts'

const SEEDS = 20
const MOMENTS = 3
const LONG_TAIL = 10_000

/** What means nothing between two commands, and why. */
const SCRATCH = [
  // Empty: only the memory that it has grown to.
  ...['DueQueue.#orders', 'DueQueue.#first', 'DueQueue.#end'],
  ...['TouchedLevels.#keys', 'TouchedLevels.#signs', 'TouchedLevels.#lots'],
  ...['TouchedLevels.#orders', 'TouchedLevels.#table', 'TouchedLevels.#mask'],
  ...['Safeguards.#rows', 'Safeguards.#markets', 'Safeguards.#prints'],
  // Where a look begins; what it finds is the same.
  ...['NameTable.#last'],
  // Set before each use: what the last one left.
  ...['StopWatch.#elected', 'StopWatch.#electedCount', 'Matcher.wasBanded'],
  ...['ProRata.count', 'ProRata.#makers', 'ProRata.#lots', 'ProRata.#level'],
  ...['Amendment.kind', 'Amendment.priceTicks', 'OrderDesk.#found', 'PhaseDesk.#auction'],
]

/** Where a restored machine says something else than was said, or nothing. */
function tailDiffers(restored: Restored, tail: readonly LoggedCommand[]): string | undefined {
  for (const command of tail) {
    if (!restored.apply(command).equals(command.said)) return `command ${command.sequence}`
  }
  return undefined
}

test('snapshot: at any moment, the restored machine is the same in every field and goes on the same', () => {
  let fields = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = new SnapshotRun(seed)
    const random = seeded(1_000 + seed)
    const moments: { readonly at: number; readonly bytes: Uint8Array; readonly hash: string }[] = []
    for (let moment = 0; moment < MOMENTS; moment++) {
      run.run(50 + random(300))
      const bytes = run.take()
      const deep = new DeepState(SCRATCH)
      const { machine, head } = new Restored(bytes)
      assert.deepEqual(deep.differences(run.machine, machine), [], `seed ${seed}`)
      fields += deep.count
      deep.close()
      assert.equal(machine.audit(), undefined, `seed ${seed}`)
      assert.equal(head.sequence, run.exchange.sequence)
      moments.push({ at: run.log.length, bytes, hash: run.machine.stateHash() })
    }
    run.run(200)
    for (const { at, bytes, hash } of moments) {
      const restored = new Restored(bytes)
      assert.equal(restored.head.stateHash, hash)
      assert.equal(tailDiffers(restored, run.log.slice(at)), undefined, `seed ${seed} from ${at}`)
      assert.equal(restored.machine.stateHash(), run.machine.stateHash(), `seed ${seed}`)
    }
  }
  assert.ok(fields > SEEDS * MOMENTS * 300, `${fields} fields were compared`)
})

for (const seed of [101, 102, 103]) {
  test(`snapshot: ten thousand commands behind it say the same bytes, seed ${seed}`, () => {
    const run = new SnapshotRun(seed)
    run.run(3_000)
    const bytes = run.take()
    const from = run.log.length
    run.run(LONG_TAIL)
    const restored = new Restored(bytes)
    assert.equal(tailDiffers(restored, run.log.slice(from)), undefined)
    assert.equal(restored.machine.stateHash(), run.machine.stateHash())
  })
}

test('snapshot: one taken of the restored machine is the same bytes', () => {
  const run = new SnapshotRun(7)
  run.run(500)
  const bytes = run.take()
  const again = new SnapshotRun(8)
  const restored = new Restored(bytes)
  Object.assign(again.exchange, { machine: restored.machine, sequence: restored.head.sequence })
  const place = Buffer.from(bytes.subarray(0, HEAD_BYTES))
  const taken = Buffer.from(again.take())
  assert.ok(taken.subarray(HEAD_BYTES).equals(bytes.subarray(HEAD_BYTES)), 'the body')
  assert.ok(taken.subarray(48, 56).equals(place.subarray(48, 56)), 'hash of the state')
})

test('snapshot: taking one changes nothing', () => {
  const run = new SnapshotRun(9)
  run.run(300)
  const before = run.machine.stateHash()
  const first = Buffer.from(run.take())
  assert.ok(first.equals(run.take()))
  assert.equal(run.machine.stateHash(), before)
})

test('snapshot: what a gateway is told at its start changes nothing', () => {
  let wakeUps = 0
  for (let seed = 21; seed < 31; seed++) {
    const run = new SnapshotRun(seed)
    run.run(300)
    const { machine } = new Restored(run.take())
    const said = run.exchange.announce()
    wakeUps += said.filter(({ name }) => name === 'WakeUp').length
    const deep = new DeepState(SCRATCH)
    assert.deepEqual(deep.differences(run.machine, machine), [], `seed ${seed}`)
    deep.close()
  }
  assert.ok(wakeUps > 3, `${wakeUps} wake-ups were asked for again`)
})

test('snapshot: of two shards, with messages on their way and requests that wait', () => {
  let waiting = 0
  for (let seed = 1; seed <= 8; seed++) {
    const names = ['ann', 'ben', 'cat', 'dan']
    const venue = openSharded(names, 3_000)
    const flow = new ShardFlow(seed, names.length)
    const send = (count: number): void => {
      for (let i = 0; i < count; i++) {
        const { name, session, fields } = flow.next()
        flow.hear(venue.send(name, session, fields))
        if (i % 3 !== 0) flow.hear(venue.hearFrom(i % 2) ?? [])
      }
    }
    send(150 + 20 * seed)
    const from = venue.log.length
    const said = venue.shards.map((shard) => shard.said.length)
    const restored = venue.shards.map(({ machine, outbox }, shard) => {
      const place = { sequence: from, timeUs: outbox.timeUs, eventNumber: outbox.eventNumber }
      waiting += machine.venue.funds!.waiting.count
      const one = new Restored(takeSnapshot(machine, place, { schemaHash: SCHEMA_HASH }), {
        shard,
        shards: 2,
      })
      const deep = new DeepState([...SCRATCH, 'ShardAccounts.short', 'ShardAccounts.#name'])
      assert.deepEqual(deep.differences(machine, one.machine), [], `seed ${seed}, shard ${shard}`)
      deep.close()
      return one
    })
    send(300)
    venue.settle()
    const router = new ShardRouter(2)
    for (const [i, view] of venue.log.entries()) {
      const heardBy = router.route(view, 0)
      if (i < from) continue
      for (const [shard, one] of restored.entries()) {
        if (heardBy !== EVERY_SHARD && heardBy !== shard) continue
        const bytes = one.apply({ view, sequence: i + 1, timeUs: 1_000_001 + i })
        const expected = venue.shards[shard]!.said[said[shard]!++]!
        assert.ok(bytes.equals(expected), `seed ${seed}, shard ${shard}, command ${i + 1}`)
      }
    }
    const hashes = restored.map(({ machine }) => machine.stateHash())
    assert.deepEqual(
      hashes,
      venue.shards.map(({ machine }) => machine.stateHash()),
    )
  }
  assert.ok(waiting > 8, `${waiting} requests waited`)
})

test('deep state: a private field, a column, a map and a missing part each show', () => {
  class Part {
    readonly #column = new Int32Array(3)
    readonly #map = new Map<string, number[]>([['a', [1]]])
    #hidden = 0
    part: object | undefined = { inner: 0 }
    change(what: string): this {
      if (what === 'column') this.#column[2] = 1
      if (what === 'map') this.#map.get('a')!.push(2)
      if (what === 'hidden') this.#hidden = this.#hidden + 1
      if (what === 'part') this.part = undefined
      return this
    }
  }
  const seen = (what: string, exceptions: string[] = []): string[] => {
    const deep = new DeepState(exceptions)
    const differences = deep.differences(new Part(), new Part().change(what))
    deep.close()
    return differences.map((line) => line.slice(0, line.indexOf(':')))
  }
  assert.deepEqual(seen('nothing'), [])
  for (const what of ['column', 'map', 'hidden']) assert.deepEqual(seen(what), [`machine.#${what}`])
  assert.deepEqual(seen('part'), ['machine.part'])
  assert.deepEqual(seen('hidden', ['Part.#hidden']), [])
})

const fresh = (limits = EXCHANGE_LIMITS, place = { shard: 0, shards: 1 }): ExchangeMachine =>
  new ExchangeMachine(
    new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 }),
    limits,
    place,
  )

test('snapshot: a bit that flips anywhere, and a missing end, are refused', () => {
  const run = new SnapshotRun(11)
  run.run(200)
  const whole = run.take()
  const random = seeded(12)
  const refused = (bytes: Uint8Array, what: string): void => {
    assert.throws(() => snapshotHead(bytes, SCHEMA_HASH), SnapshotRefused, what)
    assert.throws(
      () => snapshotHead(bytes, SCHEMA_HASH),
      /^SnapshotRefused: snapshot: .+; mend: .+$/,
    )
  }
  for (let i = 0; i < 1_000; i++) {
    const bytes = Uint8Array.from(whole)
    const at = i < 8 * HEAD_BYTES ? i >> 3 : random(bytes.length)
    bytes[at]! ^= 1 << (i & 7)
    refused(bytes, `bit ${i & 7} of byte ${at}`)
  }
  for (let i = 0; i < 300; i++) {
    const length = i < HEAD_BYTES + 8 ? i : random(whole.length)
    refused(whole.subarray(0, length), `${length} bytes of it`)
  }
})

test('snapshot: another build, other limits and another place are refused by name', () => {
  const run = new SnapshotRun(13)
  run.run(50)
  const bytes = run.take()
  const restore = (machine: ExchangeMachine, schema = SCHEMA_HASH) =>
    assert.throws.bind(undefined, () => restoreSnapshot(bytes, machine, schema))
  restore(
    fresh(),
    '0123456789abcdef',
  )(/its messages are [0-9a-f]{16}, this build's 0123456789abcdef/)
  restore(fresh({ ...EXCHANGE_LIMITS, ordersMax: 5 }))(
    /limit ordersMax is 4194304, and here it is 5/,
  )
  restore(fresh(EXCHANGE_LIMITS, { shard: 1, shards: 2 }))(
    /the number of shards is 1, and here it is 2/,
  )
})

test('snapshot: what a machine hands over, and how its ids are looked up, belong to the format', () => {
  const kinds: string[] = []
  const noted =
    <T>(kind: string) =>
    (value: T): T => {
      kinds.push(kind)
      return value
    }
  new SnapshotRun(1).machine.transfer({
    isRestoring: false,
    ...{ number: noted('number'), text: noted('text'), fill: noted('fill') },
    ...{ ints: noted('ints'), floats: noted('floats') },
    same: (name) => kinds.push(`same ${name}`),
    part: (name) => kinds.push(`part ${name}`),
  })
  const id = new DataView(new ArrayBuffer(36))
  writeText(id, 0, 36, 'order-0123456789-0123456789-01234567')
  const digest = createHash('sha256')
    .update(kinds.join())
    .update(`${hashClientId(5, id, 0)}`)
  const known = { format: FORMAT, digest: digest.digest('hex').slice(0, 16) }
  // Another digest: raise FORMAT, for a snapshot of before would be read as what it is not.
  assert.deepEqual(known, { format: 4, digest: '367469b5851614fb' })
})
