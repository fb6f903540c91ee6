/** What is to happen later to the journaled actors of a shard: timers, answers, messages that were put aside. All of it is state. */
import {
  ENVELOPE_BYTES,
  RECORD_HEADER_BYTES,
  SCHEMA_ID_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { type Handled, SENT, type Sent } from '../actor/behavior.ts'
import { ANSWER_BIT } from '../actor/message.ts'
import { StashFull } from '../actor/stash-full.ts'
import { Timers } from '../actor/timers.ts'
import { type ActorCell, Condition, type PendingAsk } from '../host/actor-cell.ts'
import { type ActorTimer, isWanted, type ToCome } from '../host/actor-timer.ts'
import { joined, Mailbox } from '../host/mailbox.ts'
import { tagOf } from './checkpoint.ts'
import { Engine, engineRecord, payloadBytesOf } from './engine-messages.ts'
import type { JournaledShard } from './journaled-shard.ts'
import type { TimersAtHand } from './shard-state.ts'
import { noteTries, triesOf } from './turn-failures.ts'

/** In place of a tag: nobody waited for it when it came, so nobody hears of it when it is handled again. */
const NOT_TAKEN = Number.NaN

export abstract class ShardLater {
  readonly shard: JournaledShard
  readonly timers = new Timers<ActorTimer>(isWanted)
  /** Of the last timer and of the last ask. */
  lastTimer = 0
  lastAsk = 0
  #tag = NOT_TAKEN

  constructor(shard: JournaledShard) {
    this.shard = shard
  }

  /** Kept when the handler has returned. Throws where that would be more than its mailbox may hold. */
  stash(cell: ActorCell, view: DataView, envelope: number): Sent {
    if (this.shard.isMuted) return SENT
    const keptBytes = cell.stashed?.bytes ?? 0
    const bytes = RECORD_HEADER_BYTES + payloadBytesOf(view, envelope)
    if (keptBytes + bytes > cell.mailbox.bytesMax / 2) {
      throw new StashFull(cell.name, keptBytes)
    }
    this.shard.whenHandled(() => {
      // Not before: a replay does not run a handler that threw, and is to have the same state.
      cell.stashed ??= new Mailbox(cell.mailbox.bytesMax)
      cell.stashed.append(view, envelope, true)
      const kept = cell.stashed.newest + RECORD_HEADER_BYTES
      noteTries(cell.stashed.view, kept, triesOf(cell, view, envelope))
    })
    return SENT
  }

  /** When the handler has returned, all that it has kept is handled, in this very turn and before anything else of it. */
  unstash(cell: ActorCell): void {
    this.shard.whenHandled(() => {
      if (cell.stashed === undefined || cell.stashed.count === 0) return
      cell.unstashed = joined(cell.unstashed, cell.stashed)
      cell.stashed = undefined
    })
  }

  addAsk(cell: ActorCell, ask: PendingAsk): number {
    const number = this.shard.isMuted ? 0 : ++this.lastAsk
    this.shard.whenHandled(() => {
      cell.asks ??= new Map()
      cell.asks.set(number, ask)
    })
    return number
  }

  dropAsk(cell: ActorCell, number: number): void {
    this.shard.whenHandled(() => cell.asks?.delete(number))
  }

  startAskTimer(cell: ActorCell, number: number, timeoutMs: number): void {
    this.shard.whenHandled(() => this.#add({ cell, what: 'ask', key: number }, timeoutMs))
  }

  after(cell: ActorCell, delayMs: number, key: number, view: DataView): void {
    this.shard.whenHandled(() => {
      cell.timers ??= new Map()
      cell.timers.set(key, this.#add({ cell, what: 'message', key, view }, delayMs))
    })
  }

  cancel(cell: ActorCell, key: number): void {
    this.shard.whenHandled(() => cell.timers?.delete(key))
  }

  /** For a snapshot. */
  get timersAtHand(): TimersAtHand {
    return {
      all: this.timers.sorted(),
      add: (timer) => {
        this.timers.add(timer)
        return timer.number
      },
    }
  }

  /** It gets no message before that time; what comes waits. */
  rest(cell: ActorCell, restMs: number): void {
    cell.condition = Condition.Resting
    this.#add({ cell, what: 'rest', key: 0 }, restMs)
  }

  /** Those whose time has come, one after the other, each with all that follows from it. */
  wake(): void {
    const { shard } = this
    for (;;) {
      const timer = this.timers.takeDue(shard.timeUs)
      if (timer === undefined) return
      if (isWanted(timer)) this.#fire(timer)
      shard.runQueue()
    }
  }

  deliverAnswer(cell: ActorCell, view: DataView, envelope: number): Handled {
    const number = view.getUint32(envelope + ENVELOPE_BYTES, true)
    const requestId = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true) & ~ANSWER_BIT
    const schemaId = view.getUint16(envelope + SCHEMA_ID_OFFSET, true)
    const asked = this.#askOf(cell, number, { schemaId, requestId }, tagOf(view, envelope))
    const reader = asked?.handler.type.answer?.$reader
    if (asked === undefined || reader === undefined) {
      this.shard.bury('late', view, envelope)
      return undefined
    }
    reader.$view = view
    reader.$at = envelope + ENVELOPE_BYTES
    return asked.handler.handle(reader, asked.tag)
  }

  askIsLate(cell: ActorCell, view: DataView, envelope: number): Handled {
    const reader = Engine.AskLate.$reader
    reader.$view = view
    reader.$at = envelope + ENVELOPE_BYTES
    const { number, ...type } = reader.copy() as { number: number } & RequestType
    const asked = this.#askOf(cell, number, type, tagOf(view, envelope))
    return asked?.handler.handle(undefined, asked.tag)
  }

  /** What the answer at hand was asked with, for who keeps a copy of it. */
  takeTag(): number {
    const tag = this.#tag
    this.#tag = NOT_TAKEN
    return tag
  }

  /** Whether the actor has heard of the message at hand, which is handled again. */
  protected wasTaken(view: DataView, envelope: number): boolean {
    return !Number.isNaN(tagOf(view, envelope))
  }

  /** The actor hears of the message at hand. */
  protected taken(tag = 0): void {
    this.#tag = tag
  }

  /** The handler for the end of this ask, and its tag. Undefined: nobody waits for it any more. */
  #askOf(cell: ActorCell, number: number, type: RequestType, keptTag: number) {
    const ask = this.shard.isMuted ? { ...type, tag: keptTag } : cell.asks?.get(number)
    if (this.shard.isMuted && Number.isNaN(keptTag)) return undefined
    if (ask?.schemaId !== type.schemaId || ask.requestId !== type.requestId) return undefined
    this.dropAsk(cell, number)
    this.taken(ask.tag)
    const handler = cell.hooks.answers?.find(
      ({ type: { schemaId, id } }) => schemaId === type.schemaId && id === type.requestId,
    )
    return handler && { handler, tag: ask.tag }
  }

  #add({ cell, what, key, view }: ToCome, delayMs: number): number {
    const dueUs = this.shard.timeUs + Math.max(0, Math.round(delayMs * 1000))
    const number = ++this.lastTimer
    this.timers.add({ dueUs, number, cell, what, key, view })
    return number
  }

  #fire({ cell, what, key, view }: ActorTimer): void {
    const { shard } = this
    if (what === 'rest') {
      // Or it was set aside meanwhile.
      if (cell.condition !== Condition.Resting) return
      cell.condition = Condition.Ready
      shard.runWaiting(cell)
    } else if (what === 'message') {
      cell.timers!.delete(key)
      shard.hand(cell, view!, 0)
    } else {
      const { schemaId, requestId } = cell.asks!.get(key)!
      const record = engineRecord(cell.ref, Engine.AskLate, key)
      Engine.AskLate.write(record, ENVELOPE_BYTES, { number: key, schemaId, requestId })
      shard.hand(cell, record, 0)
    }
  }
}

type RequestType = Pick<PendingAsk, 'schemaId' | 'requestId'>
