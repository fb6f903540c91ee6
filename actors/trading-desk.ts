/**
 *   operator ──▶ TRADING DESK ──▶ fees, limits, groups, breakers        how it is traded: said again at each start
 *                             └─▶ phases, kill switch, the day          what is done in the course of a day
 *
 * A rule said again changes nothing. A command that names nobody, or contradicts itself, changes
 * nothing either, and is answered with its reason.
 */
import {
  BreakerDefine,
  DayStart,
  FeeDefine,
  GroupDefine,
  KillSwitch,
  MarketPhase,
  PhaseChange,
  Reason,
  RiskDefine,
  Tick,
} from '../protocol/codecs.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import { EXCHANGE, KillCause, TradingState } from './kill-switch.ts'
import type { NameTable } from './name-table.ts'
import type { OperatorDesk } from './operator-desk.ts'
import { UNSTATED } from './risk-limits.ts'
import { NEVER } from './timer-heap.ts'
import type { Venue } from './venue.ts'

/** SBE's null of a u32. */
const U32_NULL = 0xffffffff
const BPS_PER_WHOLE = 10_000
/** A name that nobody has. */
const NOBODY = -1
const ALL = 0

/** KillSwitch.On ──▶ the state that the operator wants. */
const STATES = [TradingState.Active, TradingState.Halted, TradingState.Reducing]

export class TradingDesk {
  readonly #venue: Venue
  readonly #operatorDesk: OperatorDesk

  constructor(venue: Venue, operatorDesk: OperatorDesk) {
    this.#venue = venue
    this.#operatorDesk = operatorDesk
  }

  /** Runs a command that is this desk's; false: it is not. */
  run(templateId: number, view: DataView, block: number): boolean {
    const reason = this.#reasonOf(templateId, view, block)
    if (reason === undefined) return false
    this.#operatorDesk.answer(templateId, reason)
    return true
  }

