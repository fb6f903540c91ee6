/**
 * The multicast ring against a slow and obvious one: an array of records, a count per reader,
 * positions that never wrap. Seeded random steps over tiny rings and random orders of readers, who
 * leave and join on the way; every answer is compared.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MulticastReader } from '../../ringbuffer/multicast/multicast-reader.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { MulticastBench } from './multicast-script.ts'
import { Seeded } from './seeded.ts'

interface ModelRecord {
  readonly type: number
  readonly payload: readonly number[]
  readonly payloadOffset: number
  /** From the beginning of time to the record's first byte behind its padding, and to its end. */
  readonly startBytes: number
  readonly endBytes: number
}

interface ModelReader {
  attached: boolean
  /** Everything that it is behind, found by walking. */
  readonly behind: ReadonlySet<number>
  headBytes: number
  releasedBytes: number
  recordsOut: number
  unreleased: number
}

class MulticastModel {
  readonly records: ModelRecord[] = []
  readonly readers: ModelReader[]
  readonly capacityBytes: number
  tailBytes: number
  publishedBytes: number
  claim: { payloadOffset: number; payloadBytes: number; endBytes: number } | undefined
  fullCount = 0

  constructor(capacityBytes: number, behind: readonly (readonly number[])[], startBytes: number) {
    this.capacityBytes = capacityBytes
    this.tailBytes = startBytes
    this.publishedBytes = startBytes
    const allBehind = (reader: number): number[] =>
      behind[reader]!.flatMap((leader) => [leader, ...allBehind(leader)])
    this.readers = behind.map((_, reader) => ({
      attached: true,
      behind: new Set(allBehind(reader)),
      headBytes: startBytes,
      releasedBytes: startBytes,
      recordsOut: 0,
      unreleased: 0,
    }))
  }

  tryClaim(payloadBytes: number): number {
    const alignedBytes = Math.ceil((8 + payloadBytes) / 8) * 8
    const at = this.tailBytes % this.capacityBytes
    const padBytes = at + alignedBytes > this.capacityBytes ? this.capacityBytes - at : 0
    const endBytes = this.tailBytes + padBytes + alignedBytes
    const attached = this.readers.filter((reader) => reader.attached)
    if (attached.some((reader) => endBytes - reader.releasedBytes > this.capacityBytes)) {
      this.fullCount += 1
      this.publishedBytes = this.tailBytes
      return FULL
    }
    // Nobody reads, and unpublished records fill it: they go out first.
    if (attached.length === 0 && endBytes - this.publishedBytes > this.capacityBytes) {
      this.publishedBytes = this.tailBytes
    }
    const payloadOffset = ((at + padBytes) % this.capacityBytes) + 8
    this.claim = { payloadOffset, payloadBytes, endBytes }
    return payloadOffset
  }

  commit(type: number, payload: readonly number[]): void {
    const { payloadOffset, endBytes } = this.claim!
    const startBytes = endBytes - Math.ceil((8 + payload.length) / 8) * 8
    this.records.push({ type, payload, payloadOffset, startBytes, endBytes })
    if (this.records.length > 200) this.records.shift()
    this.tailBytes = endBytes
    this.claim = undefined
  }

  limitOf(number: number): number {
    const leaders = [...this.readers[number]!.behind]
      .map((leader) => this.readers[leader]!)
      .filter((leader) => leader.attached)
    return Math.min(this.publishedBytes, ...leaders.map((leader) => leader.releasedBytes))
  }

  /** Steps over padding, which the next release then gives back. */
  peek(number: number): ModelRecord | undefined {
    const reader = this.readers[number]!
    const limitBytes = this.limitOf(number)
    const record = this.records.find(({ startBytes }) => startBytes >= reader.headBytes)
    const start = record?.startBytes ?? 0
    // A leader may have released just the padding.
    if (record !== undefined && start <= limitBytes) reader.headBytes = start
    return record !== undefined && record.endBytes <= limitBytes ? record : undefined
  }

  advance(number: number, record: ModelRecord): void {
    const reader = this.readers[number]!
    reader.headBytes = record.endBytes
    reader.unreleased += 1
    if (reader.headBytes - reader.releasedBytes >= this.capacityBytes / 4) this.release(number)
  }

  release(number: number): void {
    const reader = this.readers[number]!
    reader.releasedBytes = reader.headBytes
    reader.recordsOut += reader.unreleased
    reader.unreleased = 0
  }

  attach(number: number): void {
    const reader = this.readers[number]!
    reader.attached = true
    reader.headBytes = this.limitOf(number)
    reader.releasedBytes = reader.headBytes
    reader.unreleased = 0
  }
}

