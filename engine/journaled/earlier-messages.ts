/**
 * Messages of a log that was written when they had fewer fields: brought to the length that they have now, with zeros for what they
 * did not have, and what is said in those parts of the log cut to the length of then, so that a replay says the same bytes.
 */
import {
  alignRecord,
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  RECORD_BLOCK_OFFSET,
  SCHEMA_ID_OFFSET,
  TEMPLATE_ID_OFFSET,
  VERSION_OFFSET,
} from '../../protocol/envelope.ts'
import { copyBytes } from '../../protocol/text.ts'
import type { Catalog } from '../actor/catalog.ts'
import { BLOCK_BYTES_MAX } from '../actor/message.ts'
import { RELAY_NUMBER_BYTES, RELAYED } from './actor-router.ts'
import { Engine } from './engine-messages.ts'
import { type Cuts, messageKey, type ProtocolHistory } from './protocol-history.ts'
import { Root } from './root-protocol.ts'

export class EarlierMessages {
  /** Of the messages of now, by key; none are known where the log has no earlier ones. */
  readonly #blockBytes = new Map<number, number>()
  readonly #history: ProtocolHistory
  readonly #scratch = new DataView(
    new ArrayBuffer(alignRecord(RECORD_BLOCK_OFFSET + BLOCK_BYTES_MAX + RELAY_NUMBER_BYTES)),
  )

  constructor(history: ProtocolHistory, catalog: Catalog) {
    this.#history = history
    if (!history.hasEarlier) return
    const protocols = [Engine, Root, ...[...catalog.all].map(({ protocol }) => protocol)]
    for (const type of protocols.flatMap(({ $messages }) => $messages)) {
      if (type.isPacked) continue
      for (const { schemaId, id, blockBytes } of type.answer === undefined
        ? [type]
        : [type, type.answer]) {
        this.#blockBytes.set(messageKey(schemaId, id), blockBytes)
      }
    }
  }

  /** What is to be left out of what is said in the part of the log that has this set of protocols; undefined: nothing. */
  cutsOf(schema: string): Cuts | undefined {
    return this.#history.cutsOf(schema)
  }

  /** The message at `envelope`, where it has its length already; else a copy at 0 of memory of this one's own, good until the next. */
  widened(view: DataView, envelope: number): DataView | undefined {
    if (!this.#history.hasEarlier) return undefined
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    const key = messageKey(view.getUint16(envelope + SCHEMA_ID_OFFSET, true), id)
    const needed = this.#blockBytes.get(key)
    if (needed === undefined) return undefined
    const isRelayed = (view.getUint16(envelope + VERSION_OFFSET, true) & RELAYED) !== 0
    const relayBytes = isRelayed ? RELAY_NUMBER_BYTES : 0
    const there = view.getUint16(envelope + BLOCK_LENGTH_OFFSET, true) - relayBytes
    if (there >= needed) return undefined
    const scratch = this.#scratch
    // Fields that have come into what was padding are zero already: it is journaled as such.
    copyBytes(view, envelope, scratch, 0, ENVELOPE_BYTES + there)
    for (let at = there; at < needed; at++) scratch.setUint8(ENVELOPE_BYTES + at, 0)
    copyBytes(view, envelope + ENVELOPE_BYTES + there, scratch, ENVELOPE_BYTES + needed, relayBytes)
    scratch.setUint16(BLOCK_LENGTH_OFFSET, needed + relayBytes, true)
    return scratch
  }
}
