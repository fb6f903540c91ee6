/**
 *   newOrder, cancel, replace, massCancel ──▶ OUTSTANDING ── flush ──▶ socket
 *                                                 ▲ drops what a report or a Reject answers
 *
 * The messages that the exchange has not answered: encoded once, each in one piece, sent from here and sent again from
 * here after a lost connection.
 *
 *   head                      unsent            tail
 *    ├────────┬───┬───────────┼────────┬────────┤
 *    │ sent   │   │ sent      │        │        │     free, and on from the beginning
 *
 * There is room for `countMax` orders. A message of several takes the room of several, and is refused where it has none
 * in one piece, while a shorter one may have.
 *
 * An answer to one message says that all before it are in the journal as well: the exchange takes a session's messages
 * in their order. So the slots before it are free too, and those of them without an answer were refused by a Reject
 * that was lost with its connection.
 *
 * Hot file: nothing is allocated for a message.
 */
import { MassQuote, NewOrderList, NewOrderSingle } from '../protocol/codecs.ts'
import { writeInt64 } from '../protocol/integers.ts'
import {
  FLAG_POSS_RESEND,
  FLAGS_OFFSET,
  FRAME_LENGTH_OFFSET,
  MSG_SEQ_NUM_OFFSET,
  SENDING_TIME_OFFSET,
  WIRE_FRAME_BYTES_MAX,
  WIRE_HEADER_BYTES,
  WIRE_TEMPLATE_OFFSET,
  writeWireHeader,
} from '../protocol/wire-frame.ts'

const words = (bytes: number): number => (bytes + 7) & -8
/** Of a message of one order, at most. */
export const SLOT_BYTES = words(WIRE_HEADER_BYTES + NewOrderSingle.BLOCK_BYTES)
/** The request's id, at offset 0 of each. */
const CL_ORD_ID_BYTES = 36

/** What `open` answers when every slot is taken. */
export const FULL = -1
/** No place: of no message that waits for an answer. */
export const NOT_FOUND = -1

export class Outstanding {
  readonly view: DataView
  /** MsgSeqNum of the next message. */
  nextNumber = 1
  readonly countMax: number
  readonly #bytes: Buffer
  /** Where each place's message begins. */
  readonly #offsets: Int32Array
  /** Where the last one ends. */
  #end = 0
  /** 1: answered by a Reject, while one before it is not answered yet. */
  readonly #isRefused: Uint8Array
  /** Places count all messages ever opened. */
  #head = 0
  #unsent = 0
  #tail = 0
  /** The exchange had taken all before this place when it answered our last Logon. */
  #taken = 0

