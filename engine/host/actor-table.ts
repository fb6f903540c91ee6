/**
 * Where each transient actor lives: one word an actor, in memory that all threads of a system share.
 *
 *   first     newest       hand   word 0     1 …
 *   +---------+-----------+------+----------+-----------------------------------------------+
 *   | generation, whole   | hand | 0        | generation << 8 | thread + 1, 0 for nobody     |   one an index, from 1
 *   +---------+-----------+------+----------+-----------------------------------------------+
 *
 * `first` and `newest` count generations over all starts of a journal, of which an address has the last ten bits. Word 0
 * stays nobody's: who is told to NOBODY, 0, finds none there.
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

const FIRST_GENERATION = 0
const NEWEST_GENERATION = 1
const HAND = 2
const HEAD_WORDS = 3
const HEAD_BYTES = HEAD_WORDS * Int32Array.BYTES_PER_ELEMENT
const THREAD_MASK = 0xff
const GENERATION_SHIFT = 8
export const THREADS_MAX = THREAD_MASK - 1
export const ACTORS_MAX = INDEX_MASK
export const NO_THREAD = -1

export const allocateActorTable = (actorsMax: number): SharedArrayBuffer => {
  if (!Number.isInteger(actorsMax) || actorsMax < 1 || actorsMax > ACTORS_MAX) {
    throw new RangeError(`actorsMax ${actorsMax}: give it 1 to ${ACTORS_MAX}`)
  }
  return new SharedArrayBuffer(HEAD_BYTES + (1 + actorsMax) * Int32Array.BYTES_PER_ELEMENT)
}

export class ActorTable {
  readonly #head: Int32Array
  readonly #words: Int32Array
  readonly #thread: number

  constructor(memory: SharedArrayBuffer, thread: number) {
    this.#head = new Int32Array(memory, 0, HEAD_WORDS)
    this.#words = new Int32Array(memory, HEAD_BYTES)
    this.#thread = thread
  }

  /** Indexes are below this. */
  get capacity(): number {
    return this.#words.length
  }

  /** Before any actor is born: all addresses have at least this generation. */
  begin(generation: number): void {
    this.#words.fill((generation & GENERATION_MASK) << GENERATION_SHIFT, 1)
    this.#head.fill(generation, FIRST_GENERATION, NEWEST_GENERATION + 1)
  }

  /** Another one at each start of a journal; 0 where there is none. */
  get firstGeneration(): number {
    return this.#head[FIRST_GENERATION]!
  }

  /** The newest that addresses have, or will have before long. */
  get generationAhead(): number {
    const most = this.#words.length - 1
    const isHalfWayRound = (Atomics.load(this.#head, HAND) >>> 0) % most > most >> 1
    return Atomics.load(this.#head, NEWEST_GENERATION) + (isHalfWayRound ? 1 : 0)
  }

  /** A place for a new actor of this thread. Throws where there is none. */
  take(): Ref {
    const words = this.#words
    const most = words.length - 1
    for (let looks = 0; looks < most; looks++) {
      const index = 1 + ((Atomics.add(this.#head, HAND, 1) >>> 0) % most)
      const free = Atomics.load(words, index)
      if ((free & THREAD_MASK) !== 0) continue
      // Between the two another thread may have gone all the way round.
      if (Atomics.compareExchange(words, index, free, free | (this.#thread + 1)) !== free) continue
      const generation = free >> GENERATION_SHIFT
      this.#noteGeneration(generation)
      return transientRef(index, generation)
    }
    throw new Error(
      `${most} actors are there, and no more have room: stop some, or give the system a greater actorsMax`,
    )
  }

  /** By its last bits: it is near to the newest one, before or behind it. */
  #noteGeneration(generation: number): void {
    const head = this.#head
    for (;;) {
      const newest = Atomics.load(head, NEWEST_GENERATION)
      const ahead = (generation - newest) & GENERATION_MASK
      if (ahead === 0 || ahead > GENERATION_MASK / 2) return
      const found = Atomics.compareExchange(head, NEWEST_GENERATION, newest, newest + ahead)
      if (found === newest) return
    }
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
