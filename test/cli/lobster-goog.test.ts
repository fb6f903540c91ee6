/**
 * A recorded day, GOOG on 2012-06-21: the counts that two independent readings of the files agreed
 * on. The data may not stand in the project: it is looked for in `$TRADSYS_DATA/lobster`, else in
 * `../shared/data/lobster`.
 */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type LobsterFiles, readLobster, type Sign } from '../../cli/lobster/files.ts'
import { type Level, trueLevels } from '../../cli/lobster/truth.ts'
import { lobsterPaths as paths, lobsterSkip as skip } from './lobster-data.ts'
import { playDay } from './lobster-play.ts'

/** What both modes count alike. */
const COMMON = {
  ownIds: 65_624,
  anonymousIds: 7_120,
  unresolvedIds: 0,
  crossingOrders: 0,
  fills: 7_764,
  fillsAtBest: 7_764,
  fifoHeadFills: 7_759,
  heldFills: 6_949,
  heldFillsAtHead: 6_944,
  anonymousFills: 815,
  anonymousFillsAtHead: 815,
  rowsNotAtHead: [69_772, 131_724, 131_725, 131_726, 145_470],
  adoptedLevels: 44_451,
  droppedLevels: 45_108,
  otherDifferences: 0,
}

describe('lobster goog', { skip }, () => {
  let reading: Promise<LobsterFiles> | undefined
  const read = () => {
    reading ??= readLobster(paths)
    return reading
  }

  test('lobster goog: the files are read whole', async () => {
    const { messages, book } = await read()
    assert.equal(messages.rowCount, 147_916)
    assert.equal(book.rowCount, 147_916)
    assert.equal(book.levelCount, 10)
    assert.equal(messages.timeNs(0), 34_200_015_105_074)
    assert.equal(messages.timeNs(1), 34_200_059_901_970)
    const typeCounts = [0, 0, 0, 0, 0, 0]
    let offTickCount = 0
    for (let row = 0; row < messages.rowCount; row++) {
      typeCounts[messages.type(row)]!++
      if (messages.priceTicks(row) < 0) offTickCount++
    }
    assert.deepEqual(typeCounts, [0, 71_258, 19, 64_961, 7_765, 3_913])
    assert.equal(offTickCount, 50)
    assert.deepEqual(trueLevels(book, 0, 1)[0], [57_940, 496])
    assert.deepEqual(trueLevels(book, 1, 1)[0], [57_940, 196])
    assert.deepEqual(trueLevels(book, 2, 1), trueLevels(book, 1, 1))
  })

  test('lobster goog: every book follows from the one before and the row', async () => {
    const files = await read()
    let sideCount = 0
    for (let row = 1; row < files.messages.rowCount; row++) {
      for (const sign of [1, -1] as const) {
        const truth = trueLevels(files.book, row, sign)
        const predicted = followingLevels(files, row, sign)
        assert(predicted.length >= 9)
        assert.deepEqual(truth.slice(0, predicted.length), predicted, `row ${row}`)
        sideCount++
      }
    }
    assert.equal(sideCount, 295_830)
  })

  test('lobster goog: single, the book is true after every row', async () => {
    const { counts, stepCount } = playDay(await read(), 'single')
    assert.equal(stepCount, 147_916)
    assert.deepEqual(
      { ...counts },
      {
        ...COMMON,
        adoptedSteps: 44_451,
        adoptedLevelsMax: 1,
        groups: 7_765,
        takers: 7_764,
        exactTakers: 7_759,
        groupFillsMax: 1,
        hiddenRowsInGroups: 0,
        exceptions: COMMON.rowsNotAtHead,
      },
    )
  })

  test('lobster goog: grouped, all takers but three meet the makers of the day', async () => {
    const { counts, stepCount } = playDay(await read(), 'grouped')
    // 1,834 rows of a group that are not its first, and the 199 hidden ones between them, have no
    // step of their own.
    assert.equal(stepCount, 147_916 - 1_834 - 199)
    assert.deepEqual(
      { ...counts },
      {
        ...COMMON,
        adoptedSteps: 44_263,
        adoptedLevelsMax: 5,
        groups: 5_931,
        takers: 5_930,
        exactTakers: 5_927,
        groupFillsMax: 35,
        hiddenRowsInGroups: 199,
        exceptions: [69_772, 131_724, 145_470],
      },
    )
  })
})

/**
 * Row i of the messages applied to row i-1 of the book, one side: the ten best, of which the last
 * may be unknown.
 */
function followingLevels({ messages, book }: LobsterFiles, row: number, sign: Sign): Level[] {
  const lotsByPrice = new Map(trueLevels(book, row - 1, sign))
  const type = messages.type(row)
  if (messages.sign(row) === sign && type !== 5) {
    const price = messages.priceTicks(row)
    const change = type === 1 ? messages.lots(row) : -messages.lots(row)
    lotsByPrice.set(price, (lotsByPrice.get(price) ?? 0) + change)
    if (lotsByPrice.get(price) === 0) lotsByPrice.delete(price)
  }
  return [...lotsByPrice].sort((a, b) => (b[0] - a[0]) * sign).slice(0, book.levelCount)
}
