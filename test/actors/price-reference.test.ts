/** The reference price and the limit state, by hand and against a twin that keeps every print. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUCKETS } from '../../actors/bucket-window.ts'
import { PriceReference, type PriceReferenceTerms } from '../../actors/price-reference.ts'
import { seeded } from './seeded.ts'

const SECOND = 1_000_000
const LULD: PriceReferenceTerms = {
  windowSeconds: 300,
  stepBps: 100,
  intervalSeconds: 30,
  limitStateSeconds: 15,
}
/** A whole number of windows since the epoch. */
const NOW = 300 * SECOND * 1_000_000
const BUCKET = (300 * SECOND) / BUCKETS

test('reference: without one the first print is it', () => {
  const reference = new PriceReference(LULD, 0)
  assert.equal(reference.advance(NOW), false)
  assert.equal(reference.referenceTicks, 0)
  assert.equal(reference.onPrint(NOW, 777), true)
  assert.equal(reference.referenceTicks, 777)
})

test('reference: replaced from one hundredth off on, up and down', () => {
  for (const [priceTicks, expected] of [
    [10_099, 10_000],
    [10_100, 10_100],
    [10_101, 10_101],
    [9_901, 10_000],
    [9_900, 9_900],
    [9_899, 9_899],
  ] as const) {
    const reference = new PriceReference(LULD, 10_000)
    reference.onPrint(NOW, priceTicks)
    assert.equal(reference.advance(NOW + BUCKET), expected !== 10_000, `${priceTicks}`)
    assert.equal(reference.referenceTicks, expected)
  }
})

test('reference: the mean counts each print once, and is rounded down', () => {
  const reference = new PriceReference(LULD, 1)
  for (const priceTicks of [200, 201, 201]) reference.onPrint(NOW, priceTicks)
  reference.advance(NOW + BUCKET)
  assert.equal(reference.referenceTicks, 200)
})

test('reference: looked at when a bucket is over, so that no print moves it at once', () => {
  const reference = new PriceReference(LULD, 100)
  assert.equal(reference.onPrint(NOW, 500), false)
  assert.equal(reference.onPrint(NOW + BUCKET - 1, 700), false)
  assert.equal(reference.referenceTicks, 100)
  assert.equal(reference.onPrint(NOW + BUCKET, 9_999), true)
  assert.equal(reference.referenceTicks, 600, 'without the print that turned the bucket')
})

test('reference: replaced every 30 seconds at most', () => {
  const reference = new PriceReference(LULD, 100)
  reference.onPrint(NOW, 200)
  const firstUs = NOW + BUCKET
  assert.ok(reference.advance(firstUs))
  reference.onPrint(firstUs, 400)
  const buckets = Math.ceil((30 * SECOND) / BUCKET)
  for (let i = 1; i < buckets; i++) assert.ok(!reference.advance(firstUs + i * BUCKET))
  assert.ok(reference.advance(firstUs + buckets * BUCKET))
  assert.equal(reference.referenceTicks, 300)
})

test('reference: exactly 30 seconds later is not too early', () => {
  const terms = { ...LULD, windowSeconds: 64 }
  const start = 64 * SECOND * 1_000_000
  for (const [afterUs, isReplaced] of [
    [29 * SECOND, false],
    [30 * SECOND, true],
  ] as const) {
    const reference = new PriceReference(terms, 100)
    reference.onPrint(start, 200)
    assert.ok(reference.advance(start + SECOND))
    reference.onPrint(start + SECOND, 400)
    assert.equal(reference.advance(start + SECOND + afterUs), isReplaced)
  }
})

test('reference: a print leaves with its bucket, and nothing printed keeps the price', () => {
  const reference = new PriceReference(LULD, 10_000)
  reference.onPrint(NOW, 20_000)
  reference.onPrint(NOW + BUCKET, 10_000)
  assert.equal(reference.referenceTicks, 20_000)
  assert.ok(reference.advance(NOW + BUCKETS * BUCKET), 'the last moment of the first print')
  assert.equal(reference.referenceTicks, 15_000)
  assert.ok(reference.advance(NOW + (BUCKETS + 1) * BUCKET + 30 * SECOND) === false, 'all gone')
  assert.equal(reference.referenceTicks, 15_000)
})

