/**
 * How much of everything one shard holds. Full is an answer: what goes beyond is refused with a
 * reason, and the state stays as it was. Columns start small and double, so an idle venue does not
 * pay for these.
 */
export interface ExchangeLimits {
  /** Orders open at once. 250 bytes each with their two table entries: 4 Mi are 1 GiB to 2, as columns double. */
  readonly ordersMax: number
  /**
   * Ids of orders no longer open that are still known: refused when used again, TooLate when asked
   * for. 100 bytes each, likewise: 64 Ki are 6.4 MiB.
   */
  readonly closedIdsMax: number
  /** A KiB each: a balance, free and held, in each of 64 currencies; 64 Ki are 64 MiB. */
  readonly accountsMax: number
  /** Two for each account, on average. */
  readonly sessionsMax: number
  /** Definitions told when a gateway starts: 216 bytes each with their envelope, 3.4 MiB in all. */
  readonly instrumentsMax: number
  /**
   * References are kept for ever, so that no deposit is booked twice: 100 bytes each on the heap.
   */
  readonly depositsMax: number
  /**
   * Pairs of an account and a market where it ever entered an order. 190 bytes each with their
   * table entries: 1 Mi are 190 MiB, sixteen markets for each of 64 Ki accounts.
   */
  readonly positionsMax: number
  /** Pairs with fees of their own. 40 bytes each, and an operator wrote down each of them. */
  readonly feePairsMax: number
  /** Accounts, markets and pairs with limits of their own. 100 bytes each, likewise. */
  readonly riskLimitsMax: number
  /**
   * Requests that wait for money from another shard, 300 bytes each on the heap: a sequencer's turn
   * takes some thousands.
   */
  readonly waitingMax: number
  /** Of them one account's: they are run one after the other, each after a turn of the sequencer. */
  readonly waitingPerAccountMax: number
}

export const EXCHANGE_LIMITS: ExchangeLimits = {
  ordersMax: 1 << 22,
  closedIdsMax: 1 << 16,
  accountsMax: 1 << 16,
  sessionsMax: 1 << 17,
  instrumentsMax: 1 << 14,
  depositsMax: 1 << 20,
  positionsMax: 1 << 20,
  feePairsMax: 1 << 16,
  riskLimitsMax: 1 << 17,
  waitingMax: 1 << 16,
  waitingPerAccountMax: 64,
}
