/**
 * A row of the position table is one record of 16 numbers; the first half says what there is, the second what may be:
 *
 *        0         1         2          3        4         5        6       7       8 … 13   14 15
 *   +----------+---------+----------+--------+---------+--------+-------+---------+--------+------+
 *   | position | openBuy | openSell | orders | account | market | total | version | limits | cash |
 *   +----------+---------+----------+--------+---------+--------+-------+---------+--------+------+
 *
 *   position   lots bought − sold, ever; what was deposited or withdrawn is no position
 *   open       lots of the open orders of a side, waiting ones too
 *   version    of the limits that were resolved there last
 *   cash       wide: quote units got − paid − fees, today
 *   total      number of the two sums of this account and the market's quote currency:
 *
 *   exposure   Σ |value(position)|, over its rows, + Σ price × open lots, over its open orders
 *   profit     Σ cash + value(position) − value that the day's first position had then
 *
 * Value is at the market's mark (mark-table.ts).
 */
export const POSITION = 0
export const OPEN_BUY = 1
export const OPEN_SELL = 2
export const ORDER_COUNT = 3
export const ACCOUNT = 4
export const MARKET = 5
export const TOTAL = 6
export const VERSION = 7
export const LIMITS = 8
export const CASH = 14
export const RECORD_SHIFT = 4

/** Of a total: two wide sums. */
export const EXPOSURE = 0
export const PROFIT = 2
export const TOTAL_SHIFT = 2
