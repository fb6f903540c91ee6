/**
 *   socket ──▶ session ──▶ COMMAND WRITER ──▶ ring ──▶ sequencer
 *
 * Puts a message into the ring as it will stand in the journal: envelope, then the native root block.
 * Sequence and time are the sequencer's: here they are 0, or the time is when the message was read (stage-times.ts). Each answers false when the ring is full, and then nothing
 * happened.
 *
 * Hot file: `order` runs once for each order.
 */
import { NewOrderSingle, SessionClose, SessionOpen, SessionsReset } from '../../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SCHEMA_ID_OFFSET,
  SEQUENCE_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
  VERSION_OFFSET,
} from '../../protocol/envelope.ts'
import { writeInt64 } from '../../protocol/integers.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import { copyBytes } from '../../protocol/text.ts'
import { FULL, type RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { InboundMessage } from './inbound-message.ts'

/** What the exchange grants whoever logs on. */
export interface OpeningTerms {
  /** An unknown session gets an account with paper money. */
  readonly paperAccounts: boolean
  /** How many sessions of an account may be logged on; 0: all of them. */
  readonly accountSessionsMax: number
}

/** What a Logon asks the shard for. */
export interface SessionOpening {
  readonly compId: string
  /** CancelOnDisconnectType, and its window in ms. */
  readonly cancelType: number
  readonly cancelWindowMs: number
  /** SecondLogon. */
  readonly secondLogon: number
  /** Both sides' numbers begin again. */
  readonly renumbers: boolean
  /** For copies of others' reports. */
  readonly isDropCopy: boolean
}

export class CommandWriter {
  readonly #ring: RingProducer
  readonly #readUs: () => number
  readonly #open = new SessionOpen()
  readonly #close = new SessionClose()
  readonly #reset = new SessionsReset()
  /** A reset that the ring has no room for yet, µs since 1970; 0: there is none. */
  #resetUs = 0

  /** `readUs`: when the message at hand was read, for who asks where the time goes. @default not told */
  constructor(ring: RingProducer, readUs: () => number = () => 0) {
    this.#ring = ring
    this.#readUs = readUs
  }

  /** Of an application message that was found to be good. `session`: the shard's number of it. */
  order(message: InboundMessage, session: number): boolean {
    const { msgType, blockBytes } = message
    const block = this.#begin(msgType, blockBytes, session, message.msgSeqNum)
    if (block === FULL) return false
    copyBytes(message.view, message.block, this.#ring.view, block, blockBytes)
    if (msgType === NewOrderSingle.TEMPLATE_ID) {
      const possResend = message.possResend ? 1 : 0
      this.#ring.view.setUint8(block + NewOrderSingle.POSS_RESEND_OFFSET, possResend)
    }
    this.#ring.commit(msgType)
    return true
  }

  sessionOpen(opening: SessionOpening, connection: number, terms: OpeningTerms): boolean {
    // Whoever logs on behind a reset has the numbers of after it.
    if (!this.sayReset()) return false
    const block = this.#begin(SessionOpen.TEMPLATE_ID, SessionOpen.BLOCK_BYTES, 0, 0)
    if (block === FULL) return false
    const open = this.#open.wrap(this.#ring.view, block)
    open.compId = opening.compId
    open.connection = connection
    open.paperAccount = terms.paperAccounts ? 1 : 0
    open.cancelOnDisconnectType = opening.cancelType
    open.secondLogon = opening.secondLogon
    open.resetSeqNumFlag = opening.renumbers ? 1 : 0
    open.dropCopyFlag = opening.isDropCopy ? 1 : 0
    open.codTimeoutWindow = opening.cancelWindowMs
    open.accountSessionsMax = terms.accountSessionsMax
    this.#ring.commit(SessionOpen.TEMPLATE_ID)
    return true
  }

  /** `end`: SessionEnd. */
  sessionClose(session: number, connection: number, end: number): boolean {
    const block = this.#begin(SessionClose.TEMPLATE_ID, SessionClose.BLOCK_BYTES, session, 0)
    if (block === FULL) return false
    const close = this.#close.wrap(this.#ring.view, block)
    close.connection = connection
    close.sessionEnd = end
    close.reserved = 0
    close.reserved2 = 0
    this.#ring.commit(SessionClose.TEMPLATE_ID)
    return true
  }

  /** All numbers begin again, as was due at `resetUs`: said as soon as there is room, and before anyone logs on. */
  sessionsReset(resetUs: number): void {
    this.#resetUs = resetUs
    this.sayReset()
  }

  /** True: no reset waits for room. */
  sayReset(): boolean {
    if (this.#resetUs === 0) return true
    const block = this.#begin(SessionsReset.TEMPLATE_ID, SessionsReset.BLOCK_BYTES, 0, 0)
    if (block === FULL) return false
    this.#reset.wrap(this.#ring.view, block).resetTime = this.#resetUs
    this.#ring.commit(SessionsReset.TEMPLATE_ID)
    this.#resetUs = 0
    return true
  }

  /** The last answer was false, and the sequencer has made no room since. */
  get isBlocked(): boolean {
    return this.#ring.isBlocked
  }

  /** Once a turn or chunk: all that was written becomes visible together. */
  publish(): void {
    this.#ring.publish()
  }

  #begin(templateId: number, blockBytes: number, session: number, number: number): number {
    const at = this.#ring.claim(ENVELOPE_BYTES + blockBytes)
    if (at === FULL) return FULL
    const view = this.#ring.view
    view.setUint16(at + BLOCK_LENGTH_OFFSET, blockBytes, true)
    view.setUint16(at + TEMPLATE_ID_OFFSET, templateId, true)
    view.setUint16(at + SCHEMA_ID_OFFSET, SCHEMA_ID, true)
    view.setUint16(at + VERSION_OFFSET, VERSION, true)
    view.setUint32(at + SESSION_OFFSET, session, true)
    view.setUint32(at + NUMBER_OFFSET, number, true)
    writeInt64(view, at + SEQUENCE_OFFSET, 0)
    writeInt64(view, at + TIME_OFFSET, this.#readUs())
    return at + ENVELOPE_BYTES
  }
}
