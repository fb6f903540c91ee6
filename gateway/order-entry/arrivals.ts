/**
 *   socket ──▶ ARRIVALS ──▶ TLS handshake, connection
 *
 * Who may come in so soon again. Asked before anything is done for a socket: whoever tries keys, or has a loop without a
 * pause in it, costs an accept and a close.
 *
 * Those of this machine are not counted, as whoever listens here for others (a proxy) speaks for many; unless that is
 * wished.
 */
import { BlockList, isIPv6 } from 'node:net'
import { plainAddress } from './peer-socket.ts'

export interface ArrivalLimits {
  /** Connections from an address, well or badly ended, within so many seconds. */
  readonly count: number
  readonly seconds: number
  /** Whether those from this machine are counted too. @default false */
  readonly loopback?: boolean | undefined
}

/** Whoever needs more than a connection every two seconds has a loop without a pause, or a word to guess. */
export const ARRIVAL_LIMITS: ArrivalLimits = { count: 15, seconds: 30 }

/** As many addresses are remembered: some 24 MB. Of more, the one that came first is forgotten. */
const ADDRESSES_MAX = 65_536

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

const isLoopback = (address: string): boolean =>
  LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

export class Arrivals {
  readonly #limits: ArrivalLimits
  /** When each address came last, ms, the oldest first: as many as are allowed. */
  readonly #times = new Map<string, number[]>()

  constructor(limits: ArrivalLimits) {
    this.#limits = limits
  }

  /** True: it may come in, and is counted. One that is refused is not. `nowMs`: of a clock that never jumps. */
  admits(peer: string, nowMs: number): boolean {
    const address = plainAddress(peer)
    const { count, seconds, loopback = false } = this.#limits
    if (!loopback && isLoopback(address)) return true
    const times = this.#times.get(address) ?? []
    while (times.length > 0 && nowMs - times[0]! >= seconds * 1_000) times.shift()
    if (times.length >= count) return false
    times.push(nowMs)
    // Behind all others: those at the front have not come for longest.
    this.#times.delete(address)
    this.#times.set(address, times)
    if (this.#times.size > ADDRESSES_MAX) {
      const [oldest] = this.#times.keys()
      if (oldest !== undefined) this.#times.delete(oldest)
    }
    return true
  }
}
