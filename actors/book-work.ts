/** What the parts of a book ask of the whole: the book is one object, in several files. */
import type { BookListener } from './book-listener.ts'
import type { BookRules } from './book-rules.ts'
import type { BookSide } from './book-side.ts'
import { ACCOUNT, type OrderStore } from './order-store.ts'
import type { StopWatch } from './stop-watch.ts'

/** Which accounts count as one for self-trade prevention. */
export interface AccountGroups {
  groupOf(account: number): number
}

export interface BookWork {
  readonly rules: BookRules
  readonly listener: BookListener
  readonly groups: AccountGroups
  readonly bids: BookSide
  readonly asks: BookSide
  readonly watch: StopWatch
  readonly phase: number
  /** Price of the last trade, or 0. */
  readonly lastPrint: number

  side(sign: number): BookSide
  /** The highest price of the bands for a buy's sign, the lowest for a sell's. */
  bandEnd(sign: number): number
  levelOf(order: number): number
  /** Takes an order out of its side; an empty level goes. */
  takeOut(side: BookSide, order: number): void
  /** An order left its place in the queue. */
  left(order: number, side: BookSide): void
  /** Tells what a level displays now. */
  sayLevel(side: BookSide, level: number): void
  /** The order that bettered this side's price last and still stands there, or NIL. */
  topOf(side: BookSide): number
  /** A fill has been booked in both records: tells it, and whom it concerns else. */
  traded(maker: number, taker: number, priceTicks: number, lots: number): void
  /** A trade's price was seen: stops look up. */
  print(priceTicks: number): void
  end(order: number, reason: number): void
  /** Whether a post-only order may rest at this price, or near it. */
  mayRestAt(order: number, priceTicks: number): boolean
  /** Lets an order that is in no place arrive: it takes, rests or ends. */
  arrive(order: number): void
  /** Something is due from now on, or follows prices. */
  unsettle(): void
}

/** Whether self-trade prevention takes the accounts of two orders for one. */
export function areOfOneGroup(
  store: OrderStore,
  { groups }: BookWork,
  one: number,
  other: number,
): boolean {
  return groups.groupOf(store.get(one, ACCOUNT)) === groups.groupOf(store.get(other, ACCOUNT))
}
