/**
 * Plays a table against a whole machine, commands as bytes, and holds what is said against the table.
 *
 *   alice buy A 5 @ 100                          A is its client order id; words as in book-play.ts
 *   bob sell B 3 @ 99 ioc on ETHUSD → …          another symbol than BTCUSD
 *   bob/2 cancel A                               another session of bob's
 *   alice amend A 5 @ 101                        ids A, A2, A3 … follow each other by themselves
 *   alice mass [buy|sell] [session] [on SYMBOL]
 *   alice list oco sell A 5 @ 120 | sell B 5 stop 90     after, after-first: the first triggers the others
 *   alice quote 5 @ 90 / 6 @ 110                 bid / offer; its reports have the id q and a number
 *   fees [bob] maker 10 taker 20                 ppm; `fees bob` takes them back
 *   limits [bob] [on SYMBOL] qty 5 notional 500 position 9 exposure 900 loss 90 orders 3 rate 4
 *   group bob 7 · kill [bob] halted · phase halt [on SYMBOL] · day [late 50] · deposit bob USD 5
 *   breaker 700 1300 2000 halt 60 · terms collarBps 500 …  (all others as they were)
 *   tick 30 · tick due · tick early              late in second 30; when asked for; 1 µs before that
 *   feed → trade 3@100, bid 2@100 x1             what the last command told everyone, all of it
 *   order A → PartiallyFilled 3/2 at 100         filled / open, by its last report
 *   money bob USD → 900 held 100 · venue USD → 3 · position bob → 5 · exposure bob → 500
 *   profit bob → -20 · book → 5@99 / 3@101       as the feed has it, best first
 *
 * Behind the arrow, or, without one, as nothing: what sessions are told, in order, but for the first
 * word that says only that the request was taken (`A new`, `A replaced`, `A canceled`). After each
 * command the machine is audited and what the feed tells is held against the book (feed-book.ts).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MassCancelScope, Side } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import type { PlainEvent } from './exchange-harness.ts'
import {
  BTCUSD,
  type ExchangeHarness,
  type Fields,
  type OnCommand,
  openVenue,
} from './exchange-harness.ts'
import { FeedBooks } from './feed-book.ts'
import * as words from './market-words.ts'
import { specOf } from './order-words.ts'

export interface PlayOptions {
  /** Fields of BTCUSD that are other than the harness's. */
  readonly terms?: Fields
  /** Units of each currency that each account begins with. */
  readonly units?: number
  readonly onCommand?: OnCommand
}

const SESSIONS = ['alice', 'bob', 'carol', 'dave']
const LIMIT_FIELDS: Readonly<Record<string, string>> = {
  ...{ qty: 'orderQtyMax', notional: 'orderNotionalMax', position: 'positionMax' },
  ...{ exposure: 'exposureMax', loss: 'dailyLossMax', orders: 'openOrdersMax' },
  rate: 'messagesPerSecond',
}
const LISTS: Readonly<Record<string, number>> = { oco: 1, after: 2, 'after-first': 101 }
const TRADING_STATES = ['active', 'halted', 'reducing']

/** A venue of alice, bob, carol and dave, each with a second session, and the markets BTCUSD and ETHUSD. */
export function openPlayground(options: PlayOptions): ExchangeHarness {
  const { terms = {}, units = 100_000, onCommand } = options
  const exchange = openVenue({
    ...{ names: SESSIONS, units, instrument: terms },
    ...(onCommand === undefined ? {} : { onCommand }),
  })
  for (const name of SESSIONS) {
    exchange.send('SessionDefine', 0, { compId: `${name}/2`, account: name })
  }
  exchange.send('CurrencyDefine', 0, { currency: 'ETH', decimals: 0, paperGrant: 0 })
  const other = { ...BTCUSD, ...terms, symbol: 'ETHUSD', baseCurrency: 'ETH' }
  exchange.send('InstrumentDefine', 0, other)
  for (const account of SESSIONS) {
    const money = { account, currency: 'ETH', amount: units, reference: 'first' }
    exchange.send('Deposit', 0, money)
  }
  return exchange
}

export class MarketPlayer {
  readonly exchange: ExchangeHarness
  readonly #books: FeedBooks
  readonly #terms: Record<string, number | string>
  /** By name in the table: the last client id, and the last report. */
  readonly #ids = new Map<string, string>()
  readonly #reports = new Map<string, PlainEvent>()
  readonly #labels = new Map<number, string>()
  /** What an order was entered with: cancels and amends say side and symbol again. */
  readonly #entries = new Map<string, { side: number; symbol: string }>()
  #last: readonly PlainEvent[] = []
  #wakeUs = 0
  #count = 0

  constructor(options: PlayOptions = {}) {
    this.exchange = openPlayground(options)
    this.#books = new FeedBooks(this.exchange)
    this.#terms = { ...BTCUSD, ...options.terms }
  }

