/**
 * The fast exchange beside the naive one: the same events, field by field, and the same state,
 * after every command.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as words from '../../actors/order-store.ts'
import { BUY, SELL } from '../../actors/sign.ts'
import { ExecType, Side } from '../../protocol/codecs.ts'
import { BTCUSD, type ExchangeHarness, openVenue, type PlainEvent } from './exchange-harness.ts'
import { NaiveExchange } from './naive-exchange.ts'
import { RandomFlow } from './seeded.ts'

const SEEDS = 50
const COMMANDS = 2_000
const NAMES = ['alice', 'bob', 'carol']
const UNITS = 2_500
const CLOSED_IDS_MAX = 50

const TERMS = {
  ...BTCUSD,
  ...{ priceMin: 96, priceMax: 105, qtyMin: 2, qtyMax: 20, notionalMin: 250, notionalMax: 1_900 },
  ...{ collarBps: 400, referencePrice: 100, openOrdersMax: 20 },
}

function pair(): { fast: ExchangeHarness; naive: NaiveExchange } {
  const limits = { closedIdsMax: CLOSED_IDS_MAX }
  const fast = openVenue({ names: NAMES, units: UNITS, instrument: TERMS, limits })
  const eventsBefore = fast.outbox.eventNumber
  const money = { accounts: NAMES.length, units: UNITS }
  const rules = { terms: TERMS, closedIdsMax: CLOSED_IDS_MAX, eventsBefore }
  return { fast, naive: new NaiveExchange({ ...money, ...rules }) }
}

/** Queues and balances as text: FIFO content, not sums. */
function fastState({ machine }: ExchangeHarness): string {
  const { store, markets, accounts } = machine.venue
  const lines: string[] = []
  for (const sign of [BUY, SELL]) {
    for (const order of markets[0]!.book.orders(sign)) {
      const get = (field: number) => store.get(order, field)
      const id = [store.orderId(order), get(words.ACCOUNT), get(words.SESSION)]
      const size = [get(words.PRICE), get(words.ORDER_QTY), get(words.CUM), get(words.LEAVES)]
      lines.push([sign, ...id, ...size, store.cumQuote(order), get(words.STATE)].join(' '))
    }
  }
  for (let account = 1; account <= NAMES.length; account++) {
    const balance = (c: number) => `${accounts.free(account, c)}/${accounts.held(account, c)}`
    lines.push(`${account} BTC ${balance(1)} USD ${balance(2)}`)
  }
  return lines.join('\n')
}

function naiveState(naive: NaiveExchange): string {
  const lines: string[] = []
  for (const [sign, side] of [
    [BUY, Side.Buy],
    [SELL, Side.Sell],
  ] as const) {
    for (const o of naive.queue(side)) {
      const size = [o.price, o.qty, o.cum, o.leaves, o.cumQuote, o.status]
      lines.push([sign, o.orderId, o.account, o.session, ...size].join(' '))
    }
  }
  for (let account = 1; account <= NAMES.length; account++) {
    const [free, held] = [naive.free[account]!, naive.held[account]!]
    lines.push(`${account} BTC ${free.BTC}/${held.BTC} USD ${free.USD}/${held.USD}`)
  }
  return lines.join('\n')
}

const keysSorted = (events: PlainEvent[]) =>
  events.map((event) => JSON.stringify(event, Object.keys(event).sort()))

test('exchange: the fast and the naive one agree on every event and all state', () => {
  const reasons = new Map<string, number>()
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { fast, naive } = pair()
    const flow = new RandomFlow(seed, NAMES.length)
    for (let i = 0; i < COMMANDS; i++) {
      const { name, session, fields } = flow.next()
      const said = fast.send(name, session, fields)
      flow.hear(said)
      const { sequence, timeUs } = fast
      const expected = naive.apply({ name, session, sequence, timeUs, fields })
      const where = `seed ${seed}, command ${i}: ${name} ${JSON.stringify(fields)}`
      assert.deepEqual(keysSorted(said), keysSorted(expected), where)
      assert.equal(fastState(fast), naiveState(naive), where)
      assert.equal(fast.machine.audit(), undefined, where)
      for (const event of said) {
        if (event.reason === undefined) continue
        const key = `${event.name} ${event.reason || `type ${event.execType}`}`
        reasons.set(key, (reasons.get(key) ?? 0) + 1)
      }
    }
  }
  // A flow that meets no refusal and no trade would agree about nothing.
  for (const execType of [ExecType.Trade, ExecType.Replaced]) {
    const count = reasons.get(`ExecutionReport type ${execType}`) ?? 0
    assert.ok(count > 2_000, `reports of type ${execType}: ${count}`)
  }
  for (const reason of [1, 2, 3, 4, 5, 6, 7, 8]) {
    assert.ok((reasons.get(`ExecutionReport ${reason}`) ?? 0) > 50, `orders refused by ${reason}`)
  }
  for (const reason of [2, 3, 4, 5, 7, 8, 9, 10, 11, 12]) {
    assert.ok(
      (reasons.get(`OrderCancelReject ${reason}`) ?? 0) > 20,
      `changes refused by ${reason}`,
    )
  }
})

