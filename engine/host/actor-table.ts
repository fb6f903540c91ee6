/**
 * Where each transient actor lives: one word an actor, in memory that all threads of a system share.
 *
 *   word 0        1 …
 *   +-------------+-----------------------------------------------+
 *   | hand        | generation << 8 | thread + 1, 0 for nobody     |   one an index, from 1
 *   +-------------+-----------------------------------------------+
 *
 * A word is written by the thread that the actor is born on, and that it leaves. Who sends reads it; what a stale word costs is
 * a detour: the thread that an actor has left knows where to.
 *
 * The hand goes round like a clock's, for all threads together, and takes the next place that is free. So each place that is free
 * is taken once before any is taken again, whichever thread has given it up; and there is no list that a thread could take with it
 * when it dies.
 */

import { GENERATION_MASK, INDEX_BITS, INDEX_MASK, type Ref, transientRef } from '../actor/ref.ts'
import type { ActorCell } from './actor-cell.ts'

const HAND = 0
const THREAD_MASK = 0xff
const GENERATION_SHIFT = 8
export const THREADS_MAX = THREAD_MASK - 1
export const ACTORS_MAX = INDEX_MASK
export const NO_THREAD = -1

export const allocateActorTable = (actorsMax: number): SharedArrayBuffer => {
  if (!Number.isInteger(actorsMax) || actorsMax < 1 || actorsMax > ACTORS_MAX) {
    throw new RangeError(`actorsMax ${actorsMax}: give it 1 to ${ACTORS_MAX}`)
  }
  return new SharedArrayBuffer((1 + actorsMax) * Int32Array.BYTES_PER_ELEMENT)
}

export class ActorTable {
  readonly #words: Int32Array
  readonly #thread: number

  constructor(memory: SharedArrayBuffer, thread: number) {
    this.#words = new Int32Array(memory)
    this.#thread = thread
  }

  /** Indexes are below this. */
  get capacity(): number {
    return this.#words.length
  }

  /** A place for a new actor of this thread. Throws where there is none. */
  take(): Ref {
    const words = this.#words
    const most = words.length - 1
    for (let looks = 0; looks < most; looks++) {
      const index = 1 + ((Atomics.add(words, HAND, 1) >>> 0) % most)
      const free = Atomics.load(words, index)
      if ((free & THREAD_MASK) !== 0) continue
      // Between the two another thread may have gone all the way round.
      if (Atomics.compareExchange(words, index, free, free | (this.#thread + 1)) !== free) continue
      return transientRef(index, free >> GENERATION_SHIFT)
    }
    throw new Error(
      `${most} actors are there, and no more have room: stop some, or give the system a greater actorsMax`,
    )
  }

  /** The actor of this thread is over: its address is nobody's from here on. */
  free(ref: Ref): void {
    const index = ref & INDEX_MASK
    const generation = ((ref >> INDEX_BITS) + 1) & GENERATION_MASK
    Atomics.store(this.#words, index, generation << GENERATION_SHIFT)
  }

  /** This thread takes the place of one that has died: of all that lived there, only these have an address any more. */
  freeAllBut(kept: readonly Ref[]): void {
    const words = this.#words
    const stays = new Set(kept.map((ref) => ref & INDEX_MASK))
    for (let index = 1; index < words.length; index++) {
      const word = words[index]!
      if ((word & THREAD_MASK) - 1 !== this.#thread || stays.has(index)) continue
      this.free(transientRef(index, word >> GENERATION_SHIFT))
    }
  }

  /** It lives on `thread` from here on. */
  moved(ref: Ref, thread: number): void {
    const generation = (ref >> INDEX_BITS) & GENERATION_MASK
    Atomics.store(this.#words, ref & INDEX_MASK, (generation << GENERATION_SHIFT) | (thread + 1))
  }

  /** The thread that it lives on, or NO_THREAD: it is gone. */
  threadOf(ref: Ref): number {
    // Plainly read: an atomic load would cost more than the rest of a send, and a stale word only a detour.
    const word = this.#words[ref & INDEX_MASK]
    if (
      word === undefined ||
      word >> GENERATION_SHIFT !== ((ref >> INDEX_BITS) & GENERATION_MASK)
    ) {
      return NO_THREAD
    }
    return (word & THREAD_MASK) - 1
  }

  nameOf(ref: Ref, cell: ActorCell | undefined): string {
    return cell?.ref === ref ? cell.name : `#${ref >>> 0}`
  }
}
