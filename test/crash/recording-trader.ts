/**
 * A client that lives through the exchange's crashes and keeps a ledger of what it was told. After each crash it first
 * asks for every report once more, as a client that has forgotten all, and holds them against the ledger; only then it
 * goes on where it was.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { DISCONNECTED, FULL, OrderEntryClient } from '../../client/client.ts'
import { ExecutionReport, OrderCancelReject } from '../../protocol/codecs.ts'
import type { Ledger } from './ledger.ts'
import { requestAt, send } from './request-flow.ts'

/** Requests in one go: some fill of the exchange's batches, without waiting for any of them. */
const BURST = 6
/** A few, so that a slow disk does not let a client be thousands ahead. */
const OUTSTANDING_MAX = 512
const BACK_MS_MAX = 60_000
const REREAD_MS_MAX = 60_000
const ANSWERED_MS_MAX = 60_000

/** A Reject that says nothing of the request: the exchange takes new orders again when there is room. */
const STORAGE_LOW = /^Storage is low/

export interface TraderOptions {
  readonly port: number
  readonly ledger: Ledger
  /** Off where the exchange does not keep all of its log. @default true */
  readonly rereads?: boolean
  /** From one burst to the next. @default 1: as much as the exchange takes */
  readonly pauseMs?: number
}

export class RecordingTrader {
  readonly ledger: Ledger
  /** The index of the request that has this number. Good until a reconnect numbers anew. */
  readonly #indexOf = new Map<number, number>()
  readonly #rereads: boolean
  readonly #pauseMs: number
  readonly #port: number
  #client!: OrderEntryClient
  /** Reports heard: they come by number, from 1, each once. */
  #heard = 0
  #isStopping = false
  #isDown = false
  #loop: Promise<void> = Promise.resolve()

  static async start(options: TraderOptions): Promise<RecordingTrader> {
    const trader = new RecordingTrader(options)
    const { ledger } = trader
    trader.#client = await OrderEntryClient.connect({
      ...trader.#address,
      nextReportNumber: 1,
      outstandingMax: OUTSTANDING_MAX,
      onExecutionReport: (report) => trader.#onExecution(report),
      onCancelReject: (reject) => {
        ledger.write(++trader.#heard, bytesOf(OrderCancelReject.TEMPLATE_ID, reject))
        ledger.answer(reject.clOrdId)
      },
      onReject: (reject) => trader.#onReject(reject.refSeqNum, reject.text),
      onDisconnect: () => {
        trader.#isDown = true
      },
    })
    trader.#loop = trader.#trade()
    // `finish` hears of a failure; a case that has failed before does not ask.
    trader.#loop.catch(() => undefined)
    return trader
  }

  private constructor({ port, ledger, rereads = true, pauseMs = 1 }: TraderOptions) {
    this.#port = port
    this.ledger = ledger
    this.#rereads = rereads
    this.#pauseMs = pauseMs
  }

  get isDown(): boolean {
    return this.#isDown
  }

  /** The exchange is open again: all reports once more, then on. */
  async comeBack(): Promise<void> {
    await this.#untilDown()
    if (this.#rereads) await this.#rereadReports()
    this.#indexOf.clear()
    this.#isDown = false
    await this.#client.reconnect({ withinMs: BACK_MS_MAX })
  }

  /** Sends no more, waits until all is answered, and logs out. */
  async finish(): Promise<void> {
    this.#isStopping = true
    await this.#loop
    const endMs = performance.now() + ANSWERED_MS_MAX
    while (this.#client.outstandingCount > 0) {
      if (performance.now() > endMs) {
        throw new Error(`${this.ledger.compId}: ${this.#client.outstandingCount} never answered`)
      }
      await sleep(2)
    }
    await this.#client.logout()
  }

  /** Sends no more and leaves without a word: the case is over. */
  abandon(): void {
    this.#isStopping = true
    this.#client.abort()
  }

  get #address() {
    return { host: '127.0.0.1', port: this.#port, compId: this.ledger.compId }
  }

  #onExecution(report: ExecutionReport): void {
    this.ledger.write(++this.#heard, bytesOf(ExecutionReport.TEMPLATE_ID, report))
    this.ledger.onExecution(this.#heard, report)
  }

  #onReject(number: number, text: string): void {
    const index = this.#indexOf.get(number)
    if (STORAGE_LOW.test(text) && index !== undefined) this.ledger.refuse(index)
    else this.ledger.wrong.push(`reject ${number}: ${text}`)
  }

  async #trade(): Promise<void> {
    const { compId, seed } = this.ledger
    while (!this.#isStopping) {
      for (let i = 0; i < BURST && !this.#isStopping; i++) {
        const { sent } = this.ledger
        // Counted before it is sent: nothing may be answered that was not.
        this.ledger.sent++
        const answer = send(this.#client, compId, sent, requestAt(seed, sent))
        if (answer !== FULL && answer !== DISCONNECTED) {
          this.#indexOf.set(answer, sent)
          continue
        }
        this.ledger.sent--
        break
      }
      await sleep(this.#pauseMs)
    }
  }

  async #untilDown(): Promise<void> {
    const endMs = performance.now() + BACK_MS_MAX
    while (!this.#isDown) {
      if (performance.now() > endMs) throw new Error('the connection outlived its exchange')
      await sleep(2)
    }
  }

  async #rereadReports(): Promise<void> {
    const { ledger } = this
    const last = ledger.lastReport
    if (last === 0) return
    let heard = 0
    const check = (templateId: number, report: Block): void => {
      const problem = ledger.compare(++heard, bytesOf(templateId, report))
      if (problem !== undefined) ledger.doubled.push(problem)
    }
    const client = await OrderEntryClient.connect({
      ...this.#address,
      nextReportNumber: 1,
      onExecutionReport: (report) => check(ExecutionReport.TEMPLATE_ID, report),
      onCancelReject: (reject) => check(OrderCancelReject.TEMPLATE_ID, reject),
    })
    const endMs = performance.now() + REREAD_MS_MAX
    while (heard < last) {
      if (performance.now() > endMs) {
        ledger.wrong.push(`${ledger.compId}: told again ${heard} of ${last} reports`)
        break
      }
      await sleep(1)
    }
    await client.logout()
  }
}

interface Block {
  readonly view: DataView
  readonly at: number
}

const BLOCK_BYTES: Readonly<Record<number, number>> = {
  [ExecutionReport.TEMPLATE_ID]: ExecutionReport.BLOCK_BYTES,
  [OrderCancelReject.TEMPLATE_ID]: OrderCancelReject.BLOCK_BYTES,
}

/** A copy of a report's root block, its template before it. */
function bytesOf(templateId: number, { view, at }: Block): Buffer {
  const block = Buffer.from(view.buffer, view.byteOffset + at, BLOCK_BYTES[templateId]!)
  return Buffer.concat([Buffer.from([templateId]), block])
}