test('reference: after an uncross it is that price, and what was before says nothing', () => {
  const reference = new PriceReference(LULD, 100)
  reference.onPrint(NOW, 900)
  reference.restart(NOW + 1, 500)
  assert.equal(reference.referenceTicks, 500)
  assert.equal(reference.advance(NOW + 31 * SECOND), false)
  assert.equal(reference.referenceTicks, 500)
})

test('reference: millions of prints at the highest price there is are added exactly', () => {
  const top = 2 ** 31 - 1
  const reference = new PriceReference(LULD, 1)
  for (let i = 0; i < 5_000_000; i++) reference.onPrint(NOW + (i % 1_000), top - (i % 2))
  reference.advance(NOW + BUCKET)
  assert.equal(reference.referenceTicks, top - 1)
})

test('reference: prices of every size have an exact mean', () => {
  const random = seeded(8)
  for (let round = 0; round < 300; round++) {
    const reference = new PriceReference({ ...LULD, stepBps: 0 }, 1)
    const prices = Array.from(
      { length: 1 + random(40) },
      () => 1 + random(2 ** (1 + random(31)) - 1),
    )
    for (const price of prices) reference.onPrint(NOW, price)
    reference.advance(NOW + BUCKET)
    const sum = prices.reduce((total, price) => total + BigInt(price), 0n)
    assert.equal(BigInt(reference.referenceTicks), sum / BigInt(prices.length), prices.join(' '))
  }
})

test('reference: 200,000 seeded prints and looks against one that keeps every print', () => {
  const random = seeded(3)
  const terms = { ...LULD, windowSeconds: 20, intervalSeconds: 3 }
  const bucketUs = (20 * SECOND) / BUCKETS
  const reference = new PriceReference(terms, 1_000)
  let prints: { bucket: number; price: number }[] = []
  let expected = 1_000
  let keptUntilUs = 0
  let lookedAt = -1
  let timeUs = NOW
  let price = 1_000
  let replaced = 0
  for (let i = 0; i < 200_000; i++) {
    timeUs += random(400) === 0 ? random(30 * SECOND) : random(3) === 0 ? random(bucketUs / 20) : 0
    const bucket = Math.floor(timeUs / bucketUs)
    let isNew = false
    if (bucket > lookedAt) {
      lookedAt = bucket
      prints = prints.filter((print) => print.bucket >= bucket - BUCKETS)
      const sum = prints.reduce((total, print) => total + BigInt(print.price), 0n)
      const mean = prints.length === 0 ? expected : Number(sum / BigInt(prints.length))
      const isOff = Math.abs(mean - expected) * 100 >= expected
      if (isOff && timeUs >= keptUntilUs) {
        isNew = mean !== expected
        expected = mean
        keptUntilUs = timeUs + 3 * SECOND
        replaced++
      }
    }
    if (random(3) === 0) assert.equal(reference.advance(timeUs), isNew, `look ${i}`)
    else {
      price = Math.max(1, price + random(21) - 10)
      prints.push({ bucket, price })
      assert.equal(reference.onPrint(timeUs, price), isNew, `print ${i}`)
    }
    assert.equal(reference.referenceTicks, expected, `event ${i}`)
  }
  assert.ok(replaced > 100, `${replaced} times`)
})

const LOWER = 950
const UPPER = 1_050

test('reference: where prints do not count, an uncross alone moves it', () => {
  const reference = new PriceReference({ ...LULD, windowSeconds: 0 }, 0)
  assert.equal(reference.onPrint(NOW, 500), false)
  assert.equal(reference.advance(NOW + 400 * SECOND), false)
  assert.equal(reference.referenceTicks, 0)
  reference.restart(NOW, 700)
  assert.equal(reference.onPrint(NOW + 400 * SECOND, 900), false)
  assert.equal(reference.referenceTicks, 700)
  assert.equal(reference.onQuote(NOW, UPPER, 0, LOWER, UPPER), NOW + 15 * SECOND)
})

