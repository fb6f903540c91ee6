/**
 *   sequencer ── one command ──▶ JOURNALED SHARD ──▶ outbox: to other shards, to transient actors, answers
 *                                  │       ▲
 *                                  ▼       │ turn queue
 *                                 actors of the shard
 *
 * Actors whose state is a function of the log. A command is run to its end: all that they say to each other because of it is
 * handled before the next is taken, so it needs no place in the log. What goes to another shard does: it comes back through the
 * sequencer, as a command there.
 *
 * A handler that throws has done nothing: what it said and wanted is dropped, its state is brought back to what it was, and its
 * strategy says what becomes of it and of the message. That verdict is an event of the log. A replay takes it from there and
 * does not run the handler, so it decides alike even where that would not throw again.
 */
import { createHash } from 'node:crypto'
import {
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  RECORD_HEADER_BYTES,
  SCHEMA_ID_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64, writeInt64 } from '../../protocol/integers.ts'
import { NO_MESSAGE } from '../actor/actor-context.ts'
import { BUSY, type Handled } from '../actor/behavior.ts'
import type { Catalog } from '../actor/catalog.ts'
import { type DeadLetterReason, DeadLetters } from '../actor/dead-letters.ts'
import { unpack } from '../actor/message.ts'
import { journaledRef, NOBODY, NUMBER_MASK, type Ref } from '../actor/ref.ts'
import { type ActorCell, Condition } from '../host/actor-cell.ts'
import type { SnapshotTransfer } from '../recovery/snapshot-transfer.ts'
import { handedOver } from '../recovery/snapshot-writer.ts'
import type { Outbox } from '../shard/outbox.ts'
import type { StateMachine } from '../shard/state-machine.ts'
import type { AtHand, FlightRecorder } from '../system/flight-recorder.ts'
import { isNews } from './actor-router.ts'
import { EarlierMessages } from './earlier-messages.ts'
import { ENGINE_SCHEMA } from './engine-messages.ts'
import { JournaledActors } from './journaled-actors.ts'
import { transferNumbers } from './known-messages.ts'
import { ProtocolHistory } from './protocol-history.ts'
import { layoutsOf } from './protocol-layouts.ts'
import { ShardOutgoing } from './shard-outgoing.ts'
import { ShardRoot } from './shard-root.ts'
import { refuseSuspended, transferActors } from './shard-state.ts'
import { NO_START, type Start } from './start-notice.ts'
import {
  endless,
  neverBusy,
  refusePoison,
  type ShardListener,
  TURN_MESSAGES_MAX,
} from './turn-failures.ts'
import { isVerdict, type JournaledVerdict, readVerdict } from './verdict-event.ts'

export interface ShardPlace {
  /** From 0. */
  readonly shard: number
  readonly shards: number
}

export class JournaledShard implements StateMachine {
  readonly shard: number
  readonly catalog: Catalog
  readonly outgoing: ShardOutgoing
  readonly lifecycle: JournaledActors
  readonly deadLetters = new DeadLetters()
  /** Messages of the log that had fewer fields then. */
  readonly earlier: EarlierMessages
  /** Where it says what it is doing, for whoever comes after its thread. */
  recorder: FlightRecorder | undefined
  /** The message that threads died of: it fails without being run. Not state: what is decided of it is in the log. */
  poison: AtHand | undefined
  /** It is not in a replay: what its actors fail of is decided here. */
  isLive = false
  /** Actors by name that are not brought back at any price, for they are set aside when their log is at its end. */
  setAside: readonly string[] = []
  /** A handler has thrown: what follows from that is not to be seen before the verdict is in the log. */
  hasDecided = false
  /** Who tells the world: of failures, and those who asked what is a dead letter. Not state, and not there while it recovers. */
  listener: ShardListener | undefined
  /** Failures that no strategy of a journaled actor holds, for whoever runs the system: not state, and not repeated by a replay. */
  readonly escalations: string[] = []
  /** The message at hand: where it lies, and who sent it. */
  view: DataView = new DataView(new ArrayBuffer(0))
  envelope = NO_MESSAGE
  sender: Ref = NOBODY
  readonly #outbox: Outbox
  readonly #root: ShardRoot
  /** The last one that the log has, with the newest generation of addresses since. */
  #start = NO_START
  /** What the handler at hand wants to be done when it has returned. */
  readonly #wanted: (() => void)[] = []
  /** Of each shard, the last of its messages that was heard. */
  readonly #heard: Float64Array<ArrayBuffer>
  /** Messages of this turn so far; and what the log knows of those that failed. */
  #delivery = 0
  readonly #foretold = new Map<number, JournaledVerdict>()
  #pastUs = 0

