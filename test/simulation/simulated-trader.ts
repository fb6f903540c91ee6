/**
 *   trader flow ──▶ SIMULATED TRADER ── frames ──▶ network ──▶ order entry
 *                        │  ▲
 *                        ▼  └──────── reports ◀── network ◀──
 *              answers, report numbers
 *
 * A client of order entry on the client's own parts: the messages that are not answered (Outstanding), the frames, the
 * Logon. It logs on, sends, is cut off, comes back and goes on from where it was; each thing that it hears is held against
 * what the exchange said, and each thing that it asked is to be answered once.
 */
import { FrameReader } from '../../client/frame-reader.ts'
import { logonFrame } from '../../client/logon.ts'
import { NOT_FOUND, Outstanding } from '../../client/outstanding.ts'
import {
  ExecType,
  ExecutionReport,
  Heartbeat,
  Logon,
  Logout,
  OrderCancelReject,
  OrderMassCancelReport,
  Reject,
  SessionRejectReason,
  SessionStatus,
  TestRequest,
} from '../../protocol/codecs.ts'
import { copyBytes } from '../../protocol/text.ts'
import {
  EXCHANGE_COMP_ID,
  FLAG_POSS_DUP,
  FLAGS_OFFSET,
  FRAME_LENGTH_OFFSET,
  MSG_SEQ_NUM_OFFSET,
  WIRE_HEADER_BYTES,
  WIRE_TEMPLATE_OFFSET,
  writeWireHeader,
} from '../../protocol/wire-frame.ts'
import { crc32 } from '../../storage/crc32.ts'
import { type AccountOrders, AnswerBook } from './check-answers.ts'
import type { Draws } from './draws.ts'
import { text, writeFields } from './frame-text.ts'
import type { ClientEnd, SimulatedConnection } from './simulated-network.ts'
import { type KnownOrders, TraderFlow, type TraderRequest } from './trader-flow.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { Watch } from './watch.ts'

export interface TraderSurroundings {
  readonly clock: VirtualClock
  readonly watch: Watch
  /** Undefined: nobody listens. */
  readonly connect: (client: ClientEnd) => SimulatedConnection | undefined
  /** Hears of each report, for the trace. */
  readonly onReport: (sum: number) => void
}

/** What the sessions of one account share. */
export interface TraderAccount {
  readonly name: string
  readonly known: KnownOrders
  readonly orders: AccountOrders
}

type Phase = 'AWAY' | 'LOGGING_ON' | 'ACTIVE' | 'LEAVING'

/** More than a slow reader's answers may wait for it. */
const OUTSTANDING_MAX = 1_024
/** So much waits in the network at most before it sends no more. */
const UNSENT_BYTES_MAX = 32 << 10
const RETRY_MS_MAX = 300
const LOGON_MS_MAX = 5_000

export class SimulatedTrader implements ClientEnd {
  readonly compId: string
  readonly account: TraderAccount
  readonly answers: AnswerBook
  /** Number of the first report not heard. */
  nextReport = 1
  readonly #surroundings: TraderSurroundings
  readonly #draws: Draws
  readonly #flow: TraderFlow
  readonly #outstanding = new Outstanding(OUTSTANDING_MAX)
  readonly #sendBuffer = Buffer.alloc(64 << 10)
  readonly #heartBtSeconds: number
  readonly #burstMax: number
  readonly #report = new ExecutionReport()
  #connection: SimulatedConnection | undefined
  #reader: FrameReader | undefined
  #phase: Phase = 'AWAY'
  #retryMs = 0
  #sinceMs = 0
  #sentMs = 0

  constructor(compId: string, account: TraderAccount, draws: Draws, around: TraderSurroundings) {
    this.compId = compId
    this.account = account
    this.#draws = draws
    this.#surroundings = around
    this.answers = new AnswerBook(compId, account.orders)
    this.#flow = new TraderFlow(compId, account.known, draws.of('flow'))
    this.#heartBtSeconds = draws.pick([5, 30, 60])
    this.#burstMax = draws.pick([1, 8, 40, 40])
  }

  /** Logged on, and everything that it asked was answered. */
  get isSettled(): boolean {
    return this.#phase === 'ACTIVE' && this.#outstanding.count === 0
  }

