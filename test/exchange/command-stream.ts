/** A few thousand commands that a seed repeats, as bytes: right ones, wrong ones, and some that should never have been. */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import {
  BTCUSD,
  decodeAll,
  ExchangeHarness,
  encode,
  type Fields,
} from '../actors/exchange-harness.ts'
import { RandomFlow, seeded } from '../actors/seeded.ts'

const NAMES = ['alice', 'bob', 'carol']
/** One command in so many is an odd one. */
const ODD_ONE_IN = 12
/** No session has this number. */
const STRANGER = 99

export class CommandStream {
  /** Envelope and block of each; sequence and time are the sequencer's to write. */
  readonly commands: DataView[] = []
  readonly #harness = new ExchangeHarness()
  readonly #flow: RandomFlow
  readonly #random: (bound: number) => number
  readonly #numbers = new Map<number, number>()

  constructor(seed: number, count: number) {
    this.#flow = new RandomFlow(seed, NAMES.length)
    this.#random = seeded(~seed)
    this.#openVenue()
    while (this.commands.length < count) {
      if (this.#random(ODD_ONE_IN) === 0) this.#sendOddOne()
      else {
        const { name, session, fields } = this.#flow.next()
        this.#send(name, session, fields)
      }
    }
  }

  /** What a machine says to all of them, stamped with one time: records as they stand in a journal. */
  eventBytes(timeUs: number): Buffer {
    const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
    const machine = new ExchangeMachine(outbox)
    const bytes = this.commands.map((command, index) => {
      outbox.clear()
      outbox.begin(index + 1, timeUs)
      machine.apply(command, 0)
      return Buffer.from(outbox.bytes.subarray(0, outbox.endBytes))
    })
    return Buffer.concat(bytes)
  }

  #openVenue(): void {
    for (const currency of ['BTC', 'USD']) {
      this.#send('CurrencyDefine', 0, { currency, decimals: 0, paperGrant: 500 })
    }
    this.#send('InstrumentDefine', 0, { ...BTCUSD, collarBps: 400, referencePrice: 100 })
    for (const account of NAMES) {
      this.#send('SessionDefine', 0, { compId: account, account })
      for (const currency of ['BTC', 'USD']) {
        this.#send('Deposit', 0, { account, currency, amount: 5_000, reference: 'first' })
      }
      this.#send('SessionOpen', 0, { compId: account, connection: 1, paperAccount: 0 })
    }
  }

  #sendOddOne(): void {
    const random = this.#random
    const name = NAMES[random(NAMES.length)]!
    const session = 1 + random(NAMES.length)
    const connection = random(4)
    const next = this.#flow.next()
    switch (random(8)) {
      case 0: // a number that was seen before
        this.#sendNumbered(next.name, session, this.#numbers.get(session) ?? 1, next.fields)
        return
      case 1:
        this.#sendNumbered(next.name, STRANGER, 1, next.fields)
        return
      case 2: // paid in before
        this.#send('Deposit', 0, { account: name, currency: 'USD', amount: 5, reference: 'first' })
        return
      case 3:
        this.#send('CurrencyDefine', 0, { currency: 'USD', decimals: 3, paperGrant: 1 })
        return
      case 4:
        this.#send('SessionOpen', 0, { compId: name, connection, paperAccount: 0 })
        return
      case 5:
        this.#send('SessionClose', session, { connection })
        return
      case 6: // a stranger with paper money: a new account, or refused
        this.#send('SessionOpen', 0, {
          compId: `p${random(50)}`,
          connection,
          paperAccount: random(2),
        })
        return
      default:
        this.#send('SessionsLost', 0, {})
    }
  }

  #send(name: string, session: number, fields: Fields): void {
    const isNumbered = /^(NewOrder|OrderCancel)/.test(name)
    const number = isNumbered ? (this.#numbers.get(session) ?? 0) + 1 : 0
    if (isNumbered) this.#numbers.set(session, number)
    this.#sendNumbered(name, session, number, fields)
  }

  #sendNumbered(name: string, session: number, number: number, fields: Fields): void {
    const command = encode(name, session, number, fields)
    this.commands.push(command)
    this.#harness.apply(command)
    this.#flow.hear(decodeAll(this.#harness.outbox))
  }
}
