/**
 *   configuration ──▶ operator desk ▸ OPERATOR COMMANDS ──▶ sequencer
 *
 * Each definition and action as it stands in the bytes of its command. The blocks are all zero before.
 */
import {
  BandPolicy,
  BreakerDefine,
  CurrencyDefine,
  DayStart,
  Deposit,
  DropCopyDefine,
  FeeDefine,
  FirmDefine,
  GroupDefine,
  InstrumentDefine,
  KillSwitch,
  MarketPhase,
  Matching,
  PhaseChange,
  RiskDefine,
  SessionDefine,
  SessionsLost,
  Tick,
} from '../protocol/codecs.ts'
import { INT64_NULL } from '../protocol/integers.ts'
import type {
  BreakerDefinition,
  CurrencyDefinition,
  DropCopyDefinition,
  FeeDefinition,
  InstrumentDefinition,
  RiskDefinition,
  SessionDefinition,
  TradingRules,
  VenueDefinition,
} from './venue-definition.ts'

/** One command, not yet written: what it is, how long, and how its root block is filled. */
export interface Command {
  readonly templateId: number
  readonly blockBytes: number
  readonly write: (view: DataView, at: number) => void
}

/** Price then time, continuous from the start, and nothing that stops it. */
const PLAIN_TRADING: TradingRules = {
  protectionBps: 500,
  bandBps: 0,
  bandPolicy: BandPolicy.Cancel,
  limitStateSeconds: 0,
  referenceWindowSeconds: 0,
  referenceStepBps: 0,
  referenceIntervalSeconds: 0,
  matching: Matching.PriceTime,
  topOrder: false,
  allocationMin: 0,
  initialPhase: MarketPhase.Continuous,
  auctionSeconds: 0,
  pauseSeconds: 0,
  moveBps: 0,
  moveWindowSeconds: 0,
}

/** SBE's null of a u32: in the command an instrument has no number yet, a field without it is unsaid. */
const U32_NULL = 0xffff_ffff

/** The whole venue, in the order in which one builds on the other. */
export function* commandsOf(venue: VenueDefinition): Generator<Command> {
  for (const currency of venue.currencies) yield defineCurrency(currency)
  for (const instrument of venue.instruments) yield defineInstrument(instrument)
  for (const session of venue.sessions) yield* defineSession(session)
  for (const fee of venue.fees ?? []) yield defineFee(fee)
  for (const limits of venue.limits ?? []) yield defineRisk(limits)
  for (const [account, group] of Object.entries(venue.groups ?? {})) {
    yield defineGroup(account, group)
  }
  for (const [account, firm] of Object.entries(venue.firms ?? {})) yield defineFirm(account, firm)
  for (const dropCopy of venue.dropCopies ?? []) yield defineDropCopy(dropCopy)
  if (venue.breaker !== undefined) yield defineBreaker(venue.breaker)
}

/** After a start: whoever was logged on when the last run ended is not any more. */
export const sessionsLost: Command = plain(SessionsLost)
/** Before an orderly end: all is said, and whoever was logged on is not any more. */
export const endsInOrder: Command = {
  ...plain(SessionsLost),
  write: (view, at) => {
    new SessionsLost().wrap(view, at).inOrder = 1
  },
}
/** Nothing but its time. */
export const tick: Command = plain(Tick)

/** Moves one market, or all of them ('') to a phase. */
export const changePhase = (symbol: string, phase: TradingRules['initialPhase']): Command => ({
  ...sizeOf(PhaseChange),
  write: (view, at) => {
    const block = new PhaseChange().wrap(view, at)
    block.symbol = symbol
    block.phase = phase
  },
})

/** What an account, or everyone (''), may still do. */
export type KillSwitchState = 'lifted' | 'halted' | 'reducing'
const KILL_SWITCH_ON: Readonly<Record<KillSwitchState, number>> = {
  lifted: 0,
  halted: 1,
  reducing: 2,
}

export const setKillSwitch = (account: string, state: KillSwitchState): Command => ({
  ...sizeOf(KillSwitch),
  write: (view, at) => {
    const block = new KillSwitch().wrap(view, at)
    block.account = account
    block.on = KILL_SWITCH_ON[state]
  },
})

/** `lateTimeUs` 0: the day is never late. */
export const startDay = (lateTimeUs: number): Command => ({
  ...sizeOf(DayStart),
  write: (view, at) => {
    new DayStart().wrap(view, at).lateTime = lateTimeUs
  },
})

const defineCurrency = ({ code, decimals, paperGrant }: CurrencyDefinition): Command => ({
  ...sizeOf(CurrencyDefine),
  write: (view, at) => {
    const block = new CurrencyDefine().wrap(view, at)
    block.currency = code
    block.decimals = decimals
    block.paperGrant = paperGrant
  },
})

