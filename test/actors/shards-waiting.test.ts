/** One account of the other shard, step by step: what waits, for how long, and what it is answered. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ShardRouter } from '../../actors/shard-router.ts'
import { EVERY_SHARD } from '../../engine/shard/command-router.ts'
import { ExecType, OrdType, Reason, Side, TimeInForce } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { ExchangeHarness, encode, type Fields, type PlainEvent } from './exchange-harness.ts'
import { openSharded, ShardedVenue } from './sharded-venue.ts'

/** ann is at home on shard 0, ben on shard 1; BTCUSD is on shard 0. */
const NAMES = ['ann', 'ben']
const [ANN, BEN] = [1, 2]
const UNITS = 1_000
const [HERE, HOME] = [0, 1]

const order = (clOrdId: string, price: number, orderQty: number): Fields => ({
  ...{ clOrdId, price, orderQty, symbol: 'BTCUSD', side: Side.Buy },
  ...{ ordType: OrdType.Limit, timeInForce: TimeInForce.GoodTillCancel },
})
const cancelOf = (origClOrdId: string, clOrdId: string): Fields => ({
  ...{ origClOrdId, clOrdId, symbol: 'BTCUSD', side: Side.Buy, orderId: INT64_NULL },
})

/** What clients hear: the request's id and what became of it. */
const told = (events: readonly PlainEvent[]): string[] =>
  events.flatMap(({ name, clOrdId, execType, reason }) => {
    if (name === 'ExecutionReport') {
      const type = Object.entries(ExecType).find(([, value]) => value === execType)![0]
      return [`${clOrdId} ${type}${reason === Reason.None ? '' : ` ${reason}`}`]
    }
    return name === 'OrderCancelReject' ? [`${clOrdId} refused ${reason}`] : []
  })
const messages = (events: readonly PlainEvent[]): string[] =>
  events
    .filter(({ name }) => name.startsWith('Funds') || name === 'RunWaiting')
    .map(({ name, amount }) => `${name} ${amount}`)

test('shards: an order away from home asks for its money, waits, and gives back what comes free', () => {
  const venue = openSharded(NAMES, UNITS)
  const asked = venue.send('NewOrderSingle', BEN, order('a', 100, 2))
  assert.deepEqual([told(asked), messages(asked)], [[], ['FundsAsk 202']], 'with its fee')
  assert.deepEqual(messages(venue.hearFrom(HERE)!), ['FundsGrant 202'])
  assert.deepEqual(told(venue.hearFrom(HOME)!), ['a New'])
  assert.deepEqual([venue.free(BEN, 'USD'), venue.held(BEN, 'USD')], [798, 202])
  const canceled = venue.send('OrderCancelRequest', BEN, cancelOf('a', 'b'))
  assert.deepEqual(
    [told(canceled), messages(canceled)],
    [[`b Canceled ${Reason.CanceledByClient}`], ['FundsReturn 202']],
  )
  assert.equal(venue.free(BEN, 'USD'), 798, 'it is on its way')
  venue.settle()
  assert.equal(venue.free(BEN, 'USD'), UNITS)
})

test('shards: an account at home asks nobody', () => {
  const venue = openSharded(NAMES, UNITS)
  const said = venue.send('NewOrderSingle', ANN, order('a', 100, 2))
  assert.deepEqual([told(said), messages(said)], [['a New'], []])
})

test('shards: an order beyond the funds at home is refused, and so is a replace', () => {
  const venue = openSharded(NAMES, UNITS)
  venue.send('NewOrderSingle', BEN, order('a', 100, 50))
  assert.deepEqual(told(venue.settle()), [`a Rejected ${Reason.InsufficientFunds}`])
  venue.send('NewOrderSingle', BEN, order('b', 100, 2))
  venue.settle()
  venue.send('OrderCancelReplaceRequest', BEN, { ...cancelOf('b', 'c'), ...order('c', 100, 50) })
  assert.deepEqual(told(venue.settle()), [`c refused ${Reason.InsufficientFunds}`])
  assert.deepEqual([venue.free(BEN, 'USD'), venue.held(BEN, 'USD')], [798, 202])
})

