/**
 * Birth, failure and end of the actors of one thread, who watches whom, and what is to happen later. Cold beside
 * actor-host.ts, which runs them.
 */
import {
  ENVELOPE_BYTES,
  RECORD_HEADER_BYTES,
  SCHEMA_ID_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { ActorContext } from '../actor/actor-context.ts'
import { BUSY, type Handled, type SpawnOptions } from '../actor/behavior.ts'
import { A_BEHAVIOR, isBehavior } from '../actor/catalog.ts'
import { refused } from '../actor/check-given.ts'
import { ANSWER_BIT } from '../actor/message.ts'
import { INDEX_MASK, isAsk, isJournaled, NOBODY, type Ref } from '../actor/ref.ts'
import type { Verdict } from '../actor/supervision.ts'
import { ENGINE_SCHEMA, Engine, engineRecord } from '../journaled/engine-messages.ts'
import { ActorCell, type AnyBehavior, Condition } from './actor-cell.ts'
import type { ActorHost } from './actor-host.ts'
import { NO_THREAD } from './actor-table.ts'
import { HostLater } from './host-later.ts'
import { OUTSIDE_THREAD } from './links.ts'
import type { Mailbox } from './mailbox.ts'
import { claimWasLeft } from './outgoing.ts'

export class Lifecycle extends HostLater {
  readonly #host: ActorHost
  readonly #byName = new Map<string, ActorCell>()

  constructor(host: ActorHost) {
    super(host)
    this.#host = host
  }

  get all(): Iterable<ActorCell> {
    return this.#byName.values()
  }

  get count(): number {
    return this.#byName.size
  }

  /** By its name or its address. */
  find(who: string | Ref): ActorCell | undefined {
    if (typeof who === 'string') return this.#byName.get(who)
    const cell = this.#host.cells[who & INDEX_MASK]
    return cell?.ref === who ? cell : undefined
  }

  /** Born on this thread; a child's name is below its parent's. `ref`: where it had one before. */
  spawn(
    behavior: AnyBehavior,
    name: string,
    { parent, ref, ...options }: SpawnOptions & { parent?: ActorCell; ref?: Ref },
  ): { readonly ref: Ref } {
    if (this.#host.outgoing.isMuted) return { ref: NOBODY }
    this.#host.outgoing.checkNoClaim()
    if (parent?.condition === Condition.Stopped) throw hasEnded(parent.name)
    const path = parent === undefined ? name : `${parent.name}/${name}`
    if (this.#byName.has(path)) {
      throw new Error(`actor '${path}' is there already: give it another name, or stop that one`)
    }
    if (!isBehavior(behavior)) throw refused(`actor '${path}': behavior`, behavior, A_BEHAVIOR)
    const host = this.#host
    const cell = new ActorCell({
      ...{ name: path, behavior, options, parent },
      ref: ref ?? host.links.table.take(),
    })
    cell.context = new ActorContext(host, cell)
    host.cells[cell.ref & INDEX_MASK] = cell
    this.#byName.set(path, cell)
    try {
      this.#start(cell)
    } catch (error) {
      // Not only its name: what it may have spawned, set and watched already goes with it.
      this.stop(cell)
      throw error
    }
    if (parent !== undefined) {
      parent.children ??= new Set()
      parent.children.add(cell)
    }
    this.#host.endIfWanted(cell)
    return cell
  }

  /** It is of this thread, though it has no state here yet. */
  place(cell: ActorCell): void {
    if (this.#byName.has(cell.name)) throw new Error(`actor '${cell.name}' is there already`)
    cell.context = new ActorContext(this.#host, cell)
    this.#host.cells[cell.ref & INDEX_MASK] = cell
    this.#byName.set(cell.name, cell)
  }

  /** It is of this thread no longer; its address stays its own. */
  displace(cell: ActorCell): void {
    this.#byName.delete(cell.name)
    this.#host.cells[cell.ref & INDEX_MASK] = undefined
    // Its timers here are of no use any more, and it is not to have a turn.
    cell.condition = Condition.Stopped
  }

  /** Its function runs for its handlers only: what it does at a birth was done where the actor was born. */
  startMuted(cell: ActorCell): void {
    const { outgoing } = this.#host
    outgoing.isMuted = true
    try {
      this.#start(cell)
    } finally {
      outgoing.forget()
      outgoing.isMuted = false
    }
  }

  /** It and its children get no further message. What waits goes to the dead letters, and whoever watches is told. */
  stop(cell: ActorCell): void {
    if (cell.condition === Condition.Stopped) return
    this.#host.outgoing.checkNoClaim()
    cell.condition = Condition.Stopped
    for (const child of cell.children ?? []) this.stop(child)
    cell.parent?.children?.delete(cell)
    this.#buryWaiting(cell.mailbox)
    const { released, unstashed, stashed, arrival } = cell
    for (const kept of [released, unstashed, stashed, arrival?.held]) {
      if (kept !== undefined) this.#buryWaiting(kept)
    }
    this.#callHook(cell, 'stopped')
    this.#remove(cell)
    for (const watched of cell.watching ?? []) this.#tell(watched, Engine.Unwatch, cell.ref)
    for (const watcher of cell.watchers ?? []) this.#tell(watcher, Engine.Terminated, cell.ref)
  }

  watch(cell: ActorCell, ref: Ref): void {
    if (this.#host.outgoing.isMuted) return
    this.#host.outgoing.checkNoClaim()
    cell.watching ??= new Set()
    cell.watching.add(ref)
    this.#tell(ref, Engine.Watch, cell.ref)
  }

  /**
   * Of actors that lived on that thread: those that are gone are told as such, those that are there again are watched again.
   * `cells`: those of this thread, or of a shard on it.
   */
  threadReplaced(thread: number, cells: Iterable<ActorCell> = this.all): void {
    const { table } = this.#host.links
    for (const cell of cells) {
      for (const ref of cell.watching ?? []) {
        const now = isJournaled(ref) ? OUTSIDE_THREAD : table.threadOf(ref)
        if (now === NO_THREAD) this.#tell(cell.ref, Engine.Terminated, ref)
        else if (now === thread) this.#tell(ref, Engine.Watch, cell.ref)
      }
    }
    this.#host.links.publish()
  }

  unwatch(cell: ActorCell, ref: Ref): void {
    this.#host.outgoing.checkNoClaim()
    if (cell.watching?.delete(ref) === true) this.#tell(ref, Engine.Unwatch, cell.ref)
  }

  /** A handler of it has thrown, and this is what its strategy says. */
  failed(cell: ActorCell, { directive, restMs }: Verdict, error: unknown): void {
    if (directive === 'resume') return
    if (directive === 'stop') this.stop(cell)
    else if (directive === 'restart') this.#restart(cell, restMs, error)
    else this.#escalate(cell, error)
  }

  /** Somebody wants it to begin anew. */
  restart(cell: ActorCell): void {
    this.#restart(cell, 0, undefined)
  }

  /** Throws away its state, and its children with it. */
  #restart(cell: ActorCell, restMs: number, error: unknown): void {
    this.#callHook(cell, 'restarting', error)
    for (const child of cell.children ?? []) this.stop(child)
    cell.timers = undefined
    cell.asks = undefined
    cell.restarts++
    if (restMs > 0) {
      cell.condition = Condition.Resting
      this.addTimer({ cell, what: 'rest', key: 0 }, restMs)
      return
    }
    this.startAgain(cell)
  }

  /** One that throws is told of, and stops nobody from ending. */
  #callHook(cell: ActorCell, hook: 'stopped' | 'restarting', error?: unknown): void {
    try {
      this.#host.withoutMessage(() => cell.hooks[hook]?.(error))
      if (this.#host.outgoing.claimed !== 0) throw claimWasLeft(cell.name)
    } catch (thrown) {
      this.#host.outgoing.forget()
      this.#host.failing.bury('failed', cell.ref, cell.ref, hook, thrown)
      this.#host.failing.tell(cell, thrown, `${hook}()`, hook === 'stopped' ? 'stop' : 'restart')
    }
  }

  /** Its function may throw too: that is a failure like any. */
  startAgain(cell: ActorCell): void {
    try {
      this.#start(cell)
      this.#host.ready(cell)
    } catch (error) {
      this.failed(cell, this.#host.failing.decide(cell, error, 'its function', 0, true), error)
    }
  }

  #start(cell: ActorCell): void {
    const host = this.#host
    const before = host.current
    // Outside of any turn the last one's time may be long ago, and a timer of its birth would be due before its time.
    if (before === undefined) host.readClocks()
    host.current = cell
    try {
      host.withoutMessage(() => cell.start())
      if (host.outgoing.claimed !== 0 && !host.outgoing.isMuted) throw claimWasLeft(cell.name)
    } catch (error) {
      host.outgoing.forget()
      throw error
    } finally {
      host.current = before
    }
  }

  #escalate(cell: ActorCell, error: unknown): void {
    const { parent } = cell
    if (parent === undefined) {
      this.stop(cell)
      this.#host.options.onFailure(error)
      return
    }
    this.stop(cell)
    this.failed(
      parent,
      this.#host.failing.decide(parent, error, `the failure of ${cell.name}`),
      error,
    )
  }

  #buryWaiting(mailbox: Mailbox): void {
    for (let at = mailbox.peek(); at >= 0; at = mailbox.peek()) {
      const envelope = at + RECORD_HEADER_BYTES
      const isEngines = mailbox.view.getUint16(envelope + SCHEMA_ID_OFFSET, true) === ENGINE_SCHEMA
      if (isEngines) this.receive(mailbox.view, envelope)
      else this.#host.failing.buryRecord('gone', mailbox.view, envelope)
      mailbox.advance()
    }
  }

  #remove(cell: ActorCell): void {
    this.#byName.delete(cell.name)
    this.#host.cells[cell.ref & INDEX_MASK] = undefined
    this.#host.links.table.free(cell.ref)
  }

  // --- messages that are no handler's -----------------------------------------------------------------------------

  /** The engine's own, answers, and what the actor does not understand. */
  deliverOther(cell: ActorCell, view: DataView, envelope: number): Handled {
    const schemaId = view.getUint16(envelope + SCHEMA_ID_OFFSET, true)
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    if (schemaId === ENGINE_SCHEMA) return this.#deliverEngines(cell, id, view, envelope)
    if ((id & ANSWER_BIT) !== 0) return this.deliverAnswer(cell, view, envelope)
    this.#host.failing.buryRecord('not-understood', view, envelope)
    return undefined
  }

  #deliverEngines(cell: ActorCell, id: number, view: DataView, envelope: number): Handled {
    const about = view.getUint32(envelope + ENVELOPE_BYTES, true)
    if (id === Engine.Watch.id) cell.watchers = (cell.watchers ?? new Set()).add(about)
    else if (id === Engine.Unwatch.id) cell.watchers?.delete(about)
    else if (id === Engine.Refused.id) return this.askEnded(cell, about)
    else if (id === Engine.Terminated.id && cell.watching?.delete(about) === true) {
      const said = cell.hooks.terminated?.(about)
      // It is to be told again.
      if (said === BUSY) cell.watching.add(about)
      return said
    }
    return undefined
  }

  /** An engine's message for an actor that is not here any more. True: that was one. */
  receive(view: DataView, envelope: number): boolean {
    if (view.getUint16(envelope + SCHEMA_ID_OFFSET, true) !== ENGINE_SCHEMA) return false
    if (view.getUint16(envelope + TEMPLATE_ID_OFFSET, true) === Engine.Watch.id) {
      const gone = view.getUint32(envelope + SESSION_OFFSET, true)
      this.#tell(view.getUint32(envelope + ENVELOPE_BYTES, true), Engine.Terminated, gone)
    }
    return true
  }

  #tell(to: Ref, type: { readonly name: string }, about: Ref): void {
    this.send(to, engineRecord(to, type, about))
  }

  /** An engine's own message, its envelope at 0: it finds room somewhere. */
  send(to: Ref, record: DataView): void {
    const { cells, links, options } = this.#host
    const cell = cells[to & INDEX_MASK]
    if (cell?.ref === to) this.#host.enqueue(cell, record, 0)
    else if (isAsk(to) && options.onAnswer !== undefined) options.onAnswer(to, record, 0)
    else if (!links.forward(to, record, 0, record.byteLength)) this.receive(record, 0)
  }

  childOf(cell: ActorCell, ref: Ref): ActorCell | undefined {
    const child = this.#host.cells[ref & INDEX_MASK]
    return child?.ref === ref && child.parent === cell ? child : undefined
  }

  /** It has ended itself: when its handler returns, it is over. */
  end(cell: ActorCell): void {
    cell.condition = Condition.Ending
  }

  /** The end of them all. */
  close(): void {
    for (const cell of [...this.#byName.values()]) if (cell.parent === undefined) this.stop(cell)
  }
}

const hasEnded = (name: string): Error =>
  new Error(`actor '${name}' has ended, and spawns nobody: its children would outlive it`)
