/**
 *   commands ──▶ router ──▶ machine of shard 0 ──┐
 *       ▲           └─────▶ machine of shard 1 ──┤
 *       └──────────── messages ◀─────────────────┘ of each shard in its order; whose is next, the test says
 *
 * Several shards in a test's hands, with the one log between them, and a look at all the money after
 * every command.
 */
import assert from 'node:assert/strict'
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { EXCHANGE_LIMITS, type ExchangeLimits } from '../../actors/limits.ts'
import { isShardMessage, ShardRouter } from '../../actors/shard-router.ts'
import { EVERY_SHARD, NO_SHARD } from '../../engine/shard/command-router.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { FundsAsk, FundsGrant, FundsReturn, hasGroup } from '../../protocol/codecs.ts'
import {
  ENVELOPE_BYTES,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  SEQUENCE_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64, writeInt64 } from '../../protocol/integers.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import { BTCUSD, decodeAll, encode, type Fields, type PlainEvent } from './exchange-harness.ts'

export const CURRENCIES = ['BTC', 'ETH', 'USD']

class ShardUnderTest {
  readonly outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  readonly machine: ExchangeMachine
  /** Said and not in the log yet. */
  readonly messages: DataView[] = []
  readonly said: Buffer[] = []

  constructor(limits: ExchangeLimits, place: { shard: number; shards: number }) {
    this.machine = new ExchangeMachine(this.outbox, limits, place)
  }

  get eventBytes(): Buffer {
    return Buffer.concat(this.said)
  }
}

export class ShardedVenue {
  readonly shards: readonly ShardUnderTest[]
  /** Each command with its envelope, as it was applied. */
  readonly log: DataView[] = []
  readonly #router: ShardRouter
  readonly #numbers = new Map<number, number>()

  constructor(shards = 2, limits: Partial<ExchangeLimits> = {}) {
    const all = { ...EXCHANGE_LIMITS, ...limits }
    this.#router = new ShardRouter(shards)
    this.shards = Array.from({ length: shards }, (_, shard) => {
      return new ShardUnderTest(all, { shard, shards })
    })
  }

  /** A command with the session's next number; returns what the shards said. */
  send(
    name: string,
    session: number,
    fields: Fields,
    entries: readonly Fields[] = [],
  ): PlainEvent[] {
    const number = session === 0 ? 0 : (this.#numbers.get(session) ?? 0) + 1
    this.#numbers.set(session, number)
    return this.apply(encode(name, session, number, fields, entries))
  }

  apply(command: DataView): PlainEvent[] {
    const copy = new DataView(command.buffer.slice(0) as ArrayBuffer)
    this.log.push(copy)
    writeInt64(copy, SEQUENCE_OFFSET, this.log.length)
    this.#isNoLongerUnderWay(copy)
    const shard = this.#router.route(copy, 0)
    const events = this.shards
      .filter((_, index) => shard === EVERY_SHARD || shard === index)
      .flatMap((one) => this.#run(one, copy))
    this.assertConserved()
    return events
  }

  /** Whether no shard says it. */
  isOfClient(command: DataView): boolean {
    return this.#router.senderOf(command, 0) === NO_SHARD
  }

  /** The oldest message of this shard comes into the log; undefined: there is none. */
  hearFrom(shard: number): PlainEvent[] | undefined {
    const message = this.shards[shard]!.messages[0]
    return message && this.apply(message)
  }

  /** Until nothing is under way. Tells, and returns, what was said meanwhile. */
  settle(hear: (said: readonly PlainEvent[]) => void = () => undefined): PlainEvent[] {
    const events: PlainEvent[] = []
    for (let i = 0; i < 100_000; i++) {
      for (let shard = 0; shard < this.shards.length; shard++) {
        const said = this.hearFrom(shard) ?? []
        hear(said)
        events.push(...said)
      }
      if (this.shards.every(({ messages }) => messages.length === 0)) return events
    }
    throw new Error('the shards talk for ever')
  }

  free(account: number, currency: string): number {
    return this.#sum(({ accounts }, number) => accounts.free(account, number), currency)
  }

  held(account: number, currency: string): number {
    return this.#sum(({ accounts }, number) => accounts.held(account, number), currency)
  }

  fees(currency: string): number {
    return this.#sum(({ accounts }, number) => accounts.fees(number), currency)
  }

  /** All money that is anywhere, on its way too, is what came in; and each shard's own books are right. */
  assertConserved(): void {
    const where = `after command ${this.log.length}`
    for (const currency of CURRENCIES) {
      const { accounts } = this.shards[0]!.machine.venue
      let sum = this.fees(currency) + this.#underWay(currency)
      for (let account = 1; account <= accounts.names.count; account++) {
        sum += this.free(account, currency) + this.held(account, currency)
      }
      const supply = accounts.supply(CURRENCIES.indexOf(currency) + 1)
      assert.equal(sum, supply, `${where}: ${currency}`)
    }
    for (const { machine } of this.shards) {
      assert.equal(machine.audit(), undefined, where)
      const { funds } = machine.venue
      if (funds === undefined) continue
      const { accounts } = funds
      for (let account = 1; account <= accounts.names.count; account++) {
        if (!accounts.isVisitor(account)) continue
        // What one of several orders waits for comes currency by currency.
        const head = funds.waiting.head(account)
        if (head !== undefined && hasGroup(head.getUint16(TEMPLATE_ID_OFFSET, true))) continue
        const free = CURRENCIES.map((_, index) => accounts.free(account, index + 1))
        assert.deepEqual(free, [0, 0, 0], `${where}: free money of a visitor`)
      }
    }
  }

  /** A message that comes into the log; one that was there before is another matter. */
  #isNoLongerUnderWay(command: DataView): void {
    const router = this.#router
    const sender = this.shards[router.senderOf(command, 0)]
    const first = sender?.messages[0]
    if (first === undefined) return
    if (router.numberOf(first, 0) === router.numberOf(command, 0)) sender?.messages.shift()
  }

  #run(shard: ShardUnderTest, command: DataView): PlainEvent[] {
    const { outbox, machine } = shard
    outbox.clear()
    outbox.begin(readInt64(command, SEQUENCE_OFFSET), 1_000_000 + this.log.length)
    machine.apply(command, 0)
    shard.said.push(Buffer.from(outbox.bytes.subarray(0, outbox.endBytes)))
    for (let at = 0; at < outbox.endBytes; at = outbox.next(at)) {
      const from = at + RECORD_HEADER_BYTES
      if (!isShardMessage(outbox.view.getUint16(from + TEMPLATE_ID_OFFSET, true))) continue
      const end = at + outbox.view.getInt32(at + RECORD_LENGTH_OFFSET, true)
      shard.messages.push(new DataView(outbox.bytes.slice(from, end).buffer as ArrayBuffer))
    }
    return decodeAll(outbox)
  }