  run(line: string): void {
    const [left = '', ...right] = line.split('→').map((part) => part.trim())
    const expected = right.join(' ').replace(/\s+/g, ' ')
    const [verb = '', ...rest] = left.split(/\s+/)
    const looked = this.#look(verb, rest)
    if (looked !== undefined) {
      assert.equal(looked, expected, line)
      return
    }
    assert.equal(this.say(left).join(', '), expected, line)
  }

  /** What the last command was answered with. */
  get events(): readonly PlainEvent[] {
    return this.#last
  }

  /** Sends the command of a line; returns what sessions are told. */
  say(command: string): string[] {
    const [verb = '', ...rest] = command.split(/\s+/)
    const symbolAt = rest.indexOf('on')
    const symbol = symbolAt < 0 ? '' : rest.splice(symbolAt, 2)[1]!
    const name = verb.replace(/\/2$/, '')
    if (!SESSIONS.includes(name)) return this.#operate(verb, rest, symbol)
    const session = SESSIONS.indexOf(name) + (name === verb ? 1 : 5)
    return this.#request(session, rest, symbol || 'BTCUSD')
  }

  #look(verb: string, [name = '', currency = '']: string[]): string | undefined {
    const { accounts, currencies, safeguards } = this.exchange.machine.venue
    const account = SESSIONS.indexOf(name) + 1
    const { positions } = safeguards
    const money = ['BTC', 'USD', 'ETH'].indexOf(currency) + 1
    switch (verb) {
      case 'feed':
        return this.#last.flatMap((event) => words.fedInWords(event) ?? []).join(', ')
      case 'order':
        return words.standingInWords(this.#reports.get(name)!)
      case 'money': {
        const held = accounts.held(account, money)
        return `${accounts.free(account, money)}${held === 0 ? '' : ` held ${held}`}`
      }
      case 'venue':
        assert.ok(currencies.count >= 3)
        return `${accounts.fees(['BTC', 'USD', 'ETH'].indexOf(name) + 1)}`
      case 'position':
        return `${positions.positionLots(positions.find(account, 1))}`
      case 'exposure':
        return `${positions.exposureUnits(account, 2)}`
      case 'profit':
        return `${positions.profitUnits(account, 2)}`
      case 'book':
        return this.#books.inWords(0)
      default:
        return undefined
    }
  }

  #request(session: number, [verb = '', label = '', ...rest]: string[], symbol: string): string[] {
    const clOrdId = `${label}${++this.#count}`
    if (verb === 'mass') {
      const said = [label, ...rest]
      const side = said.includes('buy') ? Side.Buy : said.includes('sell') ? Side.Sell : 0
      const scope = said.includes('session') ? MassCancelScope.Session : MassCancelScope.Account
      const where = { symbol: symbol === 'BTCUSD' && !said.includes('here') ? '' : symbol }
      const fields = { ...where, clOrdId: `m${this.#count}`, side, massCancelScope: scope }
      return this.#send('OrderMassCancelRequest', session, fields, '')
    }
    if (verb === 'list') return this.#list(session, label, rest.join(' '), symbol)
    if (verb === 'quote') return this.#quote(session, [label, ...rest].join(' '), symbol)
    if (verb === 'buy' || verb === 'sell') {
      const spec = specOf([verb, label, ...rest], 0, () => 0)
      const linkAt = rest.findIndex((word) => /^(oco|after|after-first)$/.test(word))
      const link = linkAt < 0 ? '' : (this.#ids.get(rest[linkAt + 1]!) ?? 'nobody')
      const fields: Fields = { ...words.newOrderFields(spec, link), clOrdId, symbol }
      this.#entries.set(label, { side: Number(fields.side), symbol })
      this.#ids.set(label, clOrdId)
      return this.#send('NewOrderSingle', session, fields, label)
    }
    const known = this.#entries.get(label) ?? { side: Side.Buy, symbol }
    const origClOrdId = this.#ids.get(label) ?? 'nobody'
    const which = { clOrdId, origClOrdId, orderId: INT64_NULL, ...known }
    if (verb === 'cancel') return this.#send('OrderCancelRequest', session, which, label)
    assert.equal(verb, 'amend')
    const [lots, , price] = rest
    const change = { orderQty: Number(lots), price: price === undefined ? INT64_NULL : +price }
    return this.#send('OrderCancelReplaceRequest', session, { ...which, ...change }, label)
  }

