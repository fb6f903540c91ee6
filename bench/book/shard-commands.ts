/**
 * The MEB flow as commands of an exchange, byte for byte as a sequencer hands them to a shard: envelope and
 * root block (protocol/envelope.ts), one behind the other.
 *
 * 64 accounts trade, each through a session of its own; whose an order is, its id says. A replace names the
 * whole quantity, as FIX has it: what was filled before is not ordered again, as MEB would. A replaced order
 * goes by its new id.
 */
import * as codecs from '../../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SEQUENCE_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { INT64_NULL, writeInt64 } from '../../protocol/integers.ts'
import { absentValue, propertyName, templateIdOf } from '../../protocol/message.ts'
import { MESSAGES } from '../../protocol/schema.ts'
import * as message from './book-messages.ts'
import { Verb } from './book-messages.ts'

type Fields = Readonly<Record<string, number | string>>

interface Flyweight {
  wrap(view: DataView, at: number): Record<string, number | string>
}

const FLYWEIGHTS = codecs as unknown as Record<string, new () => Flyweight>
const ACCOUNTS = 64
const SYMBOL = 'BTCUSD'
/** Of each currency, for each account: more than the flow can hold at once. */
const UNITS = 10_000_000_000_000
/** The longest of these messages, a replace. */
const COMMAND_BYTES_MAX = ENVELOPE_BYTES + codecs.OrderCancelReplaceRequest.BLOCK_BYTES
const FIRST_TIME_US = 1_760_000_000_000_000

export class ShardCommands {
  readonly view: DataView
  /** Where each command's envelope begins: an integer of 32 bits, as in a ring. */
  readonly offsets: Int32Array
  /** The first commands that set the venue up; the others are the flow. */
  setupCount = 0
  count = 0
  #endBytes = 0
  readonly #numbers = new Int32Array(ACCOUNTS + 1)

  constructor(messages: message.BookMessages) {
    const most = messages.count + 5 * ACCOUNTS + 16
    this.view = new DataView(new ArrayBuffer(most * COMMAND_BYTES_MAX))
    this.offsets = new Int32Array(most)
    this.#setUp()
    this.setupCount = this.count
    const hasMoved = new Uint8Array(messages.idMax + 1)
    for (let i = 0; i < messages.count; i++) this.#add(messages.words, i, hasMoved)
  }

  #setUp(): void {
    for (const currency of ['BTC', 'USD']) {
      this.#operator('CurrencyDefine', { currency, decimals: 0, paperGrant: 0 })
    }
    this.#operator('InstrumentDefine', {
      ...{ symbol: SYMBOL, baseCurrency: 'BTC', quoteCurrency: 'USD', instrument: 0xffffffff },
      ...{ collarBps: 0, priceDecimals: 0, lotDecimals: 0, tickSize: 1, lotSize: 1 },
      ...{ priceMin: 1, priceMax: 1_000_000, qtyMin: 1, qtyMax: 1_000_000, notionalMin: 1 },
      ...{ notionalMax: 1_000_000_000_000, referencePrice: 0, openOrdersMax: 1_000_000 },
    })
    for (let account = 1; account <= ACCOUNTS; account++) {
      const name = `TRADER${account}`
      this.#operator('SessionDefine', { compId: name, account: name })
      for (const currency of ['BTC', 'USD']) {
        const money = { currency, amount: UNITS, reference: `first-${currency}-${account}` }
        this.#operator('Deposit', { account: name, ...money })
      }
      this.#operator('SessionOpen', { compId: name, connection: account, paperAccount: 0 })
    }
  }

  #operator(name: string, fields: Fields): void {
    const row = MESSAGES.find((one) => one.name === name)!
    const block = this.#begin(templateIdOf(row.msgType), row.blockBytes, 0)
    const flyweight = new FLYWEIGHTS[name]!().wrap(this.view, block)
    for (const field of row.fields) {
      const property = propertyName(field.name)
      flyweight[property] = fields[property] ?? absentValue(field)
    }
  }

  #add(words: Int32Array, i: number, hasMoved: Uint8Array): void {
    const at = i * message.MESSAGE_WORDS
    const id = words[at + message.ID]!
    const [qty, price] = [words[at + message.QTY]!, words[at + message.PRICE]!]
    const verb = words[at]! & message.VERB_MASK
    const isSell = (words[at]! & message.IS_SELL) !== 0
    const side = isSell ? codecs.Side.Sell : codecs.Side.Buy
    const session = 1 + (id % ACCOUNTS)
    const original = hasMoved[id] === 1 ? `m${id}` : `n${id}`
    if (verb === Verb.Cancel) {
      const { TEMPLATE_ID, BLOCK_BYTES } = codecs.OrderCancelRequest
      const block = this.#begin(TEMPLATE_ID, BLOCK_BYTES, session)
      const request = new codecs.OrderCancelRequest().wrap(this.view, block)
      Object.assign(request, { clOrdId: `c${i}`, origClOrdId: original, side, symbol: SYMBOL })
      request.orderId = INT64_NULL
    } else if (verb === Verb.Modify) {
      const { TEMPLATE_ID, BLOCK_BYTES } = codecs.OrderCancelReplaceRequest
      const block = this.#begin(TEMPLATE_ID, BLOCK_BYTES, session)
      const request = new codecs.OrderCancelReplaceRequest().wrap(this.view, block)
      const clOrdId = hasMoved[id] === 1 ? `r${i}` : `m${id}`
      Object.assign(request, { clOrdId, origClOrdId: original, side, symbol: SYMBOL, price })
      Object.assign(request, { ...LIMIT, timeInForce: GTC, orderId: INT64_NULL, orderQty: qty })
      hasMoved[id] = 1
    } else {
      const { TEMPLATE_ID, BLOCK_BYTES_V1 } = codecs.NewOrderSingle
      const block = this.#begin(TEMPLATE_ID, BLOCK_BYTES_V1, session)
      const request = new codecs.NewOrderSingle().wrap(this.view, block, BLOCK_BYTES_V1)
      const timeInForce = verb === Verb.ImmediateOrCancel ? IOC : GTC
      Object.assign(request, { clOrdId: `n${id}`, side, symbol: SYMBOL, orderQty: qty, price })
      Object.assign(request, { ...LIMIT, timeInForce })
    }
  }

  /** Writes the envelope of the next command; returns where its root block begins. */
  #begin(templateId: number, blockBytes: number, session: number): number {
    const { view } = this
    const at = this.#endBytes
    this.offsets[this.count++] = at
    view.setUint16(at + BLOCK_LENGTH_OFFSET, blockBytes, true)
    view.setUint16(at + TEMPLATE_ID_OFFSET, templateId, true)
    view.setUint32(at + SESSION_OFFSET, session, true)
    view.setUint32(at + NUMBER_OFFSET, session === 0 ? 0 : ++this.#numbers[session]!, true)
    writeInt64(view, at + SEQUENCE_OFFSET, this.count)
    writeInt64(view, at + TIME_OFFSET, FIRST_TIME_US + this.count)
    this.#endBytes = (at + ENVELOPE_BYTES + blockBytes + 7) & -8
    return at + ENVELOPE_BYTES
  }
}

const LIMIT = { ordType: codecs.OrdType.Limit }
const GTC = codecs.TimeInForce.GoodTillCancel
const IOC = codecs.TimeInForce.ImmediateOrCancel
