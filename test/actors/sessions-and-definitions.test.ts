/** Who may log on, what is answered to an operator, and what a start says again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SESSION_NUMBER_LIMITS, SessionRegistry } from '../../actors/session-registry.ts'
import { ExecType, Reason, Side } from '../../protocol/codecs.ts'
import { BTCUSD, ExchangeHarness, encode, type Fields, openVenue } from './exchange-harness.ts'
import { logOn, NEW, open, opened, refusedLogOn, said } from './session-words.ts'

test('session: a second connection is refused, and the first one goes on', () => {
  const exchange = open()
  const logsOn = (connection: number) =>
    said(exchange.send('SessionOpen', 0, logOn('alice', connection)))
  assert.deepEqual(logsOn(7), [opened(7, 1, 1)])
  assert.deepEqual(logsOn(8), [refusedLogOn(1, 8, Reason.SessionLive)])
  assert.deepEqual(exchange.sendNumbered('SessionClose', 1, 0, { connection: 8 }), [])
  assert.deepEqual(logsOn(9), [refusedLogOn(1, 9, Reason.SessionLive)], '8 was not the live one')
  exchange.sendNumbered('SessionClose', 1, 0, { connection: 7 })
  assert.deepEqual(logsOn(9), [opened(9, 1, 1)])
  exchange.send('SessionsLost', 0, {})
  assert.deepEqual(logsOn(10), [opened(10, 1, 1)])
  exchange.sendNumbered('SessionClose', 99, 0, { connection: 10 })
  assert.equal(exchange.machine.audit(), undefined)
})

test('session: an unknown one is refused, or gets paper money where that is asked for', () => {
  const exchange = open()
  const refused = [refusedLogOn(0, 1, Reason.UnknownSession)]
  assert.deepEqual(said(exchange.send('SessionOpen', 0, logOn('zoe', 1))), refused)
  const [answer] = exchange.send('SessionOpen', 0, logOn('zoe', 1, 1))
  assert.deepEqual([answer!.session, answer!.account, answer!.reason], [2, 2, Reason.None])
  const { accounts } = exchange.machine.venue
  assert.deepEqual([accounts.free(2, 1), accounts.free(2, 2)], [500, 500])
  const again = exchange.send('SessionOpen', 0, logOn('zoe', 2, 1))
  assert.equal(again[0]!.reason, Reason.SessionLive)
  assert.equal(exchange.machine.audit(), undefined)
})

test('session: nobody gets another’s account by asking for paper money under its name', () => {
  const exchange = new ExchangeHarness()
  exchange.send('SessionDefine', 0, { compId: 'desk-1', account: 'desk' })
  const [answer] = exchange.send('SessionOpen', 0, logOn('desk', 1, 1))
  assert.deepEqual([answer!.session, answer!.reason], [0, Reason.UnknownSession])
})

test('session: paper money that would be too much for its currency is not given', () => {
  const exchange = open()
  const amount = Number.MAX_SAFE_INTEGER - 1_499
  const money = { account: 'alice', currency: 'USD', reference: 'much' }
  assert.deepEqual(exchange.send('Deposit', 0, { ...money, amount }), [])
  const [answer] = exchange.send('SessionOpen', 0, logOn('zoe', 1, 1))
  assert.deepEqual([answer!.session, answer!.reason], [0, Reason.TableFull])
  assert.equal(exchange.machine.venue.accounts.names.count, 1)
})

test('deposit: said again in the same words it changes nothing', () => {
  const exchange = open()
  const deposit = { account: 'alice', currency: 'USD', reference: 'again', amount: 7 }
  const { accounts } = exchange.machine.venue
  assert.deepEqual(exchange.send('Deposit', 0, deposit), [])
  const free = accounts.free(1, 1)
  assert.deepEqual(exchange.send('Deposit', 0, deposit), [])
  assert.equal(accounts.free(1, 1), free)
  const [refused] = exchange.send('Deposit', 0, { ...deposit, amount: 8 })
  assert.equal(refused!.reason, Reason.DuplicateReference)
})

test('session: reports go on above the limit, and never past what 32 bits hold', () => {
  const { openMax, reportMax } = SESSION_NUMBER_LIMITS
  assert.ok(openMax < reportMax && reportMax + 1 < 2 ** 32, 'the number behind the last one fits')
  const sessions = new SessionRegistry(1, { openMax: 2, reportMax: 3 })
  const name = new DataView(new ArrayBuffer(16))
  name.setUint8(0, 65)
  const session = sessions.add(name, 0, 1)
  assert.deepEqual([sessions.takeOutbound(session), sessions.isUsedUp(session)], [1, false])
  assert.deepEqual([sessions.takeOutbound(session), sessions.isUsedUp(session)], [2, true])
  assert.equal(sessions.takeOutbound(session), 3)
  assert.throws(() => sessions.takeOutbound(session), /no number left/)
})

test('session: a command of a session that there is not is refused to no one', () => {
  const exchange = open()
  const fields = { ...NEW, clOrdId: 'A', orderQty: 1, price: 1 }
  assert.deepEqual(exchange.send('NewOrderSingle', 9, fields), [
    {
      ...{ name: 'CommandRefused', session: 0, number: 0, refMsgType: 68 },
      reason: Reason.UnknownSession,
    },
  ])
})

test('machine: what is no command stops it', () => {
  const exchange = open()
  const { machine } = exchange
  const report = encode('ExecutionReport', 0, 0, {})
  assert.throws(() => machine.apply(report, 0), /template 56 is no command/)
  const order = { ...NEW, clOrdId: 'A', orderQty: 1, price: 1 }
  const apply = (fields: Fields) => () => exchange.send('NewOrderSingle', 1, fields)
  assert.throws(apply({ ...order, side: 0 }), /side 0/)
  const [refused] = apply({ ...order, timeInForce: 0 })()
  assert.deepEqual(
    [refused!.execType, refused!.reason],
    [ExecType.Rejected, Reason.InvalidInstruction],
  )
  assert.equal(machine.audit(), undefined)
})

/** Commands after currencies BTC and USD, BTCUSD and alice are there, and what is answered. */
const REFUSED: readonly (readonly [string, string, Fields, number])[] = [
  ['another tick', 'InstrumentDefine', { ...BTCUSD, tickSize: 2 }, Reason.InvalidDefinition],
  ['another lot', 'InstrumentDefine', { ...BTCUSD, lotSize: 2 }, Reason.InvalidDefinition],
  [
    'other currencies',
    'InstrumentDefine',
    { ...BTCUSD, baseCurrency: 'USD', quoteCurrency: 'BTC' },
    Reason.InvalidDefinition,
  ],
  [
    'an unknown currency',
    'InstrumentDefine',
    { ...BTCUSD, quoteCurrency: 'XXX' },
    Reason.UnknownCurrency,
  ],
  ['PriceMin above PriceMax', 'InstrumentDefine', { ...BTCUSD, priceMin: 2e6 }, 18],
  ['QtyMin above QtyMax', 'InstrumentDefine', { ...BTCUSD, qtyMin: 2e6 }, 18],
  ['NotionalMin above NotionalMax', 'InstrumentDefine', { ...BTCUSD, notionalMin: 2e12 }, 18],
  ['a price of more than 31 bits', 'InstrumentDefine', { ...BTCUSD, priceMax: 2 ** 31 }, 18],
  ['a quantity of more than 31 bits', 'InstrumentDefine', { ...BTCUSD, qtyMax: 2 ** 31 }, 18],
  ['a price of 0', 'InstrumentDefine', { ...BTCUSD, priceMin: 0 }, 18],
  ['no symbol', 'InstrumentDefine', { ...BTCUSD, symbol: '' }, 18],
  [
    'money below its unit',
    'InstrumentDefine',
    { ...BTCUSD, symbol: 'FINE', priceDecimals: 1 },
    Reason.InvalidDefinition,
  ],
  [
    'lots below the base unit',
    'InstrumentDefine',
    { ...BTCUSD, symbol: 'FINE', lotDecimals: 1, tickSize: 10 },
    Reason.InvalidDefinition,
  ],
  [
    'money beyond 2^53',
    'InstrumentDefine',
    { ...BTCUSD, symbol: 'BIG', tickSize: 2 ** 30, lotSize: 2 ** 30 },
    Reason.InvalidDefinition,
  ],
  ['other decimals', 'CurrencyDefine', { currency: 'USD', decimals: 2, paperGrant: 500 }, 18],
  ['no code', 'CurrencyDefine', { currency: '', decimals: 2, paperGrant: 0 }, 18],
  ['a grant below 0', 'CurrencyDefine', { currency: 'EUR', decimals: 2, paperGrant: -1 }, 18],
  ['another account', 'SessionDefine', { compId: 'alice', account: 'bob' }, 18],
  ['no name', 'SessionDefine', { compId: '', account: 'bob' }, 18],
  ['an unknown account', 'Deposit', deposit({ account: 'zoe' }), Reason.UnknownAccount],
  ['an unknown currency', 'Deposit', deposit({ currency: 'XXX' }), Reason.UnknownCurrency],
  ['no amount', 'Deposit', deposit({ amount: 0 }), Reason.InvalidDefinition],
  [
    'a known reference',
    'Deposit',
    deposit({ reference: 'first-USD', amount: 2 }),
    Reason.DuplicateReference,
  ],
  [
    'more than a safe integer in all',
    'Deposit',
    deposit({ amount: Number.MAX_SAFE_INTEGER - 999 }),
    Reason.TableFull,
  ],
]

