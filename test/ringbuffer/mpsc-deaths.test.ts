/**
 * Producers that die between any two steps in shared memory, all on this thread: every order that
 * one thread's step can have beside another's whole life is played through. Real threads that are
 * terminated are in mpsc-terminate.test.ts.
 *
 * Steps of a claim: 0 load TAIL, 1 INTENT, 2 compare and exchange TAIL, 3 length word.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { MpscBench } from './mpsc-script.ts'
import { dieAt, type Life } from './shared-steps.ts'

test('mpsc: who died with a claim open is padded over, and a successor has the number', () => {
  new MpscBench({ capacityBytes: 256 })
    .play(`
      1 claim 8 → 8
      2 claim 8 → 24
      2 commit 2
      peek → empty
      waits → 1
      unblock 1 → true
      peek → 24 type 2 × 8
      advance
      1 claim 8 → 40
      1 commit 3
      peek → 40 type 3 × 8
      advance
    `)
    .assertEmptyAndZero()
})

test('mpsc: who died between taking room and saying so is padded over up to the next claim', () => {
  new MpscBench({ capacityBytes: 256 })
    .play(`
      1 leaves 3 claim 16
      2 claim 8 → 32
      2 commit 2
      peek → empty
      waits → 0
      unblock 1 → true
      peek → 32 type 2 × 8
      advance
    `)
    .assertEmptyAndZero()
})

test('mpsc: who died there with nothing behind it is padded over up to TAIL', () => {
  new MpscBench({ capacityBytes: 256 })
    .play(`
      1 leaves 3 claim 16
      unblock 1 → true
      1 claim 8 → 32
      1 commit 1
      peek → 32 type 1 × 8
      advance
    `)
    .assertEmptyAndZero()
})

test('mpsc: who died before it took anything leaves alone who then claims there', () => {
  new MpscBench({ capacityBytes: 256 })
    .play(`
      1 leaves 2 claim 16
      2 claim 8 → 8
      unblock 1 → true
      waits → 2
      2 commit 2
      peek → 8 type 2 × 8
      advance
    `)
    .assertEmptyAndZero()
})

test('mpsc: of two who died at one place, both have to be known before one is settled', () => {
  new MpscBench({ capacityBytes: 256 })
    .play(`
      2 leaves 2 claim 24
      1 leaves 3 claim 8
      3 claim 8 → 24
      3 commit 3
      unblock 1 → false
      unblock 1 → false
      peek → empty
      unblock 2 → true
      unblock 1 → true
      peek → 24 type 3 × 8
      advance
    `)
    .assertEmptyAndZero()
})

test('mpsc: dead claims in a row, in a ring that is exactly full, are all given back', () => {
  const bench = new MpscBench({ capacityBytes: 64, producersMax: 9 })
  for (let number = 1; number <= 8; number += 1) bench.play(`${number} leaves 3 claim 0`)
  bench.play('9 claim 0 → full\n peek → empty')
  assert.equal(bench.gauge.depthBytes, 64)
  for (const number of [5, 8, 1, 2, 7, 4, 3, 6]) bench.play(`unblock ${number} → true`)
  bench.play(`
    peek → empty
    release
    9 claim 0 → 8
    9 commit 9
    peek → 8 type 9 × 0
    advance
  `)
  bench.assertEmptyAndZero()
})

test('mpsc: who died with padding taken and not marked is padded over', () => {
  new MpscBench({ capacityBytes: 256, startPosition: 31 })
    .play(`
      1 leaves 3 claim 8
      2 claim 8 → 8
      2 commit 2
      peek → empty
      unblock 1 → true
      peek → 8 type 2 × 8
      advance
    `)
    .assertEmptyAndZero()
})

test('mpsc: what was committed before the death arrives, and unblocking twice does no harm', () => {
  new MpscBench({ capacityBytes: 256 })
    .play(`
      1 claim 8 → 8
      1 leaves 3 commit 1
      unblock 1 → true
      unblock 1 → true
      peek → 8 type 1 × 8
      advance
      unblock 2 → true
    `)
    .assertEmptyAndZero()
})

test('mpsc: a successor of the consumer ends the release in which its predecessor died', () => {
  for (let stop = 0; ; stop += 1) {
    const bench = new MpscBench({ capacityBytes: 256, startPosition: 27 })
    send(bench, 1, 16, 1)
    send(bench, 1, 16, 2)
    send(bench, 2, 8, 3)
    const { consumer } = bench
    for (let n = 0; n < 2; n += 1) {
      assert.notEqual(consumer.peek(), EMPTY)
      consumer.advance()
    }
    const { isWhole } = dieAt(stop, () => consumer.release())
    bench.succeedConsumer()
    const seen = drain(bench)
    // Either the release had not begun, and both are read again, or it is done.
    assert.ok(['1 2 3', '3'].includes(seen.join(' ')), `died at ${stop}: ${seen}`)
    bench.assertEmptyAndZero(`died at ${stop}`)
    if (isWhole) break
  }
})

/** Bytes of payload that two producers claim: equal, and the first or the second longer. */
const SIZES = [
  [8, 8],
  [0, 24],
  [24, 0],
] as const
/** Two units before the ring's end, and that at the wraps of INTENT and of int32 too. */
const STARTS = [0, 30, 2 ** 30 - 2, 2 ** 31 - 2, 2 ** 32 - 2]
/** More than a claim and its commit take, with padding and an attempt that is lost. */
const STEPS_MAX = 20
/** Records in the ring beforehand: none, or so many that there is room for one more or none. */
const CROWDS = [0, 28, 31]

