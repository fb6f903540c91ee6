/**
 *   rings of other threads ──▶ ACTOR HOST ──▶ rings to other threads
 *                               │  ▲
 *                     mailboxes ▼  │ tell
 *                              actors
 *
 * One thread's actors, as a role with a turn. It promises that of two messages from one sender to one receiver the first comes
 * first; that a handler is never entered while another runs; and that nothing is lost without being counted: what finds no room
 * is answered BUSY, what finds nobody is a dead letter.
 *
 * A message to an actor of this thread goes into its mailbox, one to another thread's into the ring between the two. From a
 * ring it is handled where it lies, unless its actor has others waiting: then it waits behind them.
 *
 * Hot. Offsets are of envelopes (protocol/envelope.ts): `session` is the receiver, `number` the sender.
 */
import {
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  RECORD_HEADER_BYTES,
  SCHEMA_ID_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { EMPTY, type RingConsumer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { NO_MESSAGE } from '../actor/actor-context.ts'
import { BUSY, type Handled, SENT, type Sent } from '../actor/behavior.ts'
import type { DeadLetters } from '../actor/dead-letters.ts'
import { unpack } from '../actor/message.ts'
import { INDEX_MASK, NOBODY, type Ref } from '../actor/ref.ts'
import { ENGINE_SCHEMA } from '../journaled/engine-messages.ts'
import {
  allocateFlightRecorder,
  FlightRecorder,
  NO_RING,
  Poison,
} from '../system/flight-recorder.ts'
import type { Role } from '../thread/role.ts'
import { type ActorCell, Condition } from './actor-cell.ts'
import { Failing } from './failing.ts'
import type { HostOptions } from './host-options.ts'
import { Lifecycle } from './lifecycle.ts'
import type { Links } from './links.ts'
import { Moving } from './moving.ts'
import { claimWasLeft, Outgoing } from './outgoing.ts'

/** Of one actor before the next one's turn: so that nobody waits for one that always has something to do. */
const MESSAGES_PER_ACTOR = 64
/** Of one ring, and of all mailboxes, in one turn of this thread. */
const MESSAGES_PER_TURN = 512
/** Of so many turns without anything to do one looks at the clock. */
const IDLE_TURNS_UNTIMED = 16

export class ActorHost implements Role {
  readonly name: string
  readonly options: HostOptions
  readonly links: Links
  /** What goes wrong. */
  readonly failing: Failing
  readonly lifecycle: Lifecycle
  /** How actors come here and go. */
  readonly moving: Moving
  /** How its actors send. */
  readonly outgoing: Outgoing
  /** By index of the system's table: those of this thread. */
  readonly cells: (ActorCell | undefined)[]
  timeUs = 0
  /** By the clock that nobody sets. */
  nowUs = 0
  /** The message at hand: where it lies, and who sent it. */
  current: ActorCell | undefined
  view: DataView = new DataView(new ArrayBuffer(0))
  envelope = NO_MESSAGE
  sender: Ref = NOBODY

  /** Actors with something to do: first in, first served. */
  #first: ActorCell | undefined
  #last: ActorCell | undefined
  readonly #blocked: ActorCell[] = []
  readonly #recorder: FlightRecorder
  readonly #poison: Poison
  /** Which of the incoming rings the message at hand lies in. */
  #ring = NO_RING
  #idleTurns = 0
  readonly #monotonicUs: () => number

  constructor(options: HostOptions) {
    this.name = options.name
    this.options = options
    this.links = options.links
    this.#monotonicUs = options.monotonicUs ?? options.clockUs
    this.cells = new Array(options.links.table.capacity).fill(undefined)
    this.#recorder = options.recorder ?? new FlightRecorder(allocateFlightRecorder(1), 0)
    this.#poison = new Poison(options.poison)
    this.lifecycle = new Lifecycle(this)
    this.outgoing = new Outgoing(this)
    this.failing = new Failing(this)
    this.moving = new Moving(this, options.catalog)
  }

  get deadLetters(): DeadLetters {
    return this.failing.deadLetters
  }

  doWork(): number {
    if (this.#isIdle() && ++this.#idleTurns % IDLE_TURNS_UNTIMED !== 0) return 0
    this.readClocks()
    let work = this.lifecycle.doWork(this.nowUs)
    if (this.#blocked.length > 0) this.#unblock()
    const { incoming } = this.links
    for (let i = 0; i < incoming.length; i++) work += this.#takeFrom(incoming[i]!, i)
    work += this.#runScheduled()
    if (this.outgoing.answers.count > 0) work += this.outgoing.giveAnswers()
    this.#recorder.nothing()
    // What a turn has said is seen before what it has taken is given up: if the thread dies between the two, its successor
    // may say something again; nothing is lost.
    this.links.publish()
    for (let i = 0; i < incoming.length; i++) incoming[i]!.release()
    return work
  }

  readClocks(): void {
    this.timeUs = Math.max(this.timeUs, this.options.clockUs())
    this.nowUs = this.#monotonicUs()
  }

  /** Nothing to run, nothing in a ring. Whether a timer is due is a question of the clock, which costs more than all the rest. */
  #isIdle(): boolean {
    if (this.#first !== undefined || this.#blocked.length > 0) return false
    return this.outgoing.answers.count === 0 && !this.links.hasRecords
  }

  hasWork(): boolean {
    const isDue = this.lifecycle.hasWork(this.#monotonicUs())
    // The next turn looks at the clock, whichever it is.
    if (isDue) this.#idleTurns = IDLE_TURNS_UNTIMED - 1
    if (isDue || this.#first !== undefined || this.links.hasIncoming) return true
    return (this.#blocked.length > 0 || this.links.isWaiting) && this.links.hasRoomAgain
  }

  /** By the clock, not by the time of the last turn, which may be long ago. */
  get wakeWithinMs(): number {
    return Math.max(0, (this.lifecycle.nextUs - this.#monotonicUs()) / 1000)
  }

  /** Somebody is BUSY, and nothing was full that would wake this thread when it has room. */
  get isHesitating(): boolean {
    return this.#blocked.length > 0 && !this.links.isFull
  }

  get isQuiet(): boolean {
    return this.#blocked.length === 0 && !this.links.isWaiting && !this.hasWork()
  }

  close(isFailing: boolean): void {
    // A thread that dies has a successor, who has its actors; the one that the system was started on has none.
    if (!isFailing || this.options.onAnswer !== undefined) this.lifecycle.close()
    this.failing.tellHeld()
    this.links.publish()
  }

  /** A whole record, as it stands at `envelope`, into the mailbox of an actor of this thread. Never BUSY for the engine's own. */
  enqueue(cell: ActorCell, view: DataView, envelope: number): Sent {
    const isEngines = view.getUint16(envelope + SCHEMA_ID_OFFSET, true) === ENGINE_SCHEMA
    if (!cell.inbox.append(view, envelope, isEngines)) return BUSY
    this.wake(cell)
    return SENT
  }

  /** Runs `action` as if it were a handler of this actor; `message` is what it is about, its envelope at 0. */
  runNow(cell: ActorCell, action: () => Handled, message?: DataView): Handled {
    this.current = cell
    try {
      const said = this.withoutMessage(action)
      if (said === BUSY) this.outgoing.forget()
      else if (this.outgoing.claimed !== 0) throw claimWasLeft(cell.name)
      return said
    } catch (error) {
      this.failing.actionThrew(cell, error, message)
      return undefined
    } finally {
      this.current = undefined
      this.endIfWanted(cell)
    }
  }

  /** It may have something to do now. */
  wake(cell: ActorCell): void {
    const mayRun = cell.condition === Condition.Ready && cell.hasWaiting && !cell.isScheduled
    if (mayRun) this.schedule(cell)
  }

  /** It may run again, or for the first time. */
  ready(cell: ActorCell): void {
    cell.condition = Condition.Ready
    this.wake(cell)
  }

  /** It has something to do, and its turn comes after those that stand here already. */
  schedule(cell: ActorCell): void {
    cell.isScheduled = true
    cell.next = undefined
    if (this.#last === undefined) this.#first = cell
    else this.#last.next = cell
    this.#last = cell
  }

  #runScheduled(): number {
    let handled = 0
    while (handled < MESSAGES_PER_TURN) {
      const cell = this.#first
      if (cell === undefined) break
      this.#first = cell.next
      if (this.#first === undefined) this.#last = undefined
      cell.isScheduled = false
      handled += this.#run(cell)
      this.wake(cell)
    }
    return handled
  }

  /** Its next messages. Returns how many it has handled. */
  #run(cell: ActorCell): number {
    const mailbox = cell.waiting
    let handled = 0
    try {
      while (handled < MESSAGES_PER_ACTOR && cell.condition === Condition.Ready) {
        const at = mailbox.peek()
        if (at < 0) break
        if (this.deliver(cell, mailbox.view, at + RECORD_HEADER_BYTES) === BUSY) {
          this.#block(cell)
          break
        }
        mailbox.advance()
        handled++
        // What it has kept, and wants now, comes before what waits.
        if (cell.unstashed !== mailbox && cell.unstashed !== undefined) break
        if (cell.released !== undefined) break
      }
    } catch (error) {
      this.failing.handlerThrew(
        cell,
        error,
        mailbox.view,
        mailbox.peek() + RECORD_HEADER_BYTES,
        mailbox,
      )
      handled++
    }
    cell.handled += handled
    this.current = undefined
    this.endIfWanted(cell)
    return handled
  }

  #unblock(): void {
    for (const cell of this.#blocked) if (cell.condition === Condition.Blocked) this.ready(cell)
    this.#blocked.length = 0
    this.links.forgetFull()
  }

  /** It has ended itself, and its handler has returned. */
  endIfWanted(cell: ActorCell): void {
    if (cell.condition === Condition.Ending) this.lifecycle.stop(cell)
  }

  #block(cell: ActorCell): void {
    this.outgoing.forget()
    // It has ended itself: nothing is given to it again.
    if (cell.condition === Condition.Ending) return
    cell.condition = Condition.Blocked
    this.#blocked.push(cell)
  }

  /** Runs the handler. The message stays where it is. */
  deliver(cell: ActorCell, view: DataView, envelope: number): Handled {
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    const handler = cell.handlers[id]
    this.#recorder.transient(cell.ref, this.#ring, envelope)
    this.current = cell
    this.view = view
    this.envelope = envelope
    this.sender = view.getUint32(envelope + NUMBER_OFFSET, true)
    const isIts = view.getUint16(envelope + SCHEMA_ID_OFFSET, true) === cell.schemaId
    let said: Handled
    if (handler === undefined || !isIts) {
      // Of the engine's own, and of answers, there is nothing to be answered or kept.
      this.envelope = NO_MESSAGE
      said = this.lifecycle.deliverOther(cell, view, envelope)
    } else {
      const reader = cell.readers[id]
      const block = envelope + ENVELOPE_BYTES
      if (reader === undefined) {
        said = handler(unpack(view, block) as never)
      } else {
        reader.$view = view
        reader.$at = block
        said = handler(reader as never)
      }
    }
    if (this.outgoing.claimed !== 0 && said !== BUSY) throw claimWasLeft(cell.name)
    return said
  }

  /** Runs what no message has asked for: nobody has sent one, and there is none to be answered or kept. */
  withoutMessage<T>(action: () => T): T {
    const { envelope, sender } = this
    this.envelope = NO_MESSAGE
    this.sender = NOBODY
    try {
      return action()
    } finally {
      // A handler may have spawned or ended another, and goes on.
      this.envelope = envelope
      this.sender = sender
    }
  }

  #takeFrom(ring: RingConsumer, index: number): number {
    this.#ring = index
    let taken = 0
    for (let at = ring.peek(); at !== EMPTY; at = ring.peek()) {
      if (this.#poison.isThere && this.#poison.isAt(index, at)) {
        this.failing.buryRecord('failed', ring.view, at, 'the thread died of it, again and again')
      } else if (!this.#accept(ring.view, at, ring.payloadBytes)) {
        break
      }
      ring.advance()
      taken++
      if (taken === MESSAGES_PER_TURN) break
    }
    this.#ring = NO_RING
    if (this.#poison.isThere && taken > 0) this.#poison.endOfTurn(index)
    return taken
  }

  /** False: its actor's mailbox is full, and the record stays where it is. */
  #accept(view: DataView, envelope: number, payloadBytes: number): boolean {
    const to = view.getInt32(envelope + SESSION_OFFSET, true)
    const cell = this.cells[to & INDEX_MASK]
    if (cell?.ref !== to || to < 0) return this.#acceptOther(to, view, envelope, payloadBytes)
    if (cell.arrival !== undefined) {
      return this.moving.accept(cell, view, envelope, this.links.senderOf(this.#ring))
    }
    // One that drops is not served in place: its bound is its mailbox's, not that of the ring before it.
    if (cell.hasWaiting || cell.condition !== Condition.Ready || cell.dropsNewest) {
      return this.#acceptWaiting(cell, view, envelope)
    }
    try {
      if (this.deliver(cell, view, envelope) === BUSY) {
        this.putAside(cell, view, envelope)
        this.#block(cell)
      }
    } catch (error) {
      this.failing.handlerThrew(cell, error, view, envelope, undefined)
    }
    cell.handled++
    this.current = undefined
    this.endIfWanted(cell)
    return true
  }

  /** It was taken off its ring to be handled, and is to be given again: it may not find the mailbox full. */
  putAside(cell: ActorCell, view: DataView, envelope: number): void {
    cell.mailbox.append(view, envelope, true)
    if (!cell.isScheduled && cell.condition === Condition.Ready) this.schedule(cell)
  }

  #acceptWaiting(cell: ActorCell, view: DataView, envelope: number): boolean {
    if (this.enqueue(cell, view, envelope) === SENT) return true
    if (!cell.dropsNewest) return false
    this.failing.buryRecord('mailbox-full', view, envelope)
    return true
  }

  #acceptOther(to: Ref, view: DataView, envelope: number, payloadBytes: number): boolean {
    const { onAnswer } = this.options
    const isAnswer = to < 0 && onAnswer !== undefined
    if (isAnswer && onAnswer(to, view, envelope)) return true
    if (!isAnswer && this.links.forward(to, view, envelope, payloadBytes)) return true
    if (this.lifecycle.receive(view, envelope)) return true
    this.failing.buryRecord(isAnswer ? 'late' : 'gone', view, envelope)
    return true
  }
}
