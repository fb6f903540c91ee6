import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Sign } from '../../cli/lobster/files.ts'
import { LobsterMarket, type Wish } from './lobster-market.ts'
import { LobsterPair } from './lobster-pair.ts'
import { playDay } from './lobster-play.ts'

const wish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.constantFrom('new', 'new', 'new', 'part', 'delete', 'take', 'hidden'),
  sign: fc.constantFrom<Sign[]>(1, -1),
  pick: fc.nat(1000),
  lots: fc.integer({ min: 1, max: 15 }),
})

test('lobster day: a market that is first-in, first-out leaves nothing to except', async (t) => {
  const pair = LobsterPair.in(t)
  const wishes = fc.array(wish, { minLength: 20, maxLength: 150 })
  const property = fc.asyncProperty(fc.integer({ min: 1, max: 5 }), wishes, async (levels, all) => {
    const market = new LobsterMarket(levels)
    for (const each of all) market.play(each)
    const files = await pair.read({
      messages: market.messages.join('\n'),
      book: market.book.join('\n'),
    })
    for (const mode of ['single', 'grouped'] as const) {
      const { counts } = playDay(files, mode)
      assert.deepEqual(counts.exceptions, [], mode)
      assert.equal(counts.fifoHeadFills, counts.fills, mode)
      assert.equal(counts.unresolvedIds + counts.crossingOrders + counts.otherDifferences, 0, mode)
    }
  })
  await fc.assert(property, { numRuns: 200 })
})
