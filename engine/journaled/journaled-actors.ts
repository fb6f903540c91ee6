/**
 * Birth, failure and end of the actors of one shard, and who watches whom: all of it state. What a handler wants of it is done
 * when it has returned, and not at all if it throws.
 */
import {
  ENVELOPE_BYTES,
  RECORD_HEADER_BYTES,
  SCHEMA_ID_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { ActorContext, NO_MESSAGE } from '../actor/actor-context.ts'
import type { Handled, SpawnOptions } from '../actor/behavior.ts'
import { ANSWER_BIT, type AnyMessage } from '../actor/message.ts'
import { isTransient, journaledRef, NOBODY, NUMBER_MASK, type Ref } from '../actor/ref.ts'
import { ActorCell, type AnyBehavior, type CellOptions, Condition } from '../host/actor-cell.ts'
import type { Mailbox } from '../host/mailbox.ts'
import { hasNoState, tryBirth } from './birth-trial.ts'
import { ENGINE_SCHEMA, Engine } from './engine-messages.ts'
import type { JournaledShard } from './journaled-shard.ts'
import { refuseAsker } from './refusal.ts'
import { ShardFailures } from './shard-failures.ts'
import { ShardLater } from './shard-later.ts'
import { errorText } from './verdict-event.ts'

export class JournaledActors extends ShardLater {
  readonly #cells = new Map<number, ActorCell>()
  readonly #byName = new Map<string, ActorCell>()
  readonly failures: ShardFailures
  /** Names that the handler at hand has given to actors that are born when it returns. */
  readonly #unborn = new Set<string>()
  /** What the function of the last one threw that could not be born. */
  #stillborn: unknown
  /** Of the last one that was born. */
  lastNumber = 0

  constructor(shard: JournaledShard) {
    super(shard)
    this.failures = new ShardFailures(shard)
  }

  at(ref: Ref): ActorCell | undefined {
    return this.#cells.get(ref & NUMBER_MASK)
  }

  find(name: string): ActorCell | undefined {
    return this.#byName.get(name)
  }

  /** In the order of their births. */
  get all(): Iterable<ActorCell> {
    return this.#cells.values()
  }

  get count(): number {
    return this.#cells.size
  }

  /** Its address is good at once; it is born when the handler at hand has returned. */
  spawn(
    behavior: AnyBehavior,
    name: string,
    { parent, ...options }: SpawnOptions & { readonly parent?: ActorCell },
  ): { readonly ref: Ref } {
    const path = parent === undefined ? name : `${parent.name}/${name}`
    const known = this.#byName.get(path)
    if (this.shard.isMuted) return known ?? { ref: NOBODY }
    // Throws where it is none of the system's: a snapshot could not name it.
    this.shard.catalog.nameOf(behavior)
    if (known !== undefined || this.#unborn.has(path)) {
      throw new Error(`actor '${path}' is there already: give it another name, or stop that one`)
    }
    if (this.lastNumber === NUMBER_MASK) {
      throw new Error(
        `shard ${this.shard.shard} has had ${NUMBER_MASK} actors, and can have no more`,
      )
    }
    // In a replay nobody is refused who is in the log. Who is asked for from outside was tried before that was.
    if (parent !== undefined && this.shard.isLive) {
      tryBirth(behavior, this.shard.catalog.nameOf(behavior), path)
    }
    const ref = journaledRef(this.shard.shard, ++this.lastNumber)
    this.#unborn.add(path)
    this.shard.whenHandled(() => this.#begin({ ref, name: path, behavior, options, parent }))
    return { ref }
  }

  /** One whose function throws was never there; who has spawned it has returned, and cannot be told by an error. */
  #begin(options: CellOptions): void {
    this.#unborn.delete(options.name)
    // It has ended in the same handler, and its children with it.
    if (options.parent?.condition === Condition.Stopped) return
    const cell = this.add(options)
    this.shard.tried(
      () => {
        this.start(cell)
        if (cell.hooks.transfer === undefined) throw hasNoState(cell.name)
      },
      (error) => {
        this.stopNow(cell)
        this.#stillborn = error
        this.shard.escalations.push(`actor '${cell.name}': ${errorText(error)}`)
      },
    )
  }

  /** Runs an actor's function: no message has asked for that. */
  start(cell: ActorCell): void {
    const { shard } = this
    shard.envelope = NO_MESSAGE
    shard.sender = NOBODY
    cell.start()
    shard.outgoing.checkCommitted(cell.name)
  }

  /** Somebody from outside wants it: it is born at once. */
  bear(behavior: AnyBehavior, name: string, options: SpawnOptions): Ref {
    const { ref } = this.spawn(behavior, name, options)
    this.#stillborn = undefined
    this.shard.doWanted()
    if (this.#stillborn === undefined) return ref
    this.shard.escalations.pop()
    throw this.#stillborn
  }

  /** A cell for it, with no state yet. */
  add(options: CellOptions): ActorCell {
    if (this.#byName.has(options.name)) throw new Error(`actor '${options.name}' is there already`)
    const cell = new ActorCell(options)
    cell.context = new ActorContext(this.shard, cell)
    this.#cells.set(cell.ref & NUMBER_MASK, cell)
    this.#byName.set(cell.name, cell)
    if (options.parent !== undefined) {
      options.parent.children ??= new Set()
      options.parent.children.add(cell)
    }
    return cell
  }

  childOf(cell: ActorCell, ref: Ref): ActorCell | undefined {
    const child = this.at(ref)
    return child?.parent === cell ? child : undefined
  }

  end(cell: ActorCell): void {
    this.stop(cell)
  }

  /** It and its children get no further message once the handler at hand has returned. */
  stop(cell: ActorCell): void {
    this.shard.whenHandled(() => this.stopNow(cell))
  }

  stopNow(cell: ActorCell): void {
    if (cell.condition === Condition.Stopped) return
    const isAtWork = cell.condition !== Condition.Suspended
    cell.condition = Condition.Stopped
    for (const child of cell.children ?? []) this.stopNow(child)
    cell.parent?.children?.delete(cell)
    for (const waiting of [cell.unstashed, cell.stashed, cell.mailbox]) {
      if (waiting !== undefined) this.#buryWaiting(waiting)
    }
    if (isAtWork) this.failures.callHook(cell, 'stopped')
    this.#cells.delete(cell.ref & NUMBER_MASK)
    this.#byName.delete(cell.name)
    this.failures.forget(cell)
    for (const watched of cell.watching ?? []) this.#tell(watched, Engine.Unwatch, cell.ref)
    for (const watcher of cell.watchers ?? []) this.#tell(watcher, Engine.Terminated, cell.ref)
  }

  #buryWaiting(waiting: Mailbox): void {
    for (let at = waiting.peek(); at >= 0; at = waiting.peek()) {
      this.nobodyHere(waiting.view, at + RECORD_HEADER_BYTES)
      waiting.advance()
    }
  }

  watch(cell: ActorCell, ref: Ref): void {
    this.shard.whenHandled(() => {
      cell.watching ??= new Set()
      if (cell.watching.has(ref)) return
      cell.watching.add(ref)
      this.#tell(ref, Engine.Watch, cell.ref)
    })
  }

  unwatch(cell: ActorCell, ref: Ref): void {
    this.shard.whenHandled(() => {
      if (cell.watching?.delete(ref) === true) this.#tell(ref, Engine.Unwatch, cell.ref)
    })
  }

  /** The system has begun anew: all transient actors of before are gone, and have nobody left to tell of it. */
  forgetTransients(): void {
    for (const cell of this.#cells.values()) {
      for (const ref of cell.watchers ?? []) if (isTransient(ref)) cell.watchers!.delete(ref)
      for (const ref of cell.watching ?? []) {
        if (isTransient(ref)) this.#tell(cell.ref, Engine.Terminated, ref)
      }
    }
  }

  /** Of a start: those of these names get nothing until the next one, and all others that were set aside are tried again. */
  setAside(names: readonly string[]): void {
    for (const cell of this.#cells.values()) {
      if (names.includes(cell.name)) cell.condition = Condition.Suspended
      else if (cell.condition === Condition.Suspended) {
        cell.condition = Condition.Ready
        this.shard.runWaiting(cell)
      }
    }
  }

  /** A handler has done nothing: neither has it given names away, nor heard of an answer. */
  handledNothing(): void {
    this.#unborn.clear()
    this.takeTag()
  }

  #tell(to: Ref, type: { readonly name: string }, about: Ref): void {
    const { outgoing } = this.shard
    const message = type as AnyMessage
    const at = outgoing.claim(NOBODY, to, message, message.blockBytes)
    outgoing.view.setUint32(at, about, true)
    outgoing.commit()
  }

  // --- messages that are no handler's -----------------------------------------------------------------------------

  /** The engine's own, answers, and what the actor does not understand. */
  deliverOther(cell: ActorCell, view: DataView, envelope: number): Handled {
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    if (view.getUint16(envelope + SCHEMA_ID_OFFSET, true) === ENGINE_SCHEMA) {
      return this.#deliverEngines(cell, id, view, envelope)
    }
    if ((id & ANSWER_BIT) !== 0) return this.deliverAnswer(cell, view, envelope)
    this.shard.bury('not-understood', view, envelope)
    return undefined
  }

  #deliverEngines(cell: ActorCell, id: number, view: DataView, envelope: number): Handled {
    const about = view.getUint32(envelope + ENVELOPE_BYTES, true)
    const isEnded = id === Engine.AskLate.id || id === Engine.Refused.id
    if (isEnded) return this.askIsLate(cell, view, envelope)
    if (this.shard.isMuted) {
      // Who watches whom is the engine's, and stands: only the actor's own variables are made anew.
      const isHeard = id === Engine.Terminated.id && this.wasTaken(view, envelope)
      if (isHeard) cell.hooks.terminated?.(about)
      return undefined
    }
    cell.watchers ??= new Set()
    if (id === Engine.Watch.id) cell.watchers.add(about)
    else if (id === Engine.Unwatch.id) cell.watchers.delete(about)
    else if (id === Engine.Terminated.id && cell.watching?.has(about) === true) {
      this.taken()
      this.shard.whenHandled(() => cell.watching?.delete(about))
      cell.hooks.terminated?.(about)
    }
    return undefined
  }

  /** For one that is set aside: a dead letter, but for what the engine has to tell it once, which waits. */
  deliverAside(cell: ActorCell, view: DataView, envelope: number): void {
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    if (view.getUint16(envelope + SCHEMA_ID_OFFSET, true) !== ENGINE_SCHEMA) {
      this.shard.bury('suspended', view, envelope)
      refuseAsker(this.shard, view, envelope, `actor '${cell.name}' is set aside`)
    } else if (id === Engine.Watch.id || id === Engine.Unwatch.id) {
      this.#deliverEngines(cell, id, view, envelope)
    } else {
      cell.mailbox.append(view, envelope, true)
    }
  }

  /** What is for an actor that is not there, or not any more. */
  nobodyHere(view: DataView, envelope: number): void {
    if (view.getUint16(envelope + SCHEMA_ID_OFFSET, true) !== ENGINE_SCHEMA) {
      this.shard.bury('gone', view, envelope)
      refuseAsker(this.shard, view, envelope)
    } else if (view.getUint16(envelope + TEMPLATE_ID_OFFSET, true) === Engine.Watch.id) {
      const gone = view.getUint32(envelope + SESSION_OFFSET, true)
      this.#tell(view.getUint32(envelope + ENVELOPE_BYTES, true), Engine.Terminated, gone)
    }
  }
}
