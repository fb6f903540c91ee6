/** The levels that a turn touched, beside a map that keeps them in order of first touch. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sign } from '../../actors/sign.ts'
import { TouchedLevels } from '../../actors/touched-levels.ts'
import { seeded } from './seeded.ts'

const all = (touched: TouchedLevels): string[] =>
  Array.from({ length: touched.count }, (_, i) => {
    return `${touched.sign(i)} ${touched.priceTicks(i)} ${touched.lots(i)} ${touched.orders(i)}`
  })

test('touched levels: each once, in order of first touch, as it stands last', () => {
  const touched = new TouchedLevels()
  for (let turn = 1; turn <= 300; turn++) {
    const random = seeded(turn)
    const model = new Map<string, string>()
    // Most turns touch a few; some more than the first table has room for.
    const touches = turn % 10 === 0 ? 600 : random(12)
    const prices = turn % 10 === 0 ? 300 : 6
    for (let i = 0; i < touches; i++) {
      const sign: Sign = random(2) === 0 ? 1 : -1
      // Far apart, so that keys that are alike in their low bits meet too.
      const price = 1 + random(prices) * (turn % 3 === 0 ? 128 : 1)
      const [lots, orders] = [random(1000) + 2 ** 33, random(9)]
      touched.note(sign, price, lots, orders)
      model.set(`${sign} ${price}`, `${lots} ${orders}`)
    }
    const expected = [...model].map(([level, stands]) => `${level} ${stands}`)
    assert.deepEqual(all(touched), expected, `turn ${turn}`)
    touched.clear()
    assert.deepEqual(all(touched), [])
  }
})

test('touched levels: a bid and an ask of one price are two', () => {
  const touched = new TouchedLevels()
  touched.note(1, 100, 5, 1)
  touched.note(-1, 100, 7, 2)
  touched.note(1, 100, 0, 0)
  assert.deepEqual(all(touched), ['1 100 0 0', '-1 100 7 2'])
})
