/**
 * Plays a table of requests against a whole exchange and holds what was said against what the table
 * says.
 *
 *   sell A 100 @ 1001        → rests            an order; A is its ClOrdID and its name in the table
 *   ioc buy D 120 @ 1001     → A 100@1001, expired 20
 *   bob: buy C 5 @ 900       → rests            another session; without one it is alice's
 *   amend A 50 @ 1002        → replaced         the new ClOrdID is the next of A, A-2, A-3, …
 *   cancel A                 → canceled 50
 *   cancel #99               → refused UnknownOrder          by OrderID
 *   book 5@900 / 50@1002                        bids, then asks, best first
 *   money alice BTC 400+100 USD 500+0           free + held
 *
 * After each line the exchange audits itself.
 */
import assert from 'node:assert/strict'
import type { ExchangeLimits } from '../../actors/limits.ts'
import { BUY, SELL, type Sign } from '../../actors/sign.ts'
import { ExecType, OrdStatus, OrdType, Reason, Side, TimeInForce } from '../../protocol/codecs.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import {
  type ExchangeHarness,
  type Fields,
  openVenue,
  type PlainEvent,
} from './exchange-harness.ts'

const NAMES = ['alice', 'bob', 'carol']

export interface PlayOptions {
  /** What each account starts with, of both currencies. @default 10^12 */
  readonly units?: number
  readonly instrument?: Fields
  readonly limits?: Partial<ExchangeLimits>
  /** A deep book is audited once: each audit walks it all. @default 'each' */
  readonly audit?: 'each' | 'last'
}

interface Known {
  id: string
  side: number
  changes: number
}

class Player {
  readonly exchange: ExchangeHarness
  readonly #known = new Map<string, Known>()
  #requests = 0

  constructor({ units = 1e12, instrument = {}, limits = {} }: PlayOptions) {
    this.exchange = openVenue({ names: NAMES, units, instrument, limits })
  }

  run(line: string): void {
    const [left = '', expected] = line.split('→').map((part) => part.trim())
    const words = left.split(/\s+/)
    if (words[0] === 'book') assert.equal(this.#book(), left.slice(5), line)
    else if (words[0] === 'money') assert.equal(this.#money(words[1]!), left, line)
    else {
      const session = words[0]!.endsWith(':') ? NAMES.indexOf(words.shift()!.slice(0, -1)) + 1 : 1
      assert.equal(tell(this.#request(session, words)), expected, line)
    }
  }

  #request(session: number, words: string[]): PlainEvent[] {
    const isIoc = words[0] === 'ioc'
    if (isIoc) words.shift()
    const [verb, label = '', lots, , price] = words
    const size = { orderQty: Number(lots), price: Number(price), ordType: OrdType.Limit }
    if (verb === 'cancel' || verb === 'amend') {
      const known = this.#known.get(label) ?? { id: label, side: Side.Buy, changes: 1 }
      const byNumber = label.startsWith('#')
      const which = {
        ...{ origClOrdId: byNumber ? '' : known.id, symbol: 'BTCUSD', side: known.side },
        orderId: byNumber ? Number(label.slice(1)) : INT64_NULL,
      }
      if (verb === 'cancel') {
        const fields = { ...which, clOrdId: `request-${++this.#requests}` }
        return this.exchange.send('OrderCancelRequest', session, fields)
      }
      const id = `${label}-${known.changes + 1}`
      const fields = { ...which, ...size, clOrdId: id, timeInForce: TimeInForce.GoodTillCancel }
      const events = this.exchange.send('OrderCancelReplaceRequest', session, fields)
      const isDone = events.some((event) => event.execType === ExecType.Replaced)
      if (isDone) this.#known.set(label, { ...known, id, changes: known.changes + 1 })
      return events
    }
    const side = verb === 'buy' ? Side.Buy : Side.Sell
    this.#known.set(label, { id: label, side, changes: 1 })
    const timeInForce = isIoc ? TimeInForce.ImmediateOrCancel : TimeInForce.GoodTillCancel
    const fields = { ...size, side, timeInForce, symbol: 'BTCUSD', clOrdId: label }
    return this.exchange.send('NewOrderSingle', session, fields)
  }

  #book(): string {
    const side = (sign: Sign) =>
      this.exchange.machine.venue.markets[0]!.book.depth(sign, 1_000_000)
        .map(({ lots, priceTicks }) => `${lots}@${priceTicks}`)
        .join(' ')
    return `${side(BUY)} / ${side(SELL)}`.trim()
  }

  #money(name: string): string {
    const { accounts } = this.exchange.machine.venue
    const account = NAMES.indexOf(name) + 1
    const of = (c: number) => `${accounts.free(account, c)}+${accounts.held(account, c)}`
    return `money ${name} BTC ${of(1)} USD ${of(2)}`
  }
}

const reasonName = (code: unknown): string =>
  Object.entries(Reason).find(([, value]) => value === code)?.[0] ?? String(code)

const labelOf = (clOrdId: unknown): string => String(clOrdId).split('-')[0]!

/** The reports of one command in words, in the order in which they were said. */
function tell(events: readonly PlainEvent[]): string {
  const words: string[] = []
  let maker = ''
  let open: PlainEvent | undefined
  let trades = 0
  for (const event of events) {
    if (event.name === 'OrderCancelReject') words.push(`refused ${reasonName(event.reason)}`)
    if (event.name !== 'ExecutionReport') continue
    const rest = Number(event.orderQty) - Number(event.cumQty)
    if (event.execType === ExecType.Rejected) words.push(`refused ${reasonName(event.reason)}`)
    if (event.execType === ExecType.Canceled) words.push(`canceled ${rest}`)
    if (event.execType === ExecType.Expired) words.push(`expired ${rest}`)
    if (event.execType === ExecType.Replaced) {
      words.push(event.ordStatus === OrdStatus.Filled ? 'replaced, done' : 'replaced')
    }
    if (event.execType === ExecType.Trade && event.aggressorIndicator === 0) {
      maker = labelOf(event.clOrdId)
      continue
    }
    if (event.execType === ExecType.Trade) {
      words.push(`${maker} ${event.lastQty}@${event.lastPx}`)
      trades++
    }
    open = event
  }
  const leaves = Number(open?.leavesQty ?? 0)
  if (leaves > 0 && trades > 0) words.push(`rests ${leaves}`)
  if (words.length === 0 && leaves > 0) words.push('rests')
  return words.join(', ')
}

/** Plays each line of the table; throws at the first that tells something else, with that line. */
export function play(table: string, options: PlayOptions = {}): void {
  const player = new Player(options)
  const lines = table.split('\n').filter((line) => line.trim() !== '')
  lines.forEach((line, i) => {
    player.run(line.trim())
    if (options.audit === 'last' && i < lines.length - 1) return
    assert.equal(player.exchange.machine.audit(), undefined, line)
  })
}
