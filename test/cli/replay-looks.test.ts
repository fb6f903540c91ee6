/** How a market and an account stood behind a command, as `tradsys replay --book` and `--account` show it. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { describeAccount, lookAtAccount } from '../../cli/replay/account.ts'
import { type BookResult, describeBook, lookAtBook } from '../../cli/replay/book.ts'
import { runLog } from '../../cli/replay/run.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { type JournalOptions, playedJournal } from './played-journal.ts'

function venueOf(t: TestContext, table: string, back = 0, options: JournalOptions = {}) {
  const { dataDir, commands } = playedJournal(t, table, options)
  const journal = JournalReader.open(dataDir)
  try {
    const log = { directory: dataDir, journal }
    return runLog(log, { until: commands.length - back, progress: false })
  } finally {
    journal.close()
  }
}

/** `4@99x2 3@98x1 / 5@101x1+5`: quantity, price, orders, and what is hidden. */
function inWords({ bids, asks }: BookResult): string {
  const side = (levels: BookResult['bids']): string =>
    levels
      .map(({ quantity, price, orders, hidden }) => {
        return `${quantity}@${price}x${orders}${hidden === undefined ? '' : `+${hidden}`}`
      })
      .join(' ')
  return `${side(bids)} / ${side(asks)}`.trim()
}

const BOOKS: Readonly<Record<string, readonly [table: string, back: number, book: string]>> = {
  'best first, with lots and orders of each price': [
    `alice buy A 3 @ 99
     bob buy B 1 @ 99
     alice buy C 5 @ 98
     carol sell D 7 @ 101`,
    0,
    '4@99x2 5@98x1 / 7@101x1',
  ],
  'as it was two commands before': [
    `alice buy A 3 @ 99
     bob sell B 3 @ 99
     alice buy C 5 @ 98`,
    2,
    '3@99x1 /',
  ],
  'what icebergs and hidden orders keep back is shown by itself': [
    `alice buy A 9 @ 99 display 2
     bob sell B 5 @ 101 hidden`,
    0,
    '2@99x1+7 / 0@101x0+5',
  ],
}

for (const [sentence, [table, back, expected]] of Object.entries(BOOKS)) {
  test(`replay book: ${sentence}`, (t) => {
    const { venue } = venueOf(t, table, back)
    assert.equal(inWords(lookAtBook(venue, 'BTCUSD', 10)), expected)
  })
}

test('replay book: no more levels than asked for, and stops are beside it', (t) => {
  const { venue } = venueOf(
    t,
    `alice buy A 1 @ 99
     alice buy B 1 @ 98
     alice sell S 1 @ 50 stop 60
     phase halt`,
  )
  const book = lookAtBook(venue, 'BTCUSD', 1)
  assert.equal(inWords(book), '1@99x1 /')
  assert.deepEqual([book.restingOrders, book.waitingOrders, book.phase], [2, 1, 'Halt'])
  assert.deepEqual(describeBook(book), [
    'BTCUSD: Halt, nothing traded yet, 2 orders in the book, 1 beside it',
    '       price  quantity  orders',
    '  bid     99         1       1',
  ])
})

test('replay book: prices and quantities are decimals as the instrument says', (t) => {
  const { venue } = venueOf(t, 'alice buy A 3 @ 99')
  const market = venue.marketNamed('BTCUSD')!
  Object.assign(market.risk.terms, { priceDecimals: 2, lotDecimals: 4 })
  assert.equal(inWords(lookAtBook(venue, 'BTCUSD', 1)), '0.0003@0.99x1 /')
})

test('replay book: events that a crash has cut off are made again on the way', (t) => {
  const run = venueOf(t, 'alice buy A 3 @ 99\nbob sell B 1 @ 99', 0, { eventsCut: 2 })
  assert.equal(inWords(lookAtBook(run.venue, 'BTCUSD', 1)), '2@99x1 /')
  assert.ok(run.eventsMissing > 0 && run.eventsEqual > 0)
})