  constructor(countMax: number) {
    this.countMax = countMax
    // One message of several orders always has room, if nothing else is there.
    this.#bytes = Buffer.alloc(Math.max(countMax * SLOT_BYTES, WIRE_FRAME_BYTES_MAX))
    this.#offsets = new Int32Array(countMax)
    this.view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length)
    this.#isRefused = new Uint8Array(countMax)
  }

  /** Messages without an answer. */
  get count(): number {
    return this.#tail - this.#head
  }

  get hasUnsent(): boolean {
    return this.#unsent < this.#tail
  }

  /**
   * Takes a slot and a number. Returns where the root block goes in `view`, or FULL. The message exists only once `close`
   * says so: an exception while its fields are set leaves no trace.
   */
  open(templateId: number, blockBytes: number, groupBytes = 0): number {
    const bytes = WIRE_HEADER_BYTES + blockBytes + groupBytes
    const at = this.#room(words(bytes))
    if (at === FULL) return FULL
    const header = {
      templateId,
      blockBytes,
      groupBytes,
      msgSeqNum: this.nextNumber,
      sendingTime: 0,
    }
    this.#offsets[this.#tail % this.countMax] = at
    this.#bytes.fill(0, at, at + bytes)
    return writeWireHeader(this.view, at, header)
  }

  /** The message opened last is complete. Returns its number. */
  close(): number {
    const at = this.#offset(this.#tail)
    this.#end = at + words(this.view.getUint32(at + FRAME_LENGTH_OFFSET, true))
    this.#isRefused[this.#tail % this.countMax] = 0
    this.#tail++
    return this.nextNumber++
  }

  /** Copies unsent messages to `into`, as many as fit; they are sent then. Returns how many bytes. */
  takeUnsent(into: Buffer, nowUs: number): number {
    let bytes = 0
    for (; this.#unsent < this.#tail; this.#unsent++) {
      if (this.#refused(this.#unsent)) continue
      const at = this.#offset(this.#unsent)
      const length = this.view.getUint32(at + FRAME_LENGTH_OFFSET, true)
      if (bytes + length > into.length) break
      writeInt64(this.view, at + SENDING_TIME_OFFSET, nowUs)
      this.#bytes.copy(into, bytes, at, at + length)
      bytes += length
    }
    this.#dropRefused()
    return bytes
  }

  /** Place of the message closed last. */
  get lastPlace(): number {
    return this.#tail - 1
  }

  /** The exchange had taken all before this place when it answered our last Logon. */
  get takenPlace(): number {
    return this.#taken
  }

  /** Where in `view` the root block of the message at this place is: good until its slot is taken again. */
  blockAt(place: number): number {
    return this.#offset(place) + WIRE_HEADER_BYTES
  }

  /**
   * A report has come for the ClOrdID at `at`. `onSkipped` hears the place of each message before it that nobody answered.
   * Returns the place, or NOT_FOUND: a later report of a message that is answered already.
   */
  answered(view: DataView, at: number, onSkipped: (place: number) => void): number {
    for (let place = this.#head; place < this.#unsent; place++) {
      if (this.#refused(place) || !this.#hasId(place, view, at)) continue
      this.#skipTo(place, onSkipped)
      this.#head++
      this.#dropRefused()
      return place
    }
    return NOT_FOUND
  }

  /** All reports are heard that there were at our Logon: what was taken by then, and has no answer, gets none. */
  dropTaken(onSkipped: (place: number) => void): void {
    if (this.#head < this.#taken) this.#skipTo(this.#taken, onSkipped)
  }

  /** A Reject has come for this number. Returns its message's place, or NOT_FOUND if it is none of ours. */
  refused(number: number): number {
    for (let place = this.#head; place < this.#unsent; place++) {
      if (this.#refused(place) || this.#number(place) !== number) continue
      this.#isRefused[place % this.countMax] = 1
      this.#dropRefused()
      return place
    }
    return NOT_FOUND
  }

  /**
   * The exchange's numbers begin again: what it was sent it may have taken under an old one, and is asked to say so rather
   * than take it twice. Of lists and quotes in bulk it says nothing: they are not sent again, and `onUnknown` hears their places.
   */
  mayBeKnown(onUnknown: (place: number) => void): void {
    for (let place = this.#head; place < this.#unsent; place++) {
      const at = this.#offset(place)
      const templateId = this.view.getUint16(at + WIRE_TEMPLATE_OFFSET, true)
      if (templateId !== NewOrderList.TEMPLATE_ID && templateId !== MassQuote.TEMPLATE_ID) {
        this.view.setUint8(at + FLAGS_OFFSET, FLAG_POSS_RESEND)
      } else if (!this.#refused(place)) {
        this.#isRefused[place % this.countMax] = 1
        onUnknown(place)
      }
    }
    this.#dropRefused()
  }

  /** As `rewind`, by the exchange's Logon: what it has is taken. */
  resume(nextExpected: number): void {
    this.rewind(nextExpected)
    this.#taken = this.#unsent
  }

  /**
   * The exchange has all below `nextExpected` and nothing from it on. The rest is unsent again, and numbered anew from
   * there: numbers that only Rejects had used up may have come back. A refused message keeps its old number, which may be
   * above those of messages behind it: it says nothing about where the rest begins.
   */
  rewind(nextExpected: number): void {
    let number = nextExpected
    let place = this.#head
    while (place < this.#tail && (this.#refused(place) || this.#number(place) < nextExpected)) {
      place++
    }
    this.#unsent = place
    for (; place < this.#tail; place++) {
      if (this.#refused(place)) continue
      this.view.setUint32(this.#offset(place) + MSG_SEQ_NUM_OFFSET, number, true)
      number++
    }
    this.nextNumber = number
  }

  #skipTo(end: number, onSkipped: (place: number) => void): void {
    for (; this.#head < end; this.#head++) {
      if (!this.#refused(this.#head)) onSkipped(this.#head)
    }
  }

  #dropRefused(): void {
    while (this.#head < this.#unsent && this.#refused(this.#head)) this.#head++
  }

  /** Where so many bytes are free in one piece, or FULL. */
  #room(bytes: number): number {
    if (this.count === this.countMax) return FULL
    if (this.count === 0) return 0
    const head = this.#offset(this.#head)
    const end = this.#end
    // Behind the last message up to the first; where the last is behind the first, to the end and on from the beginning.
    if (end <= head) return head - end >= bytes ? end : FULL
    if (this.#bytes.length - end >= bytes) return end
    return head >= bytes ? 0 : FULL
  }

  #offset(place: number): number {
    return this.#offsets[place % this.countMax]!
  }

  #number(place: number): number {
    return this.view.getUint32(this.#offset(place) + MSG_SEQ_NUM_OFFSET, true)
  }

  #refused(place: number): boolean {
    return this.#isRefused[place % this.countMax] === 1
  }

  #hasId(place: number, view: DataView, at: number): boolean {
    const block = this.#offset(place) + WIRE_HEADER_BYTES
    for (let i = 0; i < CL_ORD_ID_BYTES; i += 4) {
      if (this.view.getInt32(block + i, true) !== view.getInt32(at + i, true)) return false
    }
    return true
  }
}
