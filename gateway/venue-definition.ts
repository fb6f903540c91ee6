/** What a venue consists of, in the exchange's own units. Who says it to the shard: operator-desk.ts. */
import type { BandPolicy, MarketPhase, Matching } from '../protocol/codecs.ts'

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
  /** @default PLAIN_TRADING for each that is left out */
  readonly trading?: Partial<TradingRules>
}

/** How an instrument is traded (actors/RULES.md). `…Bps`: hundredths of a percent. */
export interface TradingRules {
  /** How far from the opposite best a market order may trade. */
  readonly protectionBps: number
  /** Half width of the price band; 0: no band. */
  readonly bandBps: number
  readonly bandPolicy: (typeof BandPolicy)[keyof typeof BandPolicy]
  /** At the band for so long: a pause follows. Of BandPolicy.LimitState. */
  readonly limitStateSeconds: number
  /** The band's reference is the mean price of so long; 0: the last uncross. */
  readonly referenceWindowSeconds: number
  readonly referenceStepBps: number
  readonly referenceIntervalSeconds: number
  readonly matching: (typeof Matching)[keyof typeof Matching]
  /** Whether pro-rata serves the order that bettered the price first. */
  readonly topOrder: boolean
  /** Smallest pro-rata share, lots. */
  readonly allocationMin: number
  /** Of a market that is new; one that is known stays in its own. */
  readonly initialPhase: (typeof MarketPhase)[keyof typeof MarketPhase]
  /** Length of an auction; 0: until the operator ends it. */
  readonly auctionSeconds: number
  /** Length of a pause at the band, and of a halt by a move. */
  readonly pauseSeconds: number
  /** A move of so much within the window halts; 0: none does. */
  readonly moveBps: number
  readonly moveWindowSeconds: number
}

export interface SessionDefinition {
  readonly compId: string
  readonly account: string
  /** Units by currency, paid in once. */
  readonly deposits: Readonly<Record<string, number>>
}

/** A session that is told of others' reports: an account's, or a firm's; the other one is empty. */
export interface DropCopyDefinition {
  readonly compId: string
  readonly account: string
  readonly firm: string
}

/** Of whom, and where; an empty name is all of them. */
export interface Scope {
  readonly account: string
  readonly symbol: string
}

/** Millionths of a fill's money. */
export interface FeeDefinition extends Scope {
  readonly makerPpm: number
  readonly takerPpm: number
}

/** 0: no limit. Left out: what is said for less holds. */
export interface RiskDefinition extends Scope {
  readonly orderQtyMax?: number
  readonly orderNotionalMax?: number
  readonly positionMax?: number
  readonly exposureMax?: number
  readonly dailyLossMax?: number
  /** These two count over all markets: only with an empty symbol. */
  readonly openOrdersMax?: number
  readonly messagesPerSecond?: number
}

/** A fall of the whole venue by so much; 0: that level is off. */
export interface BreakerDefinition {
  readonly levelBps: readonly [number, number, number]
  readonly haltSeconds: number
}

export interface VenueDefinition {
  readonly currencies: readonly CurrencyDefinition[]
  readonly instruments: readonly InstrumentDefinition[]
  readonly sessions: readonly SessionDefinition[]
  readonly fees?: readonly FeeDefinition[]
  readonly limits?: readonly RiskDefinition[]
  /** Number of its self-trade group by account; 0: alone. */
  readonly groups?: Readonly<Record<string, number>>
  /** Firm by account. */
  readonly firms?: Readonly<Record<string, string>>
  readonly dropCopies?: readonly DropCopyDefinition[]
  readonly breaker?: BreakerDefinition
}
