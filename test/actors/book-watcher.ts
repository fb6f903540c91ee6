/**
 * Watches a book from outside, by what it is told and what it says, and knows what must be true
 * whatever the rules: nothing lost, nobody worse off than they asked for, nobody passed over. It
 * throws at the first line that breaks one of these.
 *
 *   ordered = filled + open + gone, for each order, and the state tells the same
 *   bids stand below asks in continuous trading, and nothing trades in a call
 *   no fill beyond an order's price; a maker that rested before gets its own price
 *   no fill outside the bands in continuous trading
 *   an uncross has one price; an order that arrives takes the queue from the front
 *   of what asks for all or nothing nothing is filled, or all
 */
import assert from 'node:assert/strict'
import type { BookCommand } from './book-flow.ts'
import type { BookRules, OrderSpec, Phase } from './book-under-test.ts'
import { isCall } from './naive-order.ts'

interface Account {
  readonly spec: OrderSpec
  /** The worst price that it may trade at; 0: any. */
  worst: number
  open: number
  filled: number
}

type Four = [number, number, number, number]

interface Resting {
  readonly id: number
  readonly price: number
  readonly sign: 1 | -1
}

/** `bid 7 101 open=5 tip=5 filled=0`, bids first, best first. */
const restingOf = (state: string): Resting[] =>
  [...state.matchAll(/^(bid|ask) (\d+) (\d+) /gm)].map(([, side, id, price]) => ({
    ...{ id: Number(id), price: Number(price), sign: side === 'bid' ? 1 : -1 },
  }))

const ticks = (numerator: number, round: (n: number) => number): number => round(numerator / 10_000)

export class BookWatcher {
  readonly #rules: BookRules
  readonly #accounts = new Map<number, Account>()
  /** What a decrement takes, until it is said what has become of the order. */
  readonly #prevented = new Map<number, number>()
  #phase: Phase
  #bandReference: number
  #before: readonly Resting[] = []
  #command!: BookCommand
  /** A phase was entered just now, and what trades is its uncross. */
  #isUncross = false
  #uncrossPrice = 0
  /** A link ended one of those that were to trade: what is left may cross again, elsewhere. */
  #isDisturbed = false

  constructor(rules: BookRules) {
    this.#rules = rules
    this.#phase = rules.phase
    this.#bandReference = rules.referencePrice
  }

  see(command: BookCommand, lines: readonly string[], state: string): void {
    this.#command = command
    this.#isUncross = false
    for (const line of lines) this.#hear(line)
    this.#compare(state)
    if (command.kind === 'enter') this.#checkQueue(command.spec, lines)
    this.#before = restingOf(state)
    const [bids, asks] = [1, -1].map((sign) => this.#before.filter((one) => one.sign === sign))
    const [bid, ask] = [bids![0]?.price ?? 0, asks![0]?.price ?? Number.MAX_SAFE_INTEGER]
    if (this.#phase === 'continuous') assert.ok(bid < ask, `crossed: ${bid} / ${ask}`)
  }

  #hear(line: string): void {
    const verb = line.split(' ')[0]!
    const numbers = (line.match(/\d+/g) ?? []).map(Number) as Four
    this.#hearers[verb]?.(line, ...numbers)
  }

  readonly #hearers: Readonly<Record<string, (line: string, ...numbers: Four) => void>> = {
    accepted: (line, id, price, _trigger, lots) => this.#open(line, { id, price, lots }),
    trade: (_, maker, taker, price, lots) => this.#trade({ maker, taker, price, lots }),
    amended: (line, id) => this.#amend(id, line.endsWith('done')),
    prevented: (line, maker, taker, lots) => {
      for (const id of [maker, taker]) {
        assert.ok(lots > 0 && lots <= this.#account(id).open, line)
        this.#prevented.set(id, lots)
      }
    },
    ended: (line, id, leaves) => {
      const { filled, open, spec } = this.#account(id)
      assert.equal(open, leaves, line)
      const isWhole = spec.tif === 'fok' || spec.allOrNone
      assert.ok(!isWhole || filled === 0, `${line}, but ${filled} were filled of all or nothing`)
      const prevented = line.endsWith('SelfTrade') ? this.#prevented.get(id) : undefined
      assert.equal(prevented ?? open, open, `${line}, with something left`)
      this.#prevented.delete(id)
      this.#accounts.delete(id)
      if (!/LinkedOrder|ParentEnded/.test(line)) this.#isUncross = false
      this.#isDisturbed = true
    },
    restated: (line, id, price, leaves) => {
      this.#account(id).open -= this.#prevented.get(id) ?? 0
      this.#prevented.delete(id)
      assert.equal(this.#account(id).open, leaves, line)
      if (price > 0) this.#isUncross = false
    },
    triggered: () => {
      this.#isUncross = false
    },
    phase: (line) => {
      this.#phase = line.slice('phase '.length) as Phase
      this.#isUncross = true
      this.#isDisturbed = false
      this.#uncrossPrice = 0
    },
  }

  #account(id: number): Account {
    const account = this.#accounts.get(id)
    assert.ok(account, `${id} is not open`)
    return account
  }

  #open(line: string, { id, price, lots }: { id: number; price: number; lots: number }): void {
    assert.equal(this.#command.kind, 'enter', line)
    const { spec } = this.#command as Extract<BookCommand, { kind: 'enter' }>
    assert.equal(spec.id, id, line)
    const worst = spec.type === 'pegged' ? spec.price : spec.price || price
    this.#accounts.set(id, { spec, worst, open: lots, filled: 0 })
  }

  #amend(id: number, isDone: boolean): void {
    const { price, total } = this.#command as Extract<BookCommand, { kind: 'amend' }>
    const account = this.#account(id)
    if (isDone) assert.ok(total <= account.filled)
    if (isDone) this.#accounts.delete(id)
    account.open = total - account.filled
    if (price > 0) account.worst = price
  }

