/**
 * What one session was told, written down outside of the exchange and of its disk; and what a recovered journal owes it.
 *
 * The journal must hold the session's requests in the order of sending, from the first, none left out, none twice, at
 * least up to the last that was answered. Reports carry a number each: the same number must bring the same bytes for
 * ever, and no event may be told under two. A request that a Reject has refused may not be there.
 */
import { ExecType, type ExecutionReport } from '../../protocol/codecs.ts'
import { indexOf, requestAt, wordsOf } from './request-flow.ts'

export interface Owed {
  /** Answered, and not in the journal. */
  readonly lost: string[]
  /** In the journal more than once. */
  readonly doubled: string[]
  /** Anything else that the sender did not send so, or not in this order. */
  readonly wrong: string[]
}

/** What may be the first word on a request. */
const ANSWERS: readonly number[] = [
  ExecType.New,
  ExecType.Canceled,
  ExecType.Replaced,
  ExecType.Rejected,
]

export class Ledger {
  readonly compId: string
  readonly seed: number
  /** Requests 0 to `sent` - 1 were given to the client. */
  sent = 0
  /** Told what no exchange may tell: each a line. */
  readonly wrong: string[] = []
  readonly doubled: string[] = []
  /** When each answer came, ms of the monotonic clock. */
  readonly #answered = new Map<number, number>()
  /** By a Reject, before they came to the log. */
  readonly #refused = new Set<number>()
  readonly #reports: Buffer[] = []
  readonly #executions = new Map<number, number>()
  readonly #filledLots = new Map<number, number>()

  constructor(compId: string, seed: number) {
    this.compId = compId
    this.seed = seed
  }

  /** By reports or by Rejects. */
  get answeredCount(): number {
    return this.#answered.size + this.#refused.size
  }

  get refusedCount(): number {
    return this.#refused.size
  }

  /** Number of the last report written down; 0: none. */
  get lastReport(): number {
    return Math.max(this.#reports.length - 1, 0)
  }

  /** A report that was heard for the first time. */
  write(number: number, bytes: Buffer): void {
    this.#reports[number] = bytes
  }

  /** A report that was asked for again: an answer is `undefined` if all is well. */
  compare(number: number, bytes: Buffer): string | undefined {
    const before = this.#reports[number]
    if (before === undefined || before.equals(bytes)) return undefined
    return `${this.compId}: report ${number} was ${before.toString('hex')} and is ${bytes.toString('hex')}`
  }

  onExecution(number: number, report: ExecutionReport): void {
    const { execType, execId, clOrdId, orderId, cumQty, lastQty } = report
    const before = this.#executions.get(execId)
    if (before !== undefined) {
      this.doubled.push(`${clOrdId}: execution ${execId} in reports ${before} and ${number}`)
    }
    this.#executions.set(execId, number)
    if (execType === ExecType.Trade) this.#fill(orderId, cumQty, lastQty, clOrdId)
    else if (ANSWERS.includes(execType)) this.answer(clOrdId)
    else this.wrong.push(`${clOrdId}: ExecType ${execType}`)
  }

  /** A request was answered, by a report of whatever kind. */
  answer(clOrdId: string): void {
    const index = indexOf(this.compId, clOrdId)
    if (index < 0 || index >= this.sent) this.wrong.push(`${clOrdId}: never sent`)
    else if (this.#answered.has(index)) this.doubled.push(`${clOrdId}: answered twice`)
    else this.#answered.set(index, performance.now())
  }

  /** Request `index` was refused before it came to the log. */
  refuse(index: number): void {
    const id = `${this.compId}-${index}`
    if (index < 0 || index >= this.sent) this.wrong.push(`${id}: never sent`)
    else if (this.#answered.has(index)) this.doubled.push(`${id}: answered, and refused`)
    else this.#refused.add(index)
  }

  /**
   * `recovered`: the lines of this session's requests, as the journal holds them, in its order. Owed is what was answered
   * before `untilMs`.
   */
  owed(recovered: readonly string[], untilMs = Number.POSITIVE_INFINITY): Owed {
    const seen = new Set<number>()
    const doubled: string[] = []
    const wrong: string[] = []
    let place = -1
    for (const line of recovered) {
      do place++
      while (this.#refused.has(place))
      const index = indexOf(this.compId, line.slice(0, line.indexOf(' ')))
      if (index < 0 || index >= this.sent) wrong.push(`never sent: ${line}`)
      else if (seen.has(index)) doubled.push(line)
      else if (this.#refused.has(index)) wrong.push(`refused, and there: ${line}`)
      else {
        const sent = wordsOf(this.compId, index, requestAt(this.seed, index))
        if (line !== sent) wrong.push(`sent: ${sent}; holds: ${line}`)
        if (index !== place) wrong.push(`place ${place} holds ${line}`)
      }
      seen.add(index)
    }
    const lost = [...this.#answered]
      .filter(([index, atMs]) => atMs < untilMs && !seen.has(index))
      .map(([index]) => wordsOf(this.compId, index, requestAt(this.seed, index)))
    return { lost, doubled, wrong }
  }

  /** A fill told twice under two numbers shows in the order's own sum. */
  #fill(orderId: number, cumQty: number, lastQty: number, clOrdId: string): void {
    const before = this.#filledLots.get(orderId) ?? 0
    if (cumQty !== before + lastQty) {
      this.doubled.push(`${clOrdId}: ${before} filled, ${lastQty} more make ${cumQty}`)
    }
    this.#filledLots.set(orderId, cumQty)
  }
}