  /** A turn: comes back, goes away, or asks for something; `isCalm`: for nothing new. */
  turn(isCalm: boolean): number {
    const nowMs = this.#surroundings.clock.monotonicMs()
    if (this.#phase === 'AWAY') return nowMs >= this.#retryMs ? this.#logOn(nowMs) : 0
    if (this.#phase !== 'ACTIVE') {
      if (nowMs - this.#sinceMs > LOGON_MS_MAX) this.#connection?.break(this.#draws)
      return 0
    }
    if (nowMs - this.#sentMs >= this.#heartBtSeconds * 1_000) {
      this.#say(Heartbeat.TEMPLATE_ID, Heartbeat.BLOCK_BYTES)
    }
    if (!isCalm && this.#draws.oneIn(2_000)) return this.#leave()
    const asked = isCalm ? 0 : this.#ask()
    return asked + this.#flush()
  }

  onBytes(chunk: Buffer): void {
    if (this.#reader === undefined || this.#reader.take(chunk)) return
    throw new Error(`${this.compId}: the exchange sent bytes that are no frames`)
  }

  onEnd(): void {
    this.#connection?.endByClient()
  }

  onBroken(): void {
    this.#connection = undefined
    this.#reader = undefined
    this.#phase = 'AWAY'
    this.#retryMs = this.#surroundings.clock.monotonicMs() + this.#draws.below(RETRY_MS_MAX)
  }

  /** The exchange was set back behind what it had told this trader: it goes on from what there is. */
  forget(nextReport: number): void {
    this.nextReport = nextReport
    this.answers.forget()
  }

  #logOn(nowMs: number): number {
    const connection = this.#surroundings.connect(this)
    if (connection === undefined) return 0
    this.#connection = connection
    this.#reader = new FrameReader((view, at) => this.#onFrame(view, at))
    this.#phase = 'LOGGING_ON'
    this.#sinceMs = nowMs
    connection.send(
      logonFrame({
        ...{ compId: this.compId, targetCompId: EXCHANGE_COMP_ID, key: undefined },
        ...{ heartBtIntSeconds: this.#heartBtSeconds, nextReportNumber: this.nextReport },
        nextNumber: this.#outstanding.nextNumber,
        nowUs: this.#surroundings.clock.nowUs(),
      }),
    )
    this.#sentMs = nowMs
    return 1
  }

  #leave(): number {
    const { clock } = this.#surroundings
    this.#sinceMs = clock.monotonicMs()
    if (this.#draws.oneIn(2)) this.#connection?.break(this.#draws)
    else this.#say(Logout.TEMPLATE_ID, Logout.BLOCK_BYTES)
    this.#phase = 'LEAVING'
    return 1
  }

  #ask(): number {
    const count = 1 + this.#draws.below(this.#burstMax)
    for (let i = 0; i < count; i++) {
      if (this.#connection!.unsentBytes > UNSENT_BYTES_MAX) return i
      if (this.#outstanding.count === this.#outstanding.countMax) return i
      this.#request(this.#flow.next(this.#surroundings.clock.nowUs()))
    }
    return count
  }

  #request({ kind, id, codec, blockBytes, fields, isSpoiled }: TraderRequest): void {
    const outstanding = this.#outstanding
    const block = outstanding.open(codec.TEMPLATE_ID, blockBytes)
    writeFields(codec, outstanding.view, block, { blockBytes, fields })
    outstanding.close()
    this.answers.sent(id, kind, isSpoiled)
  }

  #flush(): number {
    if (!this.#outstanding.hasUnsent) return 0
    const { clock } = this.#surroundings
    const bytes = this.#outstanding.takeUnsent(this.#sendBuffer, clock.nowUs())
    if (bytes === 0) return 0
    this.#connection!.send(this.#sendBuffer.subarray(0, bytes))
    this.#sentMs = clock.monotonicMs()
    return 1
  }

  #onFrame(view: DataView, at: number): void {
    const templateId = view.getUint16(at + WIRE_TEMPLATE_OFFSET, true)
    const block = at + WIRE_HEADER_BYTES
    switch (templateId) {
      case Logon.TEMPLATE_ID:
        this.#phase = 'ACTIVE'
        this.#outstanding.rewind(new Logon().wrap(view, block).nextExpectedMsgSeqNum)
        return
      case Heartbeat.TEMPLATE_ID:
        return
      case TestRequest.TEMPLATE_ID:
        this.#say(Heartbeat.TEMPLATE_ID, Heartbeat.BLOCK_BYTES, (into, blockAt) =>
          copyBytes(view, block, into, blockAt, Heartbeat.BLOCK_BYTES),
        )
        return
      case Logout.TEMPLATE_ID:
        this.#onLogout(new Logout().wrap(view, block))
        return
      case Reject.TEMPLATE_ID: {
        const { refSeqNum, sessionRejectReason } = new Reject().wrap(view, block)
        // Somebody has set the clock while it was under way: a Logout follows, and it is sent again.
        if (sessionRejectReason === SessionRejectReason.SendingTimeAccuracy) return
        const refused = this.#outstanding.refused(refSeqNum)
        if (refused !== NOT_FOUND) this.answers.rejected(this.#idAt(refused))
        return
      }
      default:
        this.#onReport(templateId, view, at)
    }
  }

  #onLogout(logout: Logout): void {
    const { sessionStatus } = logout
    const isOurDefect =
      sessionStatus === SessionStatus.NextExpectedTooHigh ||
      sessionStatus === SessionStatus.MsgSeqNumTooLow
    if (isOurDefect) throw new Error(`${this.compId} was told '${logout.text}'`)
    this.#phase = 'LEAVING'
    this.#sinceMs = this.#surroundings.clock.monotonicMs()
  }

  #onReport(templateId: number, view: DataView, at: number): void {
    const number = view.getUint32(at + MSG_SEQ_NUM_OFFSET, true)
    const isPossDup = (view.getUint8(at + FLAGS_OFFSET) & FLAG_POSS_DUP) !== 0
    const end = at + view.getUint32(at + FRAME_LENGTH_OFFSET, true)
    const block = at + WIRE_HEADER_BYTES
    const sum = crc32(new Uint8Array(view.buffer, view.byteOffset + block, end - block))
    const { watch, onReport } = this.#surroundings
    const due = this.nextReport
    watch.reports.heard(this.compId, { number, sum, due, isPossDup })
    if (number < due) return
    this.nextReport = number + 1
    onReport(sum)
    if (templateId === ExecutionReport.TEMPLATE_ID) this.#onExecution(view, block)
    else if (templateId === OrderCancelReject.TEMPLATE_ID) {
      this.#onAnswer(view, block + OrderCancelReject.CL_ORD_ID_OFFSET)
    } else if (templateId === OrderMassCancelReport.TEMPLATE_ID) {
      this.#onAnswer(view, block + OrderMassCancelReport.CL_ORD_ID_OFFSET)
    } else throw new Error(`${this.compId} heard template ${templateId} under number ${number}`)
  }

  #onExecution(view: DataView, block: number): void {
    const report = this.#report.wrap(view, block)
    const { execType } = report
    if (isAnswer(execType)) this.#answered(view, block + ExecutionReport.CL_ORD_ID_OFFSET)
    this.answers.reported(report)
    if (execType !== ExecType.New && execType !== ExecType.Replaced) return
    const { clOrdId, orderId, symbol, side } = report
    this.account.known.add({ clOrdId, orderId, symbol, side })
  }