for (const startPosition of STARTS) {
  test(`mpsc: two died, each at any step, and nothing of it stays, from ${startPosition}`, () => {
    let lives = 0
    for (const sizes of SIZES) {
      for (const crowd of CROWDS) {
        for (const order of [
          [1, 2],
          [2, 1],
        ] as const) {
          lives += killBothEverywhere({ startPosition, sizes, crowd, order })
        }
      }
    }
    assert.ok(lives > 5_000, `only ${lives} pairs of deaths`)
  })

  test(`mpsc: a dead one is unblocked beside one who claims, from ${startPosition}`, () => {
    let lives = 0
    for (const sizes of SIZES) {
      for (const crowd of CROWDS) lives += killBesideOne({ startPosition, sizes, crowd })
    }
    assert.ok(lives > 5_000, `only ${lives} deaths`)
  })
}

interface Deaths {
  readonly startPosition: number
  readonly sizes: readonly [number, number]
  readonly crowd: number
}

/** Producer 2 lives and dies within one step of producer 1, which then dies as well. */
const killBothEverywhere = (deaths: Deaths & { readonly order: readonly number[] }): number => {
  let lives = 0
  for (let stopFirst = 0, isWhole = false; !isWhole; stopFirst += 1) {
    isWhole = true
    for (let between = 0; between <= stopFirst; between += 1) {
      for (let stopSecond = 0, isSecondWhole = false; !isSecondWhole; stopSecond += 1) {
        lives += 1
        const why = `1 died at ${stopFirst}, 2 at ${stopSecond} within ${between} of 1`
        const bench = crowded(deaths)
        let second: Life = { isWhole: true, steps: [] }
        const first = dieAt(
          stopFirst,
          () => send(bench, 1, deaths.sizes[0], 1),
          (step) => {
            if (step !== between) return
            second = dieAt(stopSecond, () => send(bench, 2, deaths.sizes[1], 2))
          },
        )
        isWhole &&= first.isWhole
        isSecondWhole = second.isWhole
        const survivor = send(bench, 3, 8, 3) ? [3] : []
        unblockAll(bench, deaths.order, why)
        const expected = [...crowdOf(deaths), ...committed(first, 1), ...committed(second, 2)]
        expectRest(bench, [...expected, ...survivor], why)
      }
    }
  }
  return lives
}

