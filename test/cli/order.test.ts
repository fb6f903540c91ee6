/** `tradsys order`: one request, a line a report, an exit status. And what an order may say, word by word. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { orderOf } from '../../cli/order/order-words.ts'
import { tradeOf } from '../../cli/order/profile.ts'
import {
  InstrumentUnits,
  type NewOrder,
  OrdType,
  PegPriceType,
  PostOnly,
  SecurityDefinition,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from '../../client/client.ts'
import { type Ended, type ExchangeProcess, Premises } from '../exchange/premises.ts'

const definition = new SecurityDefinition().wrap(
  new DataView(new ArrayBuffer(SecurityDefinition.BLOCK_BYTES)),
  0,
)
Object.assign(definition, {
  ...{ symbol: 'BTCUSDT', baseCurrency: 'BTC', quoteCurrency: 'USDT', quoteDecimals: 6 },
  ...{ tickSize: 5, priceDecimals: 3, lotSize: 1, lotDecimals: 4 },
})
const units = new InstrumentUnits(definition)
const typed = (line: string): NewOrder => {
  const [side, ...words] = line.split(' ')
  const unitsOf = (symbol: string): InstrumentUnits => {
    assert.equal(symbol, 'BTCUSDT')
    return units
  }
  return orderOf({ side: side as 'buy' | 'sell', words, newId: () => 'new' }, unitsOf)
}

test('instrument units: decimals become integers, and integers decimals, exactly', () => {
  assert.deepEqual([units.tickSize, units.lotSize], ['0.005', '0.0001'])
  assert.deepEqual([units.ticks('60000'), units.price(12_000_000)], [12_000_000, '60000.000'])
  assert.deepEqual([units.lots('0.5'), units.quantity(5_000)], [5_000, '0.5000'])
  assert.deepEqual([units.moneyUnits('1.5'), units.money(-1)], [1_500_000, '-0.000001'])
  assert.throws(() => units.ticks('0.001'), /0\.001 is no price of BTCUSDT: one tick is 0\.005/)
  assert.throws(() => units.lots('1e3'), RangeError)
})

const LIMIT = {
  ...{ clOrdId: 'new', symbol: 'BTCUSDT', side: Side.Buy, ordType: OrdType.Limit },
  ...{ lots: 5_000, priceTicks: 200, timeInForce: TimeInForce.GoodTillCancel },
}
const MARKET = {
  ...{ clOrdId: 'new', symbol: 'BTCUSDT', side: Side.Sell, ordType: OrdType.Market },
  ...{ lots: 5_000, timeInForce: TimeInForce.ImmediateOrCancel },
}
const GTC = TimeInForce.GoodTillCancel
const SAID: readonly (readonly [string, NewOrder])[] = [
  ['buy 0.5 BTCUSDT 1', LIMIT],
  ['buy 0.5 btcusdt @1', LIMIT],
  [
    'buy 0.5 BTCUSDT 1 ioc id=x',
    { ...LIMIT, clOrdId: 'x', timeInForce: TimeInForce.ImmediateOrCancel },
  ],
  ['sell 0.5 BTCUSDT', MARKET],
  ['sell 0.5 BTCUSDT fok', { ...MARKET, timeInForce: TimeInForce.FillOrKill }],
  [
    'sell 0.5 BTCUSDT stop=2',
    { ...MARKET, ordType: OrdType.Stop, stopTicks: 400, timeInForce: GTC },
  ],
  ['buy 0.5 BTCUSDT 1 stop=2', { ...LIMIT, ordType: OrdType.StopLimit, stopTicks: 400 }],
  [
    'sell 0.5 BTCUSDT trail=0.5%',
    { ...MARKET, ordType: OrdType.TrailingStop, trailingBps: 50, timeInForce: GTC },
  ],
  [
    'sell 0.5 BTCUSDT trail=5',
    { ...MARKET, ordType: OrdType.TrailingStop, trailingTicks: 1_000, timeInForce: GTC },
  ],
  [
    'buy 0.5 BTCUSDT 1 peg=mid',
    { ...LIMIT, ordType: OrdType.Pegged, pegPriceType: PegPriceType.MidPrice },
  ],
  ['buy 0.5 BTCUSDT 1 post-only', { ...LIMIT, postOnly: PostOnly.Reject }],
  [
    'buy 0.5 BTCUSDT 1 slide stp=maker',
    { ...LIMIT, postOnly: PostOnly.Slide, selfTradePrevention: SelfTradePrevention.ExpireMaker },
  ],
  ['buy 0.5 BTCUSDT 1 display=0.1 min=0.2', { ...LIMIT, displayLots: 1_000, minLots: 2_000 }],
  ['buy 0.5 BTCUSDT 1 aon day', { ...LIMIT, allOrNone: true, timeInForce: TimeInForce.Day }],
  [
    'buy 0.5 BTCUSDT 1 until=2027-01-15T08:00',
    { ...LIMIT, timeInForce: TimeInForce.GoodTillDate, expireTimeUs: 1_800_000_000_000_000 },
  ],
]

test('order words: each says what it means', () => {
  for (const [line, order] of SAID) assert.deepEqual(typed(line), order, line)
})

test('order words: what is none, twice, or no multiple, is named', () => {
  for (const [line, says] of [
    ['buy', /buy needs a quantity and a symbol/],
    ['buy 0.5', /buy needs a quantity/],
    ['buy x BTCUSDT', /x is no quantity of BTCUSDT: a lot is 0\.0001/],
    ['buy 0.5 BTCUSDT 0.001', /0\.001 is no price/],
    ['buy 0.5 BTCUSDT 1 2', /knows no '2'/],
    ['buy 0.5 BTCUSDT 1 maybe', /knows no 'maybe'/],
    ['buy 0.5 BTCUSDT 1 colour=red', /knows no 'colour='/],
    ['buy 0.5 BTCUSDT 1 ioc fok', /'fok' is a second time to stay/],
    ['buy 0.5 BTCUSDT 1 id=a id=b', /'id' is said twice/],
    ['buy 0.5 BTCUSDT 1 peg=left', /peg=left is none\. Give one of primary, mid, market/],
    ['buy 0.5 BTCUSDT 1 stp=toString', /stp=toString is none/],
    ['buy 0.5 BTCUSDT 1 toString', /knows no 'toString'/],
    ['buy 0.5 BTCUSDT trail=0.555%', /trail=0\.555% is no percentage/],
    ['buy 0.5 BTCUSDT trail=99999999999%', /trail=99999999999% is no percentage/],
    ['buy 0.5 BTCUSDT 1 id=ä', /id=ä is none/],
    ['buy 0.5 BTCUSDT 1 until=5', /until=5 is no time/],
    ['buy 0.5 BTCUSDT 1 until=tomorrow', /until=tomorrow is no time/],
  ] as const) {
    assert.throws(() => typed(line), { code: 'usage-order', message: says }, line)
  }
})

test('profile: flags before environment before file, and what is missing is named', (t) => {
  const premises = new Premises(t)
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const key = premises.file('alice.pem', pem)
  const secret = premises.file('alice.secret', 'abc\n')
  const profile = premises.file('p.yaml', `url: 10.0.0.1:1\ncompId: FILE\nkey: ${key}\n`)
  const file = tradeOf({ profile }, {})
  assert.deepEqual([file.connection.host, file.connection.port], ['10.0.0.1', 1])
  assert.equal(file.connection.compId, 'FILE')
  assert.ok(file.connection.key !== undefined && 'asymmetricKeyType' in file.connection.key)
  assert.equal(file.marketDataUrl, 'ws://10.0.0.1:9001')
  const env = { TRADSYS_PROFILE: profile, TRADSYS_COMP_ID: 'ENV', TRADSYS_KEY_ID: 'k1' }
  const fromEnv = tradeOf({}, { ...env, TRADSYS_KEY: secret })
  assert.equal(fromEnv.connection.compId, 'ENV')
  assert.deepEqual(fromEnv.connection.key, { id: 'k1', secret: 'abc' })
  assert.equal(tradeOf({ compId: 'FLAG' }, env).connection.compId, 'FLAG')
  const bad = premises.file('bad.yaml', 'compId: A\ncolour: red\n')
  for (const [flags, says] of [
    [{}, /no session is named. Give --comp-id/],
    [{ compId: 'A B' }, /compId: 1 to 16/],
    [{ compId: 'A', url: 'nowhere' }, /--url 'nowhere' is not HOST:PORT/],
    [{ compId: 'A', key: '/nowhere/key.pem' }, /cannot read \/nowhere\/key\.pem, the key/],
    [{ compId: 'A', key: secret }, /no keyId says whose secret/],
    [{ compId: 'A', keyId: 'k1' }, /keyId k1 is given, and no key/],
    [{ profile: bad }, /colour/],
    [{ profile: '/nowhere/p.yaml' }, /cannot read \/nowhere\/p\.yaml, the profile/],
  ] as const) {
    assert.throws(() => tradeOf(flags, {}), says)
  }
})

class Counter {
  readonly #premises: Premises
  readonly #exchange: ExchangeProcess

  constructor(premises: Premises, exchange: ExchangeProcess) {
    this.#premises = premises
    this.#exchange = exchange
  }

  run(line: string, compId = 'ALICE'): Promise<Ended> {
    const place = ['--comp-id', compId, '--url', `127.0.0.1:${this.#exchange.orderEntryPort}`]
    return this.#premises.run(['order', ...line.split(' '), ...place])
  }

  /** Its lines; it must end with this status. */
  async lines(line: string, status = 0): Promise<string[]> {
    const ended = await this.run(line)
    assert.equal(ended.status, status, `${line}: ${ended.stderr}`)
    return ended.stdout.trimEnd().split('\n')
  }
}

