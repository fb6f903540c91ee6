/**
 *   promises ──▶ WAITING REQUESTS ◀── answers, Rejects, reports that were lost
 *
 * Who waits for the exchange's answer to a request. Each is known by the place of its message among all messages of the
 * client (outstanding.ts), which a reconnect does not change: two requests of one id are two.
 *
 *   begin ──▶ no room yet ──sent──▶ by its place ──first answer of several──▶ collecting ──last──▶ resolved
 *                 └──────────────────────┴── refused, lost, out of time ──▶ rejected ◀┘
 *
 * The exchange answers one request to its end before it begins with the next, so at most one is collecting.
 */
import { Reason } from '../protocol/codecs.ts'
import { type Answer, isLast, kept, refusalOf, requestIdOf } from './answers.ts'
import { Deferred } from './deferred.ts'
import { OrderEntryError, refusedBy } from './order-entry-error.ts'
import { NOT_FOUND } from './outstanding.ts'

export interface WaitingRequest {
  readonly answers: Promise<readonly Answer[]>
  /** Resolved or rejected. */
  readonly isOver: boolean
  /** The message has taken this place. */
  sentAt(place: number): void
  reject(error: Error): void
}

class Waiting implements WaitingRequest {
  readonly deadlineMs: number
  /** Answered by a list: one without some of its entries is none. */
  readonly isList: boolean
  readonly collected: Answer[] = []
  isOver = false
  place = NOT_FOUND
  /** Some of its answers may be among reports that will not come. */
  isHoled = false
  readonly #requests: WaitingRequests
  readonly #outcome = new Deferred<readonly Answer[]>()

  constructor(requests: WaitingRequests, deadlineMs: number, isList: boolean) {
    this.#requests = requests
    this.deadlineMs = deadlineMs
    this.isList = isList
  }

  get answers(): Promise<readonly Answer[]> {
    return this.#outcome.promise
  }

  sentAt(place: number): void {
    this.place = place
    this.#requests.onSent(this)
  }

  resolve(): void {
    this.#end()
    this.#outcome.resolve(this.collected)
  }

  reject(error: Error): void {
    this.#end()
    this.#outcome.reject(error)
  }

  #end(): void {
    this.isOver = true
    this.#requests.onOver(this)
  }
}

export class WaitingRequests {
  readonly #answerMsMax: number
  /** In order of their deadlines: all have the same time. */
  readonly #all = new Set<Waiting>()
  readonly #byPlace = new Map<number, Waiting>()
  #collecting: Waiting | undefined
  /** Holds the process only while somebody waits. */
  #timer: NodeJS.Timeout | undefined

  /** `answerMsMax`: how long one waits before it is 'unanswered'. */
  constructor(answerMsMax: number) {
    this.#answerMsMax = answerMsMax
  }

  get count(): number {
    return this.#all.size
  }

  /** Its time runs from here on, whether there is room to send it or not. */
  begin(isList: boolean): WaitingRequest {
    const waiting = new Waiting(this, performance.now() + this.#answerMsMax, isList)
    this.#all.add(waiting)
    this.#timer ??= setTimeout(() => this.#onTime(), this.#answerMsMax)
    this.#timer.ref()
    return waiting
  }

  onSent(waiting: Waiting): void {
    this.#byPlace.set(waiting.place, waiting)
  }

  onOver(waiting: Waiting): void {
    this.#all.delete(waiting)
    this.#byPlace.delete(waiting.place)
    if (this.#collecting === waiting) this.#collecting = undefined
    if (this.#all.size === 0) this.#timer?.unref()
  }

  /** `place` of the message that this is the first answer to, or NOT_FOUND: it may be one more answer. */
  answered(place: number, answer: Answer): void {
    const waiting = place === NOT_FOUND ? this.#collecting : this.#byPlace.get(place)
    if (waiting === undefined) return
    if (place === NOT_FOUND && !isOfSameRequest(waiting, answer)) return
    const copy = kept(answer)
    waiting.collected.push(copy)
    this.#collecting = waiting
    if (!isLast(answer)) return
    const reason = refusalOf(answer)
    if (reason !== Reason.None) waiting.reject(refusedBy(copy, reason))
    else if (waiting.isHoled && waiting.isList) waiting.reject(answerLost())
    else waiting.resolve()
  }

  /** The message at this place will have no other answer. */
  rejected(place: number, error: OrderEntryError): void {
    this.#byPlace.get(place)?.reject(error)
  }

  /** The message at this place has its number behind it, and nothing that came tells what became of it. */
  passedOver(place: number): void {
    const waiting = this.#byPlace.get(place)
    if (waiting === undefined) return
    const text = 'The exchange did not take it; why, was lost with its connection.'
    waiting.reject(waiting.isHoled ? answerLost() : new OrderEntryError('rejected', text))
  }

  /** The message at this place was sent, is not sent again, and nobody will say what became of it. */
  unknown(place: number): void {
    const text = 'The exchange’s numbers began again; the request may be done.'
    this.#byPlace.get(place)?.reject(new OrderEntryError('unanswered', text))
  }

  /** Reports will not come: they may have answered any message before this place. */
  onReportsLost(before: number): void {
    for (const waiting of this.#byPlace.values()) waiting.isHoled ||= waiting.place < before
  }

  /** The connection is gone, for this reason, and nobody makes another: nobody is to wait any longer. */
  onGone(why: string): void {
    for (const waiting of this.#all) abandon(waiting, 'disconnected', why)
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #onTime(): void {
    this.#timer = undefined
    const nowMs = performance.now()
    for (const waiting of this.#all) {
      if (waiting.deadlineMs > nowMs) {
        this.#timer = setTimeout(() => this.#onTime(), Math.ceil(waiting.deadlineMs - nowMs))
        return
      }
      abandon(waiting, 'no-room', `No answer within ${this.#answerMsMax} ms`)
    }
  }
}

/** What was sent may be done all the same; what was not has `unsent` for a code, and may be asked for again. */
function abandon(waiting: Waiting, unsent: 'disconnected' | 'no-room', why: string): void {
  const isSent = waiting.place !== NOT_FOUND
  const error = isSent
    ? new OrderEntryError('unanswered', `${why}; the request may still be done.`)
    : new OrderEntryError(unsent, `${why}; the request was not sent.`)
  waiting.reject(error)
}

const isOfSameRequest = ({ collected }: Waiting, answer: Answer): boolean =>
  requestIdOf(collected[0]!) === requestIdOf(answer)

const answerLost = (): OrderEntryError =>
  new OrderEntryError(
    'answer-lost',
    'The exchange has taken it, and keeps the reports that answered it no more.',
  )
