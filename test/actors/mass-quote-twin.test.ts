/** Quotes of the machine beside those on a napkin: the same words to sessions and the same books, after each command. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OrdType, Side, TimeInForce } from '../../protocol/codecs.ts'
import { BTCUSD, type ExchangeHarness, type Fields, openVenue } from './exchange-harness.ts'
import { type NaiveLimits, type NaiveQuote, NaiveQuotes, type NaiveSide } from './naive-quotes.ts'
import { bookOf, told } from './quote-words.ts'
import { seeded } from './seeded.ts'

const SEEDS = 60
const COMMANDS = 400
const SYMBOLS = ['BTCUSD', 'ALTUSD']
const NAMES = ['alice', 'bob', 'carol']
const US_PER_SECOND = 1_000_000

class Twins {
  readonly fast: ExchangeHarness
  readonly naive = new NaiveQuotes(SYMBOLS)
  readonly #random: (below: number) => number
  #ids = 0

  constructor(seed: number) {
    this.#random = seeded(seed)
    this.fast = openVenue({ names: NAMES, units: 1e12 })
    this.fast.send('InstrumentDefine', 0, { ...BTCUSD, symbol: 'ALTUSD' })
  }

  /** What both say to the next command, and which it was. */
  step(): readonly [fast: string[], naive: string[], what: string] {
    const random = this.#random
    const { fast, naive } = this
    if (random(12) === 0) fast.waitUntil(fast.timeUs + random(12) * US_PER_SECOND)
    const account = 1 + random(NAMES.length)
    const id = `i${++this.#ids}`
    const kind = random(20)
    // A command comes a microsecond behind the last one.
    naive.timeUs = fast.timeUs + 1
    if (kind < 10) return this.#quote(id, account)
    if (kind < 19) return this.#order(id, account)
    const symbol = ['', ...SYMBOLS][random(3)]!
    const events = fast.send('QuoteCancel', account, { quoteId: id, symbol })
    return [told(events), naive.cancelQuotes(id, account, symbol), `cancel ${symbol}`]
  }

  books(): readonly [fast: string[], naive: string[]] {
    const fast = SYMBOLS.map((_, i) => bookOf(this.fast, i + 1))
    const naive = SYMBOLS.map((symbol) =>
      `${this.naive.book(symbol, 1)} / ${this.naive.book(symbol, -1)}`.trim(),
    )
    return [fast, naive]
  }

  #order(id: string, account: number): readonly [string[], string[], string] {
    const random = this.#random
    const [sign, symbol] = [random(2) === 0 ? 1 : -1, SYMBOLS[random(2)]!] as const
    const size = { price: 95 + random(11), lots: 1 + random(12) }
    const events = this.fast.send('NewOrderSingle', account, {
      ...{ clOrdId: id, symbol, side: sign > 0 ? Side.Buy : Side.Sell },
      ...{ price: size.price, orderQty: size.lots },
      ...{ ordType: OrdType.Limit, timeInForce: TimeInForce.GoodTillCancel },
    })
    const naive = this.naive.order({ id, account, symbol, sign, ...size })
    return [told(events), [...naive], `order ${id} ${sign} ${size.lots}@${size.price} ${symbol}`]
  }

  #quote(id: string, account: number): readonly [string[], string[], string] {
    const random = this.#random
    const quotes = Array.from({ length: 1 + random(3) }, () => this.#twoSides())
    const limits: NaiveLimits | undefined = random(3) === 0 ? this.#limits() : undefined
    const resets = random(4) === 0
    const fields = {
      ...{ quoteId: id, protectionReset: resets ? 1 : 0 },
      ...(limits === undefined ? {} : limitFields(limits)),
    }
    const events = this.fast.send('MassQuote', account, fields, quotes.map(entryOf))
    const naive = this.naive.quote({ id, account, quotes, limits, resets })
    return [told(events), naive, JSON.stringify({ id, account, quotes, limits, resets })]
  }

  /** Narrow, so that they trade; sometimes across each other. */
  #twoSides(): NaiveQuote {
    const random = this.#random
    const price = 95 + random(10)
    const lots = (): number => (random(6) === 0 ? 0 : 1 + random(15))
    const which = random(4)
    return {
      symbol: random(25) === 0 ? 'NONE' : SYMBOLS[random(2)]!,
      ...(which === 0 ? {} : { bid: { lots: lots(), price } }),
      ...(which === 1 ? {} : { offer: { lots: lots(), price: price + random(3) } }),
    }
  }

  #limits(): NaiveLimits {
    const random = this.#random
    const none = Number.MAX_SAFE_INTEGER
    const or = (limit: number): number => (random(2) === 0 ? none : limit)
    return {
      seconds: random(6) * 3,
      ...{ fills: or(1 + random(5)), lots: or(5 + random(30)), units: or(random(4_000)) },
      net: or(3 + random(20)),
    }
  }
}

const sizeOf = (side: NaiveSide | undefined, size: string, price: string): Fields =>
  side === undefined
    ? {}
    : { [size]: side.lots, ...(side.lots === 0 ? {} : { [price]: side.price }) }

const entryOf = ({ symbol, bid, offer }: NaiveQuote): Fields => ({
  symbol,
  ...sizeOf(bid, 'bidSize', 'bidPx'),
  ...sizeOf(offer, 'offerSize', 'offerPx'),
})

const limitFields = ({ seconds, fills, lots, units, net }: NaiveLimits): Fields => {
  const isSaid = (limit: number): boolean => limit !== Number.MAX_SAFE_INTEGER
  return {
    protectionWindow: seconds,
    ...(isSaid(fills) ? { protectionFills: fills } : {}),
    ...(isSaid(lots) ? { protectionQty: lots } : {}),
    ...(isSaid(units) ? { protectionNotional: units } : {}),
    ...(isSaid(net) ? { protectionNet: net } : {}),
  }
}

test('quotes: the machine and the napkin agree on every word and every book', () => {
  let endings = 0
  let refusals = 0
  let trades = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const twins = new Twins(seed)
    for (let i = 0; i < COMMANDS; i++) {
      const [fast, naive, what] = twins.step()
      const where = `seed ${seed}, command ${i}: ${what}`
      assert.deepEqual(fast, naive, where)
      const [fastBooks, naiveBooks] = twins.books()
      assert.deepEqual(fastBooks, naiveBooks, where)
      assert.equal(twins.fast.machine.audit(), undefined, where)
      refusals += fast.filter((word) => word.includes(' QuoteProtection ')).length
      trades += fast.filter((word) => word.includes(' Trade ')).length
    }
    endings += twins.naive.endings
  }
  // A flow that trips nothing would agree about nothing.
  assert.ok(endings > 500, `${endings} accounts were protected`)
  assert.ok(refusals > 500, `${refusals} quotes were refused for it`)
  assert.ok(trades > 10_000, `${trades} fills`)
})
