/**
 * A side is a sign: +1 buys, −1 sells. What holds for bids holds for asks with the sign turned
 * round, so there is one code path: key = sign × price is "better is greater" on both sides.
 */
import { Side } from '../protocol/codecs.ts'

export type Sign = 1 | -1

export const BUY: Sign = 1
export const SELL: Sign = -1

/** A side that is neither was let through by a gateway that should have refused it: stop. */
export function signOf(side: number): Sign {
  if (side === Side.Buy) return BUY
  if (side === Side.Sell) return SELL
  throw new Error(`side ${side} is neither buy nor sell: the gateway must refuse it`)
}

export const sideOf = (sign: Sign): number => (sign === BUY ? Side.Buy : Side.Sell)