  #onAnswer(view: DataView, idAt: number): void {
    this.#answered(view, idAt)
    this.answers.answered(text(view, idAt, 36))
  }

  #answered(view: DataView, idAt: number): void {
    this.#outstanding.answered(view, idAt, (skipped) => {
      this.answers.rejected(this.#idAt(skipped))
    })
  }

  /** ClOrdID of the message at this place. */
  #idAt(place: number): string {
    return text(this.#outstanding.view, this.#outstanding.blockAt(place), 36)
  }

  #say(templateId: number, blockBytes: number, fill?: (view: DataView, block: number) => void) {
    const { clock } = this.#surroundings
    const frame = Buffer.alloc(WIRE_HEADER_BYTES + blockBytes)
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
    const msgSeqNum = this.#outstanding.nextNumber
    const header = { templateId, blockBytes, msgSeqNum, sendingTime: clock.nowUs() }
    fill?.(view, writeWireHeader(view, 0, header))
    this.#connection?.send(frame)
    this.#sentMs = clock.monotonicMs()
  }
}

/** As the client has it: what may be the first word on a request. */
const isAnswer = (execType: number): boolean =>
  execType !== ExecType.Trade &&
  execType !== ExecType.Expired &&
  execType !== ExecType.Restated &&
  execType !== ExecType.Triggered
