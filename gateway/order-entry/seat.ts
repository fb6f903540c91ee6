/**
 *   Logon in order ──▶ SEAT ── SessionOpen, SessionClose ──▶ ring ──▶ sequencer ──▶ shard
 *
 * A connection's seat at the exchange: whether the shard thinks that it is logged on. What was opened is closed again
 * exactly once, however the connection ends and however full the ring is; what was never opened is never closed.
 *
 *   EMPTY ──ask──▶ ASKING ──ring took it──▶ ASKED ──opened──▶ HELD ──leave──▶ LEAVING ──ring took it──▶ GONE
 *     │              │                        │ ▲                                ▲
 *     │leave         │leave                   │ └─ leave: remembered, and done ──┘
 *     ▼              ▼                        │    as soon as it is opened
 *    GONE           GONE                      └──refused──▶ GONE
 *
 * Who holds it may ask again, for numbers that begin anew: ASKING and ASKED once more, and HELD in the end.
 */
import { SecondLogon, SessionEnd } from '../../protocol/codecs.ts'
import type { CommandWriter, OpeningTerms, SessionOpening } from './command-writer.ts'

type SeatState = 'EMPTY' | 'ASKING' | 'ASKED' | 'HELD' | 'LEAVING' | 'GONE'

export interface SeatTerms extends OpeningTerms {
  /** The ring has taken what was asked for: the shard's answer will come. */
  readonly onAsked: () => void
}

export class Seat {
  /** The shard's number of the session; 0 until it has answered. */
  session = 0
  #opening: SessionOpening | undefined
  #end: number = SessionEnd.Lost
  #state: SeatState = 'EMPTY'
  #leavesWhenOpened = false
  readonly #commands: CommandWriter
  readonly #connection: number
  readonly #terms: SeatTerms

  constructor(commands: CommandWriter, connection: number, terms: SeatTerms) {
    this.#commands = commands
    this.#connection = connection
    this.#terms = terms
  }

  get compId(): string {
    return this.#opening?.compId ?? ''
  }

  /** Whether it was asked for at the cost of who has it. */
  get takesOver(): boolean {
    return this.#opening?.secondLogon === SecondLogon.TakesOver
  }

  /** Asks for it; or for other terms, once it is held: then it stays this connection's whatever the answer is. */
  ask(opening: SessionOpening): void {
    const isHeld = this.#state === 'HELD'
    if (!isHeld && this.#state !== 'EMPTY') {
      throw new Error(`seat is ${this.#state}, it cannot be asked for`)
    }
    // To the shard who holds it is as good as another.
    this.#opening = isHeld ? { ...opening, secondLogon: SecondLogon.TakesOver } : opening
    this.#state = 'ASKING'
    this.write()
  }

  /** The shard's answer: its session number, or 0 where it refused. True: the connection may go on. */
  answer(session: number): boolean {
    if (this.#state !== 'ASKED') return false
    const isRefused = session === 0
    if (isRefused && this.session === 0) {
      this.#state = 'GONE'
      return false
    }
    if (!isRefused) this.session = session
    this.#state = 'HELD'
    if (this.#leavesWhenOpened) this.leave(this.#end)
    return !isRefused && !this.#leavesWhenOpened
  }

  /** `end`: SessionEnd, as the shard is to know it. What was said first counts. */
  leave(end: number): void {
    if (this.#state === 'EMPTY') this.#state = 'GONE'
    else if (this.#state === 'ASKING' && this.session === 0) this.#state = 'GONE'
    else if (this.#state === 'ASKED') {
      if (!this.#leavesWhenOpened) this.#end = end
      this.#leavesWhenOpened = true
    } else if (this.#state === 'HELD' || this.#state === 'ASKING') {
      this.#state = 'LEAVING'
      this.#end = end
      this.write()
    }
  }

  /** Tries again what the ring had no room for. True: nothing is left to be written. */
  write(): boolean {
    const opening = this.#opening
    if (this.#state === 'ASKING' && opening !== undefined) {
      if (!this.#commands.sessionOpen(opening, this.#connection, this.#terms)) return false
      this.#state = 'ASKED'
      this.#terms.onAsked()
    } else if (this.#state === 'LEAVING') {
      if (!this.#commands.sessionClose(this.session, this.#connection, this.#end)) return false
      this.#state = 'GONE'
    }
    return true
  }

  /** Something is still to be written. */
  get isWaitingForRoom(): boolean {
    return this.#state === 'ASKING' || this.#state === 'LEAVING'
  }

  /** Nothing will be written or answered any more. */
  get isGone(): boolean {
    return this.#state === 'GONE'
  }
}
