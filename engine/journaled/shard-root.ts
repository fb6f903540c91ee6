/** What is asked of a shard itself: who is to be born, who is to end, and that time has passed. */
import {
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SCHEMA_ID_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import type { SpawnOptions } from '../actor/behavior.ts'
import type { AnyMessage } from '../actor/message.ts'
import { NOBODY, type Ref } from '../actor/ref.ts'
import type { ActorCell } from '../host/actor-cell.ts'
import { writeMessage } from '../host/write-message.ts'
import type { JournaledShard } from './journaled-shard.ts'
import { problemText, Root } from './root-protocol.ts'
import { readGeneration, readStart } from './start-notice.ts'

/** What a request says, as plain values. */
interface Asked {
  readonly behavior?: string
  readonly name: string
  readonly options?: string
}

export class ShardRoot {
  readonly #shard: JournaledShard

  constructor(shard: JournaledShard) {
    this.#shard = shard
  }

  deliver(view: DataView, envelope: number): void {
    if (view.getUint16(envelope + SCHEMA_ID_OFFSET, true) !== Root.$schemaId) {
      // Somebody takes the shard itself for an actor.
      this.#shard.lifecycle.nobodyHere(view, envelope)
      return
    }
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    if (id === Root.Wake.id) {
      this.#shard.lifecycle.wake()
      return
    }
    if (id === Root.Started.id) {
      const { setAside, ...start } = readStart(view, envelope)
      this.#shard.started(start, setAside)
      return
    }
    if (id === Root.Reserve.id) {
      this.#shard.reserved(readGeneration(view, envelope))
      return
    }
    const type = Root.$messages[id - 1]
    if (type === undefined) {
      this.#shard.bury('not-understood', view, envelope)
      return
    }
    const reader = type.$reader
    reader.$view = view
    reader.$at = envelope + ENVELOPE_BYTES
    const from = view.getUint32(envelope + NUMBER_OFFSET, true)
    const number = view.getUint32(envelope + ENVELOPE_BYTES, true)
    this.#answer(type, { from, number }, reader.copy() as Asked)
  }

  /** A problem is an answer: it is the same in each replay. */
  #answer(
    type: AnyMessage,
    to: { readonly from: Ref; readonly number: number },
    asked: Asked,
  ): void {
    let place = { ref: NOBODY as number, problem: '' }
    try {
      place = { ref: this.#do(type.id, asked), problem: '' }
    } catch (error) {
      place = { ref: NOBODY, problem: problemText(error) }
    }
    if (to.from === NOBODY) return
    const answer = type.answer as AnyMessage
    writeMessage(this.#shard.outgoing, NOBODY, to.from, answer, place, to.number)
  }

  #do(id: number, { behavior = '', name, options = '{}' }: Asked): Ref {
    const { lifecycle } = this.#shard
    const known = lifecycle.find(name)
    if (id === Root.Find.id) return known?.ref ?? NOBODY
    if (id === Root.Stop.id) {
      if (known !== undefined) lifecycle.stopNow(known)
      return known?.ref ?? NOBODY
    }
    return this.#spawn(behavior, name, JSON.parse(options) as SpawnOptions)
  }

  #spawn(behaviorName: string, name: string, options: SpawnOptions): Ref {
    const { lifecycle, catalog } = this.#shard
    const behavior = catalog.named(behaviorName)
    const known: ActorCell | undefined = lifecycle.find(name)
    if (known === undefined) return lifecycle.bear(behavior, name, options)
    if (known.behavior === behavior) return known.ref
    throw new Error(
      `actor '${name}' is there already, and is a '${catalog.nameOf(known.behavior)}'`,
    )
  }
}
