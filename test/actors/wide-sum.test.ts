/** Sums beyond 53 bits, held against BigInt. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addWide, wideValue } from '../../actors/wide-sum.ts'

const TOP = Number.MAX_SAFE_INTEGER

const sumOf = (column: Float64Array): bigint => BigInt(column[0]!) * 2n ** 52n + BigInt(column[1]!)

test('wide sum: exact whatever is added, and one form for each value', () => {
  const units = fc.oneof(
    fc.maxSafeInteger(),
    fc.constantFrom(TOP, -TOP, 2 ** 52, -(2 ** 52), 2 ** 52 - 1, 1, -1, 0),
  )
  fc.assert(
    fc.property(fc.array(units, { maxLength: 200 }), (all) => {
      const column = new Float64Array(2)
      let exact = 0n
      for (const one of all) {
        addWide(column, 0, one)
        exact += BigInt(one)
        assert.equal(sumOf(column), exact)
        assert.ok(column[1]! >= 0 && column[1]! < 2 ** 52)
        const value = wideValue(column, 0)
        assert.equal(value, Number(exact))
        assert.equal(Number.isSafeInteger(value), exact >= BigInt(-TOP) && exact <= BigInt(TOP))
      }
      for (const one of all) addWide(column, 0, -one)
      assert.deepEqual([...column], [0, 0])
    }),
  )
})

test('wide sum: neighbours in the column are left alone', () => {
  const column = Float64Array.of(7, 0, 0, 7)
  for (const units of [TOP, TOP, -1]) addWide(column, 1, units)
  assert.deepEqual([...column], [7, 3, 2 ** 52 - 3, 7])
})