test('order: entered, listed, changed, asked of, taken back', async (t) => {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q'] })
  const counter = new Counter(premises, exchange)
  assert.deepEqual(await counter.lines('list'), [''])
  const [accepted] = await counter.lines('new buy 0.5 BTCUSDT 60000 id=b-1')
  const [, orderId] = /^accepted {2}b-1 #(\d+) BTCUSDT buy 0\.5000 @ 60000\.00, 0\.5000 open$/.exec(
    accepted!,
  )!
  const [, maker, taker] = await counter.lines('new sell 0.2 BTCUSDT id=s-1')
  assert.match(maker!, /^trade 0\.2000 @ 60000\.00 {2}b-1 #\d+ .*, 0\.3000 open$/)
  assert.match(taker!, /^trade 0\.2000 @ 60000\.00 {2}s-1 #\d+ BTCUSDT sell 0\.2000/)
  const [replaced] = await counter.lines('replace b-1 0.6 60000.01')
  assert.match(replaced!, /^replaced {2}b-1_2 \(was b-1\) #\d+ .* @ 60000\.01, 0\.4000 open$/)
  const listed = await counter.lines('list BTCUSDT')
  assert.deepEqual(listed, await counter.lines('status b-1_2'))
  assert.match(listed[0]!, /^partially filled {2}b-1_2 #/)
  assert.deepEqual(await counter.lines(`status ${orderId} BTCUSDT`), listed)
  const [json] = await counter.lines('status s-1 --json')
  const { report, status, clOrdId, origClOrdId, filled } = JSON.parse(json!)
  assert.deepEqual([report, status, filled], ['OrderStatus', 'Filled', '0.2000'])
  assert.deepEqual([origClOrdId, typeof clOrdId], ['s-1', 'string'])
  assert.match((await counter.lines(`cancel ${orderId}`))[0]!, /^cancelled {2}b-1_2 #/)
  await counter.lines('new buy 1 GOOG 500')
  await counter.lines('new buy 1 GOOG 501')
  const all = await counter.lines('cancel all GOOG')
  assert.deepEqual([all.length, all[2]], [3, 'cancelled 2 orders'])
})

test('order: what is refused is a report and status 1; what cannot be asked is one line and another', async (t) => {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q'] })
  const counter = new Counter(premises, exchange)
  const [dear] = await counter.lines('new buy 1000 BTCUSDT 60000 id=dear', 1)
  assert.match(dear!, /^refused: Account has insufficient balance.* {2}dear #0 BTCUSDT buy 1000/)
  assert.deepEqual(await counter.lines('status nobody', 1), ['refused: Unknown order sent  nobody'])
  for (const [line, status, says] of [
    ['new hold 1 GOOG 5', 2, /'hold' is no side/],
    ['new buy 1 NOWHERE 5', 2, /no instrument NOWHERE. Give one of BTCUSDT, ETHUSDT, GOOG/],
    ['new buy 0.5 GOOG 5', 2, /0\.5 is no quantity of GOOG: a lot is 1/],
    ['cancel nobody', 1, /order-unknown: no order nobody is open/],
    ['cancel nobody GOOG', 2, /a symbol goes with all/],
  ] as const) {
    const ended = await counter.run(line)
    assert.equal(ended.status, status, `${line}: ${ended.stderr}`)
    assert.match(ended.stderr, says)
    assert.equal(ended.stdout, '')
  }
  await exchange.end('SIGTERM')
  const { status, stderr } = await counter.run('list')
  assert.equal(status, 5, stderr)
  assert.match(stderr, /^tradsys: unreachable: .*ECONNREFUSED.*Start the exchange.*\n$/)
})
