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
    const all = (snapshot: SnapshotTransfer): void => this.#transfer(cell, snapshot)
    const size = new SnapshotSize()
    all(size)
    const writer = new SnapshotWriter(0, size.bytes)
    all(writer)
    lifecycle.displace(cell)
    links.table.moved(cell.ref, to)
    return writer.finish()
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

  /** At T2: here it is. */
  arrive(actor: SpawnedActor, state: Uint8Array, move: Move): void {
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
    const reader = new SnapshotReader(state, 0)
    this.#transfer(cell, reader)
    reader.finish()
    joined(cell.mailbox, passedOn)
    cell.arrival!.isHere = true
    if (cell.condition !== Condition.Resting) this.#host.ready(cell)
    this.#settleIfDone(cell)
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
