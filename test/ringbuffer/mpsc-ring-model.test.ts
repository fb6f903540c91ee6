/**
 * The ring of many producers against a slow and obvious one: an array of claims, positions that
 * never wrap. Seeded random steps over tiny rings, deaths among them, every answer compared, down
 * to which claim is full and at which offset a record lies.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { MpscBench } from './mpsc-script.ts'
import { Seeded } from './seeded.ts'

const PRODUCERS = 3

interface ModelEntry {
  readonly owner: number
  readonly payloadOffset: number
  readonly payloadBytes: number
  /** From the ring's beginning of time. */
  readonly endBytes: number
  state: 'claimed' | 'committed' | 'padding'
  type: number
  payload: readonly number[]
}

class MpscModel {
  readonly capacityBytes: number
  /** Claimed and not read, in order, padding too. */
  readonly entries: ModelEntry[] = []
  recordsIn = 0
  recordsOut = 0
  fullCount = 0
  deaths = 0
  #tailBytes: number
  #headBytes: number
  #releasedBytes: number
  #unreleased = 0

  constructor(capacityBytes: number, startBytes: number) {
    this.capacityBytes = capacityBytes
    this.#tailBytes = startBytes
    this.#headBytes = startBytes
    this.#releasedBytes = startBytes
  }

  get depthBytes(): number {
    return this.#tailBytes - this.#releasedBytes
  }

