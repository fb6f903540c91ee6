import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { OFF_TICK, readLobster } from '../../cli/lobster/files.ts'
import { trueLevels } from '../../cli/lobster/truth.ts'
import { LobsterPair, TICK } from './lobster-pair.ts'

const MESSAGE = '34200.5,1,1,10,1000,1'
const BOOK = '1100,10,1000,10'

for (const ending of ['.csv', '.csv.gz'] as const) {
  test(`lobster files: columns of a ${ending} pair`, async (t) => {
    const { messages, book } = await LobsterPair.in(t, ending).read({
      messages: [
        '34200.015105074,1,16113575,18,5853300,1',
        '34200.1,4,16113575,3,5853300,1',
        '57600,5,0,7,5853350,-1',
      ].join('\r\n'),
      book: `${[
        '300,1,200,2,400,3,100,4',
        '300,1,200,2,400,3,-9999999999,0',
        '300,9,200,2,9999999999,0,100,4',
      ].join('\n')}\n`,
    })
    assert.deepEqual([messages.rowCount, book.rowCount, book.levelCount], [3, 3, 2])
    assert.deepEqual([...messages.seconds], [34200, 34200, 57600])
    assert.deepEqual([...messages.nanos], [15_105_074, 100_000_000, 0])
    assert.equal(messages.timeNs(0), 34_200_015_105_074)
    assert.equal(messages.orderId(1), 16_113_575)
    assert.deepEqual([messages.type(2), messages.lots(2), messages.sign(2)], [5, 7, -1])
    assert.deepEqual([...messages.prices], [58_533, 58_533, OFF_TICK])
    assert.deepEqual([...book.cells.subarray(0, 8)], [3, 1, 2, 2, 4, 3, 1, 4])
    assert.deepEqual(trueLevels(book, 1, 1), [[2, 2]])
    assert.deepEqual(trueLevels(book, 2, -1), [[3, 9]])
  })
}

test('lobster files: rows are whole across the chunks of a file', async (t) => {
  const rowCount = 30_000
  const messages = Array.from(
    { length: rowCount },
    (_, row) => `34200.${row + 100_000},1,${row + 1},${row + 1},1000,1`,
  )
  const book = Array.from({ length: rowCount }, (_, row) => `1100,10,1000,${row + 1}`)
  const files = await LobsterPair.in(t, '.csv.gz').read({
    messages: messages.join('\n'),
    book: book.join('\n'),
  })
  assert.equal(files.messages.rowCount, rowCount)
  for (let row = 0; row < rowCount; row++) {
    assert.equal(files.messages.lots(row), row + 1)
    assert.equal(files.book.lots(row, 1, 0), row + 1)
  }
})

/** What is wrong with row 1 of either file → the message behind `path: row 1: `. */
const REFUSED = [
  {
    message: '34200.5,1,1,10,1000',
    says: '5 columns instead of 6; restore the file or drop the row',
  },
  { message: '', says: '1 columns instead of 6; restore the file or drop the row' },
  {
    message: '34200.5,1,1,10,1050,1',
    says: 'price 1050 is not on the tick of 100; give the tick of this symbol',
  },
  {
    message: '34200.5,4,1,10,1050,1',
    says: 'price 1050 is not on the tick of 100; give the tick of this symbol',
  },
  { message: '34200.5,1,1,10,-100,1', says: 'price -100 is out of range; restore the file' },
  {
    message: '34200.5,7,0,0,-1,-1',
    says: 'type 7 is not one of 1 to 5; take a day without auctions and halts',
  },
  { message: '34200.5,x,1,10,1000,1', says: 'type "x" is not a whole number; restore the file' },
  { message: '34200.5,1,0,10,1000,1', says: 'order id 0 is not above 0; restore the file' },
  { message: '34200.5,1,,10,1000,1', says: 'order id "" is not a whole number; restore the file' },
  { message: '34200.5,1,1,0,1000,1', says: 'size 0 is out of range; restore the file' },
  { message: '34200.5,1,1,10,1000,0', says: 'direction 0 is not 1 or -1; restore the file' },
  {
    message: '34200.4,1,1,10,1000,1',
    says: 'time 34200.4 goes back; restore the order of the rows',
  },
  {
    message: '34200.1234567890,1,1,10,1000,1',
    says: 'time "34200.1234567890" is not seconds with up to nine decimals; restore the file',
  },
  {
    message: '9:30,1,1,10,1000,1',
    says: 'time "9:30" is not seconds with up to nine decimals; restore the file',
  },
  { book: '1100,10,1000', says: '3 columns instead of 4; restore the file or drop the row' },
  {
    book: '1100,10,1050,10',
    says: 'price 1050 is not on the tick of 100; give the tick of this symbol',
  },
  { book: '1100,-1,1000,10', says: 'size -1 is out of range; restore the file' },
  {
    book: '1000,10,1000,10',
    says: 'levels out of order at column 0; give the orderbook file, as it was',
  },
] as const

