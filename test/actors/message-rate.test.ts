/** Message rates: limit − 1, limit, limit + 1, and what time gives back, to the microsecond. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CANCELS, MessageRate, REQUESTS } from '../../actors/message-rate.ts'
import { NO_LIMIT } from '../../actors/risk-limits.ts'

const NOW = 1_700_000_000_000_000
const ALICE = 1
const BOB = 2

/** How many of `count` messages at one time are let through. */
function sent(rate: MessageRate, count: number, perSecond: number, timeUs: number): number {
  let admitted = 0
  for (let i = 0; i < count; i++) {
    if (rate.admit(ALICE, REQUESTS, perSecond, timeUs)) admitted++
  }
  return admitted
}

test('rate: a second’s worth at once, the first message included, and not one more', () => {
  for (const perSecond of [1, 2, 10, 1_000]) {
    for (const startUs of [0, 1, NOW]) {
      for (const [count, admitted] of [
        [perSecond - 1, perSecond - 1],
        [perSecond, perSecond],
        [perSecond + 1, perSecond],
      ] as const) {
        const rate = new MessageRate()
        assert.equal(sent(rate, count, perSecond, startUs), admitted, `${count} of ${perSecond}`)
      }
    }
  }
})

test('rate: a message’s worth comes back in its time, and not a microsecond before', () => {
  for (const [perSecond, pauseUs] of [
    [1, 1_000_000],
    [10, 100_000],
    [3, 333_334],
    [1_000_000, 1],
  ] as const) {
    const rate = new MessageRate()
    sent(rate, perSecond, perSecond, NOW)
    assert.equal(sent(rate, 1, perSecond, NOW + pauseUs - 1), 0, `${perSecond} a second, too early`)
    assert.equal(sent(rate, 2, perSecond, NOW + pauseUs), 1, `${perSecond} a second`)
  }
})

test('rate: thirds of a second do not drift', () => {
  const rate = new MessageRate()
  sent(rate, 3, 3, NOW)
  let admitted = 0
  for (let i = 1; i <= 3_000; i++) {
    // Each microsecond counts, and those just before a third is full say no.
    const timeUs = NOW + Math.ceil((i * 1_000_000) / 3)
    admitted += sent(rate, 1, 3, timeUs - 1) + sent(rate, 1, 3, timeUs)
  }
  assert.equal(admitted, 3_000)
})

test('rate: cancels have as much again, and accounts do not share', () => {
  const rate = new MessageRate()
  assert.equal(sent(rate, 10, 5, NOW), 5)
  for (let i = 0; i < 5; i++) assert.ok(rate.admit(ALICE, CANCELS, 5, NOW))
  assert.ok(!rate.admit(ALICE, CANCELS, 5, NOW))
  assert.ok(!rate.admit(ALICE, REQUESTS, 5, NOW))
  assert.ok(rate.admit(BOB, REQUESTS, 5, NOW))
  assert.ok(rate.admit(100_000, CANCELS, 5, NOW))
})

test('rate: a refused message costs nothing', () => {
  const rate = new MessageRate()
  sent(rate, 2, 2, NOW)
  assert.equal(sent(rate, 1_000, 2, NOW + 499_999), 0)
  assert.equal(sent(rate, 1, 2, NOW + 500_000), 1)
})

test('rate: a limit that changes holds from the next message on', () => {
  const rate = new MessageRate()
  assert.equal(sent(rate, 9, 4, NOW), 4)
  assert.equal(sent(rate, 9, 6, NOW), 2, 'raised')
  assert.equal(sent(rate, 9, 2, NOW + 2_000_000), 0, 'lowered: six were spent, four came back')
  assert.equal(sent(rate, 9, 2, NOW + 2_500_000), 1)
  assert.equal(sent(rate, 1_000, NO_LIMIT, NOW + 2_500_000), 1_000)
  assert.equal(sent(rate, 9, 2, NOW + 2_500_000), 0, 'none were counted meanwhile')
})

test('rate: a silence of years fills the bucket and no more', () => {
  const rate = new MessageRate()
  sent(rate, 1, 1_000_000_000, NOW)
  assert.equal(sent(rate, 5, 1_000_000_000, NOW + 1e15), 5)
  sent(rate, 5, 5, NOW + 1e15)
  assert.equal(sent(rate, 9, 5, NOW + 3e15), 5)
})

test('rate: exactly a bucket and what time filled, held against a plain bucket', () => {
  const gap = fc.integer({ min: 0, max: 300_000 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(gap, { maxLength: 300 }), (n, gaps) => {
      const rate = new MessageRate()
      // The bucket in exact millionths, emptied by what is let through.
      let left = n * 1_000_000
      let timeUs = NOW
      for (const pauseUs of gaps) {
        timeUs += pauseUs
        left = Math.min(left + pauseUs * n, n * 1_000_000)
        const isThere = left >= 1_000_000
        assert.equal(rate.admit(ALICE, REQUESTS, n, timeUs), isThere)
        if (isThere) left -= 1_000_000
      }
    }),
  )
})

test('rate: the state tells what was spent, and when', () => {
  const stateOf = (rate: MessageRate) => {
    const state: number[] = []
    rate.forEachState((value) => state.push(value))
    return state
  }
  const [a, b] = [new MessageRate(), new MessageRate()]
  for (const rate of [a, b]) sent(rate, 3, 5, NOW)
  // How far a column has grown is no state.
  b.admit(9_999, REQUESTS, NO_LIMIT, NOW)
  assert.deepEqual(stateOf(a), stateOf(b))
  b.admit(BOB, CANCELS, 5, NOW)
  assert.notDeepEqual(stateOf(a), stateOf(b))
})
