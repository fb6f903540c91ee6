/**
 * The ring against a slow and obvious one: arrays of records, positions that never wrap. Seeded
 * random steps over tiny rings, every answer compared, down to which claim is full and at which
 * offset a record lies.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { RingBench } from './ring-script.ts'
import { Seeded } from './seeded.ts'

interface ModelRecord {
  readonly type: number
  readonly payload: readonly number[]
  readonly payloadOffset: number
  /**
   * From the ring's beginning of time to the record's first byte, behind its padding, and to its
   * end.
   */
  readonly startBytes: number
  readonly endBytes: number
}

interface ModelClaim {
  readonly payloadOffset: number
  readonly payloadBytes: number
  readonly endBytes: number
}

class RingModel {
  readonly committed: ModelRecord[] = []
  readonly published: ModelRecord[] = []
  claim: ModelClaim | undefined
  fullCount = 0
  recordsOut = 0
  #tailBytes: number
  #headBytes: number
  #releasedBytes: number
  #unreleased = 0

  readonly capacityBytes: number

  constructor(capacityBytes: number, startBytes: number) {
    this.capacityBytes = capacityBytes
    this.#tailBytes = startBytes
    this.#headBytes = startBytes
    this.#releasedBytes = startBytes
  }

  tryClaim(payloadBytes: number): number {
    const alignedBytes = Math.ceil((8 + payloadBytes) / 8) * 8
    const at = this.#tailBytes % this.capacityBytes
    const padBytes = at + alignedBytes > this.capacityBytes ? this.capacityBytes - at : 0
    const endBytes = this.#tailBytes + padBytes + alignedBytes
    if (endBytes - this.#releasedBytes > this.capacityBytes) {
      this.fullCount += 1
      this.publish()
      return FULL
    }
    const payloadOffset = ((at + padBytes) % this.capacityBytes) + 8
    this.claim = { payloadOffset, payloadBytes, endBytes }
    return payloadOffset
  }

  commit(type: number, payload: readonly number[]): void {
    const { payloadOffset, endBytes } = this.claim!
    const startBytes = endBytes - Math.ceil((8 + payload.length) / 8) * 8
    this.committed.push({ type, payload, payloadOffset, startBytes, endBytes })
    this.#tailBytes = endBytes
    this.claim = undefined
  }

  publish(): void {
    this.published.push(...this.committed.splice(0))
  }

  /** Steps over padding, which the next release then gives back. */
  peek(): ModelRecord | undefined {
    const record = this.published[0]
    if (record !== undefined) this.#headBytes = record.startBytes
    return record
  }

  advance(): void {
    this.#headBytes = this.published.shift()!.endBytes
    this.#unreleased += 1
    if (this.#headBytes - this.#releasedBytes >= this.capacityBytes / 4) this.release()
  }

  release(): void {
    this.#releasedBytes = this.#headBytes
    this.recordsOut += this.#unreleased
    this.#unreleased = 0
  }
}

/** One random walk. Throws what an assertion says, with the step at which it said so. */
const walk = (seed: number, steps: number): RingModel => {
  const chance = new Seeded(seed)
  const capacityBytes = 64 << chance.below(4)
  const startUnits = [0, 2 ** 31 - 50, 2 ** 32 - 50, chance.below(2 ** 31)][chance.below(4)]!
  const ring = new RingBench(capacityBytes, startUnits)
  const model = new RingModel(capacityBytes, startUnits * 8)
  // Some walks lean to the producer, some to the consumer: so the ring is often full, or often
  // empty.
  const lean = 1 + chance.below(9)
  for (let step = 0; step < steps; step += 1) {
    try {
      if (chance.below(10) < lean) produce(ring, model, chance, step)
      else consume(ring, model, chance)
    } catch (error) {
      const where = `step ${step}, capacity ${capacityBytes} B, start ${startUnits}`
      throw new Error(`${where}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return model
}

const produce = (ring: RingBench, model: RingModel, chance: Seeded, step: number): void => {
  const { producer } = ring
  if (model.claim === undefined) {
    if (chance.below(4) === 0) {
      producer.publish()
      model.publish()
    } else {
      const payloadBytes = chance.below(model.capacityBytes / 8 - 8 + 1)
      assert.equal(producer.claim(payloadBytes), model.tryClaim(payloadBytes), 'claim')
    }
  } else if (chance.below(5) === 0) {
    // What an aborted claim wrote must not matter.
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
  assert.equal(producer.hasUnpublished, model.committed.length > 0, 'hasUnpublished')
  assert.equal(ring.gauge.fullCount, model.fullCount, 'fullCount')
}

const consume = (ring: RingBench, model: RingModel, chance: Seeded): void => {
  const { consumer } = ring
  if (chance.below(4) === 0) {
    consumer.release()
    model.release()
    assert.equal(ring.gauge.recordsOut, model.recordsOut, 'recordsOut')
    return
  }
  const expected = model.published[0]
  assert.equal(consumer.hasWork(), expected !== undefined, 'hasWork')
  const offset = consumer.peek()
  model.peek()
  assert.equal(offset, expected?.payloadOffset ?? EMPTY, 'peek')
  if (expected === undefined) return
  assert.equal(consumer.recordType, expected.type, 'type')
  const payload = [...consumer.bytes.subarray(offset, offset + consumer.payloadBytes)]
  assert.deepEqual(payload, expected.payload, 'payload')
  if (chance.below(3) === 0) return // peeked, and left for the next time
  consumer.advance()
  model.advance()
}

test('ring: answers as the model does, over random walks', () => {
  let recordsOut = 0
  let fullCount = 0
  for (let seed = 1; seed <= 300; seed += 1) {
    try {
      const model = walk(seed, 1_000)
      recordsOut += model.recordsOut
      fullCount += model.fullCount
    } catch (error) {
      assert.fail(`seed ${seed}: ${error instanceof Error ? error.message : error}`)
    }
  }
  // The walks must go somewhere, or agreement means nothing.
  assert.ok(recordsOut > 20_000, `only ${recordsOut} records went through`)
  assert.ok(fullCount > 20_000, `only ${fullCount} claims were full`)
})
