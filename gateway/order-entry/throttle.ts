/**
 *   session ── each message ──▶ THROTTLE ── of the session, its account, its address ──▶ taken, refused, or enough
 *
 * How many messages a second are taken: of a session, of all sessions of an account, of all connections from an address. Cancels have
 * an allowance of their own, so that who has used up the other can still get out. What is too much is refused with the time to wait;
 * who sends as much again, and hears nothing of it, is logged out.
 *
 *   level  |████████░░░░░░|  perSecond      a message adds one, a second takes perSecond away
 *
 * A refused message adds nothing. A burst may be as long as a second's worth.
 */
import { BusinessRejectReason } from '../../protocol/codecs.ts'
import type { BusinessFault } from './fault.ts'

export interface RateLimits {
  /** Messages a second that are no cancels. */
  readonly messages: number
  /** Cancels and mass cancels a second. */
  readonly cancels: number
}

/** Without a scope nothing is counted there. */
export interface ThrottleLimits {
  readonly session?: RateLimits | undefined
  readonly account?: RateLimits | undefined
  readonly address?: RateLimits | undefined
}

/** What is left of a message by rounding is none. */
const ROUNDING = 1e-6
const SWEEP_MS = 10_000

export class RateBucket {
  readonly #perMs: number
  readonly #capacity: number
  #level = 0
  #atMs = 0

  constructor(perSecond: number) {
    this.#perMs = perSecond / 1_000
    this.#capacity = perSecond
  }

  /** How long until one more is taken, ms; 0: now. */
  waitMs(nowMs: number): number {
    this.#level = Math.max(0, this.#level - (nowMs - this.#atMs) * this.#perMs)
    this.#atMs = nowMs
    const over = this.#level + 1 - this.#capacity
    return over <= ROUNDING ? 0 : Math.ceil(over / this.#perMs)
  }

  /** One more is taken; `waitMs` has just said that it may be. */
  take(): void {
    this.#level += 1
  }

  isIdle(nowMs: number): boolean {
    return this.waitMs(nowMs) === 0 && this.#level === 0
  }
}

interface Scope {
  readonly messages: RateBucket
  readonly cancels: RateBucket
}

const scopeOf = ({ messages, cancels }: RateLimits): Scope => ({
  messages: new RateBucket(messages),
  cancels: new RateBucket(cancels),
})

/** It has been told often enough. */
export const ENOUGH = 'ENOUGH'

export class Throttle {
  readonly #scopes: readonly Scope[]
  /** What was refused: as much of it as is allowed is borne. */
  readonly #patience: RateBucket
  readonly #fault = { reason: BusinessRejectReason.Throttled, retryAfterMs: 0, text: '' }

  constructor(scopes: readonly Scope[], patiencePerSecond: number) {
    this.#scopes = scopes
    this.#patience = new RateBucket(patiencePerSecond)
  }

  /** Takes a message, and answers undefined; or why not. The fault is good until the next call. Hot. */
  admit(isCancel: boolean, nowMs: number): BusinessFault | typeof ENOUGH | undefined {
    let waitMs = 0
    for (const scope of this.#scopes) {
      waitMs = Math.max(waitMs, (isCancel ? scope.cancels : scope.messages).waitMs(nowMs))
    }
    if (waitMs === 0) {
      for (const scope of this.#scopes) (isCancel ? scope.cancels : scope.messages).take()
      return undefined
    }
    if (this.#patience.waitMs(nowMs) > 0) return ENOUGH
    this.#patience.take()
    this.#fault.retryAfterMs = waitMs
    this.#fault.text = `Too many ${isCancel ? 'cancels' : 'messages'}: again in ${waitMs} ms`
    return this.#fault
  }
}

/** Whose messages are counted together; 0: it is not known yet. */
export interface Counted {
  /** The shard's numbers. */
  readonly session: number
  readonly account: number
  /** The peer's IP address. */
  readonly address: string
}

/** The buckets that sessions share. Those that are full of room again are forgotten. */
export class Throttles {
  readonly #limits: ThrottleLimits
  /** Its own too outlives a connection: or who is logged out for it would begin anew at its next Logon. */
  readonly #sessions = new Map<number, Scope>()
  readonly #accounts = new Map<number, Scope>()
  readonly #addresses = new Map<string, Scope>()
  #sweepDueMs = 0

  constructor(limits: ThrottleLimits) {
    this.#limits = limits
  }

  /** Account 0: none. Undefined: nothing is counted. */
  of({ session, account, address }: Counted): Throttle | undefined {
    const { session: ofSession, account: ofAccount, address: ofAddress } = this.#limits
    const scopes: Scope[] = []
    if (ofSession !== undefined) scopes.push(shared(this.#sessions, session, ofSession))
    if (ofAccount !== undefined && account !== 0) {
      scopes.push(shared(this.#accounts, account, ofAccount))
    }
    if (ofAddress !== undefined) scopes.push(shared(this.#addresses, address, ofAddress))
    const lowest = [ofSession, ofAccount, ofAddress].filter((one) => one !== undefined)
    if (scopes.length === 0) return undefined
    return new Throttle(scopes, Math.min(...lowest.map(({ messages }) => messages)))
  }

  /** Now and then: forgets what nobody uses. `used`: whose sessions are logged on. */
  sweep(nowMs: number, used: Iterable<Counted>): void {
    if (nowMs < this.#sweepDueMs) return
    this.#sweepDueMs = nowMs + SWEEP_MS
    const all = [...used]
    sweep(this.#sessions, nowMs, new Set(all.map(({ session }) => session)))
    sweep(this.#accounts, nowMs, new Set(all.map(({ account }) => account)))
    sweep(this.#addresses, nowMs, new Set(all.map(({ address }) => address)))
  }
}

function shared<Key>(scopes: Map<Key, Scope>, key: Key, limits: RateLimits): Scope {
  const known = scopes.get(key) ?? scopeOf(limits)
  scopes.set(key, known)
  return known
}

function sweep<Key>(scopes: Map<Key, Scope>, nowMs: number, used: ReadonlySet<Key>): void {
  for (const [key, { messages, cancels }] of scopes) {
    if (!used.has(key) && messages.isIdle(nowMs) && cancels.isIdle(nowMs)) scopes.delete(key)
  }
}
