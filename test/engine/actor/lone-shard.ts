/** One shard of journaled actors with nobody around it: a test gives it its commands, and looks at every byte that it says. */

import { Catalog } from '../../../engine/actor/catalog.ts'
import type { AnyMessage, MessageType } from '../../../engine/actor/message.ts'
import { journaledRef, NOBODY, type Ref } from '../../../engine/actor/ref.ts'
import type { Strategy } from '../../../engine/actor/supervision.ts'
import type { AnyBehavior } from '../../../engine/host/actor-cell.ts'
import { writeEnvelope } from '../../../engine/host/write-message.ts'
import { Engine } from '../../../engine/journaled/engine-messages.ts'
import { journaledKind } from '../../../engine/journaled/journaled-kind.ts'
import { type JournaledShard, rootOf } from '../../../engine/journaled/journaled-shard.ts'
import { Root } from '../../../engine/journaled/root-protocol.ts'
import { SnapshotReader } from '../../../engine/recovery/snapshot-reader.ts'
import { SnapshotSize, SnapshotWriter } from '../../../engine/recovery/snapshot-writer.ts'
import { Outbox } from '../../../engine/shard/outbox.ts'
import { ENVELOPE_BYTES, RECORD_HEADER_BYTES, TIME_OFFSET } from '../../../protocol/envelope.ts'
import { writeInt64 } from '../../../protocol/integers.ts'

import { Bank } from './bank.ts'

const PLACE = { shard: 0, shards: 2 }

/** A command, its envelope at 0. */
export type Command = DataView

export class LoneShard {
  readonly machine: JournaledShard
  readonly #outbox: Outbox
  readonly #behaviors: Readonly<Record<string, AnyBehavior>>
  #sequence: number
  timeUs: number

  constructor(behaviors: Readonly<Record<string, object>>, from?: LoneShard) {
    this.#behaviors = behaviors as Readonly<Record<string, AnyBehavior>>
    const kind = journaledKind(Catalog.of(this.#behaviors), PLACE)
    this.#outbox = new Outbox({ ...kind, eventsBefore: from?.eventNumber ?? 0 })
    this.machine = kind.newMachine(this.#outbox)
    this.#sequence = from === undefined ? 0 : from.#sequence
    this.timeUs = from === undefined ? 1_000_000 : from.timeUs
  }

  /** Another one, as this one's snapshot has it. */
  restored(): LoneShard {
    const size = new SnapshotSize()
    this.machine.transfer(size)
    const writer = new SnapshotWriter(0, size.bytes)
    this.machine.transfer(writer)
    const other = new LoneShard(this.#behaviors, this)
    other.machine.transfer(new SnapshotReader(writer.finish(), 0))
    return other
  }

  get eventNumber(): number {
    return this.#outbox.eventNumber
  }

  spawn(behavior: string, name: string, supervise?: Strategy): Ref<'bank'> {
    const options = JSON.stringify(supervise === undefined ? {} : { supervise })
    this.apply(command(rootOf(0), Root.Spawn, { behavior, name, options }))
    const born = this.machine.lifecycle.find(name)
    if (born === undefined) throw new Error(`'${name}' was not born`)
    return born.ref as Ref<'bank'>
  }

  tell<To extends string, Got, Given, Answer>(
    to: Ref<To>,
    type: MessageType<To, Got, Given, Answer>,
    values: Given,
  ): Uint8Array {
    return this.apply(command(to, type, values))
  }

  /** What is due by now happens. */
  wake(): Uint8Array {
    return this.apply(command(rootOf(0), Root.Wake, { dueUs: this.timeUs }))
  }

  /** Takes it to its end. Returns what it says; `log` is what another one has said about the same command. */
  apply(view: Command, log: Uint8Array = new Uint8Array(0)): Uint8Array {
    this.#foretell(log)
    writeInt64(view, TIME_OFFSET, this.timeUs)
    this.#outbox.begin(++this.#sequence, this.timeUs)
    this.machine.apply(view, 0)
    const said = this.#outbox.bytes.slice(0, this.#outbox.endBytes)
    this.#outbox.clear()
    return said
  }

  #foretell(log: Uint8Array): void {
    const view = new DataView(log.buffer, log.byteOffset, log.byteLength)
    for (let at = 0; at < log.length; at += (view.getInt32(at, true) + 7) & ~7) {
      const envelope = at + RECORD_HEADER_BYTES
      if (this.machine.isForetold(view, envelope)) this.machine.foretell(view, envelope)
    }
  }
}

/** A message as a command; its sender is an actor of the other shard, which never answers. */
export function command(to: Ref, type: { readonly name: string }, values: unknown): Command {
  const message = type as AnyMessage
  const view = new DataView(new ArrayBuffer(ENVELOPE_BYTES + message.blockBytes))
  writeEnvelope(view, 0, NOBODY, to, message, message.blockBytes)
  message.write(view, ENVELOPE_BYTES, values as never)
  return view
}

/** That actor watches `to`. */
export const watched = (to: Ref, by: Ref): Command => command(to, Engine.Watch, { by })

/** What the ask of that number is answered with. */
export function answer(to: Ref, number: number, amount: number): Command {
  const view = command(to, Bank.Balance.answer!, { amount, handled: 0 })
  view.setUint32(ENVELOPE_BYTES, number, true)
  return view
}

/** An actor of the other shard: it is told much, and never says a word. */
export const STRANGER = journaledRef(1, 1) as Ref<'bank'>
