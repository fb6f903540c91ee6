/**
 *   T1 ── state, what waits ──▶ T2          the actor
 *   S ──▶ T1 ──▶ T2                         what S sent before it knew, and then its marker
 *   S ──▶ T2, held there                    what S has sent since
 *
 * How an actor that is not journaled goes to another thread while it lives. From the moment on that the table names the new
 * thread T2, whoever sends sends there; what was on its way to T1 is passed on by T1. So that the two ways do not mix up a sender's order, T2
 * holds back what comes directly until each sender's marker has come by the old way, behind all that it sent before.
 *
 * A marker may come twice: of a thread that dies, sender or T1, nobody knows whether it has sent one or passed it on, and all are asked for
 * another. So each says whose it is, and for which move.
 */
import { ENVELOPE_BYTES, SCHEMA_ID_OFFSET, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import type { Catalog } from '../actor/catalog.ts'
import type { Ref } from '../actor/ref.ts'
import { textOf } from '../actor/thrown.ts'
import { ENGINE_SCHEMA, Engine, engineRecord, markOf } from '../journaled/engine-messages.ts'
import { transferCell, transferTimers } from '../journaled/shard-state.ts'
import { SnapshotReader } from '../recovery/snapshot-reader.ts'
import type { SnapshotTransfer } from '../recovery/snapshot-transfer.ts'
import { SnapshotSize, SnapshotWriter } from '../recovery/snapshot-writer.ts'
import { ActorCell, Condition } from './actor-cell.ts'
import type { ActorHost } from './actor-host.ts'
import type { SpawnedActor } from './host-requests.ts'
import { joined, Mailbox } from './mailbox.ts'

/** One move of one actor. Plain data. */
export interface Move {
  readonly number: number
  /** The thread that it leaves, and that passes on what comes late. */
  readonly from: number
  /** All others that may have sent to it there: threads by their numbers, and behind them shards. */
  readonly senders: readonly number[]
}

/** An actor that is on its way here. */
export interface Arrival {
  readonly from: number
  /** What was sent to it directly. */
  readonly held: Mailbox
  /** What the markers say that have not come yet. */
  readonly missing: Set<number>
  /** Its state is here. */
  isHere: boolean
}

const TRANSFER_MEND = 'let it read and write the same, in the same order, and throw nothing'

export class Moving {
  readonly #host: ActorHost
  readonly #catalog: Catalog
  /** A marker that has found no room yet. */
  #marker: DataView | undefined

  constructor(host: ActorHost, catalog: Catalog) {
    this.#host = host
    this.#catalog = catalog
  }

  /** At T2, first of all: what comes for it is kept. Throws what its function throws here: then it is to stay where it is. */
  expect(actor: SpawnedActor, { number, from, senders }: Move): void {
    const { ref, name, options } = actor
    const behavior = this.#catalog.named(actor.behavior)
    const cell = new ActorCell({ ref, name, behavior, options, parent: undefined })
    const held = new Mailbox(cell.mailbox.bytesMax)
    const missing = new Set(senders.map((sender) => markOf(number, sender)))
    cell.arrival = { from, held, missing, isHere: false }
    cell.inbox = held
    cell.condition = Condition.Resting
    const { lifecycle } = this.#host
    lifecycle.place(cell)
    try {
      lifecycle.startMuted(cell)
    } catch (error) {
      lifecycle.displace(cell)
      throw error
    }
  }

  /** At T1, before anything is done. Throws where it cannot move, and says why. */
  movable(name: string): ActorCell {
    const cell = this.#host.lifecycle.find(name)
    if (cell === undefined) throw new Error(`no actor '${name}' on thread '${this.#host.name}'`)
    checkMovable(cell)
    return cell
  }

  /** At T1: it ends here, and is over there from this moment on. */
  depart(name: string, to: number): Uint8Array {
    const { lifecycle, links } = this.#host
    const cell = this.movable(name)
    const state = this.#stateOf(cell)
    lifecycle.displace(cell)
    links.table.moved(cell.ref, to)
    return state
  }

  /** Throws what its transfer() throws; then it goes on here. */
  #stateOf(cell: ActorCell): Uint8Array {
    try {
      const size = new SnapshotSize()
      this.#transfer(cell, size)
      const writer = new SnapshotWriter(0, size.bytes)
      this.#transfer(cell, writer)
      return writer.finish()
    } catch (error) {
      this.#host.wake(cell)
      const what = `actor '${cell.name}' stays on thread '${this.#host.name}': its transfer() throws`
      throw new Error(`${what}: ${textOf(error)}; ${TRANSFER_MEND}`, { cause: error })
    }
  }

  /**
   * At T2: its state does not come after all. True: it had left T1, which died with its state, and begins anew here, with what was
   * sent to it and in that order; else it stays there.
   */
  giveUp(actor: SpawnedActor): boolean {
    const { lifecycle, links } = this.#host
    const { ref, name, options } = actor
    const cell = lifecycle.find(name)
    if (links.table.threadOf(ref) !== links.thread) {
      if (cell?.arrival !== undefined) lifecycle.displace(cell)
      return false
    }
    if (cell === undefined) {
      lifecycle.spawn(this.#catalog.named(actor.behavior), name, { ...options, ref })
    } else if (cell.arrival !== undefined) {
      cell.arrival.isHere = true
      lifecycle.startAgain(cell)
      this.#settleIfDone(cell)
    }
    return true
  }

  /** At T2: here it is. Returns what was wrong with its state, of which it has failed here, and done what its strategy says. */
  arrive(actor: SpawnedActor, state: Uint8Array, move: Move): string | undefined {
    const { lifecycle, name: thread } = this.#host
    const { name } = actor
    // A thread that died knew of it, and its successor does not.
    if (lifecycle.find(name) === undefined) this.expect(actor, move)
    const cell = lifecycle.find(name)!
    if (cell.arrival === undefined) {
      throw new Error(
        `actor '${name}' has begun anew: thread '${thread}' died as it was on its way`,
      )
    }
    const passedOn = new Mailbox(cell.mailbox.bytesMax)
    joined(passedOn, cell.mailbox)
    let problem: string | undefined
    try {
      const reader = new SnapshotReader(state, 0)
      this.#transfer(cell, reader)
      reader.finish()
    } catch (error) {
      problem = textOf(error)
    }
    joined(cell.mailbox, passedOn)
    cell.arrival.isHere = true
    if (problem !== undefined) problem = this.#failed(cell, problem)
    else if (cell.condition !== Condition.Resting) this.#host.ready(cell)
    this.#settleIfDone(cell)
    return problem
  }

  /** Half a state is none: where its strategy would have it go on with that, it begins anew. */
  #failed(cell: ActorCell, why: string): string {
    const { failing, lifecycle, name: thread } = this.#host
    const verdict = failing.decide(cell, new Error(why), 'its transfer()')
    const directive = verdict.directive === 'resume' ? 'restart' : verdict.directive
    lifecycle.failed(cell, { ...verdict, directive }, new Error(why))
    const became = cell.condition === Condition.Stopped ? 'was stopped' : 'has begun anew'
    const what = `actor '${cell.name}' is on thread '${thread}' and ${became}: its transfer() cannot read what it wrote`
    return `${what}: ${why}; ${TRANSFER_MEND}`
  }

  /**
   * At each other sender: a marker by the way that its earlier messages took. False: it has found no room yet, and would die with
   * this thread; to be asked again.
   */
  mark(ref: Ref, { number, from }: Move): boolean {
    const { links } = this.#host
    if (this.#marker === undefined) {
      this.#marker = engineRecord(ref, Engine.Marker, markOf(number, links.thread))
      links.forwardBy(from, this.#marker)
    }
    links.publish()
    if (links.isHolding(from, this.#marker)) return false
    this.#marker = undefined
    return true
  }

  /** At T2: whether all that was under way has come. */
  hasArrived(name: string): boolean {
    return this.#host.lifecycle.find(name)?.arrival === undefined
  }

  /** At T2, a record for an actor on its way, from that thread. False: it is to wait in its ring. */
  accept(cell: ActorCell, view: DataView, envelope: number, from: number): boolean {
    const arrival = cell.arrival!
    if (from !== arrival.from) return arrival.held.append(view, envelope)
    const isMarker =
      view.getUint16(envelope + SCHEMA_ID_OFFSET, true) === ENGINE_SCHEMA &&
      view.getUint16(envelope + TEMPLATE_ID_OFFSET, true) === Engine.Marker.id
    if (!isMarker) {
      // It may not wait in its ring: a marker is behind it.
      cell.mailbox.append(view, envelope, true)
      if (arrival.isHere) this.#host.wake(cell)
      return true
    }
    arrival.missing.delete(view.getUint32(envelope + ENVELOPE_BYTES, true))
    this.#settleIfDone(cell)
    return true
  }

  #settleIfDone(cell: ActorCell): void {
    const { arrival } = cell
    if (arrival === undefined || arrival.missing.size > 0 || !arrival.isHere) return
    joined(cell.mailbox, arrival.held)
    cell.inbox = cell.mailbox
    cell.arrival = undefined
    this.#host.wake(cell)
  }

  #transfer(cell: ActorCell, snapshot: SnapshotTransfer): void {
    const { waiting, mailbox } = cell
    if (waiting !== mailbox) {
      joined(mailbox, joined(waiting, mailbox))
      cell.unstashed = undefined
    }
    // Whatever it was waiting for is here and not there.
    if (cell.condition === Condition.Blocked) cell.condition = Condition.Ready
    transferCell(cell, snapshot)
    transferTimers(this.#host.lifecycle.timersOf(cell), () => cell, snapshot)
  }
}

function checkMovable(cell: ActorCell): void {
  const why =
    (cell.parent !== undefined && 'it lives with its parent: move that') ||
    ((cell.children?.size ?? 0) > 0 && 'it has children, which live on its thread') ||
    (cell.arrival !== undefined && 'it is still on its way here') ||
    (cell.hooks.transfer === undefined && 'its behavior has no transfer(): give it one')
  if (why) throw new Error(`actor '${cell.name}' cannot move: ${why}`)
}
