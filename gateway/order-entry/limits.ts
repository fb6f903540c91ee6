/**
 * How much of everything order entry takes on, and why so much. Beyond each of these the answer is a closed connection
 * or an unread socket, never a longer queue.
 */

export interface OrderEntryLimits {
  /**
   * Connections at one time, those included that are only waiting for their last word to be said. Each has a descriptor and some
   * 10 KiB, and a buffer of 64 KiB only while bytes are on their way. @default 4,096
   */
  readonly connectionsMax: number
  /**
   * Of these, connections that have never been logged on: a quarter, so that strangers, each there until its logon deadline
   * and its linger are over, leave the rest to those who trade. For one more the one goes that has said nothing for longest.
   * @default 1,024
   */
  readonly strangersMax: number
  /**
   * Sessions of an account that are logged on at one time: one that has more of them than a firm has desks has a loop that
   * logs on. @default 10
   */
  readonly accountSessionsMax: number
  /**
   * The last number of an order, and the last report's after which orders are taken. Numbers are u32 and would begin again
   * at 0: the 294 million above are left for reports of orders that still rest. The shard's
   * SESSION_NUMBER_LIMITS.openMax, which opens no session above it. @default 4,000,000,000
   */
  readonly sessionNumberMax: number
  /**
   * Unsent bytes held for a slow reader before it is cut off: about 4,100 reports. It finds all of them in the journal
   * when it comes back. @default 1 MiB
   */
  readonly sendBufferBytesMax: number
  /**
   * Unsent bytes at which re-sending waits for the socket. Below `sendBufferBytesMax`, or re-sending itself would cut
   * its reader off; above one batch, or the line would run dry between two. @default 128 KiB
   */
  readonly resendPauseBytes: number
  /** From connect to a Logon, ms. A connection that says nothing holds a descriptor. @default 10,000 */
  readonly logonDeadlineMs: number
  /** From our Logout or the peer's to the end of the connection, if the peer does not close, ms. @default 2,000 */
  readonly lingerMs: number
  /** How far a signed SendingTime may be from our clock, µs: NTP's error and the way, with room. @default 5 s */
  readonly clockSkewUsMax: number
  /**
   * How far a Logon's SendingTime may be from our clock, and any other from where the client's clock was in its Logon, µs: beyond
   * it a clock is wrong, or the message is older than its sender can want. @default 120 s
   */
  readonly sendingTimeUsMax: number
  /** Signatures remembered against replay while they are fresh. Above it signed Logons are refused. @default 65,536 */
  readonly logonsRememberedMax: number
  /** Records taken from the shard in one turn, so that sockets and timers get theirs. @default 1,024 */
  readonly recordsPerTurn: number
  /** Reports re-sent to one session in one turn: 63 KiB, less than a socket takes at once. @default 256 */
  readonly reportsPerTurn: number
  /** How often deadlines and heartbeats are looked at, ms. A fiftieth of the shortest heartbeat. @default 100 */
  readonly tickMs: number
}

export const ORDER_ENTRY_LIMITS: OrderEntryLimits = {
  connectionsMax: 4_096,
  strangersMax: 1_024,
  accountSessionsMax: 10,
  sessionNumberMax: 4_000_000_000,
  sendBufferBytesMax: 1 << 20,
  resendPauseBytes: 128 << 10,
  logonDeadlineMs: 10_000,
  lingerMs: 2_000,
  clockSkewUsMax: 5_000_000,
  sendingTimeUsMax: 120_000_000,
  logonsRememberedMax: 65_536,
  recordsPerTurn: 1_024,
  reportsPerTurn: 256,
  tickMs: 100,
}