/** Each behind some of those before it. */
const orderBy = (chance: Seeded): number[][] => {
  const order: number[][] = []
  for (let reader = 0; reader <= chance.below(5); reader += 1) {
    order.push([...order.keys()].filter(() => chance.below(3) === 0))
  }
  return order
}

/** One random walk. Throws what an assertion says, with the step at which it said so. */
const walk = (seed: number, steps: number): MulticastModel => {
  const chance = new Seeded(seed)
  const capacityBytes = 64 << chance.below(4)
  const startUnits = [0, 2 ** 31 - 50, 2 ** 32 - 50, chance.below(2 ** 31)][chance.below(4)]!
  const behind = orderBy(chance)
  const ring = new MulticastBench(capacityBytes, behind, startUnits)
  const model = new MulticastModel(capacityBytes, behind, startUnits * 8)
  const lean = 1 + chance.below(5)
  for (let step = 0; step < steps; step += 1) {
    try {
      const reader = chance.below(behind.length)
      if (chance.below(200) === 0) leaveOrJoin(ring, model, reader)
      else if (chance.below(5 + behind.length) < lean) produce(ring, model, chance, step)
      else if (model.readers[reader]!.attached) read(ring, model, chance, reader)
    } catch (error) {
      const where = `step ${step}, capacity ${capacityBytes} B, start ${startUnits}`
      const order = behind.map((leaders) => `[${leaders}]`).join(' ')
      throw new Error(`${where}, ${order}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return model
}

const produce = (ring: MulticastBench, model: MulticastModel, chance: Seeded, step: number) => {
  const { producer } = ring
  if (model.claim === undefined) {
    if (chance.below(4) === 0) {
      producer.publish()
      model.publishedBytes = model.tailBytes
    } else {
      const payloadBytes = chance.below(model.capacityBytes / 8 - 8 + 1)
      assert.equal(producer.claim(payloadBytes), model.tryClaim(payloadBytes), 'claim')
    }
  } else if (chance.below(5) === 0) {
    const { payloadOffset, payloadBytes } = model.claim
    producer.bytes.fill(0xee, payloadOffset, payloadOffset + payloadBytes)
    producer.abort()
    model.claim = undefined
  } else {
    const payload = Array.from({ length: model.claim.payloadBytes }, () => chance.below(256))
    producer.bytes.set(payload, model.claim.payloadOffset)
    producer.commit(step + 1)
    model.commit(step + 1, payload)
  }
  assert.equal(producer.hasUnpublished, model.publishedBytes !== model.tailBytes, 'hasUnpublished')
  assert.equal(ring.gauge.fullCount, model.fullCount, 'fullCount')
}

const read = (ring: MulticastBench, model: MulticastModel, chance: Seeded, number: number) => {
  const reader = ring.readers[number]!
  if (chance.below(4) === 0) {
    reader.release()
    model.release(number)
    assert.equal(ring.gauge.recordsOutOf(number), model.readers[number]!.recordsOut, 'recordsOut')
    return
  }
  const hasWork = model.limitOf(number) !== model.readers[number]!.headBytes
  assert.equal(reader.hasWork(), hasWork, `hasWork of ${number}`)
  const offset = reader.peek()
  const expected = model.peek(number)
  assert.equal(offset, expected?.payloadOffset ?? EMPTY, `peek of ${number}`)
  if (expected === undefined) return
  assert.equal(reader.recordType, expected.type, 'type')
  const payload = [...reader.bytes.subarray(offset, offset + reader.payloadBytes)]
  assert.deepEqual(payload, expected.payload, 'payload')
  if (chance.below(3) === 0) return // peeked, and left for the next time
  reader.advance()
  model.advance(number, expected)
}

const leaveOrJoin = (ring: MulticastBench, model: MulticastModel, number: number): void => {
  if (model.readers[number]!.attached) {
    ring.gate.detachReader(number)
    model.readers[number]!.attached = false
    return
  }
  ring.gate.attachReader(number)
  ring.readers[number] = new MulticastReader(ring.memory, number, ring)
  model.attach(number)
}

test('multicast: answers as the model does, over random walks', () => {
  let recordsOut = 0
  let fullCount = 0
  for (let seed = 1; seed <= 300; seed += 1) {
    try {
      const model = walk(seed, 2_000)
      for (const reader of model.readers) recordsOut += reader.recordsOut
      fullCount += model.fullCount
    } catch (error) {
      assert.fail(`seed ${seed}: ${error instanceof Error ? error.message : error}`)
    }
  }
  // The walks must go somewhere, or agreement means nothing.
  assert.ok(recordsOut > 20_000, `only ${recordsOut} records went through`)
  assert.ok(fullCount > 20_000, `only ${fullCount} claims were full`)
})
