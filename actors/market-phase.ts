/** What a market does at the time: of the protocol's phases what matters to a book. */
import { MarketPhase } from '../protocol/codecs.ts'

export { MarketPhase }

/** Orders come in and rest, and nothing trades until the uncross. */
export const isCall = (phase: number): boolean =>
  phase !== MarketPhase.Continuous && phase !== MarketPhase.Halt && phase !== MarketPhase.Closed

/** Orders come in at all. */
export const takesOrders = (phase: number): boolean =>
  phase !== MarketPhase.Halt && phase !== MarketPhase.Closed