  constructor(
    outbox: Outbox,
    { shard, shards }: ShardPlace,
    catalog: Catalog,
    history = new ProtocolHistory(layoutsOf(catalog)),
  ) {
    this.earlier = new EarlierMessages(history, catalog)
    this.#outbox = outbox
    this.shard = shard
    this.catalog = catalog
    this.#heard = new Float64Array(shards)
    this.outgoing = new ShardOutgoing({ shard, shards }, outbox, (view, envelope) =>
      this.lifecycle.nobodyHere(view, envelope),
    )
    this.lifecycle = new JournaledActors(this)
    this.#root = new ShardRoot(this)
  }

  apply(view: DataView, at: number): void {
    if (!isNews(this.#heard, view, at)) return
    this.#delivery = 0
    const widened = this.earlier.widened(view, at)
    if (widened === undefined) this.#dispatch(view, at)
    else this.#dispatch(widened, 0)
    this.runQueue()
    this.outgoing.queue.clear()
    this.#foretold.clear()
    // Or what its thread dies of later would be taken for this.
    this.recorder?.nothing()
  }

  /** Of transient addresses: the newest that the log knows of. */
  get generation(): number {
    return this.#start.generation
  }

  /** Of the engine, in this part of the log. */
  get rules(): number {
    return this.#start.rules
  }

  /** The system has begun anew, without the actors of these names. */
  started(start: Start, setAside: readonly string[]): void {
    this.#goOnFrom(start)
    this.lifecycle.forgetTransients()
    this.lifecycle.setAside(setAside)
  }

  reserved(generation: number): void {
    this.#start = { ...this.#start, generation }
  }

  #goOnFrom(start: Start): void {
    this.#start = start
    this.outgoing.cuts = this.earlier.cutsOf(start.schema)
  }

  isForetold(view: DataView, at: number): boolean {
    return isVerdict(view, at)
  }

  /** A verdict, its envelope at `at`, on a message that the next command leads to. */
  foretell(view: DataView, at: number): void {
    const verdict = readVerdict(view, at + ENVELOPE_BYTES)
    this.#foretold.set(verdict.delivery, verdict)
  }

  /** When its next timer is due, µs; infinity without any. Somebody with a clock sends a Wake then. */
  get nextWakeUs(): number {
    return this.lifecycle.timers.nextUs
  }

  /** Sequence of the command at hand. */
  get command(): number {
    return this.#outbox.sequence
  }

  /** Of the message at hand, µs: the only time that actors know. */
  get timeUs(): number {
    return this.isMuted ? this.#pastUs : this.#outbox.timeUs
  }

  /** A state is made anew out of what was handled before: nothing is said, nothing wanted. */
  get isMuted(): boolean {
    return this.outgoing.isMuted
  }

  /** Runs what is not to leave any trace but in an actor's own variables. */
  muted(action: () => void): void {
    const { outgoing } = this
    const said = outgoing.said()
    const before = outgoing.isMuted
    this.#pastUs = this.timeUs
    outgoing.isMuted = true
    try {
      action()
    } finally {
      outgoing.isMuted = before
      outgoing.takeBack(said)
    }
  }

  /** Done when the handler at hand has returned, and not at all if it throws. */
  whenHandled(action: () => void): void {
    if (!this.isMuted) this.#wanted.push(action)
  }

  /** All that was said within the shard is handled. */
  runQueue(): void {
    const { queue } = this.outgoing
    for (let at = queue.next(); at >= 0; at = queue.next()) {
      this.#dispatch(queue.view, at)
      queue.advance()
    }
  }

  /** A copy of the message at `envelope` for this actor, behind all that was said in this turn. */
  hand(cell: ActorCell, view: DataView, envelope: number): void {
    this.outgoing.queue.append(view, envelope, cell.ref, this.#outbox.timeUs)
  }

  /** It may run again: what has waited for it is handled. */
  runWaiting(cell: ActorCell): void {
    const { mailbox } = cell
    for (let at = mailbox.peek(); at >= 0; at = mailbox.peek()) {
      this.hand(cell, mailbox.view, at + RECORD_HEADER_BYTES)
      mailbox.advance()
    }
  }

  /** The handler of the message at `envelope`, with nothing around it. */
  run(cell: ActorCell, view: DataView, envelope: number): Handled {
    this.view = view
    this.envelope = envelope
    this.sender = view.getUint32(envelope + NUMBER_OFFSET, true)
    if (this.isMuted) this.#pastUs = readInt64(view, envelope + TIME_OFFSET)
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    const handler = cell.handlers[id]
    const isIts = view.getUint16(envelope + SCHEMA_ID_OFFSET, true) === cell.schemaId
    if (handler === undefined || !isIts) {
      this.envelope = NO_MESSAGE
      return this.lifecycle.deliverOther(cell, view, envelope)
    }
    const reader = cell.readers[id]
    if (reader === undefined) return handler(unpack(view, envelope + ENVELOPE_BYTES) as never)
    reader.$view = view
    reader.$at = envelope + ENVELOPE_BYTES
    return handler(reader as never)
  }

  bury(reason: DeadLetterReason, view: DataView, envelope: number, error?: string): void {
    if (this.isMuted) return
    this.listener?.buried(reason, view, envelope, error)
    const to = view.getUint32(envelope + SESSION_OFFSET, true)
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    const found = this.lifecycle.at(to)
    const cell = found?.ref === to ? found : undefined
    this.deadLetters.add({
      ...{ reason, to, from: view.getUint32(envelope + NUMBER_OFFSET, true) },
      ...{ toName: cell?.name ?? `#${to}`, message: cell?.messageName(id) ?? `message ${id}` },
      timeUs: this.#outbox.timeUs,
      ...(error === undefined ? {} : { error }),
    })
  }

  announce(): void {
    // Who wants to know something of journaled actors asks them: there is nothing to say again.
  }

  audit(): string | undefined {
    return undefined
  }

  transfer(snapshot: SnapshotTransfer): void {
    if (!snapshot.isRestoring) refuseSuspended(this.lifecycle.all)
    this.#transfer(snapshot)
  }

  #transfer(snapshot: SnapshotTransfer): void {
    const heard = this.#heard
    const before = { relayed: this.outgoing.relayed, heard, start: this.#start }
    const { relayed, start } = transferNumbers(this.shard, before, snapshot)
    this.outgoing.relayed = relayed
    if (snapshot.isRestoring) this.#goOnFrom(start)
    transferActors(this, snapshot)
  }

  stateHash(): string {
    const start = this.#start
    // How often the system was started is not the actors' affair: a start leaves their states as they were.
    this.#start = NO_START
    try {
      return createHash('sha256').update(this.#state()).digest('hex').slice(0, 16)
    } finally {
      this.#start = start
    }
  }

  /** All that a successor on another thread goes on with. */
  handOver(): { state: Uint8Array; eventNumber: number; timeUs: number } {
    const { eventNumber, timeUs } = this.#outbox
    return { state: this.#state(), eventNumber, timeUs }
  }

  #state(): Uint8Array<ArrayBuffer> {
    return handedOver((snapshot) => this.#transfer(snapshot))
  }

  #dispatch(view: DataView, envelope: number): void {
    const to = view.getUint32(envelope + SESSION_OFFSET, true)
    const cell = this.lifecycle.at(to)
    if (cell === undefined) {
      if ((to & NUMBER_MASK) === 0) this.#root.deliver(view, envelope)
      else this.lifecycle.nobodyHere(view, envelope)
    } else if (cell.condition === Condition.Suspended) {
      this.lifecycle.deliverAside(cell, view, envelope)
    } else if (cell.condition !== Condition.Ready) {
      const isEngines = view.getUint16(envelope + SCHEMA_ID_OFFSET, true) === ENGINE_SCHEMA
      if (!cell.mailbox.append(view, envelope, isEngines)) this.bury('mailbox-full', view, envelope)
    } else {
      this.#deliver(cell, view, envelope)
    }
  }

  /** Until it is handled, or is not to be given again before anything else. */
  #deliver(cell: ActorCell, view: DataView, envelope: number): void {
    let isAgain = true
    while (isAgain) isAgain = this.#try(cell, view, envelope)
  }

  /** Runs the handler; or does what the log says of it. True: to be given again. */
  #try(cell: ActorCell, view: DataView, envelope: number): boolean {
    const delivery = ++this.#delivery
    const foretold = this.#foretold.get(delivery)
    const { outgoing, lifecycle } = this
    const { failures } = lifecycle
    if (foretold !== undefined) return failures.foretold(cell, view, envelope, foretold)
    const said = outgoing.said()
    const { lastNumber, lastAsk } = lifecycle
    this.recorder?.journaled(cell.ref, this.shard, delivery, this.command)
    try {
      if (delivery > TURN_MESSAGES_MAX) throw endless()
      if (this.poison !== undefined) refusePoison(this.poison, this.command, delivery)
      if (this.run(cell, view, envelope) === BUSY) throw neverBusy()
      outgoing.checkCommitted(cell.name)
      failures.keep(cell, view, envelope)
    } catch (error) {
      outgoing.takeBack(said)
      this.#wanted.length = 0
      lifecycle.lastNumber = lastNumber
      lifecycle.lastAsk = lastAsk
      this.hasDecided = true
      return failures.failed(cell, view, envelope, { error, delivery })
    }
    if (this.#wanted.length > 0) this.doWanted()
    cell.handled++
    if (cell.hasFailed) cell.recovered()
    if (cell.unstashed !== undefined) this.#runUnstashed(cell)
    return false
  }

  /** What is done may want more: an actor that is born has a function that is run. */
  doWanted(): void {
    const wanted = this.#wanted
    try {
      for (let i = 0; i < wanted.length; i++) wanted[i]!()
    } finally {
      wanted.length = 0
    }
  }

  /** Where `action` throws, it has said and wanted nothing. */
  tried(action: () => void, failed: (error: unknown) => void): void {
    const said = this.outgoing.said()
    const wanted = this.#wanted.length
    try {
      action()
    } catch (error) {
      this.outgoing.takeBack(said)
      this.#wanted.length = wanted
      failed(error)
    }
  }

  #runUnstashed(cell: ActorCell): void {
    const kept = cell.unstashed!
    cell.unstashed = undefined
    for (let at = kept.peek(); at >= 0; at = kept.peek()) {
      // Now it is handled, and so its time is now: also where it is handled again after a failure.
      writeInt64(kept.view, at + RECORD_HEADER_BYTES + TIME_OFFSET, this.#outbox.timeUs)
      this.#dispatch(kept.view, at + RECORD_HEADER_BYTES)
      kept.advance()
    }
  }
}

/** The address of the shard itself: its actors are asked for there. */
export const rootOf = (shard: number): Ref => journaledRef(shard, 0)
