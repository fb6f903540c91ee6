/** The state of a shard's actors, for a snapshot and from one: what the engine knows of each, and then what it hands over itself. */
import { ENVELOPE_BYTES, RECORD_HEADER_BYTES } from '../../protocol/envelope.ts'
import { SnapshotRefused } from '../../storage/snapshot-refused.ts'
import type { SpawnOptions } from '../actor/behavior.ts'
import type { Ref } from '../actor/ref.ts'
import { type ActorCell, Condition } from '../host/actor-cell.ts'
import type { ActorTimer } from '../host/actor-timer.ts'
import { Mailbox } from '../host/mailbox.ts'
import type { SnapshotTransfer } from '../recovery/snapshot-transfer.ts'
import { payloadBytesOf } from './engine-messages.ts'
import type { JournaledShard } from './journaled-shard.ts'
import { startAgain } from './shard-failures.ts'

export function transferActors(shard: JournaledShard, snapshot: SnapshotTransfer): void {
  const { lifecycle } = shard
  const widen: Widen = (view, envelope) => shard.earlier.widened(view, envelope)
  lifecycle.lastNumber = snapshot.number(lifecycle.lastNumber)
  lifecycle.lastAsk = snapshot.number(lifecycle.lastAsk)
  lifecycle.lastTimer = snapshot.number(lifecycle.lastTimer)
  const cells = [...lifecycle.all]
  const count = snapshot.number(cells.length)
  for (let i = 0; i < count; i++) {
    snapshot.part('actor')
    const cell =
      cells[i] === undefined ? newCell(shard, snapshot) : sayCell(cells[i]!, shard, snapshot)
    if (cells[i] === undefined) beginFrom(cell, shard, snapshot)
    else transferCell(cell, snapshot)
  }
  lifecycle.timers.sweep()
  transferTimers(lifecycle.timersAtHand, (ref) => lifecycle.at(ref), snapshot, widen)
}

/** One whose transfer throws there may do so of a snapshot that has less than it asks for: the log has all of it. */
function beginFrom(cell: ActorCell, shard: JournaledShard, snapshot: SnapshotTransfer): void {
  try {
    transferCell(cell, snapshot, (view, envelope) => shard.earlier.widened(view, envelope))
    if (cell.condition !== Condition.Suspended) shard.lifecycle.failures.begins(cell)
  } catch (error) {
    if (error instanceof SnapshotRefused) throw error
    const what = `the transfer of actor '${cell.name}' throws where it is read: ${String(error)}`
    throw new SnapshotRefused(what, 'use the build that took it, or replay the log')
  }
}

/** What an actor is that is set aside nobody can know but by the log: no snapshot may stand for that. */
export function refuseSuspended(cells: Iterable<ActorCell>): void {
  for (const { name, condition } of cells) {
    if (condition !== Condition.Suspended) continue
    const what = `actor '${name}' is set aside, and only the log has its state`
    throw new SnapshotRefused(what, 'start with a build in which it works, or stop that actor')
  }
}

/** A message that comes in with fewer fields than it has now, as it is now: in memory that is good until the next one. */
type Widen = (view: DataView, envelope: number) => DataView | undefined
const AS_IT_IS: Widen = () => undefined

/** Who it is. */
function sayCell(cell: ActorCell, shard: JournaledShard, snapshot: SnapshotTransfer): ActorCell {
  snapshot.number(cell.ref)
  snapshot.text(cell.name)
  snapshot.text(shard.catalog.nameOf(cell.behavior))
  snapshot.text(JSON.stringify(cell.options))
  snapshot.number(cell.parent?.ref ?? 0)
  return cell
}

/** The same on the way in: a cell for it, with its function run. */
function newCell(shard: JournaledShard, snapshot: SnapshotTransfer): ActorCell {
  const ref = snapshot.number(0) as Ref
  const name = snapshot.text('')
  const behavior = shard.catalog.named(snapshot.text(''))
  const options = JSON.parse(snapshot.text('')) as SpawnOptions
  const parent = shard.lifecycle.at(snapshot.number(0) as Ref)
  const cell = shard.lifecycle.add({ ref, name, behavior, options, parent })
  shard.muted(() => startAgain(shard, cell, 'where it is brought back from a snapshot'))
  return cell
}