function deposit(more: Fields): Fields {
  return { account: 'alice', currency: 'USD', amount: 1, reference: 'r', ...more }
}

for (const [what, name, fields, reason] of REFUSED) {
  test(`operator: ${name} with ${what} is refused and changes nothing`, () => {
    const exchange = open()
    const before = exchange.machine.stateHash()
    const [event, ...others] = exchange.send(name, 0, fields)
    assert.deepEqual([event!.name, event!.reason], ['CommandRefused', reason])
    assert.deepEqual(others, [])
    assert.equal(exchange.machine.stateHash(), before)
  })
}

test('operator: what is said again changes nothing and is not answered', () => {
  const exchange = open()
  const before = exchange.machine.stateHash()
  const usd = { currency: 'USD', decimals: 0, paperGrant: 500 }
  assert.deepEqual(exchange.send('CurrencyDefine', 0, usd), [])
  assert.deepEqual(exchange.send('InstrumentDefine', 0, BTCUSD), [])
  assert.deepEqual(exchange.send('SessionDefine', 0, { compId: 'alice', account: 'alice' }), [])
  assert.equal(exchange.machine.stateHash(), before)
})

/** What an instrument has of which its definition says nothing. */
const UNSAID_TERMS: Fields = {
  ...{ matching: 0, topOrder: 0, allocationMin: 0, initialPhase: 3, auctionSeconds: 0 },
  ...{ bandBps: 0, bandPolicy: 0, limitStateSeconds: 0, pauseSeconds: 0, protectionBps: 500 },
  ...{ moveBps: 0, moveWindowSeconds: 0, referenceWindowSeconds: 0 },
  ...{ referenceStepBps: 0, referenceIntervalSeconds: 0 },
}

