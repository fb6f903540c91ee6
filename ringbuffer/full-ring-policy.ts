/**
 *   claim, commit, publish ──▶ POLICY ── what there is room for ──▶ a lossless ring
 *                                 └────── the rest: answered, waited for, dropped, or held by key
 *
 * What a producer does when its ring is full, as data:
 *
 *   answer        FULL, as the ring itself. The only one for what is journaled: whoever sent the
 *                 record is told, and nothing is queued in secret.
 *   block         wait, so long at most, then FULL. For a thread with nothing else to do: one that
 *                 also reads a ring must go on reading it, or a cycle of full rings stands still.
 *   drop-newest   DROPPED, and counted. For what nobody misses.
 *   conflate      keep the latest record of each key until there is room, then pass them on in the
 *                 order in which their keys came. For states, as prices: a reader that is slow sees
 *                 fewer of them, but each time the newest. FULL where too many keys wait.
 *
 * The claim may lie in the ring or, of a record that has to wait, beside it: so take `view` and
 * `bytes` after each claim. What waits goes before what comes: nothing overtakes it, of any key.
 */

import { Conflation, type ConflationOptions } from './conflation.ts'
import { allocatePolicyCounters, PolicyCounters } from './policy-gauge.ts'
import { PADDING_TYPE, RECORD_HEADER_BYTES } from './ring-layout.ts'
import { FULL } from './spsc/spsc-ring.ts'

export type FullRingPolicy =
  | { readonly kind: 'answer' }
  | { readonly kind: 'block'; readonly timeoutMs: number }
  | { readonly kind: 'drop-newest' }
  | ({ readonly kind: 'conflate' } & ConflationOptions)

/** What claim() answers where the policy drops the record: do not write it, there is no claim. */
export const DROPPED = -2

/** The producer of any lossless ring, as far as a policy goes. */
export interface LosslessProducer {
  readonly view: DataView
  readonly bytes: Uint8Array
  readonly recordBytesMax: number
  readonly hasUnpublished: boolean
  readonly isBlocked: boolean
  claim(payloadBytes: number): number
  commit(type: number): void
  abort(): void
  publish(): void
  waitForRoom(timeoutMs: number): boolean
}

export class PolicyProducer {
  readonly #producer: LosslessProducer
  readonly #policy: FullRingPolicy
  readonly #counters: PolicyCounters
  readonly #held: Conflation | undefined
  /** The open claim, if any, lies beside the ring. */
  #isHolding = false
  #isClaimOpen = false

  /** `counters` for a PolicyGauge in another thread. Throws where what waits would never fit. */
  constructor(
    producer: LosslessProducer,
    policy: FullRingPolicy,
    counters: SharedArrayBuffer = allocatePolicyCounters(),
  ) {
    this.#producer = producer
    this.#policy = policy
    this.#counters = new PolicyCounters(counters)
    this.#held = policy.kind === 'conflate' ? new Conflation(policy) : undefined
    const payloadBytesMax = producer.recordBytesMax - RECORD_HEADER_BYTES
    if (policy.kind === 'conflate' && policy.payloadBytesMax > payloadBytesMax) {
      throw new RangeError(
        `policy: payloadBytesMax ${policy.payloadBytesMax}, but the ring takes payloads up to ` +
          `${payloadBytesMax} B: give it that, or make the ring larger`,
      )
    }
  }

  /** Where the open claim lies; the next one may lie elsewhere. */
  get view(): DataView {
    return this.#isHolding ? this.#held!.view : this.#producer.view
  }

  get bytes(): Uint8Array {
    return this.#isHolding ? this.#held!.bytes : this.#producer.bytes
  }