/** All that the engine knows of it but its timers, and then what it hands over itself. */
export function transferCell(cell: ActorCell, snapshot: SnapshotTransfer, widen = AS_IT_IS): void {
  cell.condition = snapshot.number(cell.condition) as Condition
  cell.hasFailed = snapshot.number(cell.hasFailed ? 1 : 0) === 1
  cell.handled = snapshot.number(cell.handled)
  cell.restarts = snapshot.number(cell.restarts)
  cell.failures.transfer(snapshot)
  cell.watchers = transferRefs(cell.watchers, snapshot)
  cell.watching = transferRefs(cell.watching, snapshot)
  transferMailbox(cell.mailbox, snapshot, widen)
  cell.stashed = transferStash(cell, snapshot, widen)
  const asks = [...(cell.asks ?? [])]
  const count = snapshot.number(asks.length)
  if (count > 0) cell.asks ??= new Map()
  for (let i = 0; i < count; i++) {
    const [number = 0, ask = { schemaId: 0, requestId: 0, tag: 0 }] = asks[i] ?? []
    const key = snapshot.number(number)
    const schemaId = snapshot.number(ask.schemaId)
    const requestId = snapshot.number(ask.requestId)
    cell.asks!.set(key, { schemaId, requestId, tag: snapshot.number(ask.tag) })
  }
  // Of one that is set aside nothing is left to hand over: it begins where the log has it.
  if (cell.condition !== Condition.Suspended) cell.hooks.transfer?.(snapshot)
}

function transferRefs(
  refs: Set<Ref> | undefined,
  snapshot: SnapshotTransfer,
): Set<Ref> | undefined {
  const all = [...(refs ?? [])]
  const count = snapshot.number(all.length)
  if (count === 0) return refs
  return new Set(Array.from({ length: count }, (_, i) => snapshot.number(all[i] ?? 0) as Ref))
}

function transferStash(
  cell: ActorCell,
  snapshot: SnapshotTransfer,
  widen: Widen,
): Mailbox | undefined {
  const has = snapshot.number(cell.stashed === undefined ? 0 : 1) === 1
  if (!has) return undefined
  const stashed = cell.stashed ?? new Mailbox(cell.mailbox.bytesMax)
  transferMailbox(stashed, snapshot, widen)
  return stashed
}

function transferMailbox(mailbox: Mailbox, snapshot: SnapshotTransfer, widen: Widen): void {
  const records: Int32Array<ArrayBuffer>[] = []
  mailbox.forEach((at, bytes) => {
    const words = new Int32Array(bytes / 4)
    for (let i = 0; i < words.length; i++) words[i] = mailbox.view.getInt32(at + 4 * i, true)
    records.push(words)
  })
  const count = snapshot.number(records.length)
  for (let i = 0; i < count; i++) {
    const words = snapshot.ints(records[i] ?? new Int32Array(0))
    if (records[i] !== undefined) continue
    const view = new DataView(words.buffer, words.byteOffset)
    const widened = widen(view, RECORD_HEADER_BYTES)
    mailbox.append(widened ?? view, widened === undefined ? RECORD_HEADER_BYTES : 0, true)
  }
}

/** Timers as they are kept, and how one that comes in is added; it returns the number that it has from there on. */
export interface TimersAtHand {
  readonly all: readonly ActorTimer[]
  readonly add: (timer: ActorTimer) => number
}

/** In the order in which they are due. */
export function transferTimers(
  timers: TimersAtHand,
  cellOf: (ref: Ref) => ActorCell | undefined,
  snapshot: SnapshotTransfer,
  widen = AS_IT_IS,
): void {
  snapshot.part('timers')
  const count = snapshot.number(timers.all.length)
  for (let i = 0; i < count; i++) {
    const timer = timers.all[i]
    const dueUs = snapshot.number(timer?.dueUs ?? 0)
    const given = snapshot.number(timer?.number ?? 0)
    const ref = snapshot.number(timer?.cell.ref ?? 0) as Ref
    const what = snapshot.text(timer?.what ?? '') as ActorTimer['what']
    const key = snapshot.number(timer?.key ?? 0)
    const bytes = snapshot.ints(wordsOf(timer?.view))
    const cell = cellOf(ref)
    if (timer !== undefined || cell === undefined) continue
    const there = bytes.length === 0 ? undefined : new DataView(bytes.buffer, bytes.byteOffset)
    const widened = there && widen(there, 0)
    const view =
      widened === undefined
        ? there
        : new DataView(widened.buffer.slice(0, payloadBytesOf(widened, 0)))
    const number = timers.add({ dueUs, number: given, cell, what, key, view })
    if (what !== 'message') continue
    cell.timers ??= new Map()
    cell.timers.set(key, number)
  }
}

/** Of a timer's message: envelope and block are multiples of eight. */
function wordsOf(view: DataView | undefined): Int32Array<ArrayBuffer> {
  if (view === undefined) return new Int32Array(0)
  const bytes = ENVELOPE_BYTES + view.getUint16(0, true)
  return Int32Array.from({ length: bytes / 4 }, (_, i) => view.getInt32(4 * i, true))
}