test('limit state: a quote pinned at a band for 15 seconds', () => {
  for (const [bid, ask, isPinned] of [
    [UPPER - 1, 0, false],
    [UPPER, 0, true],
    [UPPER + 1, UPPER + 2, true],
    [0, LOWER + 1, false],
    [0, LOWER, true],
    [0, LOWER - 1, true],
    [0, 0, false],
    [LOWER, UPPER, false],
  ] as const) {
    const reference = new PriceReference(LULD, 1_000)
    const dueUs = reference.onQuote(NOW, bid, ask, LOWER, UPPER)
    assert.equal(dueUs, isPinned ? NOW + 15 * SECOND : 0, `${bid} / ${ask}`)
    assert.equal(reference.dueTimeUs, dueUs)
  }
})

test('limit state: it counts from when it began, and ends when the quote leaves the band', () => {
  const reference = new PriceReference(LULD, 1_000)
  reference.onQuote(NOW, UPPER, 0, LOWER, UPPER)
  assert.equal(reference.onQuote(NOW + 5 * SECOND, UPPER + 3, 0, LOWER, UPPER), NOW + 15 * SECOND)
  assert.equal(reference.onQuote(NOW + 6 * SECOND, UPPER - 1, UPPER, LOWER, UPPER), 0)
  assert.equal(reference.onQuote(NOW + 7 * SECOND, UPPER, 0, LOWER, UPPER), NOW + 22 * SECOND)
})

test('limit state: from one band to the other it begins anew', () => {
  const reference = new PriceReference(LULD, 1_000)
  reference.onQuote(NOW, UPPER, 0, LOWER, UPPER)
  assert.equal(reference.onQuote(NOW + SECOND, 0, LOWER, LOWER, UPPER), NOW + 16 * SECOND)
  assert.equal(reference.onQuote(NOW + 2 * SECOND, UPPER, 0, LOWER, UPPER), NOW + 17 * SECOND)
})

test('limit state: bands that move away end it', () => {
  const reference = new PriceReference(LULD, 1_000)
  reference.onQuote(NOW, UPPER, 0, LOWER, UPPER)
  assert.equal(reference.onQuote(NOW + SECOND, UPPER, 0, LOWER + 50, UPPER + 50), 0)
})

test('limit state: none without bands, without a time, or after a restart', () => {
  const reference = new PriceReference(LULD, 1_000)
  assert.equal(reference.onQuote(NOW, UPPER, LOWER, 0, 0), 0)
  reference.onQuote(NOW, UPPER, 0, LOWER, UPPER)
  reference.restart(NOW, 1_050)
  assert.equal(reference.dueTimeUs, 0)
  const patient = new PriceReference({ ...LULD, limitStateSeconds: 0 }, 1_000)
  assert.equal(patient.onQuote(NOW, UPPER, 0, LOWER, UPPER), 0)
})

test('reference: new terms keep the price and forget the prints', () => {
  const reference = new PriceReference(LULD, 1_000)
  reference.onPrint(NOW, 2_000)
  reference.onQuote(NOW, UPPER, 0, LOWER, UPPER)
  reference.changeTerms({ ...LULD, windowSeconds: 64 })
  assert.deepEqual([reference.referenceTicks, reference.dueTimeUs], [1_000, 0])
  assert.equal(reference.advance(NOW + 40 * SECOND), false)
  reference.onPrint(NOW + 40 * SECOND, 3_000)
  assert.equal(reference.advance(NOW + 41 * SECOND), true)
  assert.equal(reference.referenceTicks, 3_000)
})

test('reference: the state tells what is remembered', () => {
  const stateOf = (reference: PriceReference) => {
    const state: number[] = []
    reference.forEachState((value) => state.push(value))
    return state
  }
  const [a, b] = [new PriceReference(LULD, 100), new PriceReference(LULD, 100)]
  a.onPrint(NOW, 100)
  a.onPrint(NOW, 102)
  b.onPrint(NOW, 102)
  b.onPrint(NOW, 100)
  assert.deepEqual(stateOf(a), stateOf(b))
  b.onPrint(NOW, 100)
  assert.notDeepEqual(stateOf(a), stateOf(b))
})