test('shards: what an account sends behind a waiting order waits too, and is run in order', () => {
  const venue = openSharded(NAMES, UNITS)
  venue.send('NewOrderSingle', BEN, order('a', 100, 2))
  const behind = [
    ...venue.send('OrderCancelRequest', BEN, cancelOf('a', 'b')),
    ...venue.send('NewOrderSingle', BEN, order('c', 90, 1)),
    ...venue.send('OrderMassCancelRequest', BEN, { clOrdId: 'd', symbol: 'BTCUSD' }),
  ]
  assert.deepEqual(behind, [])
  assert.deepEqual(
    told(venue.send('NewOrderSingle', ANN, order('x', 100, 1))),
    ['x New'],
    'others do not wait',
  )
  const canceled = `b Canceled ${Reason.CanceledByClient}`
  const massCanceled = `c Canceled ${Reason.MassCanceled}`
  const said = venue.settle()
  assert.deepEqual(told(said), ['a New', canceled, 'c New', massCanceled])
  assert.equal(said.filter(({ name }) => name === 'OrderMassCancelReport').length, 1)
  assert.equal(venue.free(BEN, 'USD'), UNITS)
})

test('shards: how many requests wait is bounded, for each account and for all', () => {
  for (const limits of [{ waitingPerAccountMax: 2 }, { waitingMax: 2 }]) {
    const venue = openSharded(NAMES, UNITS, limits)
    venue.send('NewOrderSingle', BEN, order('a', 100, 1))
    venue.send('NewOrderSingle', BEN, order('b', 100, 1))
    const full = Reason.TooManyWaiting
    assert.deepEqual(told(venue.send('NewOrderSingle', BEN, order('c', 100, 1))), [
      `c Rejected ${full}`,
    ])
    assert.deepEqual(told(venue.send('OrderCancelRequest', BEN, cancelOf('a', 'd'))), [
      `d refused ${full}`,
    ])
    assert.deepEqual(told(venue.settle()), ['a New', 'b New'])
  }
  const none = openSharded(NAMES, UNITS, { waitingMax: 0 })
  const said = told(none.send('NewOrderSingle', BEN, order('a', 100, 1)))
  assert.deepEqual(said, [`a Rejected ${Reason.TooManyWaiting}`])
})

test('shards: a request that waits is counted in the message rate once', () => {
  const venue = openSharded(NAMES, UNITS)
  venue.send('RiskDefine', 0, { messagesPerSecond: 2 })
  venue.send('NewOrderSingle', BEN, order('a', 100, 1))
  venue.send('NewOrderSingle', BEN, order('b', 100, 1))
  const third = venue.send('NewOrderSingle', BEN, order('c', 100, 1))
  assert.deepEqual(told(third), [`c Rejected ${Reason.MessageRate}`])
  assert.deepEqual(told(venue.settle()), ['a New', 'b New'])
})

test('shards: a message that was heard before changes nothing', () => {
  const venue = openSharded(NAMES, UNITS)
  venue.send('NewOrderSingle', BEN, order('a', 100, 2))
  venue.send('OrderCancelRequest', BEN, cancelOf('a', 'b'))
  venue.send('NewOrderSingle', BEN, order('c', 100, 2))
  venue.settle()
  const before = venue.shards.map(({ machine }) => machine.stateHash())
  const heard = venue.log.filter((command) => new ShardRouter(2).senderOf(command, 0) >= 0)
  assert.ok(heard.length >= 7, `${heard.length} messages`)
  for (const message of heard) assert.deepEqual(venue.apply(message), [])
  assert.deepEqual(
    venue.shards.map(({ machine }) => machine.stateHash()),
    before,
  )
  assert.throws(() =>
    venue.shards[0]!.machine.apply(heard.find((m) => new ShardRouter(2).route(m, 0) === 1)!, 0),
  )
})

test('shards: a session’s numbers rise on each shard, with gaps, and an old one is ignored', () => {
  const venue = openSharded(NAMES, UNITS)
  const there = { ...order('b', 100, 1), symbol: 'ETHUSD' }
  assert.deepEqual(told(venue.apply(encode('NewOrderSingle', ANN, 1, order('a', 100, 1)))), [
    'a New',
  ])
  assert.deepEqual(messages(venue.apply(encode('NewOrderSingle', ANN, 2, there))), ['FundsAsk 101'])
  assert.deepEqual(told(venue.apply(encode('NewOrderSingle', ANN, 5, order('c', 100, 1)))), [
    'c New',
  ])
  assert.deepEqual(venue.apply(encode('NewOrderSingle', ANN, 2, there)), [])
  assert.deepEqual(venue.apply(encode('NewOrderSingle', ANN, 1, order('d', 100, 1))), [])
})

