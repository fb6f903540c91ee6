/**
 *   committed commands ──▶ SHARD FAN ──▶ the ring of each shard that a command is for
 *                             │ ▲
 *   into the log ◀── messages ┘ └── events of the shards
 *
 * The sequencer's hands where there are several shards. A message between shards comes by as an event of its sender's and
 * waits here until it is taken into the log: then it is a command like any other.
 *
 * Nothing bounds what waits but what the shards have to say to the commands in their rings: no further command is taken
 * before all that wait are in the log. So it is memory that grows, not a ring that fills: a circle of full rings would
 * stand still.
 */
import { RECORD_HEADER_BYTES } from '../../protocol/envelope.ts'
import type { RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { FrameBatch } from '../../storage/frame-batch.ts'
import { type CommandRouter, EVERY_SHARD, NO_SHARD } from './command-router.ts'
import { sendRecord } from './records.ts'

const NOTHING = -1

export interface ShardFanOptions {
  /** Has been asked about every command that the journal holds. */
  readonly router: CommandRouter
  /** To each shard, from 0. */
  readonly rings: readonly RingProducer[]
  /** Records of messages that were said before a stop and are not in the log (message-recovery.ts). */
  readonly unsequenced: readonly Uint8Array[]
}

export class ShardFan {
  readonly #router: CommandRouter
  readonly #rings: readonly RingProducer[]
  #messages: Uint8Array[]
  /** Of the messages, those before this one are in the log. */
  #first = 0
  /** Where the command at hand stands in its batch, and the shards that it is still to go to: [#next, #last]. */
  #at = NOTHING
  #next = 0
  #last = 0

  constructor({ router, rings, unsequenced }: ShardFanOptions) {
    this.#router = router
    this.#rings = rings
    this.#messages = [...unsequenced]
  }

  /** Sends the record at `at` where it is to go; false where a ring is full: then again, until it is true. */
  send(batch: FrameBatch, at: number): boolean {
    if (this.#at !== at) {
      const shard = this.#router.route(batch.view, at + RECORD_HEADER_BYTES)
      this.#at = at
      this.#next = shard === EVERY_SHARD ? 0 : shard
      this.#last = shard === EVERY_SHARD ? this.#rings.length - 1 : shard
    }
    while (this.#next <= this.#last) {
      if (!sendRecord(this.#rings[this.#next]!, batch, at)) return false
      this.#next++
    }
    this.#at = NOTHING
    return true
  }

  publish(): void {
    for (const ring of this.#rings) ring.publish()
  }

  /** Whether the command at hand waits for room. */
  get isBlocked(): boolean {
    return this.#at !== NOTHING && this.#rings[this.#next]!.isBlocked
  }

  /** Keeps the record of `length` bytes at `at` if it is a message. */
  hear(bytes: Uint8Array, view: DataView, at: number, length: number): void {
    if (this.#router.senderOf(view, at + RECORD_HEADER_BYTES) === NO_SHARD) return
    this.#messages.push(bytes.slice(at, at + length))
  }

  /** The record of the next message for the log, or undefined. It stays until `messageTaken`. */
  get nextMessage(): Uint8Array | undefined {
    return this.#messages[this.#first]
  }

  messageTaken(): void {
    this.#first++
    if (this.#first < this.#messages.length) return
    this.#messages = []
    this.#first = 0
  }
}