/** Producer 1 dies within a step of producer 2, and is unblocked within the same or a later one. */
const killBesideOne = (deaths: Deaths): number => {
  let lives = 0
  for (let stop = 0, isWhole = false; !isWhole; stop += 1) {
    isWhole = true
    for (let within = 0; within < STEPS_MAX; within += 1) {
      for (let unblockedAt = within; unblockedAt < STEPS_MAX; unblockedAt += 1) {
        lives += 1
        const why = `1 died at ${stop} within ${within} of 2, unblocked within ${unblockedAt}`
        const bench = crowded(deaths)
        let dead: Life = { isWhole: true, steps: [] }
        const seen: number[] = []
        const living = dieAt(
          STEPS_MAX,
          () => send(bench, 2, deaths.sizes[1], 2),
          (step) => {
            if (step === within) dead = dieAt(stop, () => send(bench, 1, deaths.sizes[0], 1))
            if (step !== unblockedAt) return
            bench.consumer.unblock(1)
            seen.push(...drain(bench))
          },
        )
        isWhole &&= dead.isWhole
        assert.ok(living.isWhole)
        unblockAll(bench, [1], why)
        bench.succeed(1)
        const expected = [...crowdOf(deaths), ...committed(dead, 1), ...committed(living, 2)]
        expectRest(bench, expected, why, seen)
      }
    }
  }
  return lives
}

const CROWD_TYPE = 9

const crowded = ({ startPosition, crowd }: Deaths): MpscBench => {
  const bench = new MpscBench({ capacityBytes: 256, startPosition })
  for (let n = 0; n < crowd; n += 1) send(bench, 3, 0, CROWD_TYPE)
  return bench
}

const crowdOf = ({ crowd }: Deaths): number[] => Array(crowd).fill(CROWD_TYPE)

/** A record whose bytes are all its type. False: the ring is full. */
const send = (bench: MpscBench, number: number, payloadBytes: number, type: number): boolean => {
  const producer = bench.producer(number)
  const at = producer.claim(payloadBytes)
  if (at === FULL) return false
  for (let i = at; i < at + payloadBytes; i += 1) producer.bytes[i] = type
  producer.commit(type)
  return true
}

/** The record is there when the step behind that of its type, the length, was taken. */
const committed = ({ steps }: Life, type: number): number[] => {
  const typeStep = steps.indexOf('setInt32')
  return typeStep >= 0 && steps.length > typeStep + 1 ? [type] : []
}

const unblockAll = (bench: MpscBench, numbers: readonly number[], why: string): void => {
  let left = [...numbers]
  for (let round = 0; left.length > 0; round += 1) {
    assert.ok(round < 2, `${why}: ${left} are never settled`)
    left = left.filter((number) => !bench.consumer.unblock(number))
  }
}

/** Types of all that can be read, in order. */
const drain = ({ consumer }: MpscBench): number[] => {
  const types: number[] = []
  for (let at = consumer.peek(); at !== EMPTY; at = consumer.peek()) {
    const { recordType, payloadBytes } = consumer
    for (let i = at; i < at + payloadBytes; i += 1) {
      if (consumer.bytes[i] !== recordType) assert.fail(`record ${recordType} at ${at} is garbage`)
    }
    types.push(recordType)
    consumer.advance()
  }
  consumer.release()
  return types
}

/** All that was committed is there, and the ring goes on with successors for those who died. */
const expectRest = (
  bench: MpscBench,
  expected: readonly number[],
  why: string,
  seen: readonly number[] = [],
): void => {
  const all = [...seen, ...drain(bench)]
  if (all.toSorted().join() !== expected.toSorted().join()) {
    assert.fail(`${why}: read ${all}, but committed were ${expected}`)
  }
  for (const number of [1, 2]) {
    bench.succeed(number)
    send(bench, number, 24, number)
  }
  assert.equal(drain(bench).join(), '1,2', why)
  bench.assertEmptyAndZero(why)
}
