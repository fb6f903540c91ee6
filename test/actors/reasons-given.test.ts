/**
 * Every reason that there is, given by a request: a table of the shortest stories. A reason without
 * a story here is one that nobody can be told, and has no place in the protocol.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExchangeLimits } from '../../actors/limits.ts'
import { BandPolicy, ExecType, Reason, Side } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { REASONS } from '../../protocol/reasons.ts'
import { BTCUSD, type Fields, openVenue, type PlainEvent } from './exchange-harness.ts'
import { MarketPlayer } from './market-play.ts'
import { newOrderFields } from './market-words.ts'
import { specOf } from './order-words.ts'
import { openSharded } from './sharded-venue.ts'

/** The last line of a story is told the reason; the others are accepted or do not matter. */
const STORIES: Readonly<Record<string, string>> = {
  UnknownSymbol: 'alice buy A 1 @ 100 on NOSUCH',
  PriceOutOfRange: 'alice buy A 1 @ 1000001',
  QuantityOutOfRange: 'alice buy A 1000001 @ 1',
  NotionalOutOfRange: 'terms notionalMin 10; alice buy A 1 @ 9',
  PriceCollar: 'terms collarBps 100 referencePrice 100; alice buy A 1 @ 102',
  TooManyOpenOrders: 'terms openOrdersMax 0; alice buy A 1 @ 100',
  InsufficientFunds: 'alice buy A 1001 @ 100',
  UnknownOrder: 'alice cancel A',
  TooLate: 'alice buy A 1 @ 100; alice cancel A; alice cancel A',
  UnfilledIoc: 'alice buy A 1 @ 100 ioc',
  CanceledByClient: 'alice buy A 1 @ 100; alice cancel A',
  InvalidDefinition: 'terms tickSize 0',
  UnknownCurrency: 'deposit alice XYZ 5',
  InvalidInstruction: 'alice buy A 1 market post-only',
  PhaseForbids: 'phase halt; alice buy A 1 @ 100',
  NoReferencePrice: 'alice buy A 1 market',
  NoLiquidity: 'alice buy A 1 to-limit',
  WouldTrade: 'bob sell B 1 @ 100; alice buy A 1 @ 100 post-only',
  UnfilledMinimum: 'bob sell B 1 @ 100; alice buy A 2 @ 100 fok',
  UnfilledMarket: 'bob sell B 1 @ 100; alice buy A 2 market',
  UnfilledAuction: 'phase pre-open; alice buy A 1 @ 100 at-open; phase continuous',
  PriceBand: 'terms bandBps 100 referencePrice 100; bob sell B 1 @ 105; alice buy A 1 @ 105',
  SelfTrade: 'alice sell B 1 @ 100; alice buy A 1 @ 100 stp expire-taker',
  ParentEnded: 'alice sell A 1 @ 100 after P',
  LinkedOrder: 'alice sell A 1 @ 100 oco B',
  DayEnded: 'alice buy A 1 @ 100 day; phase closed',
  DateReached: 'alice buy A 1 @ 100 gtd 5; tick 5',
  KillSwitch: 'kill alice halted; alice buy A 1 @ 100',
  PositionLimit: 'limits alice position 1; alice buy A 2 @ 100',
  ExposureLimit: 'limits alice exposure 100; alice buy A 2 @ 100',
  OrderTooLarge: 'limits alice qty 1; alice buy A 2 @ 100',
  MessageRate: 'limits alice rate 1; alice buy A 1 @ 100; alice buy B 1 @ 100',
  DailyLoss: `fees taker 100000 maker 0; limits alice loss 1; bob sell B 1 @ 100;
    alice buy A 1 @ 100; alice buy C 1 @ 1`,
  MarketHalted: `terms moveBps 1000 moveWindowSeconds 60; bob sell B 1 @ 100; bob sell C 1 @ 120;
    alice buy A 2 @ 120`,
  MassCanceled: 'alice buy A 1 @ 100; alice mass',
}

const order = (words: string, clOrdId: string, more: Fields = {}): Fields => ({
  ...newOrderFields(
    specOf(words.split(' '), 0, () => 0),
    '',
  ),
  ...{ clOrdId, symbol: 'BTCUSD', ...more },
})
const which = { symbol: 'BTCUSD', clOrdId: 'x', side: Side.Buy, orderId: INT64_NULL }
const money = { account: 'alice', currency: 'USD', reference: 'r' }

type Command = readonly [name: string, session: number, fields: Fields]

