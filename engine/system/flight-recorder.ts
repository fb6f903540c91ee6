/**
 * What each thread is doing, in memory that outlives it: which message was at hand when it died, so that the one that kills its
 * thread each time is found out.
 *
 *   words of a thread, a line of its own   0      1       2       3         4
 *                                          +------+-------+-------+---------+--------------------+
 *                                          | kind | actor | ring  | at      | command, a double  |   ring and at: of a transient
 *                                          +------+-------+-------+---------+--------------------+   actor's; else shard, delivery
 *
 * Plain stores by that thread, read when it is gone.
 */
import type { Ref } from '../actor/ref.ts'

const LINE_BYTES = 128
const LINE_WORDS = LINE_BYTES / 4
const COMMAND_OFFSET = 16
/** Indices of a line's words. */
const [KIND, ACTOR, WHERE, AT] = [0, 1, 2, 3] as const
const Kind = { Nothing: 0, Transient: 1, Journaled: 2 } as const

/** From a mailbox: it dies with its thread. */
export const NO_RING = -1

/** A message that was at hand when its thread died. */
export type AtHand =
  /** It lay in that ring of the thread's, its envelope at `at`; NO_RING: in a mailbox. */
  | { readonly kind: 'transient'; readonly ref: Ref; readonly ring: number; readonly at: number }
  /** The `delivery`th message that the command led to. */
  | {
      readonly kind: 'journaled'
      readonly ref: Ref
      readonly shard: number
      readonly delivery: number
      readonly command: number
    }

export const allocateFlightRecorder = (threads: number): SharedArrayBuffer =>
  new SharedArrayBuffer(threads * LINE_BYTES)

export class FlightRecorder {
  readonly #words: Int32Array
  readonly #command: Float64Array

  constructor(memory: SharedArrayBuffer, thread: number) {
    this.#words = new Int32Array(memory, thread * LINE_BYTES, LINE_WORDS)
    this.#command = new Float64Array(memory, thread * LINE_BYTES + COMMAND_OFFSET, 1)
  }

  transient(ref: Ref, ring: number, at: number): void {
    const words = this.#words
    words[KIND] = Kind.Transient
    words[ACTOR] = ref
    words[WHERE] = ring
    words[AT] = at
  }

  journaled(ref: Ref, shard: number, delivery: number, command: number): void {
    const words = this.#words
    words[KIND] = Kind.Journaled
    words[ACTOR] = ref
    words[WHERE] = shard
    words[AT] = delivery
    this.#command[0] = command
  }

  nothing(): void {
    this.#words[KIND] = Kind.Nothing
  }

  /** For whoever comes after it. */
  get atHand(): AtHand | undefined {
    const [kind, actor, where, at] = this.#words as unknown as [number, number, number, number]
    const ref: Ref = actor >>> 0
    if (kind === Kind.Transient) return { kind: 'transient', ref, ring: where, at }
    if (kind !== Kind.Journaled) return undefined
    return { kind: 'journaled', ref, shard: where, delivery: at, command: this.#command[0]! }
  }
}

/** A message that the predecessors of a thread died of, where it lies in one of the thread's rings. */
export class Poison {
  #atHand: AtHand | undefined

  constructor(atHand: AtHand | undefined) {
    this.#atHand = atHand?.kind === 'transient' ? atHand : undefined
  }

  get isThere(): boolean {
    return this.#atHand !== undefined
  }

  /** Known by where it lies: a ring's first lap under a new consumer begins where its predecessor's did. */
  isAt(ring: number, at: number): boolean {
    const atHand = this.#atHand
    if (atHand?.kind !== 'transient' || atHand.ring !== ring || atHand.at !== at) return false
    this.#atHand = undefined
    return true
  }

  /** It lies in what the predecessor had not given up, which is less than a turn takes: later it is another one there. */
  endOfTurn(ring: number): void {
    if (this.#atHand?.kind === 'transient' && this.#atHand.ring === ring) this.#atHand = undefined
  }
}
