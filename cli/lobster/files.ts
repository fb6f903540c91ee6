/**
 *   message.csv ─┐
 *                ├─▶ FILES ──▶ columns: Messages and BookRows ──▶ day.ts, truth.ts
 *   book.csv   ──┘
 *
 * A LOBSTER day as numbers. Row i of the book is the book after row i of the messages; rows are
 * counted from 0. What is handed out is complete and consistent: every price a whole number of
 * ticks, every time in order, as many rows here as there. Prices are in ticks, sizes in lots
 * (shares), a side is a sign: 1 buys, -1 sells.
 */

import { type CsvRow, LobsterFileError, readRows } from './csv-row.ts'

/** The side of a resting order, as LOBSTER writes it. */
export type Sign = 1 | -1

export const MessageType = {
  New: 1,
  PartCancelled: 2,
  Deleted: 3,
  Executed: 4,
  ExecutedHidden: 5,
} as const

/** Price of a hidden execution between two ticks: it moves no visible book, so it needs none. */
export const OFF_TICK = -1

/**
 * Rows of a day: ten levels of a book need 160 bytes a row, so that the limit is 640 MB. Busy days
 * have 2 million.
 */
const ROWS_MAX = 4_000_000
const MESSAGE_COLUMNS = ['time', 'type', 'order id', 'size', 'price', 'direction'] as const
const COLUMNS_PER_LEVEL = 4
const INT32_MAX = 0x7fffffff
const NANOS_PER_SECOND = 1_000_000_000
const FRACTION_DIGITS = 9
const POINT = 0x2e

/** The events of the day, a column each. */
export class Messages {
  readonly rowCount: number
  /** Time after midnight: whole seconds, and the nanoseconds beyond them. */
  readonly seconds: Int32Array
  readonly nanos: Int32Array
  readonly types: Int32Array
  /** LOBSTER's order ids, 0 for hidden orders. */
  readonly orderIds: Float64Array
  readonly sizes: Int32Array
  readonly prices: Int32Array
  readonly signs: Int32Array

  constructor(columns: MessageColumns) {
    this.rowCount = columns.types.count
    this.seconds = columns.seconds.values()
    this.nanos = columns.nanos.values()
    this.types = columns.types.values()
    this.orderIds = columns.orderIds.values()
    this.sizes = columns.sizes.values()
    this.prices = columns.prices.values()
    this.signs = columns.signs.values()
  }

  /** Nanoseconds after midnight: below 2^47, so exact. */
  timeNs(row: number): number {
    return this.seconds[row]! * NANOS_PER_SECOND + this.nanos[row]!
  }

  type(row: number): number {
    return this.types[row]!
  }

  orderId(row: number): number {
    return this.orderIds[row]!
  }

  lots(row: number): number {
    return this.sizes[row]!
  }

  priceTicks(row: number): number {
    return this.prices[row]!
  }

  /** The side of the resting order: an execution with 1 is a sale that hit a bid. */
  sign(row: number): Sign {
    return this.signs[row] === 1 ? 1 : -1
  }
}

/**
 * The true book after each row, `levelCount` levels a side, best first. One row:
 *
 *   askPrice0 askLots0 bidPrice0 bidLots0  askPrice1 askLots1 bidPrice1 bidLots1  …
 *
 * An empty level (LOBSTER: a price of ±9999999999) has price 0 and 0 lots.
 */
export class BookRows {
  readonly rowCount: number
  readonly levelCount: number
  readonly cells: Int32Array

  constructor(cells: Int32Array, levelCount: number) {
    this.cells = cells
    this.levelCount = levelCount
    this.rowCount = cells.length / (levelCount * COLUMNS_PER_LEVEL)
  }

