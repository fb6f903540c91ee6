/**
 * The commands of a venue of two shards, as gateways would put them into the ring: definitions first, then what traders and
 * the operator ask, each made when it is first wanted and kept, to be said again where a set-back log lacks it.
 */
import { newOrderFault } from '../../gateway/order-entry/new-order-check.ts'
import { MarketPhase, NewOrderSingle } from '../../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { BTCUSD, encode, type Fields } from '../actors/exchange-harness.ts'
import type { AnswerBook } from './check-answers.ts'
import type { Draws } from './draws.ts'
import { writeFields } from './frame-text.ts'
import { ACCOUNTS, CURRENCIES, INSTRUMENTS, MIDDLE, PAPER_GRANTS } from './simulated-venue.ts'
import { type KnownOrders, TraderFlow } from './trader-flow.ts'

/** Poor enough that money has to come from the other shard. */
const UNITS = 3_000
const OPERATOR_IN = 60

export interface ShardedSession {
  readonly flow: TraderFlow
  readonly answers: AnswerBook
}

export class ShardedFlow {
  /** Envelope and block of each; sequence and time are the sequencer's to write. */
  readonly commands: DataView[] = []
  readonly #draws: Draws
  readonly #sessions: readonly ShardedSession[]
  readonly #numbers: number[] = []
  #deposits = 0

  /** `sessions`: by their numbers, from 1. */
  constructor(draws: Draws, sessions: readonly ShardedSession[]) {
    this.#draws = draws
    this.#sessions = sessions
    this.#define()
  }

  /** The command of this place, made now if it never was; `nowUs`: of the wall. */
  at(index: number, nowUs: number): DataView {
    while (this.commands.length <= index) this.#make(nowUs)
    return this.commands[index]!
  }

  #define(): void {
    for (const currency of CURRENCIES) {
      this.#say('CurrencyDefine', { currency, decimals: 0, paperGrant: PAPER_GRANTS[currency]! })
    }
    for (const [shard, { symbol, base, quote, tickSize, lotSize }] of INSTRUMENTS.entries()) {
      this.#say('ShardDefine', { symbol, shard })
      const terms = {
        ...BTCUSD,
        symbol,
        baseCurrency: base,
        quoteCurrency: quote,
        tickSize,
        lotSize,
      }
      const prices = { priceMin: 50, priceMax: 200, referencePrice: MIDDLE, protectionBps: 2_000 }
      this.#say('InstrumentDefine', { ...terms, ...prices })
    }
    this.#say('FeeDefine', { makerPpm: 1_000, takerPpm: 10_000 })
    for (const [i, account] of ACCOUNTS.entries()) {
      this.#say('ShardDefine', { account, shard: i % 2 })
      for (const compId of [account, `${account}-2`])
        this.#say('SessionDefine', { compId, account })
      for (const currency of CURRENCIES) {
        const amount = currency === 'USD' ? UNITS * 100 : UNITS
        this.#say('Deposit', { account, currency, amount, reference: `first-${currency}` })
      }
    }
  }

  #make(nowUs: number): void {
    const draws = this.#draws
    if (draws.oneIn(OPERATOR_IN)) {
      this.#operate()
      return
    }
    const index = draws.below(this.#sessions.length)
    const { flow, answers } = this.#sessions[index]!
    const { kind, id, codec, blockBytes, fields } = flow.next(nowUs)
    // Every shard would answer it.
    if (kind === 'mass' && fields.symbol === '') return
    const view = new DataView(new ArrayBuffer(ENVELOPE_BYTES + blockBytes))
    writeFields(codec, view, ENVELOPE_BYTES, { blockBytes, fields })
    // A gateway lets nothing in that has a fault of its own.
    const isOrder = codec.TEMPLATE_ID === NewOrderSingle.TEMPLATE_ID
    if (isOrder && newOrderFault(view, ENVELOPE_BYTES, blockBytes) !== undefined) return
    const number = (this.#numbers[index] ?? 0) + 1
    this.#numbers[index] = number
    view.setUint16(BLOCK_LENGTH_OFFSET, blockBytes, true)
    view.setUint16(TEMPLATE_ID_OFFSET, codec.TEMPLATE_ID, true)
    view.setUint32(SESSION_OFFSET, index + 1, true)
    view.setUint32(NUMBER_OFFSET, number, true)
    answers.sent(id, kind, false)
    this.commands.push(view)
  }

  #operate(): void {
    const draws = this.#draws
    const account = draws.pick(ACCOUNTS)
    switch (draws.below(8)) {
      case 0:
        this.#say('KillSwitch', { account, on: draws.below(3) })
        return
      case 1:
        for (const lifted of ACCOUNTS) this.#say('KillSwitch', { account: lifted, on: 0 })
        return
      case 2: {
        const money = { account, currency: draws.pick(CURRENCIES), amount: draws.between(1, 5_000) }
        this.#say('Deposit', { ...money, reference: `more-${++this.#deposits}` })
        return
      }
      case 3: {
        const { symbol } = draws.pick(INSTRUMENTS)
        this.#say('PhaseChange', { symbol, phase: draws.pick(Object.values(MarketPhase)) })
        return
      }
      case 4:
      case 5:
        this.#say('PhaseChange', { symbol: '', phase: MarketPhase.Continuous })
        return
      default:
        this.#say('Tick', {})
    }
  }

  #say(name: string, fields: Fields): void {
    this.commands.push(encode(name, 0, 0, fields))
  }
}

/** One for each session: two of each account. */
export function shardedSessions(
  draws: Draws,
  make: (compId: string) => { readonly answers: AnswerBook; readonly known: KnownOrders },
): ShardedSession[] {
  return ACCOUNTS.flatMap((account) => [account, `${account}-2`]).map((compId) => {
    const { answers, known } = make(compId)
    return { answers, flow: new TraderFlow(compId, known, draws.of(compId)) }
  })
}
