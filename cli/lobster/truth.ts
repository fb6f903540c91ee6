/**
 * The true book beside somebody's: which levels differ after row i. It judges and knows nothing of
 * how the book came about; the exchange, the test's slow book and a client's view of the feed are
 * all held against the same rows.
 */

import type { BookRows, Sign } from './files.ts'

/** A level as price in ticks and lots resting there. */
export type Level = readonly [priceTicks: number, lots: number]

/** Both sides, best level first, nothing missing and nothing beyond what the book file shows. */
export interface Depth {
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/** One level that is not as it should be. Undefined: there should be none, or there is none. */
export interface Difference {
  readonly row: number
  readonly side: 'bids' | 'asks'
  /** Index of the level, 0 the best. */
  readonly level: number
  readonly expected: Level | undefined
  readonly actual: Level | undefined
}

const NONE: readonly Difference[] = []

/** The true levels of one side after a row. */
export function trueLevels(book: BookRows, row: number, sign: Sign): Level[] {
  return Array.from({ length: book.depth(row, sign) }, (_, level): Level => {
    return [book.priceTicks(row, sign, level), book.lots(row, sign, level)]
  })
}

/**
 * What of `depth` is not as row `row` of the book file says; empty if it is exact. Bids first, best
 * level first.
 */
export function differences(book: BookRows, row: number, depth: Depth): readonly Difference[] {
  // Nearly every call ends here, without anything allocated.
  if (isExact(book, row, 1, depth.bids) && isExact(book, row, -1, depth.asks)) return NONE
  return [
    ...sideDifferences(book, row, 'bids', depth.bids),
    ...sideDifferences(book, row, 'asks', depth.asks),
  ]
}

/** A difference in one line, for a failing test or a log. */
export function describeDifference(difference: Difference): string {
  const { row, side, level, expected, actual } = difference
  return `row ${row}: ${side}[${level}]: ${levelText(actual)} instead of ${levelText(expected)}`
}

function isExact(book: BookRows, row: number, sign: Sign, levels: readonly Level[]): boolean {
  if (levels.length !== book.depth(row, sign)) return false
  for (let level = 0; level < levels.length; level++) {
    const actual = levels[level]!
    if (actual[0] !== book.priceTicks(row, sign, level)) return false
    if (actual[1] !== book.lots(row, sign, level)) return false
  }
  return true
}

function sideDifferences(
  book: BookRows,
  row: number,
  side: 'bids' | 'asks',
  levels: readonly Level[],
): Difference[] {
  const truth = trueLevels(book, row, side === 'bids' ? 1 : -1)
  const found: Difference[] = []
  for (let level = 0; level < Math.max(truth.length, levels.length); level++) {
    const expected = truth[level]
    const actual = levels[level]
    if (expected?.[0] === actual?.[0] && expected?.[1] === actual?.[1]) continue
    found.push({ row, side, level, expected, actual })
  }
  return found
}

function levelText(level: Level | undefined): string {
  return level === undefined ? 'nothing' : `${level[1]}@${level[0]}`
}