  priceTicks(row: number, sign: Sign, level: number): number {
    return this.cells[this.#cell(row, sign, level)]!
  }

  lots(row: number, sign: Sign, level: number): number {
    return this.cells[this.#cell(row, sign, level) + 1]!
  }

  /** How many of the levels are occupied: the first so many. */
  depth(row: number, sign: Sign): number {
    let depth = this.levelCount
    while (depth > 0 && this.lots(row, sign, depth - 1) === 0) depth--
    return depth
  }

  #cell(row: number, sign: Sign, level: number): number {
    return (row * this.levelCount + level) * COLUMNS_PER_LEVEL + (sign === 1 ? 2 : 0)
  }
}

export interface LobsterFiles {
  readonly messages: Messages
  readonly book: BookRows
}

export interface LobsterPaths {
  /** .csv or .csv.gz */
  readonly messagesPath: string
  /** .csv or .csv.gz */
  readonly bookPath: string
  /** A tick in the files' price unit, 1/10,000 dollar: 100 for a tick of one cent. */
  readonly tick: number
}

/** Reads the two files of a day. @throws LobsterFileError */
export async function readLobster({
  messagesPath,
  bookPath,
  tick,
}: LobsterPaths): Promise<LobsterFiles> {
  const messages = await readMessages(messagesPath, tick)
  const book = await readBook(bookPath, tick)
  if (messages.rowCount !== book.rowCount) {
    const row = Math.min(messages.rowCount, book.rowCount)
    throw new LobsterFileError(
      `${bookPath}: row ${row}: ${book.rowCount} rows, but ${messages.rowCount} in ${messagesPath}; ` +
        'the two must come from the same day, symbol and level count',
    )
  }
  return { messages, book }
}

/** A typed array that grows by doubling. */
class Column<A extends Int32Array | Float64Array> {
  count = 0
  readonly #allocate: (length: number) => A
  #values: A

  constructor(allocate: (length: number) => A) {
    this.#allocate = allocate
    this.#values = allocate(1024)
  }