  #underWay(currency: string): number {
    const number = CURRENCIES.indexOf(currency) + 1
    let sum = 0
    for (const message of this.shards.flatMap(({ messages }) => messages)) {
      const templateId = message.getUint16(TEMPLATE_ID_OFFSET, true)
      if (templateId !== FundsGrant.TEMPLATE_ID && templateId !== FundsReturn.TEMPLATE_ID) continue
      const { currencyNumber, amount } = new FundsAsk().wrap(message, ENVELOPE_BYTES)
      if (currencyNumber === number) sum += amount
    }
    return sum
  }

  #sum(of: (venue: ExchangeMachine['venue'], currency: number) => number, currency: string) {
    const number = CURRENCIES.indexOf(currency) + 1
    return this.shards.reduce((sum, { machine }) => sum + of(machine.venue, number), 0)
  }
}

/** BTCUSD on shard 0, ETHUSD and ETHBTC on shard 1. */
export const SYMBOLS = ['BTCUSD', 'ETHUSD', 'ETHBTC']
export const SYMBOL_SHARDS = [0, 1, 1]

/** The command of a venue: accounts by name, numbered from 1, each second one at home on shard 1. */
export function* definitions(names: readonly string[], units: number): Generator<NamedCommand> {
  for (const currency of CURRENCIES) {
    yield { name: 'CurrencyDefine', fields: { currency, decimals: 0, paperGrant: 500 } }
  }
  for (const [i, symbol] of SYMBOLS.entries()) {
    yield { name: 'ShardDefine', fields: { symbol, shard: SYMBOL_SHARDS[i]! } }
    const [baseCurrency, quoteCurrency] = [symbol.slice(0, 3), symbol.slice(3)]
    const terms = { ...BTCUSD, symbol, baseCurrency, quoteCurrency, referencePrice: 100 }
    yield { name: 'InstrumentDefine', fields: terms }
  }
  yield { name: 'FeeDefine', fields: { makerPpm: 1_000, takerPpm: 10_000 } }
  for (const [i, account] of names.entries()) {
    yield { name: 'ShardDefine', fields: { account, shard: i % 2 } }
    yield { name: 'SessionDefine', fields: { compId: account, account } }
    for (const currency of CURRENCIES) {
      if (units === 0) continue
      const money = { account, currency, amount: units, reference: `first-${currency}` }
      yield { name: 'Deposit', fields: money }
    }
  }
}

export interface NamedCommand {
  readonly name: string
  readonly session?: number
  readonly fields: Fields
}

export function openSharded(
  names: readonly string[],
  units: number,
  limits: Partial<ExchangeLimits> = {},
): ShardedVenue {
  const venue = new ShardedVenue(2, limits)
  for (const { name, fields } of definitions(names, units)) {
    const refused = venue.send(name, 0, fields).filter((event) => event.name === 'CommandRefused')
    assert.deepEqual(refused, [], `${name} ${JSON.stringify(fields)}`)
  }
  return venue
}
