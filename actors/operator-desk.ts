/**
 *   operator ──▶ OPERATOR DESK ──▶ currencies, instruments, sessions, firms and who copies them out, deposits
 *
 * What the venue consists of. Each command may be said again: the same content changes nothing, so
 * a start can say its whole configuration every time. A contradiction changes nothing either, and
 * is answered with its reason. Who numbers a command has an answer to it in any case.
 */
import {
  CommandRefused,
  CurrencyDefine,
  Deposit,
  DropCopyDefine,
  FirmDefine,
  InstrumentDefine,
  Reason,
  SessionDefine,
  ShardDefine,
} from '../protocol/codecs.ts'
import { areSameTerms, mayBecome, readTerms } from './instrument-terms.ts'
import { NO_ACCOUNT } from './session-registry.ts'
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
      case FirmDefine.TEMPLATE_ID:
        this.answer(templateId, this.#defineFirm(view, block))
        return true
      case DropCopyDefine.TEMPLATE_ID:
        this.answer(templateId, this.#defineDropCopy(new DropCopyDefine().wrap(view, block)))
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
    else if (session !== 0 && (account === 0 || sessions.account(session) !== account)) {
      reason = Reason.InvalidDefinition
    } else if (session === 0) {
      const hasRoom = !sessions.names.isFull && (account !== 0 || !accounts.names.isFull)
      if (!hasRoom) reason = Reason.TableFull
      else {
        const owner = account === 0 ? accounts.open(view, accountAt) : account
        this.#venue.tapes.nameNew(sessions.add(view, nameAt, owner))
      }
    }
    this.answer(SessionDefine.TEMPLATE_ID, reason)
  }

  #defineFirm(view: DataView, block: number): number {
    const { accounts, tapes } = this.#venue
    const account = accounts.names.find(view, block + FirmDefine.ACCOUNT_OFFSET)
    if (account === 0) return Reason.UnknownAccount
    const firm = this.#firmAt(view, block + FirmDefine.FIRM_OFFSET)
    if (firm === undefined) return Reason.TableFull
    tapes.setFirm(account, firm)
    return Reason.None
  }

  #defineDropCopy({ view, at, compId, account, firm }: DropCopyDefine): number {
    const { sessions, tapes } = this.#venue
    const nameAt = at + DropCopyDefine.COMP_ID_OFFSET
    if (compId === '' || (account === '') === (firm === '')) return Reason.InvalidDefinition
    const session = sessions.names.find(view, nameAt)
    // A session that trades already: it does not become another's ear.
    if (session !== 0 && tapes.tapeOf(session) === 0) return Reason.InvalidDefinition
    if (session === 0 && sessions.names.isFull) return Reason.TableFull
    const tape = account === '' ? this.#firmTape(view, at) : this.#accountTape(view, at)
    if (tape === undefined) return account === '' ? Reason.TableFull : Reason.UnknownAccount
    if (tape === 0) return Reason.TableFull
    if (session !== 0)
      return tapes.tapeOf(session) === tape ? Reason.None : Reason.InvalidDefinition
    tapes.follow(sessions.add(view, nameAt, NO_ACCOUNT), tape)
    return Reason.None
  }

  #accountTape(view: DataView, at: number): number | undefined {
    const account = this.#venue.accounts.names.find(view, at + DropCopyDefine.ACCOUNT_OFFSET)
    return account === 0 ? undefined : this.#venue.tapes.ofAccount(account)
  }

  #firmTape(view: DataView, at: number): number | undefined {
    const firm = this.#firmAt(view, at + DropCopyDefine.FIRM_OFFSET)
    return firm === undefined ? undefined : this.#venue.tapes.ofFirm(firm)
  }

  /** Number of the firm whose name stands at `at`, new or known; 0: none is named; undefined: there is no room for it. */
  #firmAt(view: DataView, at: number): number | undefined {
    const { firms } = this.#venue.tapes
    if (view.getUint8(at) === 0) return 0
    const known = firms.find(view, at)
    if (known !== 0) return known
    return firms.isFull ? undefined : firms.add(view, at)
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
