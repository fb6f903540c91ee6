/** Sums beyond 53 bits, held against BigInt. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addWide, addWideState, wideValue } from '../../actors/wide-sum.ts'

const TOP = Number.MAX_SAFE_INTEGER

const sumOf = (column: Float64Array): bigint => BigInt(column[0]!) * 2n ** 52n + BigInt(column[1]!)

const stateOf = (column: Float64Array): number[] => {
  const state: number[] = []
  addWideState(column, 0, (value) => state.push(value))
  return state
}

const anything = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(TOP, -TOP, 2 ** 52, -(2 ** 52), 2 ** 52 - 1, 1 - 2 ** 52, 1, -1, 0),
)

test('wide sum: exact whatever is added, and nothing is left when it is taken away again', () => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 200 }), (all) => {
      const column = new Float64Array(2)
      let exact = 0n
      for (const one of all) {
        addWide(column, 0, one)
        exact += BigInt(one)
        assert.equal(sumOf(column), exact)
        assert.ok(Math.abs(column[1]!) < 2 ** 52)
        const value = wideValue(column, 0)
        assert.equal(value, Number(exact))
        assert.equal(Number.isSafeInteger(value), exact >= BigInt(-TOP) && exact <= BigInt(TOP))
      }
      for (const one of all) addWide(column, 0, -one)
      assert.deepEqual(stateOf(column), [0, 0])
    }),
  )
})

test('wide sum: equal sums have one state, in whatever order they were added', () => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 30 }), (all) => {
      const [there, back] = [new Float64Array(2), new Float64Array(2)]
      for (const one of all) addWide(there, 0, one)
      for (const one of all.toReversed()) addWide(back, 0, one)
      assert.deepEqual(stateOf(there), stateOf(back))
      assert.ok(stateOf(there).every(Number.isSafeInteger))
    }),
  )
})

test('wide sum: neighbours in the column are left alone', () => {
  const column = Float64Array.of(7, 0, 0, 7)
  for (const units of [TOP, TOP, -1]) addWide(column, 1, units)
  assert.deepEqual([...column], [7, 3, 2 ** 52 - 3, 7])
})