  #reasonOf(templateId: number, view: DataView, block: number): number | undefined {
    switch (templateId) {
      case FeeDefine.TEMPLATE_ID:
        return this.#defineFees(new FeeDefine().wrap(view, block))
      case RiskDefine.TEMPLATE_ID:
        return this.#defineLimits(new RiskDefine().wrap(view, block))
      case GroupDefine.TEMPLATE_ID:
        return this.#defineGroup(new GroupDefine().wrap(view, block))
      case BreakerDefine.TEMPLATE_ID:
        return this.#defineBreaker(new BreakerDefine().wrap(view, block))
      case PhaseChange.TEMPLATE_ID:
        return this.#changePhase(new PhaseChange().wrap(view, block))
      case KillSwitch.TEMPLATE_ID:
        return this.#setKillSwitch(new KillSwitch().wrap(view, block))
      case DayStart.TEMPLATE_ID:
        return this.#startDay(new DayStart().wrap(view, block).lateTime)
      case Tick.TEMPLATE_ID:
        // What was due by its time has been done: what is not is asked for anew.
        this.#venue.wakeUs = NEVER
        return Reason.None
      default:
        return undefined
    }
  }

  #defineFees(definition: FeeDefine): number {
    const { view, at, makerPpm, takerPpm } = definition
    const { fees } = this.#venue
    const account = this.#account(view, at + FeeDefine.ACCOUNT_OFFSET)
    const market = this.#market(view, at + FeeDefine.SYMBOL_OFFSET)
    if (account === NOBODY) return Reason.UnknownAccount
    if (market === NOBODY) return Reason.UnknownSymbol
    if (makerPpm === U32_NULL && takerPpm === U32_NULL) {
      fees.clear(account, market)
      return Reason.None
    }
    return fees.set(account, market, makerPpm, takerPpm)
  }

  #defineLimits(definition: RiskDefine): number {
    const { view, at } = definition
    const account = this.#account(view, at + RiskDefine.ACCOUNT_OFFSET)
    const market = this.#market(view, at + RiskDefine.SYMBOL_OFFSET)
    if (account === NOBODY) return Reason.UnknownAccount
    if (market === NOBODY) return Reason.UnknownSymbol
    return this.#venue.safeguards.limits.set(account, market, {
      orderQtyMax: stated(definition.orderQtyMax, INT64_NULL),
      orderNotionalMax: stated(definition.orderNotionalMax, INT64_NULL),
      positionMax: stated(definition.positionMax, INT64_NULL),
      exposureMax: stated(definition.exposureMax, INT64_NULL),
      dailyLossMax: stated(definition.dailyLossMax, INT64_NULL),
      openOrdersMax: stated(definition.openOrdersMax, U32_NULL),
      messagesPerSecond: stated(definition.messagesPerSecond, U32_NULL),
    })
  }

  #defineGroup(definition: GroupDefine): number {
    const { view, at, group } = definition
    const account = this.#account(view, at + GroupDefine.ACCOUNT_OFFSET)
    if (account === NOBODY || account === ALL) return Reason.UnknownAccount
    this.#venue.safeguards.groups.set(account, group)
    return Reason.None
  }

  #defineBreaker(definition: BreakerDefine): number {
    const { level1Bps, level2Bps, level3Bps, haltSeconds } = definition
    const levels = [level1Bps, level2Bps, level3Bps] as const
    const used = levels.filter((bps) => bps > 0)
    const rises = used.every((bps, i) => i === 0 || bps > used[i - 1]!)
    const isInRange = levels.every((bps) => bps <= BPS_PER_WHOLE)
    const needsHalt = level1Bps + level2Bps > 0
    if (!rises || !isInRange || (needsHalt && haltSeconds === 0)) return Reason.InvalidDefinition
    this.#venue.safeguards.marketWide.changeTerms({ levelBps: levels, haltSeconds })
    return Reason.None
  }

  #changePhase(command: PhaseChange): number {
    const { view, at, phase } = command
    const number = this.#market(view, at + PhaseChange.SYMBOL_OFFSET)
    if (number === NOBODY) return Reason.UnknownSymbol
    if (phase < MarketPhase.PreOpen || phase > MarketPhase.Closed) return Reason.InvalidDefinition
    for (const market of this.#venue.ownMarkets) {
      if (number !== ALL && market.number !== number) continue
      market.changePhase(phase, Reason.None)
      // One that had halted by itself stays so now, until the operator's next word.
      if (phase === MarketPhase.Halt) market.guard.haltUntil(NEVER)
    }
    return Reason.None
  }

  /** Whoever is stopped has nothing open any more: from what is open a position could still grow. */
  #setKillSwitch(command: KillSwitch): number {
    const { view, at, on } = command
    const venue = this.#venue
    const account = this.#account(view, at + KillSwitch.ACCOUNT_OFFSET)
    const state = STATES[on]
    if (account === NOBODY) return Reason.UnknownAccount
    if (state === undefined) return Reason.InvalidDefinition
    venue.safeguards.killSwitch.set(account, KillCause.Operator, state)
    if (state === TradingState.Active) return Reason.None
    if (account === EXCHANGE) venue.cancelEverything(Reason.KillSwitch)
    else venue.cancelAll(account, Reason.KillSwitch)
    return Reason.None
  }

  #startDay(lateUs: number): number {
    if (!Number.isSafeInteger(lateUs) || lateUs < 0) return Reason.InvalidDefinition
    const { safeguards, markets } = this.#venue
    safeguards.startDay(lateUs)
    for (const { number, book, risk } of markets) {
      safeguards.marketWide.setReference(number, book.lastPrint || risk.terms.referencePrice)
    }
    return Reason.None
  }

  /** An account's number, ALL where none is named, or NOBODY. */
  #account(view: DataView, at: number): number {
    return numberOf(this.#venue.accounts.names, view, at)
  }

  #market(view: DataView, at: number): number {
    return numberOf(this.#venue.symbols, view, at)
  }
}

function numberOf(names: NameTable, view: DataView, at: number): number {
  if (view.getUint8(at) === 0) return ALL
  return names.find(view, at) || NOBODY
}

const stated = (value: number, absent: number): number => (value === absent ? UNSTATED : value)