for (const refused of REFUSED) {
  test(`lobster files: refused: ${refused.says}`, async (t) => {
    const pair = LobsterPair.in(t)
    const message = 'message' in refused ? refused.message : MESSAGE
    const book = 'book' in refused ? refused.book : BOOK
    const path = 'book' in refused ? pair.bookPath : pair.messagesPath
    await assert.rejects(
      pair.read({ messages: `${MESSAGE}\n${message}\n`, book: `${BOOK}\n${book}\n` }),
      { name: 'LobsterFileError', message: `${path}: row 1: ${refused.says}` },
    )
  })
}

test('lobster files: refused: one row deep in a file of many chunks', async (t) => {
  const rows = Array.from({ length: 50_000 }, () => MESSAGE)
  rows[40_000] = '34200.5,1,1,10,1001,1'
  const reading = LobsterPair.in(t, '.csv.gz').read({ messages: rows.join('\n'), book: BOOK })
  await assert.rejects(reading, { message: /row 40000: price 1001 is not on the tick of 100;/ })
})

test('lobster files: refused: levels in disorder, or behind an empty one', async (t) => {
  const pair = LobsterPair.in(t)
  for (const book of [
    '300,1,200,1,300,1,100,1',
    '300,1,200,0,400,1,100,1',
    '300,0,200,1,400,1,100,1',
  ]) {
    const reading = pair.read({ messages: MESSAGE, book })
    await assert.rejects(reading, { message: /row 0: levels out of order/ })
  }
})

test('lobster files: refused: files that do not belong together', async (t) => {
  const pair = LobsterPair.in(t)
  const message =
    `${pair.bookPath}: row 1: 1 rows, but 2 in ${pair.messagesPath}; ` +
    'the two must come from the same day, symbol and level count'
  await assert.rejects(pair.read({ messages: `${MESSAGE}\n${MESSAGE}`, book: BOOK }), { message })
  await assert.rejects(pair.read({ messages: MESSAGE, book: MESSAGE }), {
    message: `${pair.bookPath}: row 0: 6 columns, which is not four a level; give the orderbook file`,
  })
  await assert.rejects(pair.read({ messages: '', book: '' }), {
    message: /row 0: the file is empty/,
  })
})

test('lobster files: refused: a file that is missing, torn, or no CSV', async (t) => {
  const pair = LobsterPair.in(t, '.csv.gz')
  const paths = { messagesPath: pair.messagesPath, bookPath: pair.bookPath, tick: TICK }
  const refuse = (message: RegExp) => assert.rejects(readLobster(paths), { message })
  await refuse(/message\.csv\.gz: row 0: cannot be read: ENOENT.*; check the path/)
  writeFileSync(pair.messagesPath, MESSAGE)
  await refuse(/row 0: cannot be read: incorrect header check/)
  await pair.read({ messages: MESSAGE, book: BOOK })
  writeFileSync(pair.messagesPath, readFileSync(pair.messagesPath).subarray(0, -12))
  await refuse(/cannot be read: unexpected end of file; check the path or fetch/)
  rmSync(pair.messagesPath)
  await assert.rejects(pair.read({ messages: 'x'.repeat(200_000), book: BOOK }), {
    message: /row 0: no line end in 65536 bytes; give a CSV file/,
  })
})
