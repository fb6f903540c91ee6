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
 */
import { SessionEnd } from '../../protocol/codecs.ts'
import type { CommandWriter, SessionOpening } from './command-writer.ts'

type SeatState = 'EMPTY' | 'ASKING' | 'ASKED' | 'HELD' | 'LEAVING' | 'GONE'

export class Seat {
  /** The shard's number of the session; 0 until it has answered. */
  session = 0
  #opening: SessionOpening | undefined
  #end: number = SessionEnd.Lost
  #state: SeatState = 'EMPTY'
  #leavesWhenOpened = false
  readonly #commands: CommandWriter
  readonly #connection: number
  readonly #paperAccount: boolean

  constructor(commands: CommandWriter, connection: number, paperAccount: boolean) {
    this.#commands = commands
    this.#connection = connection
    this.#paperAccount = paperAccount
  }

  get compId(): string {
    return this.#opening?.compId ?? ''
  }

  ask(opening: SessionOpening): void {
    if (this.#state !== 'EMPTY') throw new Error(`seat is ${this.#state}, it can be asked for once`)
    this.#opening = opening
    this.#state = 'ASKING'
    this.write()
  }

  /** The shard's answer: its session number, or 0 where it refused. True: the connection may go on. */
  answer(session: number): boolean {
    if (this.#state !== 'ASKED') return false
    if (session === 0) {
      this.#state = 'GONE'
      return false
    }
    this.session = session
    this.#state = 'HELD'
    if (!this.#leavesWhenOpened) return true
    this.leave(this.#end)
    return false
  }

  /** `end`: SessionEnd, as the shard is to know it. What was said first counts. */
  leave(end: number): void {
    if (this.#state === 'EMPTY' || this.#state === 'ASKING') this.#state = 'GONE'
    else if (this.#state === 'ASKED') {
      if (!this.#leavesWhenOpened) this.#end = end
      this.#leavesWhenOpened = true
    } else if (this.#state === 'HELD') {
      this.#state = 'LEAVING'
      this.#end = end
      this.write()
    }
  }

  /** Tries again what the ring had no room for. True: nothing is left to be written. */
  write(): boolean {
    const opening = this.#opening
    if (this.#state === 'ASKING' && opening !== undefined) {
      if (!this.#commands.sessionOpen(opening, this.#connection, this.#paperAccount)) return false
      this.#state = 'ASKED'
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
