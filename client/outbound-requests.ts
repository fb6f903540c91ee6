/**
 *   requests ──▶ OUTBOUND REQUESTS { outstanding, send buffer } ──▶ wire connection
 *
 * What the client says: each message encoded once into its slot, and sent from there, all of one tick in one write. The
 * next write waits until the socket has taken the one before: what cannot leave stays in its slot, in order, and where
 * every slot is taken the answer is FULL. So a peer that does not read costs the slots and one send buffer, and no more.
 *
 * Hot file: nothing is allocated for a message.
 */
import { Drain } from './drain.ts'
import { Outstanding } from './outstanding.ts'
import type { WireConnection } from './wire-connection.ts'

/** What a send answers while nobody is logged on. */
export const DISCONNECTED = -2

/** One write of the socket: some 600 orders. */
const SEND_BUFFER_BYTES = 64 << 10

export class OutboundRequests {
  readonly #outstanding: Outstanding
  readonly #drain = new Drain(() => this.#isDrained || this.#wire?.isActive !== true)
  #wire: WireConnection | undefined
  #sendBuffer = Buffer.allocUnsafeSlow(SEND_BUFFER_BYTES)
  #isFlushDue = false
  readonly #flushNow = (): void => this.flush()

  constructor(outstandingMax: number) {
    this.#outstanding = new Outstanding(outstandingMax)
  }

  /** Where the root blocks stand. */
  get view(): DataView {
    return this.#outstanding.view
  }

  /** MsgSeqNum of the next message. */
  get nextNumber(): number {
    return this.#outstanding.nextNumber
  }

  /** Messages that the exchange has not answered. */
  get count(): number {
    return this.#outstanding.count
  }

  /** The connection that messages leave by, from its Logon on; undefined: it is gone. */
  set wire(wire: WireConnection | undefined) {
    this.#wire = wire
    this.#drain.look()
  }

  /** Takes a slot. Returns where the root block goes in `view`, all zero, or FULL, or DISCONNECTED. */
  open(templateId: number, blockBytes: number, groupBytes = 0): number {
    return this.#wire?.isActive === true
      ? this.#outstanding.open(templateId, blockBytes, groupBytes)
      : DISCONNECTED
  }

  /** The message opened last is complete; it leaves at the end of this tick. Returns its number. */
  send(): number {
    const number = this.#outstanding.close()
    if (!this.#isFlushDue) {
      this.#isFlushDue = true
      queueMicrotask(this.#flushNow)
    }
    return number
  }

  /** Sends now what would leave at the end of this tick. */
  flush(): void {
    this.#isFlushDue = false
    const wire = this.#wire
    if (wire?.isActive !== true) return
    // What waits in the socket, waits better here: once, and in order.
    while (this.#outstanding.hasUnsent && wire.unsentBytes === 0) {
      const bytes = this.#outstanding.takeUnsent(this.#sendBuffer, Date.now() * 1_000)
      if (bytes === 0) return
      wire.send(this.#sendBuffer.subarray(0, bytes))
      // The kernel has not taken all: the buffer belongs to the socket now.
      if (wire.unsentBytes > 0) this.#sendBuffer = Buffer.allocUnsafeSlow(SEND_BUFFER_BYTES)
    }
  }

  /** Place of the message sent last, among all there ever were: a reconnect does not change it. */
  get lastPlace(): number {
    return this.#outstanding.lastPlace
  }

  /** The exchange had taken all before this place when it answered our last Logon. */
  get takenPlace(): number {
    return this.#outstanding.takenPlace
  }

  /** By the exchange's Logon: it has all below this number, and the rest leaves now. */
  resume(nextExpected: number): void {
    this.#outstanding.resume(nextExpected)
    this.flush()
  }

  /** The exchange's numbers begin again, with the next Logon. `onUnknown`: what became of the message there nobody will say. */
  mayBeKnown(onUnknown: (place: number) => void): void {
    this.#outstanding.mayBeKnown(onUnknown)
  }

  /** Sends again from this number on, as the exchange asks for it. */
  sendAgain(from: number): void {
    this.#outstanding.rewind(from)
    this.flush()
  }

  /**
   * The ClOrdID at `at` was answered. Returns the place of its message, or NOT_FOUND. `onSkipped` hears the place of each
   * message before it that nobody answered.
   */
  answered(view: DataView, at: number, onSkipped: (place: number) => void): number {
    const place = this.#outstanding.answered(view, at, onSkipped)
    this.#drain.look()
    return place
  }

  /** All that was taken by our last Logon, and has no answer yet, gets none. */
  dropTaken(onSkipped: (place: number) => void): void {
    this.#outstanding.dropTaken(onSkipped)
    this.#drain.look()
  }

  /** This number was refused. Returns the place of its message, or NOT_FOUND. */
  refused(number: number): number {
    const place = this.#outstanding.refused(number)
    this.#drain.look()
    return place
  }

  /** After FULL: resolves when half of the room is free, or the connection is gone. */
  drained(): Promise<void> {
    return this.#drain.wait()
  }

  get #isDrained(): boolean {
    return this.#outstanding.count <= this.#outstanding.countMax / 2
  }
}