test('exchange: the same commands give the same bytes and the same hash', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const runs = [pair().fast, pair().fast]
    const flows = [new RandomFlow(seed, NAMES.length), new RandomFlow(seed, NAMES.length)]
    for (let i = 0; i < COMMANDS; i++) {
      const bytes = runs.map((run, k) => {
        const { name, session, fields } = flows[k]!.next()
        flows[k]!.hear(run.send(name, session, fields))
        return Buffer.from(run.outbox.bytes.subarray(0, run.outbox.endBytes))
      })
      assert.ok(bytes[0]!.equals(bytes[1]!), `seed ${seed}, command ${i}`)
    }
    const hashes = runs.map((run) => run.machine.stateHash())
    assert.equal(hashes[0], hashes[1], `seed ${seed}`)
    runs[1]!.send('SessionsLost', 0, {})
    assert.equal(runs[1]!.machine.stateHash(), hashes[1], 'nobody was logged on')
    runs[1]!.send('SessionOpen', 0, { compId: 'alice', connection: 1, paperAccount: 0 })
    assert.notEqual(runs[1]!.machine.stateHash(), hashes[1], `seed ${seed}: a changed state`)
  }
})

test('feed: the depth updates alone rebuild the book, without a gap in any number', () => {
  for (let seed = 101; seed <= 110; seed++) {
    const { fast } = pair()
    const flow = new RandomFlow(seed, NAMES.length)
    const rebuilt = new Map<string, string>()
    let [updateId, tradeId] = [0, 0]
    for (let i = 0; i < COMMANDS; i++) {
      const { name, session, fields } = flow.next()
      const where = `seed ${seed}, command ${i}`
      const said = fast.send(name, session, fields)
      flow.hear(said)
      for (const event of said) {
        if (event.name === 'Trade') assert.equal(event.tradeId, ++tradeId, where)
        if (event.name === 'BookTicker') {
          assert.equal(event.updateId, updateId, where)
          const { bids, asks } = { bids: best(fast, BUY), asks: best(fast, SELL) }
          const { bidPx, bidSize, offerPx, offerSize } = event
          assert.deepEqual([bidPx, bidSize, offerPx, offerSize], [...bids, ...asks], where)
        }
        if (event.name !== 'DepthUpdate') continue
        assert.equal(event.updateId, ++updateId, where)
        const key = `${event.side} ${event.price}`
        if (event.lots === 0) rebuilt.delete(key)
        else rebuilt.set(key, `${event.lots} lots of ${event.orders}`)
      }
      assert.deepEqual([...rebuilt].sort(), depthOf(fast).sort(), where)
    }
    assert.ok(tradeId > 50, `seed ${seed} traded ${tradeId} times`)
  }
})

const best = (fast: ExchangeHarness, sign: 1 | -1): number[] => {
  const { priceTicks, lots } = fast.machine.venue.markets[0]!.book.best(sign)
  return [priceTicks, lots]
}

const depthOf = (fast: ExchangeHarness): [string, string][] =>
  ([BUY, SELL] as const).flatMap((sign) =>
    fast.machine.venue.markets[0]!.book.depth(sign, 1_000).map(
      ({ priceTicks, lots, orders }): [string, string] => [
        `${sign === BUY ? Side.Buy : Side.Sell} ${priceTicks}`,
        `${lots} lots of ${orders}`,
      ],
    ),
  )
