/** A market's phase as the dialect names it. It has no word for the kinds of auction, so they are one. */
import { MarketPhase } from '../../protocol/codecs.ts'

export type SymbolStatus =
  | 'PRE_TRADING'
  | 'TRADING'
  | 'AUCTION_MATCH'
  | 'HALT'
  | 'END_OF_DAY'
  | 'BREAK'

/** Of a phase that is not known here: at least it is not said that one can trade. */
const UNKNOWN: SymbolStatus = 'BREAK'

const STATUSES: ReadonlyMap<number, SymbolStatus> = new Map([
  [MarketPhase.PreOpen, 'PRE_TRADING'],
  [MarketPhase.OpeningAuction, 'AUCTION_MATCH'],
  [MarketPhase.Continuous, 'TRADING'],
  [MarketPhase.VolatilityAuction, 'AUCTION_MATCH'],
  [MarketPhase.Halt, 'HALT'],
  [MarketPhase.ClosingAuction, 'AUCTION_MATCH'],
  [MarketPhase.Closed, 'END_OF_DAY'],
])

export const symbolStatus = (phase: number): SymbolStatus => STATUSES.get(phase) ?? UNKNOWN