/** Those that need requests which say two things that disagree, or a venue that is full. */
const COMMANDS: Readonly<Record<string, readonly Command[]>> = {
  DuplicateClOrdId: [
    ['NewOrderSingle', 1, order('buy A 1 @ 9', 'a')],
    ['NewOrderSingle', 1, order('buy A 1 @ 9', 'a')],
  ],
  IdsDisagree: [
    ['NewOrderSingle', 1, order('buy A 1 @ 9', 'a')],
    ['OrderCancelReplaceRequest', 1, { ...which, origClOrdId: 'a', orderQty: 2, price: 9 }],
    ['OrderCancelRequest', 1, { ...which, clOrdId: 'y', origClOrdId: 'a' }],
  ],
  SideOrSymbolChanged: [
    ['NewOrderSingle', 1, order('buy A 1 @ 9', 'a')],
    ['OrderCancelRequest', 1, { ...which, side: Side.Sell, origClOrdId: 'a' }],
  ],
  BookFull: [
    ['NewOrderSingle', 1, order('buy A 1 @ 9', 'a')],
    ['NewOrderSingle', 1, order('buy A 1 @ 9', 'b')],
  ],
  UnknownSession: [['NewOrderSingle', 9, order('buy A 1 @ 9', 'a')]],
  SessionLive: [
    ['SessionOpen', 0, { compId: 'alice', connection: 1, paperAccount: 0 }],
    ['SessionOpen', 0, { compId: 'alice', connection: 2, paperAccount: 0 }],
  ],
  ConnectionLost: [
    ['SessionOpen', 0, { ...{ compId: 'alice', connection: 1 }, cancelOnDisconnectType: 1 }],
    ['NewOrderSingle', 1, order('buy A 1 @ 9', 'a')],
    ['SessionClose', 1, { connection: 1, sessionEnd: 0 }],
  ],
  LoggedOut: [
    ['SessionOpen', 0, { ...{ compId: 'alice', connection: 1 }, cancelOnDisconnectType: 2 }],
    ['NewOrderSingle', 1, order('buy A 1 @ 9', 'a')],
    ['SessionClose', 1, { connection: 1, sessionEnd: 1 }],
  ],
  SystemFailure: [
    ['SessionOpen', 0, { compId: 'alice', connection: 1 }],
    ['NewOrderSingle', 1, order('buy A 1 @ 9', 'a', { execInst: 4 })],
    ['SessionsLost', 0, {}],
  ],
  SessionKind: [['SessionOpen', 0, { compId: 'alice', connection: 1, dropCopyFlag: 1 }]],
  TooManySessions: [
    ['SessionDefine', 0, { compId: 'alice-2', account: 'alice' }],
    ['SessionOpen', 0, { compId: 'alice', connection: 1, paperAccount: 0 }],
    ['SessionOpen', 0, { compId: 'alice-2', connection: 2, accountSessionsMax: 1 }],
  ],
  UnknownAccount: [['Deposit', 0, { ...money, account: 'nobody', amount: 1 }]],
  DuplicateReference: [
    ['Deposit', 0, { ...money, amount: 1 }],
    ['Deposit', 0, { ...money, amount: 2 }],
  ],
  TableFull: [
    ['NewOrderSingle', 1, order('buy A 1 @ 9', 'a')],
    ['NewOrderSingle', 2, order('buy A 1 @ 9', 'b')],
  ],
}

const FULL: Readonly<Record<string, Partial<ExchangeLimits>>> = {
  BookFull: { ordersMax: 1 },
  TableFull: { positionsMax: 1 },
}

function tell(name: string): readonly PlainEvent[] {
  const story = STORIES[name]
  // Where there is one shard nobody waits.
  if (name === 'TooManyWaiting') {
    const venue = openSharded(['ann', 'ben'], 100_000, { waitingMax: 0 })
    return venue.send('NewOrderSingle', 2, order('buy A 1 @ 9', 'a'))
  }
  if (story === undefined) {
    const names = ['alice', 'bob']
    const exchange = openVenue({ names, units: 100_000, limits: FULL[name] ?? {} })
    return COMMANDS[name]!.map(([template, session, fields]) =>
      exchange.send(template, session, fields),
    ).at(-1)!
  }
  const player = new MarketPlayer({ terms: { bandPolicy: BandPolicy.Cancel } })
  for (const line of story.split(';')) player.say(line.trim())
  return player.events
}

for (const { code, name, ordRejReason, cxlRejReason } of REASONS) {
  if (code === Reason.None) continue
  test(`reasons: ${name} is given`, () => {
    const told = tell(name).filter(({ reason }) => reason === code)
    assert.ok(told.length > 0)
    for (const event of told) {
      const isOrders = event.execType === ExecType.Rejected
      if (isOrders) assert.equal(event.ordRejReason, ordRejReason)
      // FIX's 0 is "broker's choice": it would say nothing where there is something to say.
      if (isOrders) assert.notEqual(ordRejReason, 0)
      if (event.name === 'OrderCancelReject') assert.equal(event.cxlRejReason, cxlRejReason)
    }
  })
}

test('reasons: a definition of an instrument that is full of sense is not refused', () => {
  const exchange = openVenue({ names: [], units: 0 })
  assert.deepEqual(exchange.send('InstrumentDefine', 0, BTCUSD), [])
})
