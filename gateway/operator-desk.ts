/**
 *   configuration ──▶ OPERATOR DESK ──▶ sequencer
 *
 * The exchange's own producer: what the venue is (currencies, instruments, who may log on, money paid in) goes through the
 * log like every other command, so that a replay needs no configuration. Saying the same again changes nothing, so the
 * whole definition is said at every start.
 *
 * It speaks as session 0 and hears what was refused.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CommandRefused,
  CurrencyDefine,
  Deposit,
  InstrumentDefine,
  SessionDefine,
  SessionsLost,
} from '../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  SCHEMA_ID_OFFSET,
  TEMPLATE_ID_OFFSET,
  VERSION_OFFSET,
} from '../protocol/envelope.ts'
import { templateIdOf } from '../protocol/message.ts'
import { reasonRow } from '../protocol/reasons.ts'
import { MESSAGES, SCHEMA_ID, VERSION } from '../protocol/schema.ts'
import { EMPTY, FULL, type RingConsumer, type RingProducer } from '../ringbuffer/spsc-ring.ts'

export interface CurrencyDefinition {
  readonly code: string
  /** One unit of money is 10^-decimals. */
  readonly decimals: number
  /** Units that a new paper account starts with; 0: none. */
  readonly paperGrant: number
}

/** Prices in ticks, quantities in lots, money in units of the quote currency. */
export interface InstrumentDefinition {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  /** The tick is tickSize × 10^-priceDecimals, the lot lotSize × 10^-lotDecimals. */
  readonly priceDecimals: number
  readonly tickSize: number
  readonly lotDecimals: number
  readonly lotSize: number
  readonly priceTicks: { readonly min: number; readonly max: number }
  readonly lots: { readonly min: number; readonly max: number }
  readonly notional: { readonly min: number; readonly max: number }
  /** How far a limit may cross the reference price, in hundredths of a percent; 0: as far as it likes. */
  readonly collarBps: number
  /** Reference price until the first trade, ticks; 0: none. */
  readonly referenceTicks: number
  readonly openOrdersMax: number
}

export interface SessionDefinition {
  readonly compId: string
  readonly account: string
  /** Units by currency, paid in once. */
  readonly deposits: Readonly<Record<string, number>>
}

export interface VenueDefinition {
  readonly currencies: readonly CurrencyDefinition[]
  readonly instruments: readonly InstrumentDefinition[]
  readonly sessions: readonly SessionDefinition[]
}

export interface Refusal {
  readonly command: string
  readonly reason: string
}

export class OperatorDesk {
  readonly #toSequencer: RingProducer
  readonly #fromShard: RingConsumer
  #isStopped = false

  constructor(toSequencer: RingProducer, fromShard: RingConsumer) {
    this.#toSequencer = toSequencer
    this.#fromShard = fromShard
  }

  /** After a start: whoever was logged on when the last run ended is not any more. */
  async sayEveryoneIsGone(): Promise<void> {
    await this.#send(SessionsLost.TEMPLATE_ID, SessionsLost.BLOCK_BYTES, () => undefined)
    this.#toSequencer.publish()
  }

  /** Resolves when all is said; while the ring is full it waits for the sequencer. */
  async define(venue: VenueDefinition): Promise<void> {
    for (const currency of venue.currencies) await this.#defineCurrency(currency)
    for (const instrument of venue.instruments) await this.#defineInstrument(instrument)
    for (const session of venue.sessions) await this.#defineSession(session)
    this.#toSequencer.publish()
  }

  /** Nobody reads the ring any more: whoever waits for room in it waits no longer. */
  stop(): void {
    this.#isStopped = true
  }

  /** What the shard has refused since the last look. */
  takeRefusals(): Refusal[] {
    const refusals: Refusal[] = []
    const refused = new CommandRefused()
    const ring = this.#fromShard
    for (let at = ring.peek(); at !== EMPTY; at = ring.peek()) {
      refused.wrap(ring.view, at + ENVELOPE_BYTES)
      refusals.push({
        command: nameOf(refused.refMsgType),
        reason: reasonRow(refused.reason).sentence,
      })
      ring.advance()
    }
    ring.release()
    return refusals
  }

  async #defineCurrency({ code, decimals, paperGrant }: CurrencyDefinition): Promise<void> {
    await this.#send(CurrencyDefine.TEMPLATE_ID, CurrencyDefine.BLOCK_BYTES, (view, at) => {
      const block = new CurrencyDefine().wrap(view, at)
      block.currency = code
      block.decimals = decimals
      block.paperGrant = paperGrant
    })
  }

  async #defineInstrument(definition: InstrumentDefinition): Promise<void> {
    await this.#send(InstrumentDefine.TEMPLATE_ID, InstrumentDefine.BLOCK_BYTES, (view, at) => {
      const block = new InstrumentDefine().wrap(view, at)
      block.symbol = definition.symbol
      block.baseCurrency = definition.base
      block.quoteCurrency = definition.quote
      block.instrument = NO_INSTRUMENT
      block.collarBps = definition.collarBps
      block.priceDecimals = definition.priceDecimals
      block.lotDecimals = definition.lotDecimals
      block.tickSize = definition.tickSize
      block.lotSize = definition.lotSize
      block.priceMin = definition.priceTicks.min
      block.priceMax = definition.priceTicks.max
      block.qtyMin = definition.lots.min
      block.qtyMax = definition.lots.max
      block.notionalMin = definition.notional.min
      block.notionalMax = definition.notional.max
      block.referencePrice = definition.referenceTicks
      block.openOrdersMax = definition.openOrdersMax
    })
  }

  async #defineSession({ compId, account, deposits }: SessionDefinition): Promise<void> {
    await this.#send(SessionDefine.TEMPLATE_ID, SessionDefine.BLOCK_BYTES, (view, at) => {
      const block = new SessionDefine().wrap(view, at)
      block.compId = compId
      block.account = account
    })
    for (const [currency, amount] of Object.entries(deposits)) {
      await this.#send(Deposit.TEMPLATE_ID, Deposit.BLOCK_BYTES, (view, at) => {
        const block = new Deposit().wrap(view, at)
        block.account = account
        block.currency = currency
        block.amount = amount
        block.reference = `${compId}-${currency}`
      })
    }
  }

  async #send(
    templateId: number,
    blockBytes: number,
    write: (view: DataView, at: number) => void,
  ): Promise<void> {
    const ring = this.#toSequencer
    let at = ring.claim(ENVELOPE_BYTES + blockBytes)
    while (at === FULL) {
      if (this.#isStopped) throw new Error('operator desk: stopped while its ring was full')
      await sleep(1)
      at = ring.claim(ENVELOPE_BYTES + blockBytes)
    }
    const { view } = ring
    ring.bytes.fill(0, at, at + ENVELOPE_BYTES + blockBytes)
    view.setUint16(at + BLOCK_LENGTH_OFFSET, blockBytes, true)
    view.setUint16(at + TEMPLATE_ID_OFFSET, templateId, true)
    view.setUint16(at + SCHEMA_ID_OFFSET, SCHEMA_ID, true)
    view.setUint16(at + VERSION_OFFSET, VERSION, true)
    write(view, at + ENVELOPE_BYTES)
    ring.commit(templateId)
  }
}

/** SBE's null of a u32: in the command the instrument has no number yet. */
const NO_INSTRUMENT = 0xffff_ffff

const nameOf = (templateId: number): string =>
  MESSAGES.find((message) => templateIdOf(message.msgType) === templateId)?.name ??
  `template ${templateId}`
