/**
 * Which of several actors gets a message. A router is a value that its owner keeps among its variables; it sends nothing itself:
 *
 *   ctx.tell(workers.next(), …)          one after the other
 *   ctx.tell(workers.for(m.sensor), …)   always the same for the same key
 */
import type { SnapshotTransfer } from '../recovery/snapshot-transfer.ts'
import { hashOf, mixed } from './hash.ts'
import type { Ref } from './ref.ts'

/** One after the other, in the order given. */
export class RoundRobin<Name extends string> {
  readonly #refs: readonly Ref<Name>[]
  #at = 0

  constructor(refs: readonly Ref<Name>[]) {
    this.#refs = someOf(refs)
  }

  next(): Ref<Name> {
    const ref = this.#refs[this.#at]!
    this.#at = (this.#at + 1) % this.#refs.length
    return ref
  }

  /** Whose turn it is, for an actor that hands over its state. */
  transfer(snapshot: SnapshotTransfer): void {
    this.#at = snapshot.number(this.#at)
  }
}

/**
 * The same actor for the same key, as long as it is there; where one is taken away, only its own keys go elsewhere, and evenly.
 * Asking takes time in proportion to their number: meant for tens of them.
 */
export class ConsistentHash<Name extends string> {
  readonly #refs: Ref<Name>[]
  /** Of each, mixed. */
  readonly #seeds: number[]

  constructor(refs: readonly Ref<Name>[]) {
    this.#refs = [...someOf(refs)]
    this.#seeds = this.#refs.map((ref) => mixed(ref))
  }

  /** A number's key is its 32 low bits. */
  for(key: string | number): Ref<Name> {
    const hash = typeof key === 'number' ? mixed(key | 0) : hashOf(key)
    let best = 0
    let bestScore = -1
    for (let i = 0; i < this.#refs.length; i++) {
      const score = mixed(hash ^ this.#seeds[i]!)
      if (score <= bestScore) continue
      best = i
      bestScore = score
    }
    return this.#refs[best]!
  }

  /** It gets no key any more. Throws where it is the last one. */
  remove(ref: Ref<Name>): void {
    const at = this.#refs.indexOf(ref)
    if (at < 0) return
    if (this.#refs.length === 1)
      throw new Error('the last actor of a router: there must be one left')
    this.#refs.splice(at, 1)
    this.#seeds.splice(at, 1)
  }
}

function someOf<Name extends string>(refs: readonly Ref<Name>[]): readonly Ref<Name>[] {
  if (refs.length === 0) throw new Error('a router of no actors: give it one at least')
  return refs
}