test('replay book: a symbol that the log does not know is told by its name', (t) => {
  const { venue } = venueOf(t, '')
  assert.throws(
    () => lookAtBook(venue, 'NOPE', 1),
    /there is no instrument NOPE in the log by then/,
  )
  assert.throws(() => lookAtBook(venue, 'A'.repeat(40), 1), /there is no instrument/)
})

test('replay account: money free and held, positions, open orders, sessions', (t) => {
  const { venue } = venueOf(
    t,
    `alice buy A 5 @ 100
     bob sell B 2 @ 100
     alice/2 sell C 1 @ 110 hidden
     alice buy D 1 @ 90 gtd 99
     alice sell S 1 @ 50 stop 60 oco C`,
  )
  const alice = lookAtAccount(venue, 'alice')
  assert.deepEqual(alice.sessions, ['alice', 'alice/2'])
  assert.deepEqual(alice.trading, {
    ...{ state: 'Active', exchange: 'Active', operator: 'Active' },
    ...{ client: 'Active', dailyLoss: 'Active' },
  })
  const money = Object.fromEntries(
    alice.balances.map(({ currency, free, held }) => [currency, [free, held]]),
  )
  assert.deepEqual(money, {
    BTC: ['100000', '2'],
    USD: [String(100_000 - 200 - 300 - 90), '390'],
    ETH: ['100000', '0'],
  })
  const { symbol, position, openBuy, openSell, openOrders } = alice.positions[0]!
  assert.deepEqual([symbol, position, openBuy, openSell], ['BTCUSD', '2', '4', '2'])
  assert.equal(openOrders, 4)
  assert.deepEqual(
    alice.openOrders.map(({ clOrdId, session, open, place }) => [clOrdId, session, open, place]),
    [
      ['A1', 'alice', '3', 'book'],
      ['C3', 'alice/2', '1', 'book'],
      ['D4', 'alice', '1', 'book'],
      ['S5', 'alice', '1', 'trigger'],
    ],
  )
  const [, hidden, dated, stop] = alice.openOrders
  assert.equal(hidden!.display, '0')
  assert.ok(dated!.expires !== undefined)
  assert.deepEqual(
    [stop!.trigger, stop!.peer, hidden!.peer],
    ['60', hidden!.orderId, stop!.orderId],
  )
  const text = describeAccount(alice).join('\n')
  assert.match(text, /^alice: trading Active, sessions alice, alice\/2\nbalances:\n/)
  assert.match(
    text,
    /open orders: 4\n {2}\d+ alice\/A1 BTCUSD Buy 3 of 5 @ 100 Limit GoodTillCancel\n/,
  )
})

test('replay looks: to look changes nothing', (t) => {
  const { venue, machine } = venueOf(
    t,
    `alice buy A 5 @ 100 display 2
     bob sell B 2 @ 100
     carol sell S 1 @ 50 stop 60`,
  )
  const before = machine.stateHash()
  for (const symbol of ['BTCUSD', 'ETHUSD']) lookAtBook(venue, symbol, 9)
  for (const name of ['alice', 'bob', 'carol', 'dave']) lookAtAccount(venue, name)
  assert.deepEqual([venue.sessionNamed('nobody'), venue.orderIdOf(1, 'nothing')], [0, 0])
  assert.equal(machine.stateHash(), before)
  assert.equal(machine.audit(), undefined)
})

test('replay account: who stopped it, and which limits hold', (t) => {
  const { venue } = venueOf(
    t,
    `limits qty 9 orders 7
     limits alice on BTCUSD position 20
     alice buy A 1 @ 100
     kill alice reducing`,
  )
  const alice = lookAtAccount(venue, 'alice')
  assert.deepEqual([alice.trading.state, alice.trading.operator], ['Reducing', 'Reducing'])
  assert.equal(alice.openOrdersMax, 7)
  assert.deepEqual(alice.positions[0]!.limits, { quantity: '9', position: '20' })
  const text = describeAccount(alice).join('\n')
  assert.match(text, /trading Reducing \(operator Reducing\)/)
  assert.match(text, /limits: 7 open orders\n {2}BTCUSD: quantity 9, position 20\n/)
  assert.throws(() => lookAtAccount(venue, 'zoe'), /there is no account zoe in the log by then/)
})