  #trade(trade: { maker: number; taker: number; price: number; lots: number }): void {
    const { maker, taker, price, lots } = trade
    const said = `${maker} with ${taker}: ${lots} at ${price}`
    assert.ok(maker !== taker && lots > 0, said)
    assert.ok(!isCall(this.#phase) && this.#phase !== 'halt', `${said} in ${this.#phase}`)
    const [one, other] = [this.#account(maker), this.#account(taker)]
    assert.equal(one.spec.sign, -other.spec.sign, said)
    for (const [id, account] of [[maker, one] as const, [taker, other] as const]) {
      const { sign } = account.spec
      assert.ok(account.worst === 0 || sign * (account.worst - price) >= 0, `${said}, beyond ${id}`)
      account.open -= lots
      account.filled += lots
      assert.ok(account.open >= 0, `${said}, more than ${id} has`)
      if (account.open === 0) this.#accounts.delete(id)
    }
    if (this.#isUncross) this.#checkUncross(said, trade)
    else this.#checkContinuous(said, trade, one.spec)
  }

  #checkUncross(said: string, { maker, taker, price }: { [of: string]: number }): void {
    assert.ok(maker! < taker!, `${said}: the younger takes`)
    const isSame = this.#uncrossPrice === 0 || this.#uncrossPrice === price
    assert.ok(isSame || this.#isDisturbed, `${said}: a second price`)
    this.#uncrossPrice = price!
    this.#bandReference = price!
  }

  #checkContinuous(said: string, trade: { maker: number; price: number }, spec: OrderSpec): void {
    const [b, r] = [this.#rules.bandBps, this.#bandReference]
    const low = b === 0 ? 0 : ticks(r * (10_000 - b), Math.ceil)
    const high = b === 0 || r === 0 ? Number.MAX_SAFE_INTEGER : ticks(r * (10_000 + b), Math.floor)
    assert.ok(trade.price >= low && trade.price <= high, `${said}: outside ${low} to ${high}`)
    const rested = this.#before.find((one) => one.id === trade.maker)
    if (rested === undefined || spec.type === 'pegged') return
    if (this.#command.kind === 'amend' && this.#command.id === trade.maker) return
    assert.equal(trade.price, rested.price, `${said}: not the maker's price`)
  }

  /** The state has each order that is open, and no other, with what the lines left it. */
  #compare(state: string): void {
    const told = [...state.matchAll(/^(?:bid|ask|stop|parked|child) (\d+) .*$/gm)]
    for (const [line, id] of told) {
      const account = this.#account(Number(id))
      assert.equal(account.open, Number(/open=(\d+)/.exec(line)![1]), line)
      assert.equal(account.filled, Number(/filled=(\d+)/.exec(line)?.[1] ?? 0), line)
    }
    assert.equal(told.length, this.#accounts.size, 'an order is nowhere, or somewhere twice')
    for (const [, id] of state.matchAll(/^child \d+ of (\d+)/gm)) this.#account(Number(id))
  }

  /** Price-time, without links and self-trades: makers are the queue from its front. */
  #checkQueue(spec: OrderSpec, lines: readonly string[]): void {
    if (this.#rules.matching !== 'time' || spec.stp !== 'none') return
    const makers: number[] = []
    for (const line of lines.slice(1)) {
      const [verb, maker, taker] = line.split(' ')
      if (verb !== 'trade' || Number(taker) !== spec.id) break
      if (!makers.includes(Number(maker))) makers.push(Number(maker))
    }
    const queue = this.#before.filter((one) => one.sign === -spec.sign).map((one) => one.id)
    assert.deepEqual(makers, queue.slice(0, makers.length), 'somebody was passed over')
  }
}
