/**
 * Money: what an account has is what came in, and what its fills did to it. Counted from commands and reports alone, beside
 * what the exchange counts.
 */
import type { ExchangeMachine } from '../../actors/exchange-machine.ts'
import {
  CommandRefused,
  Deposit,
  ExecType,
  ExecutionReport,
  SessionDefine,
  SessionOpened,
  Side,
} from '../../protocol/codecs.ts'
import { CURRENCIES, INSTRUMENTS, PAPER_GRANTS } from './simulated-venue.ts'

const SYMBOLS = new Map(INSTRUMENTS.map((instrument) => [instrument.symbol, instrument]))
const NUMBERS = new Map<string, number>(CURRENCIES.map((currency, index) => [currency, index + 1]))

export class MoneyBook {
  /** By account: units of each currency, by its number. */
  readonly #owned: number[][] = []
  readonly #fees = new Array<number>(CURRENCIES.length + 1).fill(0)
  readonly #accounts = new Map<string, number>()
  readonly #references = new Set<string>()
  readonly #report = new ExecutionReport()
  readonly #opened = new SessionOpened()
  #accountCount = 0
  #deposit:
    | { readonly account: number; readonly currency: number; readonly units: number }
    | undefined
  #reference = ''

  /** A command that the shard has not run before. */
  command(templateId: number, view: DataView, block: number): void {
    this.#settleDeposit()
    if (templateId === SessionDefine.TEMPLATE_ID) {
      const { account } = new SessionDefine().wrap(view, block)
      if (!this.#accounts.has(account)) this.#accounts.set(account, this.#open())
    } else if (templateId === Deposit.TEMPLATE_ID) {
      const { account, currency, amount, reference } = new Deposit().wrap(view, block)
      const key = `${account} ${reference}`
      if (this.#references.has(key)) return
      this.#reference = key
      const numbers = { account: this.#accounts.get(account)!, currency: NUMBERS.get(currency)! }
      this.#deposit = { ...numbers, units: amount }
    }
  }

  event(templateId: number, view: DataView, block: number, account: number): void {
    if (templateId === ExecutionReport.TEMPLATE_ID) {
      const report = this.#report.wrap(view, block)
      if (report.execType === ExecType.Trade) this.#fill(report, account)
    } else if (templateId === CommandRefused.TEMPLATE_ID) {
      this.#deposit = undefined
    } else if (templateId === SessionOpened.TEMPLATE_ID) {
      if (this.#opened.wrap(view, block).account <= this.#accountCount) return
      this.#open()
      CURRENCIES.forEach((currency, index) => {
        this.#of(this.#accountCount)[index + 1] = PAPER_GRANTS[currency]!
      })
    }
  }

  /** At a quiet moment: no money is under way between two shards. */
  check(machines: readonly ExchangeMachine[]): void {
    this.#settleDeposit()
    for (let currency = 1; currency <= CURRENCIES.length; currency++) {
      for (let account = 1; account <= this.#accountCount; account++) {
        const has = sum(machines, ({ venue: { accounts } }) => {
          return accounts.free(account, currency) + accounts.held(account, currency)
        })
        const owned = this.#of(account)[currency]!
        if (has === owned) continue
        const name = CURRENCIES[currency - 1]
        throw new Error(`money: account ${account} has ${has} ${name}, by its reports ${owned}`)
      }
      const fees = sum(machines, ({ venue: { accounts } }) => accounts.fees(currency))
      if (fees === this.#fees[currency]) continue
      throw new Error(`money: the venue earned ${fees}, by the reports ${this.#fees[currency]}`)
    }
  }

  #open(): number {
    this.#accountCount++
    return this.#accountCount
  }

  /** One shard may be ahead of the one that definitions are counted by. */
  #of(account: number): number[] {
    this.#owned[account] ??= new Array<number>(CURRENCIES.length + 1).fill(0)
    return this.#owned[account]
  }

  #fill(report: ExecutionReport, account: number): void {
    const { base, quote, lotUnits, tickLotUnits } = SYMBOLS.get(report.symbol)!
    const { lastQty, lastPx, commission, side } = report
    const sign = side === Side.Buy ? 1 : -1
    const owned = this.#of(account)
    owned[NUMBERS.get(base)!]! += sign * lastQty * lotUnits
    owned[NUMBERS.get(quote)!]! -= sign * lastQty * lastPx * tickLotUnits + commission
    this.#fees[NUMBERS.get(quote)!]! += commission
  }

  /** Nobody refused it. */
  #settleDeposit(): void {
    const deposit = this.#deposit
    if (deposit === undefined) return
    this.#references.add(this.#reference)
    this.#of(deposit.account)[deposit.currency]! += deposit.units
    this.#deposit = undefined
  }
}

const sum = (
  machines: readonly ExchangeMachine[],
  of: (machine: ExchangeMachine) => number,
): number => machines.reduce((total, machine) => total + of(machine), 0)
