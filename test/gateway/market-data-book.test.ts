/** The parts without sockets: the copy of the book, decimals, names, the place of a fault. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventChannel } from '../../gateway/market-data/channel.ts'
import { decimalText } from '../../gateway/market-data/decimal-text.ts'
import type { Instrument } from '../../gateway/market-data/instrument.ts'
import { InstrumentFeed } from '../../gateway/market-data/instrument-feed.ts'
import { jsonFault } from '../../gateway/market-data/json-fault.ts'
import { LevelBook, type LevelUpdate, TurnState } from '../../gateway/market-data/level-book.ts'
import { parseStreamName } from '../../gateway/market-data/stream-name.ts'
import { Seeded } from '../ringbuffer/seeded.ts'

const DECIMALS: readonly (readonly [
  count: number,
  size: number,
  decimals: number,
  text: string,
])[] = [
  [0, 5, 3, '0.000'],
  [1, 5, 3, '0.005'],
  [20_001, 5, 3, '100.005'],
  [1, 1, 5, '0.00001'],
  [123_456_789, 1, 5, '1234.56789'],
  [3, 1, 1, '0.3'],
  [7, 25, 0, '175'],
  [1, 1, 18, '0.000000000000000001'],
  [9_007_199_254_740_991, 1, 8, '90071992.54740991'],
  [9_007_199_254_740_991, 10, 8, '900719925.47409910'],
]

test('decimals: ticks and lots become exact texts', () => {
  for (const [count, size, decimals, text] of DECIMALS) {
    assert.equal(decimalText(count, size, decimals), text)
  }
})

const update = (updateId: number, isLastOfTurn: boolean, lots = 1, ticks = 100): LevelUpdate => ({
  sign: 1,
  ticks,
  lots,
  updateId,
  isLastOfTurn,
  timeUs: updateId,
})

const TURNS: readonly (readonly [name: string, updates: readonly LevelUpdate[], states: string])[] =
  [
    ['from the start', [update(1, true), update(2, false), update(3, true)], 'AOA'],
    ['announced', [update(9, false), update(9, false), update(9, true), update(10, true)], 'OOAA'],
    ['announced, then the same id again', [update(9, true), update(9, true)], 'AB'],
    ['a gap', [update(1, true), update(3, true), update(2, true)], 'ABB'],
    ['a gap in a turn', [update(1, true), update(2, false), update(4, true)], 'AOB'],
    ['a gap in the announcement', [update(9, false), update(11, true)], 'OB'],
    ['less than nothing', [update(1, true), update(2, true, -1)], 'AB'],
  ]

test('level book: ids go up by one, except when the book is announced', () => {
  const letters = { [TurnState.Open]: 'O', [TurnState.Applied]: 'A', [TurnState.Broken]: 'B' }
  for (const [name, updates, states] of TURNS) {
    const book = new LevelBook()
    const said = updates.map((one) => letters[book.take(one, () => undefined)])
    assert.equal(said.join(''), states, name)
  }
})

test('level book: a turn shows when it is whole, and its levels are told with its ids', () => {
  const book = new LevelBook()
  const told: string[] = []
  const listen = (one: LevelUpdate, firstId: number, lastId: number): void => {
    told.push(`${one.ticks} ${firstId}..${lastId} of ${book.bids.count}`)
  }
  book.take(update(1, false, 5, 100), listen)
  assert.deepEqual([book.lastUpdateId, book.bids.count, told.length], [0, 0, 0])
  book.take(update(2, true, 6, 101), listen)
  assert.deepEqual(told, ['100 1..2 of 2', '101 1..2 of 2'])
  assert.deepEqual(book.bids.best(9), [
    { ticks: 101, lots: 6 },
    { ticks: 100, lots: 5 },
  ])
})

test('level book: agrees with a plain map over many random changes', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const chance = new Seeded(seed)
    const book = new LevelBook()
    const plain = { 1: new Map<number, number>(), [-1]: new Map<number, number>() }
    for (let id = 1; id <= 2000; id++) {
      const sign = chance.below(2) === 0 ? 1 : -1
      const ticks = chance.below(60)
      const lots = chance.below(3) * chance.below(100)
      book.take({ ...update(id, true, lots, ticks), sign }, () => undefined)
      if (lots === 0) plain[sign].delete(ticks)
      else plain[sign].set(ticks, lots)
      assert.equal((sign === 1 ? book.bids : book.asks).lotsAt(ticks), lots)
    }
    const sorted = (sign: 1 | -1) =>
      [...plain[sign]]
        .map(([ticks, lots]) => ({ ticks, lots }))
        .sort((a, b) => (b.ticks - a.ticks) * sign)
    assert.deepEqual(book.bids.best(1000), sorted(1), `seed ${seed}`)
    assert.deepEqual(book.asks.best(1000), sorted(-1), `seed ${seed}`)
    assert.deepEqual(book.asks.best(3), sorted(-1).slice(0, 3), `seed ${seed}`)
  }
})

test('stream names: what exists, and what does not', () => {
  const kinds = [
    'trade',
    'bookTicker',
    'depth',
    'depth@100ms',
    'depth5',
    'depth10@100ms',
    'depth20',
  ]
  for (const kind of kinds) assert.equal(parseStreamName(`btcusdt@${kind}`)?.symbol, 'BTCUSDT')
  for (const name of [
    'btcusdt',
    'btcusdt@',
    '@trade',
    'btcusdt@Trade',
    'btcusdt@depth7',
    'BTCUSDT@trade',
    'btcusdt@depth@1ms',
    'btcusdt@trade@100ms',
    'btcusdt@kline_1m',
    `${'x'.repeat(17)}@trade`,
  ]) {
    assert.equal(parseStreamName(name), undefined, name)
  }
  assert.deepEqual(parseStreamName('btcusdt@depth10@100ms'), {
    name: 'btcusdt@depth10@100ms',
    symbol: 'BTCUSDT',
    kind: 'top',
    paceMs: 100,
    levelsMax: 10,
  })
})

const FAULTS: readonly (readonly [text: string, line: number, column: number])[] = [
  ['', 1, 1],
  ['{', 1, 2],
  ['{"a":}', 1, 6],
  ['{"a":1,}', 1, 8],
  ['[1,2', 1, 5],
  ['{"a":1} x', 1, 9],
  ['{"a"\n:\n tru}', 3, 2],
  ['"open', 1, 1],
  ['[01]', 1, 3],
  ['{"a":"\\x"}', 1, 6],
]

test('json fault: the line and column of the first character that cannot be', () => {
  for (const [text, line, column] of FAULTS) {
    assert.throws(() => JSON.parse(text), text)
    assert.deepEqual(jsonFault(text), { line, column }, text)
  }
  assert.equal(jsonFault('['.repeat(100_000)).column, 65)
})

const BTCUSDT: Instrument = {
  ...{ number: 0, symbol: 'BTCUSDT', baseCurrency: 'BTC', quoteCurrency: 'USDT' },
  ...{ priceDecimals: 2, lotDecimals: 5, tickSize: 1, lotSize: 1 },
  ...{ priceMinTicks: 1, priceMaxTicks: 1_000, qtyMinLots: 1, qtyMaxLots: 1_000 },
  ...{ notionalMin: 0, notionalMax: 1_000_000, collarBps: 0, openOrdersMax: 10 },
}

test('instrument feed: a second channel for the same events is refused, not put in place', () => {
  const feed = new InstrumentFeed(BTCUSDT, () => assert.fail('nothing is broken'))
  for (const name of ['btcusdt@trade', 'btcusdt@bookTicker']) {
    const first = new EventChannel(parseStreamName(name)!)
    const second = new EventChannel(parseStreamName(name)!)
    feed.attach(first)
    feed.attach(first)
    assert.throws(() => feed.attach(second), /is there, and btcusdt@/)
    feed.detach(first)
    feed.attach(second)
  }
})
