import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BookRows } from '../../cli/lobster/files.ts'
import { describeDifference, differences, type Level } from '../../cli/lobster/truth.ts'

/** Two levels: asks 1@12 2@13, bids 3@11 and nothing. */
const book = new BookRows(Int32Array.of(12, 1, 11, 3, 13, 2, 0, 0), 2)
const asks: Level[] = [
  [12, 1],
  [13, 2],
]
const bids: Level[] = [[11, 3]]

const CASES = [
  { name: 'nothing differs', bids, asks, says: [] },
  { name: 'a size', bids: [[11, 4] as const], asks, says: ['bids[0]: 4@11 instead of 3@11'] },
  { name: 'a level is missing', bids: [], asks, says: ['bids[0]: nothing instead of 3@11'] },
  {
    name: 'a level too many, and another price',
    bids: [...bids, [10, 1] as const],
    asks: [asks[0]!, [14, 2] as const],
    says: ['bids[1]: 1@10 instead of nothing', 'asks[1]: 2@14 instead of 2@13'],
  },
]

for (const { name, says, ...depth } of CASES) {
  test(`lobster truth: ${name}`, () => {
    const found = differences(book, 0, depth).map(describeDifference)
    assert.deepEqual(
      found,
      says.map((line) => `row 0: ${line}`),
    )
  })
}
