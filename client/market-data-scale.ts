/** How large an instrument's ticks and lots are, as exchangeInfo says it. */
export interface InstrumentScale {
  readonly symbol: string
  /** One tick, as exchangeInfo says it. */
  readonly tickSize: string
  /** One lot. */
  readonly stepSize: string
}
