/**
 *   operator ──▶ OPERATOR DESK ──▶ currencies, instruments, sessions, deposits
 *
 * What the venue consists of. Each command may be said again: the same content changes nothing, so
 * a start can say its whole configuration every time. A contradiction changes nothing either, and
 * is answered with its reason. Who numbers a command has an answer to it in any case.
 */
import {
  CommandRefused,
  CurrencyDefine,
  Deposit,
  InstrumentDefine,
  Reason,
  SessionDefine,
  ShardDefine,
} from '../protocol/codecs.ts'
import { areSameTerms, mayBecome, readTerms } from './instrument-terms.ts'
import type { Venue } from './venue.ts'

export class OperatorDesk {
  /** Number of the command at hand, in its envelope: an answer is asked for. 0: only a refusal is told. */
  asked = 0
  readonly #venue: Venue

  constructor(venue: Venue) {
    this.#venue = venue
  }

  /** Runs a command that is this desk's; false: it is not. */
  run(templateId: number, view: DataView, block: number, blockBytes: number): boolean {
    const placed = this.#venue.shardMap.hear(templateId, view, block)
    switch (templateId) {
      case ShardDefine.TEMPLATE_ID:
        this.answer(templateId, placed)
        return true
      case CurrencyDefine.TEMPLATE_ID:
        this.#defineCurrency(view, block)
        return true
      case InstrumentDefine.TEMPLATE_ID:
        this.#defineInstrument(view, block, blockBytes)
        return true
      case SessionDefine.TEMPLATE_ID:
        this.#defineSession(view, block)
        return true
      case Deposit.TEMPLATE_ID:
        this.#deposit(view, block)
        return true
      default:
        return false
    }
  }

  #defineCurrency(view: DataView, block: number): void {
    const definition = new CurrencyDefine().wrap(view, block)
    this.answer(CurrencyDefine.TEMPLATE_ID, this.#venue.currencies.define(definition))
  }

  #defineInstrument(view: DataView, block: number, blockBytes: number): void {
    const reason = this.#openOrChangeMarket(new InstrumentDefine().wrap(view, block, blockBytes))
    this.answer(InstrumentDefine.TEMPLATE_ID, reason)
  }

  #defineSession(view: DataView, block: number): void {
    const { sessions, accounts } = this.#venue
    const definition = new SessionDefine().wrap(view, block)
    const nameAt = block + SessionDefine.COMP_ID_OFFSET
    const accountAt = block + SessionDefine.ACCOUNT_OFFSET
    const session = sessions.names.find(view, nameAt)
    const account = accounts.names.find(view, accountAt)
    let reason: number = Reason.None
    if (definition.compId === '' || definition.account === '') reason = Reason.InvalidDefinition
    else if (session !== 0 && sessions.account(session) !== account) {
      reason = Reason.InvalidDefinition
    } else if (session === 0) {
      const hasRoom = !sessions.names.isFull && (account !== 0 || !accounts.names.isFull)
      if (!hasRoom) reason = Reason.TableFull
      else sessions.add(view, nameAt, account === 0 ? accounts.open(view, accountAt) : account)
    }
    this.answer(SessionDefine.TEMPLATE_ID, reason)
  }

  #deposit(view: DataView, block: number): void {
    const { accounts, currencies } = this.#venue
    const { amount, reference } = new Deposit().wrap(view, block)
    const account = accounts.names.find(view, block + Deposit.ACCOUNT_OFFSET)
    const currency = currencies.names.find(view, block + Deposit.CURRENCY_OFFSET)
    let reason: number
    if (account === 0) reason = Reason.UnknownAccount
    else if (currency === 0) reason = Reason.UnknownCurrency
    else reason = accounts.deposit(account, currency, amount, reference)
    this.answer(Deposit.TEMPLATE_ID, reason)
  }

  /** Says that the command at hand changed nothing; or, where that is asked for, that it is done: Reason.None. */
  answer(templateId: number, reason: number): void {
    // Every shard runs it, and runs it alike: one of them says so.
    if ((this.#venue.funds?.place.shard ?? 0) !== 0) return
    if (reason !== Reason.None || this.asked !== 0) this.#say(templateId, reason, this.asked)
  }

  /** Says that a command of a session that is none changed nothing. */
  refuseFor(templateId: number, reason: number): void {
    this.#say(templateId, reason, 0)
  }

  #say(templateId: number, reason: number, asked: number): void {
    const { outbox } = this.#venue
    const at = outbox.open(CommandRefused.TEMPLATE_ID, CommandRefused.BLOCK_BYTES, 0, asked)
    const event = new CommandRefused().wrap(outbox.view, at)
    event.refMsgType = templateId
    event.reason = reason
  }

  #openOrChangeMarket(definition: InstrumentDefine): number {
    const venue = this.#venue
    const { view, at } = definition
    const terms = readTerms(definition, venue.currencies)
    if (typeof terms === 'number') return terms
    const symbolAt = at + InstrumentDefine.SYMBOL_OFFSET
    const known = venue.marketOf(view, symbolAt)
    if (known === undefined) {
      if (venue.symbols.isFull) return Reason.TableFull
      const opened = venue.openMarket(view, symbolAt, terms)
      if (venue.isOwn(opened)) opened.sayDefinition()
      return Reason.None
    }
    if (!mayBecome(known.risk.terms, terms)) return Reason.InvalidDefinition
    if (areSameTerms(known.risk.terms, terms)) return Reason.None
    known.changeTerms(terms)
    if (venue.isOwn(known)) known.sayDefinition()
    return Reason.None
  }
}
