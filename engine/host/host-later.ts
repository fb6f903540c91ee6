/** What is to happen later to the actors of a thread: timers, answers, messages that were put aside. */
import { ENVELOPE_BYTES, SCHEMA_ID_OFFSET, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import { BUSY, type Handled, SENT, type Sent } from '../actor/behavior.ts'
import { StashFull } from '../actor/stash-full.ts'
import { Timers } from '../actor/timers.ts'
import { type ActorCell, Condition, type PendingAsk } from './actor-cell.ts'
import type { ActorHost } from './actor-host.ts'
import { type ActorTimer, isWanted, type ToCome } from './actor-timer.ts'
import { joined, Mailbox } from './mailbox.ts'

/** What an actor has given back for a reason of its own, and what is due to one that rests, is tried again after so long. */
const LATE_AGAIN_US = 1_000

export abstract class HostLater {
  readonly #host: ActorHost
  readonly #timers = new Timers<ActorTimer>(isWanted)
  #timerNumber = 0
  #askNumber = 0
  /** Due, but its actor cannot be run now. */
  #late: ActorTimer[] = []

  constructor(host: ActorHost) {
    this.#host = host
  }

  /** It has rested for long enough. */
  abstract startAgain(cell: ActorCell): void

  /** Its timers that are still to come, and how one is added. */
  timersOf(cell: ActorCell) {
    const all = this.#timers.sorted().filter((timer) => timer.cell === cell && isWanted(timer))
    return {
      all,
      // With a number of this thread's own: they come from another.
      add: (timer: ActorTimer): number => {
        const number = ++this.#timerNumber
        this.#timers.add({ ...timer, number })
        return number
      },
    }
  }

  stash(cell: ActorCell, view: DataView, envelope: number): Sent {
    cell.stashed ??= new Mailbox(cell.mailbox.bytesMax)
    if (cell.stashed.append(view, envelope)) return SENT
    // BUSY would hold up the very message that it waits for: that is behind this one.
    throw new StashFull(cell.name, cell.stashed.bytes)
  }

  /** What it has kept comes before what waits. */
  unstash(cell: ActorCell): void {
    if (cell.stashed === undefined || cell.stashed.count === 0) return
    if (cell.unstashed === undefined) cell.unstashed = cell.stashed
    else cell.released = joined(cell.released, cell.stashed)
    cell.stashed = undefined
    // Its handler may have been run off a ring or by a timer, and then nobody else sees to it.
    if (!cell.isScheduled) this.#host.schedule(cell)
  }

  /** A number for an ask of this actor: what comes back with it is its answer, until `timeoutMs` are over. */
  addAsk(cell: ActorCell, ask: { schemaId: number; requestId: number; tag: number }): number {
    if (this.#host.outgoing.isMuted) return 0
    cell.asks ??= new Map()
    // One that has moved here has numbers of another thread's.
    do this.#askNumber = (this.#askNumber + 1) >>> 0
    while (cell.asks.has(this.#askNumber))
    cell.asks.set(this.#askNumber, ask)
    return this.#askNumber
  }

  dropAsk(cell: ActorCell, number: number): void {
    cell.asks?.delete(number)
  }

  startAskTimer(cell: ActorCell, number: number, timeoutMs: number): void {
    // Its number may be that of an ask which comes with the actor.
    if (this.#host.outgoing.isMuted) return
    this.addTimer({ cell, what: 'ask', key: number }, timeoutMs)
  }

  /** A message to itself, whose envelope and block `view` holds. */
  after(cell: ActorCell, delayMs: number, key: number, view: DataView): void {
    if (this.#host.outgoing.isMuted) return
    cell.timers ??= new Map()
    cell.timers.set(key, this.addTimer({ cell, what: 'message', key, view }, delayMs))
  }

  cancel(cell: ActorCell, key: number): void {
    cell.timers?.delete(key)
  }

  get nextUs(): number {
    const nextUs = Math.min(this.#timers.nextUs, this.#host.failing.nextUs)
    if (this.#late.length === 0 && !this.#host.isHesitating) return nextUs
    return Math.min(nextUs, this.#host.nowUs + LATE_AGAIN_US)
  }

  hasWork(nowUs: number): boolean {
    return this.nextUs <= nowUs
  }

  /** Whatever is due. */
  doWork(nowUs: number): number {
    const { failing } = this.#host
    if (failing.nextUs <= nowUs) failing.tellHeld(nowUs)
    if (this.#timers.nextUs > nowUs && this.#late.length === 0) return 0
    const late = this.#late
    this.#late = []
    let fired = 0
    for (const timer of late) fired += this.#fire(timer)
    for (
      let timer = this.#timers.takeDue(nowUs);
      timer !== undefined;
      timer = this.#timers.takeDue(nowUs)
    ) {
      fired += this.#fire(timer)
    }
    return fired
  }

  addTimer({ cell, what, key, view }: ToCome, delayMs: number): number {
    const number = ++this.#timerNumber
    const dueUs = this.#host.nowUs + Math.max(0, Math.round(delayMs * 1000))
    // Written out: a spread of it takes longer than all the rest of an ask.
    this.#timers.add({ dueUs, number, cell, what, key, view })
    return number
  }

  #fire(timer: ActorTimer): number {
    const { cell, what } = timer
    if (!isWanted(timer)) return 0
    if (what === 'ask' && cell.asks!.get(timer.key)!.isAnswered === true) return 0
    if (what === 'rest') {
      this.startAgain(cell)
      return 1
    }
    // Also to one that is BUSY: what it waits for may be this very timer.
    if (cell.condition !== Condition.Ready && cell.condition !== Condition.Blocked) {
      if (cell.condition !== Condition.Stopped) this.#late.push(timer)
      return 0
    }
    const said = this.#host.runNow(cell, () => this.#runTimer(timer), timer.view)
    if (said === BUSY) {
      this.#late.push(timer)
      return 0
    }
    return 1
  }

  #runTimer({ cell, what, key, number, view }: ActorTimer): Handled {
    if (what === 'ask') return this.askEnded(cell, key)
    // Before its handler, which may set one of the same key anew.
    cell.timers!.delete(key)
    const said = this.#host.deliver(cell, view!, 0)
    if (said === BUSY && cell.timers?.has(key) === false) cell.timers.set(key, number)
    return said
  }

  /** There is no answer, and there will be none. */
  askEnded(cell: ActorCell, number: number): Handled {
    const ask = cell.asks?.get(number)
    return ask && this.#endAsk(cell, number, ask, undefined)
  }

  /** Over before its handler runs: one that throws is not to hear of the same ask again when the time is up. */
  #endAsk(cell: ActorCell, number: number, ask: PendingAsk, answer: unknown): Handled {
    cell.asks!.delete(number)
    const handler = answerHandlerOf(cell, ask.schemaId, ask.requestId)
    const said = handler?.handle(answer, ask.tag)
    if (said === BUSY) cell.asks!.set(number, { ...ask, isAnswered: answer !== undefined })
    return said
  }

  deliverAnswer(cell: ActorCell, view: DataView, envelope: number): Handled {
    const number = view.getUint32(envelope + ENVELOPE_BYTES, true)
    const ask = cell.asks?.get(number)
    const handler = ask && answerHandlerOf(cell, ask.schemaId, ask.requestId)
    const type = handler?.type.answer
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    const schemaId = view.getUint16(envelope + SCHEMA_ID_OFFSET, true)
    if (handler === undefined || type?.id !== id || type.schemaId !== schemaId) {
      this.#host.failing.buryRecord('late', view, envelope)
      return undefined
    }
    const reader = type.$reader
    reader.$view = view
    reader.$at = envelope + ENVELOPE_BYTES
    return this.#endAsk(cell, number, ask!, reader)
  }
}

const answerHandlerOf = (cell: ActorCell, schemaId: number, requestId: number) =>
  cell.hooks.answers?.find(({ type }) => type.schemaId === schemaId && type.id === requestId)