test('operator: an instrument is told with its number, again when a limit changes', () => {
  const exchange = open()
  const second = { ...BTCUSD, symbol: 'BTCUSD2' }
  const [told] = exchange.send('InstrumentDefine', 0, second)
  const asked = { name: 'InstrumentDefine', session: 0, number: 0, ...second, instrument: 1 }
  assert.deepEqual(told, { ...UNSAID_TERMS, ...asked }, 'all its fields')
  const [changed] = exchange.send('InstrumentDefine', 0, { ...second, priceMax: 10 })
  assert.deepEqual([changed!.instrument, changed!.priceMax], [1, 10])
})

test('operator: a full table refuses and stays as it was', () => {
  const limits = { accountsMax: 1, sessionsMax: 1, instrumentsMax: 1, depositsMax: 2 }
  const exchange = openVenue({ names: ['alice'], units: 1_000, limits })
  const reasonOf = (name: string, fields: Fields) => exchange.send(name, 0, fields)[0]!.reason
  assert.equal(reasonOf('SessionDefine', { compId: 'b', account: 'alice' }), Reason.TableFull)
  assert.equal(reasonOf('SessionDefine', { compId: 'b', account: 'b' }), Reason.TableFull)
  assert.equal(reasonOf('InstrumentDefine', { ...BTCUSD, symbol: 'B' }), Reason.TableFull)
  assert.equal(reasonOf('Deposit', deposit({})), Reason.TableFull)
  assert.equal(reasonOf('SessionOpen', logOn('zoe', 1, 1)), Reason.TableFull)
})

test('feed: an announcement tells definitions and whole books under the last update’s number', () => {
  const exchange = open()
  const prices = [10, 12, 10, 11]
  prices.forEach((price, i) => {
    exchange.send('NewOrderSingle', 1, { ...NEW, clOrdId: `o${i}`, orderQty: 2, price })
  })
  const sell = { ...NEW, side: Side.Sell, clOrdId: 's', orderQty: 3, price: 20 }
  exchange.send('NewOrderSingle', 1, sell)
  const before = exchange.machine.stateHash()
  const events = exchange.announce()
  const names = events.map((event) => event.name)
  const levels = ['DepthUpdate', 'DepthUpdate', 'DepthUpdate', 'DepthUpdate']
  assert.deepEqual(names, ['InstrumentDefine', ...levels, 'BookTicker'])
  assert.deepEqual(
    events.slice(1, 5).map((e) => [e.side, e.price, e.lots, e.orders, e.updateId, e.lastOfTurn]),
    [
      [Side.Buy, 12, 2, 1, 5, 0],
      [Side.Buy, 11, 2, 1, 5, 0],
      [Side.Buy, 10, 4, 2, 5, 0],
      [Side.Sell, 20, 3, 1, 5, 1],
    ],
  )
  const { updateId, bidPx, bidSize, offerPx, offerSize } = events[5]!
  assert.deepEqual([updateId, bidPx, bidSize, offerPx, offerSize], [5, 12, 2, 20, 3])
  assert.equal(exchange.machine.stateHash(), before)
})

test('feed: the best prices are told only when one of them changed', () => {
  const exchange = open()
  const enter = (clOrdId: string, price: number) =>
    exchange
      .send('NewOrderSingle', 1, { ...NEW, clOrdId, orderQty: 1, price })
      .map((event) => event.name)
  assert.deepEqual(enter('A', 10), ['ExecutionReport', 'DepthUpdate', 'BookTicker'])
  assert.deepEqual(enter('B', 9), ['ExecutionReport', 'DepthUpdate'])
  assert.deepEqual(enter('C', 10), ['ExecutionReport', 'DepthUpdate', 'BookTicker'])
})
