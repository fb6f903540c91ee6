/** A machine that never stops: it hears every command from the first, and leans on nothing else that a journal holds. */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import {
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  SEQUENCE_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import { wordsOfCommand } from './request-flow.ts'

export class FreshMachine {
  readonly #outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  readonly #machine = new ExchangeMachine(this.#outbox)

  get stateHash(): string {
    return this.#machine.stateHash()
  }

  /** Runs the command of this record; the words of a trader's request. */
  run(view: DataView, record: number): string | undefined {
    const envelope = record + RECORD_HEADER_BYTES
    this.#outbox.begin(
      readInt64(view, envelope + SEQUENCE_OFFSET),
      readInt64(view, envelope + TIME_OFFSET),
    )
    this.#machine.apply(view, envelope)
    this.#outbox.clear()
    const templateId = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    return wordsOfCommand(templateId, view, record + RECORD_BLOCK_OFFSET)
  }
}