test('shards: paper money is at the home of the account, and there alone', () => {
  const venue = openSharded([], 0)
  venue.send('ShardDefine', 0, { account: 'pam', shard: HOME })
  for (const compId of ['pam', 'pat']) {
    const said = venue.send('SessionOpen', 0, { compId, connection: 1, paperAccount: 1 })
    assert.equal(
      said.filter(({ reason }) => reason === Reason.None).length,
      2,
      'each shard knows it',
    )
  }
  const free = (account: number) =>
    venue.shards.map(({ machine }) => machine.venue.accounts.free(account, 1))
  assert.deepEqual(
    [free(1), free(2)],
    [
      [0, 500],
      [500, 0],
    ],
  )
})

test('shards: a name is placed once, and before it is used', () => {
  const venue = new ShardedVenue()
  const define = (fields: Fields): string[] =>
    venue.send('ShardDefine', 0, fields).map(({ name, reason }) => `${name} ${reason}`)
  const refused = [`CommandRefused ${Reason.InvalidDefinition}`]
  assert.deepEqual(define({ account: 'ann', shard: 1 }), [])
  assert.deepEqual(define({ account: 'ann', shard: 1 }), [], 'the same again')
  assert.deepEqual(define({ account: 'ann', shard: 0 }), refused, 'elsewhere')
  assert.deepEqual(define({ account: 'bob', shard: 2 }), refused, 'no such shard')
  assert.deepEqual(define({ account: 'bob', symbol: 'BTCUSD', shard: 1 }), refused, 'two names')
  assert.deepEqual(define({ shard: 1 }), refused, 'no name')
  venue.send('SessionDefine', 0, { compId: 'eve', account: 'eve' })
  assert.deepEqual(define({ account: 'eve', shard: 1 }), refused, 'it is on shard 0 already')
  const alone = new ExchangeHarness()
  assert.deepEqual(alone.send('ShardDefine', 0, { account: 'ann', shard: 0 }), [])
  assert.equal(
    alone.send('ShardDefine', 0, { account: 'bob', shard: 1 })[0]!.name,
    'CommandRefused',
  )
})

test('shards: a command goes where its symbol is, and what is everyone’s to every shard', () => {
  const router = new ShardRouter(2)
  const route = (name: string, fields: Fields) => router.route(encode(name, 1, 1, fields), 0)
  assert.equal(route('NewOrderSingle', { symbol: 'ETHUSD' }), 0, 'unknown yet')
  assert.equal(route('ShardDefine', { symbol: 'ETHUSD', shard: 1 }), EVERY_SHARD)
  for (const name of [
    'NewOrderSingle',
    'OrderCancelRequest',
    'OrderCancelReplaceRequest',
    'OrderMassCancelRequest',
  ]) {
    assert.deepEqual(
      [route(name, { symbol: 'ETHUSD' }), route(name, { symbol: 'BTCUSD' })],
      [1, 0],
      name,
    )
  }
  assert.equal(route('OrderMassCancelRequest', {}), EVERY_SHARD)
  assert.equal(route('KillSwitch', { on: 1 }), EVERY_SHARD)
  assert.equal(route('FundsGrant', { fromShard: 0, toShard: 1 }), 1)
})

test('shards: what every shard decides alike is refused by one of them, and acted on by the symbol’s', () => {
  const venue = openSharded(NAMES, UNITS)
  const refused = venue.send('Deposit', 0, {
    account: 'nobody',
    currency: 'USD',
    amount: 1,
    reference: 'r',
  })
  assert.deepEqual(
    refused.map(({ name }) => name),
    ['CommandRefused'],
  )
  const phases = venue
    .send('PhaseChange', 0, { phase: 5 })
    .filter(({ name }) => name === 'PhaseChanged')
  assert.deepEqual(
    phases.map(({ instrument }) => instrument),
    [0, 1, 2],
  )
})

test('shards: a switched-off account’s orders end on each shard, and its waiting one is refused', () => {
  const venue = openSharded(NAMES, UNITS)
  venue.send('NewOrderSingle', BEN, order('a', 100, 1))
  venue.settle()
  venue.send('NewOrderSingle', BEN, { ...order('b', 100, 1), symbol: 'ETHUSD' })
  venue.send('NewOrderSingle', BEN, order('c', 100, 1))
  const ended = told(venue.send('KillSwitch', 0, { account: 'ben', on: 1 }))
  assert.deepEqual(ended, [`a Canceled ${Reason.KillSwitch}`, `b Canceled ${Reason.KillSwitch}`])
  assert.deepEqual(told(venue.settle()), [`c Rejected ${Reason.KillSwitch}`])
  assert.equal(venue.free(BEN, 'USD'), UNITS)
})