  push(value: number): void {
    if (this.count === this.#values.length) {
      const wider = this.#allocate(this.count * 2)
      wider.set(this.#values)
      this.#values = wider
    }
    this.#values[this.count++] = value
  }

  values(): A {
    return this.#values.subarray(0, this.count) as A
  }
}

const int32Column = () => new Column((length) => new Int32Array(length))

class MessageColumns {
  readonly seconds = int32Column()
  readonly nanos = int32Column()
  readonly types = int32Column()
  readonly orderIds = new Column((length) => new Float64Array(length))
  readonly sizes = int32Column()
  readonly prices = int32Column()
  readonly signs = int32Column()
}

async function readMessages(path: string, tick: number): Promise<Messages> {
  const columns = new MessageColumns()
  let lastNs = 0
  const rowCount = await readRows(path, (row) => {
    checkColumns(row, MESSAGE_COLUMNS.length)
    const timeNs = readTime(row, columns)
    if (timeNs < lastNs) row.fail(`time ${row.text(0)} goes back`, 'restore the order of the rows')
    lastNs = timeNs
    readEvent(row, tick, columns)
  })
  if (rowCount === 0)
    throw new LobsterFileError(`${path}: row 0: the file is empty; fetch it again`)
  return new Messages(columns)
}

/** Seconds and nanoseconds from the text: read as a double, the last digits would be lost. */
function readTime(row: CsvRow, columns: MessageColumns): number {
  const point = row.find(0, POINT)
  const digitCount = Math.max(0, row.end(0) - point - 1)
  const seconds = row.integerIn(row.start(0), point)
  const fraction = digitCount === 0 ? 0 : row.integerIn(point + 1, row.end(0))
  if (!(seconds >= 0 && seconds <= INT32_MAX && fraction >= 0) || digitCount > FRACTION_DIGITS) {
    row.fail(`time "${row.text(0)}" is not seconds with up to nine decimals`, 'restore the file')
  }
  const nanos = fraction * 10 ** (FRACTION_DIGITS - digitCount)
  columns.seconds.push(seconds)
  columns.nanos.push(nanos)
  return seconds * NANOS_PER_SECOND + nanos
}

function readEvent(row: CsvRow, tick: number, columns: MessageColumns): void {
  const type = row.integer(1, 'type')
  if (type < MessageType.New || type > MessageType.ExecutedHidden) {
    row.fail(`type ${type} is not one of 1 to 5`, 'take a day without auctions and halts')
  }
  const lots = row.integer(3, 'size')
  if (lots < 1 || lots > INT32_MAX) row.fail(`size ${lots} is out of range`, 'restore the file')
  const sign = row.integer(5, 'direction')
  if (sign !== 1 && sign !== -1) row.fail(`direction ${sign} is not 1 or -1`, 'restore the file')
  const orderId = row.integer(2, 'order id')
  if (orderId < 1 && type !== MessageType.ExecutedHidden) {
    row.fail(`order id ${orderId} is not above 0`, 'restore the file')
  }
  columns.types.push(type)
  columns.orderIds.push(orderId)
  columns.sizes.push(lots)
  columns.prices.push(readPrice(row, 4, { tick, hidden: type === MessageType.ExecutedHidden }))
  columns.signs.push(sign)
}

/** A price in ticks. Only a hidden execution may lie between two. */
function readPrice(row: CsvRow, column: number, rule: { tick: number; hidden: boolean }): number {
  const price = row.integer(column, 'price')
  if (price % rule.tick !== 0) {
    if (rule.hidden) return OFF_TICK
    row.fail(`price ${price} is not on the tick of ${rule.tick}`, 'give the tick of this symbol')
  }
  const priceTicks = price / rule.tick
  if (priceTicks < 1 || priceTicks > INT32_MAX)
    row.fail(`price ${price} is out of range`, 'restore the file')
  return priceTicks
}

async function readBook(path: string, tick: number): Promise<BookRows> {
  const cells = int32Column()
  let columnCount = 0
  await readRows(path, (row) => {
    if (row.index === 0) {
      columnCount = row.columnCount
      if (columnCount % COLUMNS_PER_LEVEL !== 0) {
        row.fail(`${columnCount} columns, which is not four a level`, 'give the orderbook file')
      }
    }
    checkColumns(row, columnCount)
    readLevels(row, tick, cells)
  })
  return new BookRows(cells.values(), columnCount / COLUMNS_PER_LEVEL)
}

/**
 * Asks and bids by turns, best first; each side may only get worse, and behind an empty level all
 * are empty.
 */
function readLevels(row: CsvRow, tick: number, cells: Column<Int32Array>): void {
  let askTicks = 0
  let bidTicks = Number.POSITIVE_INFINITY
  for (let column = 0; column < row.columnCount; column += COLUMNS_PER_LEVEL) {
    const ask = readLevel(row, column, { tick, empty: Number.POSITIVE_INFINITY, cells })
    const bid = readLevel(row, column + 2, { tick, empty: 0, cells })
    const inOrder = (ask > askTicks || isEmpty(ask)) && (bid < bidTicks || isEmpty(bid))
    if (!inOrder || (column === 0 && bid >= ask)) {
      row.fail(`levels out of order at column ${column}`, 'give the orderbook file, as it was')
    }
    askTicks = ask
    bidTicks = bid
  }
}

function isEmpty(priceTicks: number): boolean {
  return priceTicks === 0 || priceTicks === Number.POSITIVE_INFINITY
}

/** One price and size into the cells. Returns the price, or `empty` where nothing rests. */
function readLevel(
  row: CsvRow,
  column: number,
  to: { tick: number; empty: number; cells: Column<Int32Array> },
): number {
  const lots = row.integer(column + 1, 'size')
  if (lots < 0 || lots > INT32_MAX) row.fail(`size ${lots} is out of range`, 'restore the file')
  const priceTicks = lots === 0 ? 0 : readPrice(row, column, { tick: to.tick, hidden: false })
  to.cells.push(priceTicks)
  to.cells.push(lots)
  return lots === 0 ? to.empty : priceTicks
}

/** Each reader looks at its row's shape first, so the limit on rows stands here too. */
function checkColumns(row: CsvRow, expected: number): void {
  if (row.columnCount !== expected) {
    row.fail(
      `${row.columnCount} columns instead of ${expected}`,
      'restore the file or drop the row',
    )
  }
  if (row.index >= ROWS_MAX) row.fail(`more than ${ROWS_MAX} rows`, 'cut the day into parts')
}