  #list(session: number, how: string, said: string, symbol: string): string[] {
    const orders = said.split(' | ').map((text) => {
      const [verb = '', label = '', ...rest] = text.split(' ')
      const clOrdId = `${label}${this.#count}`
      const fields: Fields = {
        ...words.newOrderFields(
          specOf([verb, label, ...rest], 0, () => 0),
          '',
        ),
        ...{ clOrdId, symbol },
      }
      this.#entries.set(label, { side: Number(fields.side), symbol })
      this.#ids.set(label, clOrdId)
      return fields
    })
    const list = { listId: `l${this.#count}`, contingencyType: LISTS[how]! }
    return this.#send('NewOrderList', session, list, '', orders)
  }

  #quote(session: number, said: string, symbol: string): string[] {
    const [bid, offer] = said.split(' / ').map((side) => side.split(' @ ').map(Number))
    const entry: Fields = {
      ...{ symbol, bidSize: bid![0]!, bidPx: bid![1]! },
      ...{ offerSize: offer![0]!, offerPx: offer![1]! },
    }
    return this.#send('MassQuote', session, { quoteId: `q${this.#count}` }, '', [entry])
  }

  #operate(verb: string, rest: string[], symbol: string): string[] {
    const account = SESSIONS.includes(rest[0]!) ? rest.shift()! : ''
    const said = pairs(rest)
    const whom = { account, symbol }
    switch (verb) {
      case 'fees': {
        const rates = rest.length === 0 ? {} : { makerPpm: said.maker!, takerPpm: said.taker! }
        return this.#send('FeeDefine', 0, { ...whom, ...rates })
      }
      case 'limits': {
        const fields = Object.entries(said).map(([word, value]) => [LIMIT_FIELDS[word]!, value])
        return this.#send('RiskDefine', 0, { ...whom, ...Object.fromEntries(fields) })
      }
      case 'group':
        return this.#send('GroupDefine', 0, { account, group: Number(rest[0]), reserved: 0 })
      case 'kill':
        return this.#send('KillSwitch', 0, { account, on: TRADING_STATES.indexOf(rest[0]!) })
      case 'phase':
        return this.#send('PhaseChange', 0, { symbol, phase: words.PHASE_CODES[rest[0]!]! })
      case 'day':
        return this.#send('DayStart', 0, {
          lateTime: said.late === undefined ? 0 : words.secondUs(said.late),
        })
      case 'deposit': {
        const [currency = '', amount] = rest
        const money = { currency, amount: Number(amount), reference: `d${++this.#count}` }
        return this.#send('Deposit', 0, { account, ...money })
      }
      case 'breaker': {
        const [level1Bps, level2Bps, level3Bps, , haltSeconds] = rest.map(Number)
        const levels = { level1Bps: level1Bps!, level2Bps: level2Bps!, level3Bps: level3Bps! }
        return this.#send('BreakerDefine', 0, { ...levels, haltSeconds: haltSeconds! })
      }
      case 'terms':
        Object.assign(this.#terms, said)
        return this.#send('InstrumentDefine', 0, this.#terms)
      case 'tick':
        if (rest[0] === 'due') this.exchange.waitUntil(this.#wakeUs)
        else if (rest[0] === 'early') this.exchange.waitUntil(this.#wakeUs - 1)
        else this.exchange.waitUntil(words.secondUs(Number(rest[0])) + 999_999)
        return this.#send('Tick', 0, {})
      default:
        throw new Error(`no such verb: ${verb}`)
    }
  }

  #send(
    name: string,
    session: number,
    fields: Fields,
    label = '',
    entries: readonly Fields[] = [],
  ): string[] {
    const events = this.exchange.send(name, session, fields, entries)
    this.#last = events
    this.#books.hear(events)
    const told = events.flatMap((event) => {
      if (event.name === 'WakeUp') this.#wakeUs = Number(event.wakeTime)
      // An order of a list is known by its own id.
      const own = label || String(event.clOrdId).replace(/\d+$/, '')
      if (event.name === 'ExecutionReport') this.#note(event, own)
      return words.toldInWords(event, this.#labels.get(Number(event.orderId)) ?? '') ?? []
    })
    const isTaken = /^(new|replaced|canceled)$/.test(told[0]?.slice(label.length + 1) ?? '')
    if (label === '' || !told[0]?.startsWith(`${label} `) || !isTaken) return told
    return told.slice(1)
  }

  #note(event: PlainEvent, label: string): void {
    const orderId = Number(event.orderId)
    if (orderId === 0) return
    if (!this.#labels.has(orderId)) this.#labels.set(orderId, label)
    const name = this.#labels.get(orderId)!
    this.#reports.set(name, event)
    if (event.origClOrdId !== '' && Number(event.leavesQty) > 0) {
      this.#ids.set(name, String(event.clOrdId))
    }
  }
}

/** `maker 10 taker 20` → { maker: 10, taker: 20 } */
function pairs(rest: readonly string[]): Record<string, number> {
  const said: Record<string, number> = {}
  for (let i = 0; i + 1 < rest.length; i += 2) said[rest[i]!] = Number(rest[i + 1])
  return said
}

/** Throws at the first line of the table that the machine answers otherwise. */
export function playMarket(table: string, options: PlayOptions = {}): MarketPlayer {
  const player = new MarketPlayer(options)
  const lines = table.replace(/\n\s*→/g, ' → ').split('\n')
  for (const line of lines) if (line.trim() !== '') player.run(line.trim())
  return player
}

/** A test for each table, called by the sentence that it shows. */
export function playMarkets(
  area: string,
  tables: Readonly<Record<string, string>>,
  options: PlayOptions = {},
): void {
  for (const [sentence, table] of Object.entries(tables)) {
    test(`${area}: ${sentence}`, () => {
      playMarket(table, options)
    })
  }
}
