/**
 * How messages of a shard's journaled actors leave their senders: into the turn where they stay in the shard, into the outbox
 * where they leave it. Neither is ever full, so an actor cannot learn how busy the others are, which no log knows.
 */
import {
  ENVELOPE_BYTES,
  RECORD_BLOCK_OFFSET,
  SCHEMA_ID_OFFSET,
  VERSION_OFFSET,
} from '../../protocol/envelope.ts'
import { copyBytes } from '../../protocol/text.ts'
import { GONE, SENT, type Sent } from '../actor/behavior.ts'
import { refused } from '../actor/check-given.ts'
import type { AnyMessage } from '../actor/message.ts'
import { isJournaled, mayBeRef, NOBODY, REFS, type Ref, shardOf } from '../actor/ref.ts'
import { claimWasLeft } from '../host/outgoing.ts'
import type { Outbox } from '../shard/outbox.ts'
import { RELAY_NUMBER_BYTES, RELAYED } from './actor-router.ts'
import type { ShardPlace } from './journaled-shard.ts'
import { type Cut, type Cuts, messageKey } from './protocol-history.ts'
import { TurnQueue } from './turn-queue.ts'
import { type JournaledVerdict, sayVerdict } from './verdict-event.ts'

/** All that was said, at one moment. */
export interface Said {
  readonly outboxBytes: number
  readonly eventNumber: number
  readonly queueEnd: number
  readonly relayed: number
}

const NOT_FOR_NOBODY = -1

export class ShardOutgoing {
  readonly queue = new TurnQueue()
  /** Messages that this shard has sent to others, over its whole life. */
  relayed = 0
  /** A state is made anew out of what was handled before: nothing is sent. */
  isMuted = false
  /**
   * What leaves takes a ring's record at most: one that did not fit would end the shard, and not its sender's handler. None in
   * a recovery, for what was said then is said again.
   */
  recordBytesMax = Number.POSITIVE_INFINITY
  /** Where the open claim's block is. */
  view: DataView = this.queue.view
  readonly #place: ShardPlace
  readonly #outbox: Outbox
  readonly #onNobody: (view: DataView, envelope: number) => void
  #before: Said | undefined
  /** The open claim's envelope in the queue, where its receiver cannot be there; else NOT_FOR_NOBODY. */
  #forNobody = NOT_FOR_NOBODY
  /** What is left out of messages that leave the shard, in a part of the log where they had fewer fields. */
  cuts: Cuts | undefined
  #cut: Cut | undefined
  /** Of the open claim, where it leaves the shard. */
  #block = 0
  #blockBytes = 0
  #relayBytes = 0

  /** `onNobody` is told of what is for an address that no log can know an actor of. */
  constructor(
    place: ShardPlace,
    outbox: Outbox,
    onNobody: (view: DataView, envelope: number) => void,
  ) {
    this.#place = place
    this.#outbox = outbox
    this.#onNobody = onNobody
  }

  /** The block's offset in `view`: its envelope is written, its block all zero. Never BUSY. */
  claim(from: Ref, to: Ref, type: AnyMessage, blockBytes: number): number {
    if (this.#before !== undefined) throw new Error('a claim is open: commit() it first')
    const outbox = this.#outbox
    if (!mayBeRef(to)) throw refused(`${type.protocol}.${type.name}: to`, to, REFS)
    const { shard, shards } = this.#place
    const isOurs = isJournaled(to) && shardOf(to) === shard
    // A function of the log: that has the same number of shards for ever.
    const isNobodys = isJournaled(to) ? shardOf(to) >= shards : to === NOBODY
    if (isOurs || isNobodys || this.isMuted) {
      this.#before = this.said()
      const at = this.queue.claim(from, to, type, blockBytes, outbox.timeUs)
      this.view = this.queue.view
      if (isNobodys) this.#forNobody = at - ENVELOPE_BYTES
      return at
    }
    const relayBytes = isJournaled(to) ? RELAY_NUMBER_BYTES : 0
    const recordBytes = RECORD_BLOCK_OFFSET + blockBytes + relayBytes
    if (recordBytes > this.recordBytesMax) throw this.#tooLong(type, recordBytes)
    this.#before = this.said()
    const at = outbox.open(type.id, blockBytes + relayBytes, to, from)
    const { view } = outbox
    view.setUint16(at - ENVELOPE_BYTES + SCHEMA_ID_OFFSET, type.schemaId, true)
    view.setUint16(at - ENVELOPE_BYTES + VERSION_OFFSET, relayBytes === 0 ? 0 : RELAYED, true)
    if (relayBytes > 0) view.setFloat64(at + blockBytes, ++this.relayed, true)
    this.view = view
    if (this.cuts !== undefined) {
      this.#cut = this.cuts.get(messageKey(type.schemaId, type.id))
      this.#block = at
      this.#blockBytes = blockBytes
      this.#relayBytes = relayBytes
    }
    return at
  }

  #tooLong({ protocol, name }: AnyMessage, recordBytes: number): RangeError {
    const what = `${protocol}.${name}: a record of ${recordBytes} B`
    return new RangeError(
      `${what}, and ${this.recordBytesMax} B, an eighth of a ring, is the most: send it in parts, or give the system a greater ringBytes`,
    )
  }

  /** A handler that leaves a claim open has failed, and not whoever sends next. Of a state that is made anew nothing is sent anyway. */
  checkCommitted(name: string): void {
    if (this.#before === undefined) return
    this.abort()
    if (!this.isMuted) throw claimWasLeft(name)
  }

  commit(): Sent {
    if (this.#before === undefined) throw new Error('no claim is open: claim() first')
    const envelope = this.#forNobody
    if (envelope !== NOT_FOR_NOBODY) {
      this.takeBack(this.#before)
      this.#onNobody(this.queue.view, envelope)
      return GONE
    }
    this.#before = undefined
    if (this.#cut !== undefined) this.#shorten(this.#cut)
    return SENT
  }

  #shorten({ at, blockBytes }: Cut): void {
    const block = this.#block
    const { view } = this.#outbox
    for (let i = at; i < blockBytes; i++) view.setUint8(block + i, 0)
    copyBytes(view, block + this.#blockBytes, view, block + blockBytes, this.#relayBytes)
    this.#outbox.shorten(block, blockBytes + this.#relayBytes)
    this.#cut = undefined
  }

  /** What was decided about a handler that threw. */
  sayVerdict(about: Ref, verdict: JournaledVerdict): void {
    sayVerdict(this.#outbox, about, verdict)
  }

  abort(): void {
    if (this.#before === undefined) throw new Error('no claim is open: claim() first')
    this.takeBack(this.#before)
  }

  said(): Said {
    const { endBytes: outboxBytes, eventNumber } = this.#outbox
    return { outboxBytes, eventNumber, queueEnd: this.queue.mark, relayed: this.relayed }
  }

  /** All that was said since then was not. */
  takeBack({ outboxBytes, eventNumber, queueEnd, relayed }: Said): void {
    this.#before = undefined
    this.#forNobody = NOT_FOR_NOBODY
    this.#cut = undefined
    this.#outbox.endBytes = outboxBytes
    this.#outbox.eventNumber = eventNumber
    this.queue.rewind(queueEnd)
    this.relayed = relayed
  }
}
