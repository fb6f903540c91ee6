import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JavaRandom } from '../../bench/workloads/java-random.ts'
import { MersenneTwister } from '../../bench/workloads/mersenne-twister.ts'

const draw = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one)

test('mersenne twister: the words are those of MT19937', () => {
  const standard = new MersenneTwister(5489)
  assert.equal(draw(10_000, () => standard.word()).at(-1), 4123659995)
  const random = new MersenneTwister(23)
  const words = [2221777491, 2873750246, 4067173416, 794519497, 3287624630]
  assert.deepEqual(
    draw(5, () => random.word()),
    words,
  )
})

test('mersenne twister: a real takes 53 bits of two words', () => {
  const random = new MersenneTwister(23)
  const reals = [0.5172978838465893, 0.9469626038148141, 0.7654597593969069]
  assert.deepEqual(
    draw(3, () => random.real()),
    reals,
  )
})

test('mersenne twister: an integer has both ends, and takes one real', () => {
  const [random, twin] = [new MersenneTwister(1), new MersenneTwister(1)]
  const ints = draw(1_000, () => random.int(-2, 3))
  assert.deepEqual([...new Set(ints)].sort(), [-1, -2, 0, 1, 2, 3])
  assert.deepEqual(
    ints,
    draw(1_000, () => Math.floor(twin.real() * 6) - 2),
  )
})

test('mersenne twister: a normal takes two reals each time, and looks normal', () => {
  const [random, twin] = [new MersenneTwister(23), new MersenneTwister(23)]
  const normals = draw(20_000, () => random.normal())
  draw(40_000, () => twin.real())
  assert.equal(random.word(), twin.word())
  const mean = normals.reduce((sum, one) => sum + one, 0) / normals.length
  const square = normals.reduce((sum, one) => sum + one * one, 0) / normals.length
  assert.ok(Math.abs(mean) < 0.03 && Math.abs(square - 1) < 0.05, `${mean}, ${square}`)
})

test('java random: integers and reals are those of java.util.Random', () => {
  const random = new JavaRandom(42)
  assert.deepEqual(
    draw(5, () => random.int(100)),
    [30, 63, 48, 84, 70],
  )
  const flow = new JavaRandom(-779_938_639)
  const three = draw(2, () => [flow.int(1_001), flow.int(64), flow.real()])
  assert.deepEqual(three, [
    [123, 20, 0.11552219940586561],
    [907, 58, 0.10155368459198366],
  ])
})

test('java random: halves in doubles do what whole integers of 48 bits do', () => {
  for (const seed of [0, 1, -1, 42, -779_938_639, 2 ** 47 + 12_345, -(2 ** 40) - 7]) {
    const random = new JavaRandom(seed)
    const twin = wholeTwin(BigInt(seed))
    for (let i = 0; i < 2_000; i++) {
      const count = 1 + (i % 32)
      assert.equal(random.bits(count), twin(count), `seed ${seed}, step ${i}`)
    }
  }
})

test('java random: an integer that would favour small ones is drawn again', () => {
  const bound = 2 ** 30 + 1
  const [random, twin] = [new JavaRandom(7), new JavaRandom(7)]
  const isIncomplete = (drawn: number): boolean => drawn >= bound
  let again = 0
  for (let i = 0; i < 100; i++) {
    let drawn = twin.bits(31)
    for (; isIncomplete(drawn); drawn = twin.bits(31)) again++
    assert.equal(random.int(bound), drawn)
  }
  assert.ok(again > 50, `${again}`)
})

test('java random: a power of two takes the high bits, a real 26 bits and then 27', () => {
  const [random, twin] = [new JavaRandom(23), new JavaRandom(23)]
  assert.equal(random.int(64), Math.floor(twin.bits(31) / 2 ** 25))
  const high = twin.bits(26)
  assert.equal(random.real(), (high * 2 ** 27 + twin.bits(27)) / 2 ** 53)
})

const MULTIPLIER = 0x5deece66dn
const MASK = 2n ** 48n - 1n

function wholeTwin(seed: bigint): (count: number) => number {
  let state = (seed ^ MULTIPLIER) & MASK
  return (count) => {
    state = (state * MULTIPLIER + 11n) & MASK
    return Number(state >> BigInt(48 - count))
  }
}
