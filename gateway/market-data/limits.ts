/** Every bound of the market-data gateway, each with its reason. */

export interface MarketDataLimits {
  /** The reference machine allows 20,000 descriptors, which cannot be raised; 1,000 are left for REST and files. */
  readonly connectionsMax: number
  /** The dialect's. A connection with more belongs into two. */
  readonly streamsPerConnectionMax: number
  /** The dialect's, pings and pongs included; one more within a second and the connection is closed. */
  readonly inboundPerSecondMax: number
  /** A SUBSCRIBE of 500 streams takes 12 KiB. Two connections' worth of it is parsed in well under a millisecond. */
  readonly inboundBytesMax: number
  /** Unsent bytes at which a reader is cut off. All of them at the limit: 19,000 × 256 KiB = 4.6 GiB. */
  readonly maxBackpressureBytes: number
  /** Unsent bytes above which a reader gets only the newest: room is kept for trades, which nothing may replace. */
  readonly conflateAboveBytes: number
  /** Levels kept back for one slow reader and stream, about 40 B each; with more, a new snapshot is cheaper: cut off. */
  readonly owedLevelsMax: number
  /** Some 2 ms of work: sockets are served between two turns, so their wait stays below the pace of any stream. */
  readonly recordsPerTurnMax: number
  /** The dialect's. A client that answers none of three is gone: closed after 60 s. */
  readonly pingIntervalMs: number
  readonly pingsUnansweredMax: number
  /** The dialect's: 24 hours, so that clients practise to reconnect. Looked at with each ping. */
  readonly connectionLifeMs: number
  /** At the end, for the last bytes to leave; a reader that needs longer was slow before. */
  readonly closeGraceMs: number
}

export const MARKET_DATA_LIMITS: MarketDataLimits = {
  connectionsMax: 19_000,
  streamsPerConnectionMax: 1024,
  inboundPerSecondMax: 5,
  inboundBytesMax: 16 * 1024,
  maxBackpressureBytes: 256 * 1024,
  conflateAboveBytes: 64 * 1024,
  owedLevelsMax: 5_000,
  recordsPerTurnMax: 4_096,
  pingIntervalMs: 20_000,
  pingsUnansweredMax: 3,
  connectionLifeMs: 24 * 3_600_000,
  closeGraceMs: 250,
}
