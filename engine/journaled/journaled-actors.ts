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
import { Checkpoint } from './checkpoint.ts'
import { ENGINE_SCHEMA, Engine } from './engine-messages.ts'
import { HandlerDiffers } from './handler-differs.ts'
import type { JournaledShard } from './journaled-shard.ts'
import { ShardLater } from './shard-later.ts'
import { errorText, type JournaledVerdict } from './verdict-event.ts'

export class JournaledActors extends ShardLater {
  readonly #cells = new Map<number, ActorCell>()
  readonly #byName = new Map<string, ActorCell>()
  readonly #checkpoints = new Map<ActorCell, Checkpoint>()
  /** Names that the handler at hand has given to actors that are born when it returns. */
  readonly #unborn = new Set<string>()
  /** What the function of the last one threw that could not be born. */
  #stillborn: unknown
  /** Of the last one that was born. */
  lastNumber = 0

  constructor(shard: JournaledShard) {
    super(shard)
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
    if (known !== undefined || this.#unborn.has(path)) {
      throw new Error(`actor '${path}' is there already: give it another name, or stop that one`)
    }
    // Throws where no start of the system would find it again.
    this.shard.catalog.nameOf(behavior)
    if (this.lastNumber === NUMBER_MASK) {
      throw new Error(
        `shard ${this.shard.shard} has had ${NUMBER_MASK} actors, and can have no more`,
      )
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
    cell.condition = Condition.Stopped
    for (const child of cell.children ?? []) this.stopNow(child)
    cell.parent?.children?.delete(cell)
    for (const waiting of [cell.unstashed, cell.stashed, cell.mailbox]) {
      if (waiting !== undefined) this.#buryWaiting(waiting)
    }
    this.#callHook(cell, 'stopped')
    this.#cells.delete(cell.ref & NUMBER_MASK)
    this.#byName.delete(cell.name)
    this.#checkpoints.delete(cell)
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

  #tell(to: Ref, type: { readonly name: string }, about: Ref): void {
    const { outgoing } = this.shard
    const message = type as AnyMessage
    const at = outgoing.claim(NOBODY, to, message, message.blockBytes)
    outgoing.view.setUint32(at, about, true)
    outgoing.commit()
  }

  // --- failure ----------------------------------------------------------------------------------------------------

  /** The handler has returned, and what it wanted is done. */
  handled(cell: ActorCell, view: DataView, envelope: number): void {
    cell.handled++
    if (cell.hasFailed) cell.recovered()
    const tag = this.takeTag()
    if (cell.hooks.transfer === undefined || cell.condition === Condition.Stopped) return
    let checkpoint = this.#checkpoints.get(cell)
    if (checkpoint === undefined) {
      checkpoint = new Checkpoint()
      this.#checkpoints.set(cell, checkpoint)
    }
    checkpoint.keep(cell, view, envelope, { tag, command: this.shard.command })
  }

  /** Its state is what it comes back to: for one that was read from a snapshot. */
  begins(cell: ActorCell): void {
    if (cell.hooks.transfer !== undefined) this.#checkpoints.set(cell, Checkpoint.of(cell))
  }

  /** Does what was decided about the message at `envelope`, which is said in the log. True: it is to be given again at once. */
  judge(cell: ActorCell, view: DataView, envelope: number, verdict: JournaledVerdict): boolean {
    const { shard } = this
    const { directive, isPoison, restMs, error } = verdict
    this.#unborn.clear()
    this.takeTag()
    shard.sayVerdict(cell, verdict)
    cell.failures.note(verdict, shard.timeUs)
    cell.failures.messageFailed(verdict)
    cell.hasFailed = !isPoison
    if (isPoison) shard.bury('failed', view, envelope, error)
    // Whatever comes next for it, its variables are not to be what a broken handler has left.
    this.#bringBack(cell, directive === 'restart' ? error : undefined)
    if (directive === 'restart') {
      cell.restarts++
      if (restMs > 0) this.rest(cell, restMs)
      if (isPoison) return false
      if (!verdict.isFirst) shard.hand(cell, view, envelope)
      // Nothing waits for one that was at work: what its sender has sent since comes behind it.
      else if (restMs > 0) cell.mailbox.append(view, envelope, true)
      else return true
    } else if (directive === 'stop') {
      this.stopNow(cell)
    } else if (directive === 'escalate') {
      this.#escalate(cell, error)
    }
    return false
  }

  /** Its state as it was before the message: as at its checkpoint, and then what it has handled since. */
  #bringBack(cell: ActorCell, error: unknown): void {
    const { shard } = this
    const where = `to bring its state back at command ${shard.command}`
    if (error !== undefined) this.#callHook(cell, 'restarting', error)
    shard.muted(() => {
      startAgain(shard, cell, where)
      this.#checkpoints.get(cell)?.restore(cell, (view, at, command) => {
        try {
          shard.run(cell, view, at)
          shard.outgoing.checkCommitted(cell.name)
        } catch (thrown) {
          const what = `has handled ${messageAt(cell, view, at)} of command ${command}, and throws where that is handled again`
          throw new HandlerDiffers(`actor '${cell.name}' ${what} ${where}`, thrown)
        }
      })
    })
  }

  /** One that throws is told of, and stops nobody from ending or beginning anew. */
  #callHook(cell: ActorCell, hook: 'stopped' | 'restarting', why?: unknown): void {
    const { shard } = this
    try {
      shard.muted(() => cell.hooks[hook]?.(why))
    } catch (thrown) {
      if (shard.isMuted) return
      const { ref, name } = cell
      const error = errorText(thrown)
      const letter = { to: ref, from: ref, toName: name, message: hook, timeUs: shard.timeUs }
      shard.deadLetters.add({ reason: 'failed', ...letter, error })
    }
  }

  /** As if its parent had thrown. At the top it ends, and whoever runs the system hears of it. */
  #escalate(cell: ActorCell, error: string): void {
    const { parent } = cell
    this.stopNow(cell)
    if (parent === undefined) {
      this.shard.escalations.push(`actor '${cell.name}': ${error}`)
      return
    }
    const verdict = parent.failures.verdict(new Error(error), this.shard.timeUs)
    parent.failures.note(verdict, this.shard.timeUs)
    const { directive, restMs } = verdict
    if (directive === 'restart') {
      for (const child of parent.children ?? []) this.stopNow(child)
      parent.restarts++
      this.#bringBack(parent, error)
      if (restMs > 0) this.rest(parent, restMs)
    } else if (directive === 'stop') {
      this.stopNow(parent)
    } else if (directive === 'escalate') {
      this.#escalate(parent, error)
    }
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

  /** What is for an actor that is not there, or not any more. */
  nobodyHere(view: DataView, envelope: number): void {
    if (view.getUint16(envelope + SCHEMA_ID_OFFSET, true) !== ENGINE_SCHEMA) {
      this.shard.bury('gone', view, envelope)
    } else if (view.getUint16(envelope + TEMPLATE_ID_OFFSET, true) === Engine.Watch.id) {
      const gone = view.getUint32(envelope + SESSION_OFFSET, true)
      this.#tell(view.getUint32(envelope + ENVELOPE_BYTES, true), Engine.Terminated, gone)
    }
  }
}

/** Runs its function once more. `where`: what for. */
export function startAgain(shard: JournaledShard, cell: ActorCell, where: string): void {
  try {
    shard.lifecycle.start(cell)
  } catch (thrown) {
    throw new HandlerDiffers(`actor '${cell.name}': its function throws ${where}`, thrown)
  }
}

function messageAt(cell: ActorCell, view: DataView, envelope: number): string {
  const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
  const schemaId = view.getUint16(envelope + SCHEMA_ID_OFFSET, true)
  const isIts = (type: Pick<AnyMessage, 'schemaId' | 'id'>): boolean =>
    type.schemaId === schemaId && type.id === id
  const answers = (cell.hooks.answers ?? []).map(({ type }) => type.answer)
  const known = [...cell.behavior.protocol.$messages, ...Engine.$messages, ...answers]
  const type = known.find((one) => one !== undefined && isIts(one))
  return type === undefined ? `message ${id}` : `${type.protocol}.${type.name}`
}

const hasNoState = (name: string): Error =>
  new Error(
    `journaled actor '${name}': its behavior has no transfer(): its state could not be brought back; give it one, empty where there is none`,
  )
