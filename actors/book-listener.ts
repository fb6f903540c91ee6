/**
 * What a book says, while it happens. Slots are orders' (order-store.ts): their records stand as the
 * event left them, and must be read before returning.
 */
import type { Sign } from './sign.ts'

export interface BookListener {
  /**
   * `taker` took `lots` from `maker` at this price. Both records have the lots moved from open to
   * filled already. Who has none open is out of the book, and its slot the listener's to close.
   */
  onTrade(maker: number, taker: number, priceTicks: number, lots: number): void

  /** So much is displayed at this price now; 0 lots of 0 orders: nothing. */
  onLevel(sign: Sign, priceTicks: number, lots: number, orders: number): void

  /**
   * The book ended an order: `lots` that were open are gone, its record has none. Its slot is the
   * listener's to close.
   */
  onEnded(order: number, lots: number, reason: number): void

  /** A stop was elected, or a child's parent filled: the order comes to work now. */
  onTriggered(order: number): void

  /** An order works at another price than before (PRICE; 0: it is parked). */
  onRestated(order: number): void

  /** An order has `lots` fewer ordered and open, and goes on: for an amend (None), or a self-trade. */
  onReduced(order: number, lots: number, reason: number): void

  /** Two orders of one account group met, and lost `lots` each instead of trading them. */
  onPrevented(maker: number, taker: number, lots: number): void

  /** The phase is another one (market-phase.ts). */
  onPhase(phase: number): void

  /** The trades of an uncross are over; this was its price. */
  onUncross(priceTicks: number): void

  /** What an uncross would do now: price, lots traded, lots left over (bought: positive); or zeros. */
  onIndicative(priceTicks: number, lots: number, leftover: number): void
}
