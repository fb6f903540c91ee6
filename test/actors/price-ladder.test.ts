import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LevelStore } from '../../actors/level-store.ts'
import { NIL } from '../../actors/order-store.ts'
import { PriceLadder } from '../../actors/price-ladder.ts'

const KEY_MAX = 2 ** 31 - 1

/** A sorted list of keys beside each ladder; all ladders share one memory, as a shard's do. */
class Beside {
  readonly #ladders: readonly PriceLadder[]
  readonly #keys: readonly number[][]

  constructor(count: number, levels = new LevelStore()) {
    this.#ladders = Array.from({ length: count }, () => new PriceLadder(levels))
    this.#keys = this.#ladders.map(() => [])
  }

  /** A key that has a level loses it, one that has none gets it. */
  toggle(which: number, key: number): void {
    const ladder = this.#ladders[which]!
    const keys = this.#keys[which]!
    const at = keys.indexOf(key)
    const level = ladder.levelOf(key)
    assert.equal(ladder.key(level), key)
    assert.equal(ladder.levelOf(key), level, 'found again')
    if (at < 0) {
      keys.push(key)
      keys.sort((a, b) => a - b)
    } else {
      keys.splice(at, 1)
      ladder.drop(level)
    }
  }

  check(): void {
    this.#ladders.forEach((ladder, which) => {
      const keys = this.#keys[which]!
      const down: number[] = []
      for (let at = ladder.best; at !== NIL; at = ladder.worse(at)) down.push(ladder.key(at))
      assert.deepEqual(down, keys.toReversed(), 'from the best down')
      const up: number[] = []
      for (let at = ladder.levelFrom(-KEY_MAX); at !== NIL; at = ladder.better(at)) {
        up.push(ladder.key(at))
      }
      assert.deepEqual(up, keys, 'from the worst up')
      if (keys.length > 0) assert.equal(ladder.bestKey, keys.at(-1))
      else assert.ok(ladder.bestKey < -KEY_MAX, 'below every key')
    })
  }

  checkFrom(which: number, key: number): void {
    const ladder = this.#ladders[which]!
    const level = ladder.levelFrom(key)
    const expected = this.#keys[which]!.find((one) => one >= key)
    assert.equal(level === NIL ? undefined : ladder.key(level), expected, `from ${key}`)
  }
}

/** Near each other, far apart, and at the ends of what a key can be. */
const keys = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -40, max: 40 }) },
  { weight: 3, arbitrary: fc.integer({ min: -5_000, max: 5_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -KEY_MAX, max: KEY_MAX }) },
  { weight: 1, arbitrary: fc.constantFrom(-KEY_MAX, KEY_MAX, -1, 0, 1, 31, 32, -32, -33) },
)

test('ladder: holds the keys that a sorted list holds, in both directions', () => {
  const steps = fc.array(fc.tuple(fc.nat(2), keys), { maxLength: 200 })
  fc.assert(
    fc.property(steps, (toggles) => {
      const beside = new Beside(3)
      for (const [which, key] of toggles) {
        beside.toggle(which, key)
        beside.checkFrom(which, key)
        beside.checkFrom(which, Math.min(key + 1, KEY_MAX))
      }
      beside.check()
    }),
    { seed: 23, numRuns: 300 },
  )
})

test('ladder: thousands of keys without neighbours, in any order, and gone again', () => {
  const beside = new Beside(2)
  const all = Array.from({ length: 3_000 }, (_, i) => ((i * 7_919) % 3_000) * 701_819 - 2 ** 30)
  all.forEach((key, i) => void beside.toggle(i % 2, key))
  beside.check()
  all.forEach((key, i) => {
    if (i % 3 !== 0) beside.toggle(i % 2, key)
  })
  beside.check()
  all.forEach((key, i) => {
    if (i % 3 === 0) beside.toggle(i % 2, key)
  })
  beside.check()
})

test('ladder: what one ladder gives back another takes, and memory does not grow', () => {
  const levels = new LevelStore()
  const sizes = (): number[] =>
    [levels.words, levels.blocks, levels.masks, levels.runs].map((one) => one.length)
  const ladders = new Beside(2, levels)
  const fillAndEmpty = (which: number): void => {
    for (let round = 0; round < 2; round++) {
      for (let key = 0; key < 20_000; key += 20) ladders.toggle(which, key)
    }
    ladders.check()
  }
  fillAndEmpty(0)
  fillAndEmpty(1)
  const after = sizes()
  for (let i = 0; i < 10; i++) fillAndEmpty(i % 2)
  assert.deepEqual(sizes(), after)
})