  tryClaim(owner: number, payloadBytes: number): number {
    const alignedBytes = Math.ceil((8 + payloadBytes) / 8) * 8
    const bytesToEnd = this.capacityBytes - (this.#tailBytes % this.capacityBytes)
    const padBytes = alignedBytes > bytesToEnd ? bytesToEnd : 0
    if (this.depthBytes + padBytes + alignedBytes > this.capacityBytes) {
      this.fullCount += 1
      return FULL
    }
    if (padBytes > 0) this.#append(owner, padBytes, 'padding', 0)
    return this.#append(owner, alignedBytes, 'claimed', payloadBytes).payloadOffset
  }

  openClaimOf(owner: number): ModelEntry | undefined {
    return this.entries.find((entry) => entry.owner === owner && entry.state === 'claimed')
  }

  commit(claim: ModelEntry, type: number, payload: readonly number[]): void {
    claim.state = 'committed'
    claim.type = type
    claim.payload = payload
    this.recordsIn += 1
  }

  /** Steps over padding, and releases on the way as reading does. */
  peek(): ModelEntry | undefined {
    while (this.entries[0]?.state === 'padding') this.#step()
    return this.entries[0]?.state === 'committed' ? this.entries[0] : undefined
  }

  advance(): void {
    this.#unreleased += 1
    this.#step()
  }

  release(): void {
    this.#releasedBytes = this.#headBytes
    this.recordsOut += this.#unreleased
    this.#unreleased = 0
  }

  #append(
    owner: number,
    bytes: number,
    state: ModelEntry['state'],
    payloadBytes: number,
  ): ModelEntry {
    const payloadOffset = (this.#tailBytes % this.capacityBytes) + 8
    this.#tailBytes += bytes
    const endBytes = this.#tailBytes
    const entry = { owner, state, payloadOffset, payloadBytes, endBytes, type: 0, payload: [] }
    this.entries.push(entry)
    return entry
  }

  #step(): void {
    this.#headBytes = this.entries.shift()!.endBytes
    if (this.#headBytes - this.#releasedBytes >= this.capacityBytes / 4) this.release()
  }
}

/** One random walk. Throws what an assertion says, with the step at which it said so. */
const walk = (seed: number, steps: number): MpscModel => {
  const chance = new Seeded(seed)
  const capacityBytes = 64 << chance.below(4)
  const starts = [0, 2 ** 30 - 50, 2 ** 31 - 50, 2 ** 32 - 50, chance.below(2 ** 31)]
  const startPosition = starts[chance.below(starts.length)]!
  const ring = new MpscBench({ capacityBytes, startPosition, producersMax: PRODUCERS })
  const model = new MpscModel(capacityBytes, startPosition * 8)
  // Some walks lean to the producers, some to the consumer: so the ring is often full, or empty.
  const lean = 1 + chance.below(9)
  for (let step = 0; step < steps; step += 1) {
    try {
      if (chance.below(10) < lean) produce(ring, model, chance, step)
      else consume(ring, model, chance)
    } catch (error) {
      const where = `step ${step}, capacity ${capacityBytes} B, start ${startPosition}`
      throw new Error(`${where}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return model
}

const produce = (ring: MpscBench, model: MpscModel, chance: Seeded, step: number): void => {
  const number = 1 + chance.below(PRODUCERS)
  const producer = ring.producer(number)
  const claim = model.openClaimOf(number)
  const draw = chance.below(20)
  if (draw === 0) {
    die(ring, model, number)
  } else if (claim === undefined) {
    const payloadBytes = chance.below(model.capacityBytes / 8 - 8 + 1)
    assert.equal(producer.claim(payloadBytes), model.tryClaim(number, payloadBytes), 'claim')
  } else if (draw < 5) {
    // What an aborted claim wrote must not matter.
    producer.bytes.fill(0xee, claim.payloadOffset, claim.payloadOffset + claim.payloadBytes)
    producer.abort()
    claim.state = 'padding'
  } else {
    const payload = Array.from({ length: claim.payloadBytes }, () => chance.below(256))
    producer.bytes.set(payload, claim.payloadOffset)
    producer.commit(step + 1)
    model.commit(claim, step + 1, payload)
  }
  const { gauge } = ring
  const { depthBytes, fullCount, recordsIn } = model
  assert.deepEqual(
    [gauge.depthBytes, gauge.fullCount, gauge.recordsIn],
    [depthBytes, fullCount, recordsIn],
    'gauge',
  )
}

/** Whatever it had open, dirty as it is, becomes padding, and a successor has the number. */
const die = (ring: MpscBench, model: MpscModel, number: number): void => {
  const claim = model.openClaimOf(number)
  if (claim !== undefined) {
    const { payloadOffset, payloadBytes } = claim
    ring.producer(number).bytes.fill(0xdd, payloadOffset, payloadOffset + payloadBytes)
    claim.state = 'padding'
  }
  assert.equal(ring.consumer.unblock(number), true, 'unblock')
  ring.succeed(number)
  model.deaths += 1
}

const consume = (ring: MpscBench, model: MpscModel, chance: Seeded): void => {
  const { consumer } = ring
  if (chance.below(4) === 0) {
    consumer.release()
    model.release()
    assert.equal(ring.gauge.recordsOut, model.recordsOut, 'recordsOut')
    return
  }
  const first = model.entries[0]
  assert.equal(consumer.hasWork(), first !== undefined && first.state !== 'claimed', 'hasWork')
  const offset = consumer.peek()
  const expected = model.peek()
  assert.equal(offset, expected?.payloadOffset ?? EMPTY, 'peek')
  assert.equal(consumer.waitsFor, openOwner(model.entries[0]), 'waitsFor')
  if (expected === undefined) return
  assert.equal(consumer.recordType, expected.type, 'type')
  const payload = [...consumer.bytes.subarray(offset, offset + consumer.payloadBytes)]
  assert.deepEqual(payload, expected.payload, 'payload')
  if (chance.below(3) === 0) return // peeked, and left for the next time
  consumer.advance()
  model.advance()
}

const openOwner = (entry: ModelEntry | undefined): number =>
  entry?.state === 'claimed' ? entry.owner : 0

test('mpsc: answers as the model does, over random walks', () => {
  let recordsOut = 0
  let fullCount = 0
  let deaths = 0
  for (let seed = 1; seed <= 300; seed += 1) {
    try {
      const model = walk(seed, 1_000)
      recordsOut += model.recordsOut
      fullCount += model.fullCount
      deaths += model.deaths
    } catch (error) {
      assert.fail(`seed ${seed}: ${error instanceof Error ? error.message : error}`)
    }
  }
  // The walks must go somewhere, or agreement means nothing.
  assert.ok(recordsOut > 20_000, `only ${recordsOut} records went through`)
  assert.ok(fullCount > 20_000, `only ${fullCount} claims were full`)
  assert.ok(deaths > 5_000, `only ${deaths} producers died`)
})