const defineInstrument = (definition: InstrumentDefinition): Command => ({
  ...sizeOf(InstrumentDefine),
  write: (view, at) => {
    const block = new InstrumentDefine().wrap(view, at)
    block.symbol = definition.symbol
    block.baseCurrency = definition.base
    block.quoteCurrency = definition.quote
    block.instrument = U32_NULL
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
    writeTrading(block, { ...PLAIN_TRADING, ...definition.trading })
  },
})

function writeTrading(block: InstrumentDefine, rules: TradingRules): void {
  block.protectionBps = rules.protectionBps
  block.bandBps = rules.bandBps
  block.bandPolicy = rules.bandPolicy
  block.limitStateSeconds = rules.limitStateSeconds
  block.referenceWindowSeconds = rules.referenceWindowSeconds
  block.referenceStepBps = rules.referenceStepBps
  block.referenceIntervalSeconds = rules.referenceIntervalSeconds
  block.matching = rules.matching
  block.topOrder = rules.topOrder ? 1 : 0
  block.allocationMin = rules.allocationMin
  block.initialPhase = rules.initialPhase
  block.auctionSeconds = rules.auctionSeconds
  block.pauseSeconds = rules.pauseSeconds
  block.moveBps = rules.moveBps
  block.moveWindowSeconds = rules.moveWindowSeconds
}

/** A session and what its account begins with: said again in the same words it changes nothing. */
export function* defineSession({
  compId,
  account,
  deposits,
}: SessionDefinition): Generator<Command> {
  yield {
    ...sizeOf(SessionDefine),
    write: (view, at) => {
      const block = new SessionDefine().wrap(view, at)
      block.compId = compId
      block.account = account
    },
  }
  for (const [currency, units] of Object.entries(deposits)) {
    yield deposit({ account, currency, units, reference: `${compId}-${currency}` })
  }
}

export interface DepositOrder {
  readonly account: string
  readonly currency: string
  /** Above 0. */
  readonly units: number
  /** 1-36 characters, good for one amount of the account. */
  readonly reference: string
}

export const deposit = ({ account, currency, units, reference }: DepositOrder): Command => ({
  ...sizeOf(Deposit),
  write: (view, at) => {
    const block = new Deposit().wrap(view, at)
    block.account = account
    block.currency = currency
    block.amount = units
    block.reference = reference
  },
})

const defineFee = ({ account, symbol, makerPpm, takerPpm }: FeeDefinition): Command => ({
  ...sizeOf(FeeDefine),
  write: (view, at) => {
    const block = new FeeDefine().wrap(view, at)
    block.account = account
    block.symbol = symbol
    block.makerPpm = makerPpm
    block.takerPpm = takerPpm
  },
})

const defineRisk = (limits: RiskDefinition): Command => ({
  ...sizeOf(RiskDefine),
  write: (view, at) => {
    const block = new RiskDefine().wrap(view, at)
    block.account = limits.account
    block.symbol = limits.symbol
    block.orderQtyMax = limits.orderQtyMax ?? INT64_NULL
    block.orderNotionalMax = limits.orderNotionalMax ?? INT64_NULL
    block.positionMax = limits.positionMax ?? INT64_NULL
    block.exposureMax = limits.exposureMax ?? INT64_NULL
    block.dailyLossMax = limits.dailyLossMax ?? INT64_NULL
    block.openOrdersMax = limits.openOrdersMax ?? U32_NULL
    block.messagesPerSecond = limits.messagesPerSecond ?? U32_NULL
  },
})

const defineGroup = (account: string, group: number): Command => ({
  ...sizeOf(GroupDefine),
  write: (view, at) => {
    const block = new GroupDefine().wrap(view, at)
    block.account = account
    block.group = group
  },
})

const defineFirm = (account: string, firm: string): Command => ({
  ...sizeOf(FirmDefine),
  write: (view, at) => {
    const block = new FirmDefine().wrap(view, at)
    block.account = account
    block.firm = firm
  },
})

const defineDropCopy = ({ compId, account, firm }: DropCopyDefinition): Command => ({
  ...sizeOf(DropCopyDefine),
  write: (view, at) => {
    const block = new DropCopyDefine().wrap(view, at)
    block.compId = compId
    block.account = account
    block.firm = firm
  },
})

const defineBreaker = ({ levelBps, haltSeconds }: BreakerDefinition): Command => ({
  ...sizeOf(BreakerDefine),
  write: (view, at) => {
    const block = new BreakerDefine().wrap(view, at)
    block.level1Bps = levelBps[0]
    block.level2Bps = levelBps[1]
    block.level3Bps = levelBps[2]
    block.haltSeconds = haltSeconds
  },
})

interface Codec {
  readonly TEMPLATE_ID: number
  readonly BLOCK_BYTES: number
}

const sizeOf = ({ TEMPLATE_ID, BLOCK_BYTES }: Codec) => ({
  templateId: TEMPLATE_ID,
  blockBytes: BLOCK_BYTES,
})

function plain(codec: Codec): Command {
  return { templateId: codec.TEMPLATE_ID, blockBytes: codec.BLOCK_BYTES, write: () => undefined }
}
