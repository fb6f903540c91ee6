/** What a book must know of its instrument. */
export interface BookRules {
  readonly priceMin: number
  readonly priceMax: number
  /** How far a market order may go from the price it is protected from. */
  readonly protectionBps: number
  /** Ticks, or 0: none. */
  readonly referencePrice: number
  /** Width of the price band on each side of its reference, or 0: none. */
  readonly bandBps: number
  /** A band that stops an order begins the volatility auction. */
  readonly pausesAtBand: boolean
  /** Levels are shared out rather than queued for. */
  readonly isProRata: boolean
  /** Of a shared level the order that bettered the price comes first. */
  readonly hasTopOrder: boolean
  /** Lots: a smaller share is none. */
  readonly allocationMin: number
}
