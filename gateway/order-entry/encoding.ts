/**
 *   inlet ── bytes ──▶ READER ── messages ──▶ session ── calls ──▶ VOICE ── bytes ──▶ outlet
 *
 * What a session engine needs of an encoding. The engine has the rules and knows no byte of a wire; an encoding has the
 * bytes and no rules. sbe/ is the exchange's own.
 */
import type { BusinessFault, Fault } from './fault.ts'
import type { InboundMessage } from './inbound-message.ts'
import type { LogonOrder } from './logon-check.ts'
import type { Outlet } from './outlet.ts'
import type { CopySource } from './tapes.ts'
import type { Turn } from './turn.ts'

export interface Encoding {
  /**
   * Whether a client's session messages use numbers up too, as FIX has it. What is lost of them costs a ResendRequest: only
   * application messages are in the journal, under the numbers that they came with. Else they carry the next number,
   * and nobody looks at it.
   */
  readonly numbersSessionMessages: boolean
  /** The two ends of a new connection. The voice writes into this outlet. */
  open(outlet: Outlet, turn: Turn): { readonly reader: Reader; readonly voice: Voice }
}

/** The message is not whole: wait for more bytes. */
export const INCOMPLETE = 0
/** Nobody knows where the next message starts: the connection is over. */
export const FRAMING_LOST = -1

export interface Reader {
  /** What was read last. */
  readonly message: InboundMessage
  /**
   * Reads the message at `at`, of which `available` bytes have come, into `message`. Returns its length in bytes, INCOMPLETE
   * or FRAMING_LOST. The same bytes may be read again. Whatever the bytes are it allocates nothing that depends on them
   * but the texts of a session message. Hot.
   */
  read(view: DataView, at: number, available: number): number
}

/** A report that goes to another session than its own. */
export interface ReportCopy {
  readonly number: number
  readonly possDup: boolean
  readonly source: CopySource
}

/** The message that an answer is about. */
export type Refused = Pick<InboundMessage, 'msgSeqNum' | 'msgType'>

/**
 * What the exchange says on one connection. `number`: of the next report, which all that is of the session itself carries and
 * does not use up.
 */
export interface Voice {
  /** `nextInbound`: 789. */
  logon(number: number, ourCompId: string, order: LogonOrder, nextInbound: number): void
  /** `status`: SessionStatus. Of `text` the first 64 characters. */
  logout(number: number, status: number, text: string): void
  reject(number: number, refused: Refused, fault: Fault): void
  businessReject(number: number, refused: Refused, fault: BusinessFault): void
  /** `testReqId`: of the TestRequest that it answers, else ''. */
  heartbeat(number: number, testReqId: string): void
  /** With a TestReqID of its own. */
  testRequest(number: number): void
  /** Asks for everything from the client's message `from` on. */
  resendRequest(number: number, from: number): void
  /** Reports from `number` on, up to before `next`, are not kept: they are passed over. */
  gapFill(number: number, next: number): void
  /**
   * The report whose envelope is at `at`. `possDup`: an earlier connection may have had it; it then names the time of
   * the command that caused it as OrigSendingTime. Hot.
   */
  report(from: DataView, at: number, possDup: boolean): void
  /** As `report`, of another session's report, under a number of this one's. */
  copy(from: DataView, at: number, copy: ReportCopy): void
}
