/**
 * A whole exchange machine in a test's hands: plain objects in, plain objects out, and the real
 * bytes in between.
 */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { EXCHANGE_LIMITS, type ExchangeLimits } from '../../actors/limits.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import * as codecs from '../../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_TYPE_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
  VERSION_OFFSET,
} from '../../protocol/envelope.ts'
import { absentValue, propertyName, templateIdOf } from '../../protocol/message.ts'
import { MESSAGES, SCHEMA_ID, VERSION } from '../../protocol/schema.ts'

export type Fields = Readonly<Record<string, number | string>>
export interface PlainEvent {
  readonly name: string
  readonly session: number
  readonly number: number
  readonly [field: string]: number | string
}

interface Flyweight {
  wrap(view: DataView, at: number): Record<string, number | string>
}

const flyweights = codecs as unknown as Record<string, new () => Flyweight>

/** One command of a session (0: the operator), ready for `apply`; what is not named is absent. */
export function encode(name: string, session: number, number: number, fields: Fields): DataView {
  const message = MESSAGES.find((m) => m.name === name)
  if (message === undefined) throw new Error(`no message ${name}`)
  const view = new DataView(new ArrayBuffer(ENVELOPE_BYTES + message.blockBytes))
  view.setUint16(BLOCK_LENGTH_OFFSET, message.blockBytes, true)
  view.setUint16(TEMPLATE_ID_OFFSET, templateIdOf(message.msgType), true)
  view.setUint16(VERSION_OFFSET, VERSION, true)
  view.setUint32(SESSION_OFFSET, session, true)
  view.setUint32(NUMBER_OFFSET, number, true)
  const flyweight = new flyweights[name]!().wrap(view, ENVELOPE_BYTES)
  for (const field of message.fields) {
    const property = propertyName(field.name)
    flyweight[property] = fields[property] ?? absentValue(field)
  }
  return view
}

/** Every event of an outbox, all its fields but the reserved ones, and those of the journal only where they say something. */
export function decodeAll(outbox: Outbox): PlainEvent[] {
  const events: PlainEvent[] = []
  for (let at = 0; at < outbox.endBytes; at = outbox.next(at)) {
    const view = outbox.view
    const templateId = view.getInt32(at + RECORD_TYPE_OFFSET, true)
    const message = MESSAGES.find((m) => templateIdOf(m.msgType) === templateId)!
    const block = new flyweights[message.name]!().wrap(view, at + RECORD_BLOCK_OFFSET)
    const fields = message.fields
      .filter(({ inner, name }) => inner !== true || block[propertyName(name)] !== 0)
      .map((field) => propertyName(field.name))
      .filter((field) => !field.startsWith('reserved'))
    events.push({
      name: message.name,
      session: view.getUint32(at + RECORD_HEADER_BYTES + SESSION_OFFSET, true),
      number: view.getUint32(at + RECORD_HEADER_BYTES + NUMBER_OFFSET, true),
      ...Object.fromEntries(fields.map((field) => [field, block[field]!])),
    })
  }
  return events
}

/** Hears each command, envelope and block, before it is applied, and its time. */
export type OnCommand = (command: DataView, timeUs: number) => void

/** When the clock of a harness begins, µs. */
export const FIRST_US = 1_000_000

export class ExchangeHarness {
  readonly outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  readonly machine: ExchangeMachine
  sequence = 0
  /** Beyond a microsecond for each command. */
  #passedUs = 0
  readonly #numbers = new Map<number, number>()

  readonly #onCommand: OnCommand | undefined

  constructor(limits: Partial<ExchangeLimits> = {}, onCommand?: OnCommand) {
    this.#onCommand = onCommand
    this.machine = new ExchangeMachine(this.outbox, { ...EXCHANGE_LIMITS, ...limits })
  }

  /** Applies a command with the session's next number; returns what was said. */
  send(name: string, session: number, fields: Fields): PlainEvent[] {
    this.submit(name, session, fields)
    return decodeAll(this.outbox)
  }

  /** As `send`, and leaves what was said in the outbox: for flows too long to decode it all. */
  submit(name: string, session: number, fields: Fields): void {
    const number = session === 0 ? 0 : (this.#numbers.get(session) ?? 0) + 1
    this.#numbers.set(session, number)
    this.apply(encode(name, session, number, fields))
  }

  sendNumbered(name: string, session: number, number: number, fields: Fields): PlainEvent[] {
    this.apply(encode(name, session, number, fields))
    return decodeAll(this.outbox)
  }

  /** Applies a command as it is; the outbox then holds what was said to it, and nothing else. */
  apply(command: DataView): void {
    this.outbox.clear()
    this.sequence++
    this.outbox.begin(this.sequence, this.timeUs)
    this.#onCommand?.(command, this.timeUs)
    this.machine.apply(command, 0)
  }

  get timeUs(): number {
    return FIRST_US + this.sequence + this.#passedUs
  }

  /** Lets time pass: the next command comes at `timeUs`, or at once if it is that late already. */
  waitUntil(timeUs: number): void {
    const next = this.timeUs + 1
    if (timeUs > next) this.#passedUs += timeUs - next
  }

  announce(): PlainEvent[] {
    this.outbox.clear()
    this.machine.announce()
    return decodeAll(this.outbox)
  }
}

/**
 * Definition of the instrument that most tests trade: money of a tick and lot is 1, so are a lot's
 * base units.
 */
export const BTCUSD: Fields = {
  symbol: 'BTCUSD',
  baseCurrency: 'BTC',
  quoteCurrency: 'USD',
  instrument: 0xffffffff,
  collarBps: 0,
  priceDecimals: 0,
  lotDecimals: 0,
  tickSize: 1,
  lotSize: 1,
  priceMin: 1,
  priceMax: 1_000_000,
  qtyMin: 1,
  qtyMax: 1_000_000,
  notionalMin: 1,
  notionalMax: 1_000_000_000_000,
  referencePrice: 0,
  openOrdersMax: 100_000,
}

/**
 * A venue with accounts and sessions of the same names, numbered as listed from 1, each with
 * `units` of both currencies.
 */
export function openVenue(options: {
  readonly names: readonly string[]
  readonly units: number
  readonly instrument?: Fields
  readonly limits?: Partial<ExchangeLimits>
  readonly onCommand?: OnCommand
}): ExchangeHarness {
  const exchange = new ExchangeHarness(options.limits, options.onCommand)
  for (const currency of ['BTC', 'USD']) {
    exchange.send('CurrencyDefine', 0, { currency, decimals: 0, paperGrant: 500 })
  }
  exchange.send('InstrumentDefine', 0, { ...BTCUSD, ...options.instrument })
  for (const name of options.names) {
    exchange.send('SessionDefine', 0, { compId: name, account: name })
    for (const currency of ['BTC', 'USD']) {
      if (options.units === 0) continue
      const money = { currency, amount: options.units, reference: `first-${currency}` }
      exchange.send('Deposit', 0, { account: name, ...money })
    }
  }
  return exchange
}
