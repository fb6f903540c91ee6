/**
 *   handler ── claim ▸ write ▸ commit ──▶ mailbox of this thread, or ring to another
 *
 * How one thread's messages leave their senders. At most one claim is open: between `claim` and `commit` the block's bytes are the
 * sender's, after it the receiver's.
 *
 * Hot.
 */
import {
  ENVELOPE_BYTES,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  SESSION_OFFSET,
} from '../../protocol/envelope.ts'
import { FULL as NO_ROOM, type RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { BUSY, GONE, SENT, type Sent } from '../actor/behavior.ts'
import { refused } from '../actor/check-given.ts'
import type { AnyMessage } from '../actor/message.ts'
import { INDEX_MASK, isAsk, isJournaled, mayBeRef, REFS, type Ref } from '../actor/ref.ts'
import { type ActorCell, Condition } from './actor-cell.ts'
import type { ActorHost } from './actor-host.ts'
import type { Links } from './links.ts'
import { FULL, Mailbox } from './mailbox.ts'
import { writeEnvelope } from './write-message.ts'

/** What answers on their way out may take within the thread that asked. */
const ANSWERS_BYTES_MAX = 16 * 1024 * 1024
/** Of one message that is dropped. */
const DROPPED_BYTES_MAX = 1024 * 1024

export class Outgoing {
  /** Answers to whoever asked from outside, on the thread where that is. */
  readonly answers = new Mailbox(ANSWERS_BYTES_MAX)
  /** Where a message is written that nobody gets: its sender does as ever. */
  readonly #dropped = new Mailbox(DROPPED_BYTES_MAX)
  readonly #host: ActorHost
  readonly #cells: readonly (ActorCell | undefined)[]
  readonly #links: Links
  /** The open claim: its memory, which of the three it is in, and for whom. */
  view: DataView = new DataView(new ArrayBuffer(0))
  /** A function runs whose actor was born elsewhere: what it sends was sent there. */
  isMuted = false
  #box: Mailbox | undefined
  #ring: RingProducer | undefined
  #cell: ActorCell | undefined
  #bytes = 0
  /** Its receiver is gone, or has no room and drops it: who sends a request by it hears so once it is written. */
  #dropReason: 'gone' | 'mailbox-full' | undefined
  /** What type of message the open claim is for; 0: none is open. */
  claimed = 0

  constructor(host: ActorHost) {
    this.#host = host
    this.#cells = host.cells
    this.#links = host.links
  }

  /**
   * Room for a block of `blockBytes`, in `view` at the offset that is returned; its envelope is written. Or BUSY.
   * The caller writes the block, then `commit`; or `abort`.
   */
  claim(from: Ref, to: Ref, type: AnyMessage, blockBytes: number): number {
    this.checkNoClaim()
    if (this.isMuted) return this.#claimDropped(from, to, type, blockBytes)
    const cell = this.#cells[to & INDEX_MASK]
    if (cell === undefined || cell.ref !== to) return this.#claimRing(from, to, type, blockBytes)
    const at = this.#claimIn(cell.inbox, from, to, type, blockBytes)
    if (at === FULL) return this.#mailboxFull(cell, from, type, blockBytes)
    this.#cell = cell
    return at
  }

  #claimIn(box: Mailbox, from: Ref, to: Ref, type: AnyMessage, blockBytes: number): number {
    const bytes = RECORD_BLOCK_OFFSET + blockBytes
    const at = box.claim(bytes)
    if (at === FULL) return FULL
    const { view } = box
    view.setInt32(at + RECORD_LENGTH_OFFSET, bytes, true)
    view.setInt32(at + RECORD_TYPE_OFFSET, type.id, true)
    writeEnvelope(view, at + RECORD_HEADER_BYTES, from, to, type, blockBytes)
    this.#box = box
    this.claimed = type.id
    this.#bytes = bytes
    this.view = view
    return at + RECORD_BLOCK_OFFSET
  }

  commit(): Sent {
    const id = this.claimed
    if (id === 0) throw claimIsMissing()
    this.claimed = 0
    if (this.#box === undefined) {
      this.#ring!.commit(id)
      return SENT
    }
    this.#box = undefined
    const cell = this.#cell
    this.#cell = undefined
    if (this.#dropReason !== undefined) return this.#commitDropped()
    if (cell !== undefined && !cell.isScheduled && cell.condition === Condition.Ready) {
      this.#host.schedule(cell)
    }
    return SENT
  }

  #commitDropped(): Sent {
    const reason = this.#dropReason
    this.#dropReason = undefined
    if (reason === 'gone') return GONE
    this.#host.failing.refuse('mailbox-full', this.#dropped.view, RECORD_HEADER_BYTES)
    return SENT
  }

  /** A handler has given up, or thrown: what it may have claimed is not sent. */
  forget(): void {
    if (this.claimed !== 0) this.abort()
  }

  /** Whatever else is written might move the memory that the open claim is in. */
  checkNoClaim(): void {
    if (this.claimed !== 0) throw claimIsOpen()
  }

  /** What was claimed is not sent. */
  abort(): void {
    if (this.claimed === 0) throw claimIsMissing()
    this.claimed = 0
    if (this.#box === undefined) this.#ring!.abort()
    else this.#box.unclaim(this.#bytes)
    this.#box = undefined
    this.#cell = undefined
    this.#dropReason = undefined
  }

  /** Those that wait reach whoever asked from outside. */
  giveAnswers(): number {
    const { answers } = this
    let given = 0
    for (let at = answers.peek(); at >= 0; at = answers.peek()) {
      const { view } = answers
      const envelope = at + RECORD_HEADER_BYTES
      const to = view.getInt32(envelope + SESSION_OFFSET, true)
      const isGiven = this.#host.options.onAnswer?.(to, view, envelope)
      if (isGiven !== true) this.#host.failing.buryRecord('late', view, envelope)
      answers.advance()
      given++
    }
    return given
  }

  #claimRing(from: Ref, to: Ref, type: AnyMessage, blockBytes: number): number {
    if (!mayBeRef(to)) throw refused(`${type.protocol}.${type.name}: to`, to, REFS)
    const ring = this.#links.routeTo(to)
    if (ring === undefined && isAsk(to) && this.#host.options.onAnswer !== undefined) {
      const at = this.#claimIn(this.answers, from, to, type, blockBytes)
      return at === FULL ? BUSY : at
    }
    if (ring === undefined) {
      return this.#claimForNobody(from, to, type, blockBytes)
    }
    const envelope = ring.claim(ENVELOPE_BYTES + blockBytes)
    if (envelope === NO_ROOM || this.#links.isHeldUp(to)) return this.#ringFull(ring, envelope)
    writeEnvelope(ring.view, envelope, from, to, type, blockBytes)
    // What is behind its last field is journaled too, and may be a field one day.
    if (isJournaled(to)) ring.view.setFloat64(envelope + ENVELOPE_BYTES + blockBytes - 8, 0, true)
    this.#ring = ring
    this.claimed = type.id
    this.view = ring.view
    return envelope + ENVELOPE_BYTES
  }

  /** Written where nobody reads it; `commit` says so. */
  #claimForNobody(from: Ref, to: Ref, type: AnyMessage, blockBytes: number): number {
    this.#host.failing.bury('gone', to, from, `${type.protocol}.${type.name}`)
    this.#dropReason = 'gone'
    return this.#claimDropped(from, to, type, blockBytes)
  }

  /** As far as its sender knows it was sent. */
  #claimDropped(from: Ref, to: Ref, type: AnyMessage, blockBytes: number): number {
    this.#dropped.clear()
    return this.#claimIn(this.#dropped, from, to, type, blockBytes)
  }

  #ringFull(ring: RingProducer, envelope: number): number {
    if (envelope === NO_ROOM) this.#links.wasFull(ring)
    else ring.abort()
    return BUSY
  }

  #mailboxFull(cell: ActorCell, from: Ref, type: AnyMessage, blockBytes: number): number {
    if (!cell.dropsNewest) {
      // Not BUSY: there would be no room however long its sender waited.
      if (cell.inbox.isTooLong(RECORD_BLOCK_OFFSET + blockBytes))
        throw tooLong(cell, type, blockBytes)
      return BUSY
    }
    const at = this.#claimDropped(from, cell.ref, type, blockBytes)
    if (at === FULL) return BUSY
    this.#host.failing.bury('mailbox-full', cell.ref, from, `${type.protocol}.${type.name}`)
    this.#dropReason = 'mailbox-full'
    return at
  }
}

function tooLong({ name, inbox }: ActorCell, type: AnyMessage, blockBytes: number): RangeError {
  const what = `${type.protocol}.${type.name}: a record of ${RECORD_BLOCK_OFFSET + blockBytes} B`
  return new RangeError(
    `${what}, and the mailbox of actor '${name}' takes ${inbox.bytesMax} B: give it a greater mailboxBytes`,
  )
}

const claimIsOpen = (): Error => new Error('a claim is open: commit() it first')
/** Or whoever sends next on its thread would be told so, who has done nothing. */
export const claimWasLeft = (name: string): Error =>
  new Error(`actor '${name}' has returned with a claim open, and it was not sent: commit() it`)
const claimIsMissing = (): Error => new Error('no claim is open: claim() first')