  /**
   * Room for one record: the offset of its payload, to be written in place, or FULL or DROPPED,
   * both negative. `key`, an i32, matters where the policy is to conflate.
   */
  claim(payloadBytes: number, key: number = 0): number {
    if (this.#isClaimOpen) {
      throw new Error('policy: claim() with a claim open: commit() or abort() it first')
    }
    if (this.#held !== undefined && this.#held.count !== 0 && !this.flush()) {
      return this.#hold(this.#held, payloadBytes, key)
    }
    const at = this.#producer.claim(payloadBytes)
    if (at === FULL) return this.#whenFull(payloadBytes, key)
    this.#isClaimOpen = true
    return at
  }

  /** The claimed record is complete. It is seen after publish(), or once there is room. */
  commit(type: number): void {
    if (this.#isHolding) {
      // What the ring would say, and too late, when this is passed on.
      if (type === PADDING_TYPE || (type | 0) !== type) {
        throw new Error(`policy: record type ${type}: give it an i32 that is not 0; 0 is padding`)
      }
      if (this.#held!.commit(type)) this.#counters.countConflated()
      this.#counters.setHeld(this.#held!.count)
      this.#isHolding = false
    } else {
      this.#producer.commit(type)
    }
    this.#isClaimOpen = false
  }

  /** Forget the claim. What waits of the same key stays as it was. */
  abort(): void {
    if (!this.#isHolding) this.#producer.abort()
    this.#isHolding = false
    this.#isClaimOpen = false
  }

  /** Passes on what waits, as far as there is room, and makes visible all that is in the ring. */
  publish(): void {
    if (!this.#isClaimOpen) this.flush()
    this.#producer.publish()
  }

  /** Passes on what waits, oldest key first. True: nothing waits any more. */
  flush(): boolean {
    const held = this.#held
    if (held === undefined || held.count === 0) return true
    let at: number
    while (held.count !== 0) {
      at = this.#producer.claim(held.firstPayloadBytes)
      if (at === FULL) break
      const end = held.firstOffset + held.firstPayloadBytes
      // By words: both begin at a multiple of 8, and have room up to the next.
      for (let from = held.firstOffset; from < end; from += 4, at += 4) {
        this.#producer.view.setInt32(at, held.view.getInt32(from, true), true)
      }
      this.#producer.commit(held.firstType)
      held.removeFirst()
    }
    this.#counters.setHeld(held.count)
    return held.count === 0
  }

  /** Records that wait for room: come back with publish() when `isBlocked` is over. */
  get heldRecords(): number {
    return this.#held === undefined ? 0 : this.#held.count
  }

  get hasUnpublished(): boolean {
    return this.#producer.hasUnpublished
  }

  /** As the ring's own. */
  get isBlocked(): boolean {
    return this.#producer.isBlocked
  }

  /** As the ring's own. */
  waitForRoom(timeoutMs: number): boolean {
    return this.#producer.waitForRoom(timeoutMs)
  }

  #whenFull(payloadBytes: number, key: number): number {
    switch (this.#policy.kind) {
      case 'answer':
        return FULL
      case 'block':
        return this.#block(payloadBytes, this.#policy.timeoutMs)
      case 'drop-newest':
        this.#counters.countDropped()
        return DROPPED
      case 'conflate':
        return this.#hold(this.#held!, payloadBytes, key)
    }
  }

  #hold(held: Conflation, payloadBytes: number, key: number): number {
    const at = held.claim(key, payloadBytes)
    if (at === FULL) return FULL
    this.#isHolding = true
    this.#isClaimOpen = true
    return at
  }

  #block(payloadBytes: number, timeoutMs: number): number {
    const untilMs = performance.now() + timeoutMs
    // A release may have been too little, and a wake-up meant for something else.
    for (let leftMs = timeoutMs; leftMs > 0; leftMs = untilMs - performance.now()) {
      this.#producer.waitForRoom(leftMs)
      const at = this.#producer.claim(payloadBytes)
      if (at === FULL) continue
      this.#isClaimOpen = true
      return at
    }
    this.#counters.countTimeout()
    return FULL
  }
}
