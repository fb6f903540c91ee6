/**
 * The rings between one thread and all others: which of them leads to an actor, and what is sent when one of them is full and
 * the message may not be dropped.
 */
import { TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import { copyBytes } from '../../protocol/text.ts'
import {
  EMPTY,
  FULL,
  type RingConsumer,
  type RingProducer,
} from '../../ringbuffer/spsc/spsc-ring.ts'
import { isAsk, isJournaled, type Ref, shardOf } from '../actor/ref.ts'
import { type ActorTable, NO_THREAD } from './actor-table.ts'

/** The thread that a system was started on: answers to asks from outside go there. */
export const OUTSIDE_THREAD = 0

export interface LinksOptions {
  /** Of this thread, in the order of the plan; the one that the system was started on is 0. */
  readonly thread: number
  readonly table: ActorTable
  /** By thread; undefined for itself. */
  readonly outgoing: readonly (RingProducer | undefined)[]
  /** Polled in this order. */
  readonly incoming: readonly RingConsumer[]
  /** To the sequencer, where the system has a journal; and how many shards that has. */
  readonly toSequencer?: RingProducer
  readonly shards?: number
}

/** A record that found no room, and may not be dropped: envelope and block. */
interface Waiting {
  readonly view: DataView
  readonly payloadBytes: number
}

export class Links {
  readonly thread: number
  readonly table: ActorTable
  readonly incoming: readonly RingConsumer[]
  readonly #rings: readonly (RingProducer | undefined)[]
  readonly #all: readonly RingProducer[]
  /** By thread, and last for the sequencer. While something waits nothing else is sent there: order. */
  readonly #waiting: Waiting[][]
  readonly #full: RingProducer[] = []
  readonly #shards: number
  #waitingCount = 0

  constructor(options: LinksOptions) {
    this.thread = options.thread
    this.table = options.table
    this.incoming = options.incoming
    this.#shards = options.shards ?? 0
    this.#rings = [...options.outgoing, options.toSequencer]
    this.#all = this.#rings.filter((ring) => ring !== undefined)
    this.#waiting = this.#rings.map(() => [])
  }

  /** The ring that leads to it, undefined where there is none: it is gone, or of this very thread and gone. */
  routeTo(ref: Ref): RingProducer | undefined {
    const way = this.#wayTo(ref)
    return way === NO_THREAD ? undefined : this.#rings[way]
  }

  /** Whether something waits for room on the way to it, before which nothing else may be sent. */
  isHeldUp(ref: Ref): boolean {
    if (this.#waitingCount === 0) return false
    const way = this.#wayTo(ref)
    return way !== NO_THREAD && this.#waiting[way]!.length > 0
  }

  #wayTo(ref: Ref): number {
    if (isJournaled(ref)) return shardOf(ref) < this.#shards ? this.#rings.length - 1 : NO_THREAD
    return isAsk(ref) ? OUTSIDE_THREAD : this.table.threadOf(ref)
  }

  /** Sends a whole record, now or when there is room. False: there is nobody. The bytes stay the caller's. */
  forward(to: Ref, view: DataView, envelope: number, payloadBytes: number): boolean {
    const ring = this.routeTo(to)
    if (ring === undefined) return false
    if (!this.isHeldUp(to) && sendPayload(ring, view, envelope, payloadBytes)) return true
    const copy = new DataView(new ArrayBuffer(payloadBytes))
    copyBytes(view, envelope, copy, 0, payloadBytes)
    this.#waiting[this.#wayTo(to)]!.push({ view: copy, payloadBytes })
    this.#waitingCount++
    return true
  }

  /** The same by the ring to that thread, wherever its receiver lives by now. */
  forwardBy(thread: number, record: DataView): void {
    this.#waiting[thread]!.push({ view: record, payloadBytes: record.byteLength })
    this.#waitingCount++
  }

  /** Whether that record is still waiting for room on the way to that thread. */
  isHolding(thread: number, record: DataView): boolean {
    return this.#waiting[thread]!.some(({ view }) => view === record)
  }

  /** The thread at the other end of an incoming ring; shards have numbers behind the threads'. */
  senderOf(ring: number): number {
    return ring < this.thread ? ring : ring + 1
  }

  /** At the end of each turn: all that was sent is seen. */
  publish(): void {
    if (this.#waitingCount > 0) this.#sendWaiting()
    for (const ring of this.#all) ring.publish()
  }

  get hasIncoming(): boolean {
    for (const ring of this.incoming) if (ring.hasWork()) return true
    return false
  }

  /** The same with paddings passed over, and ready to be taken: for a thread that has its turn. */
  get hasRecords(): boolean {
    const { incoming } = this
    for (let i = 0; i < incoming.length; i++) if (incoming[i]!.peek() !== EMPTY) return true
    return false
  }

  /** A send found this ring full. */
  wasFull(ring: RingProducer): void {
    if (!this.#full.includes(ring)) this.#full.push(ring)
  }

  get isFull(): boolean {
    return this.#full.length > 0
  }

  /** All that was blocked is about to try again. */
  forgetFull(): void {
    this.#full.length = 0
  }

  /** Whether any ring that was found full has had something taken out. */
  get hasRoomAgain(): boolean {
    if (this.#full.some((ring) => !ring.isBlocked)) return true
    return this.#rings.some(
      (ring, way) => ring?.isBlocked === false && this.#waiting[way]!.length > 0,
    )
  }

  /** Something that may not be dropped has found no room yet. */
  get isWaiting(): boolean {
    return this.#waitingCount > 0
  }

  #sendWaiting(): void {
    for (const [way, waiting] of this.#waiting.entries()) {
      const ring = this.#rings[way]
      while (ring !== undefined && waiting.length > 0) {
        const { view, payloadBytes } = waiting[0]!
        if (!sendPayload(ring, view, 0, payloadBytes)) break
        waiting.shift()
        this.#waitingCount--
      }
    }
  }
}

function sendPayload(ring: RingProducer, view: DataView, from: number, bytes: number): boolean {
  const at = ring.claim(bytes)
  if (at === FULL) return false
  copyBytes(view, from, ring.view, at, bytes)
  ring.commit(view.getUint16(from + TEMPLATE_ID_OFFSET, true) || 1)
  return true
}
