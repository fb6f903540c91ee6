/** What the engine itself tells actors: who is watched by whom, who is gone, which answer did not come. */
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SCHEMA_ID_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { bool, text, textWithin, u16, u32 } from '../actor/fields.ts'
import { type AnyMessage, protocol } from '../actor/message.ts'
import { isJournaled, NOBODY, type Ref } from '../actor/ref.ts'
import { writeEnvelope } from '../host/write-message.ts'

export const WHY_BYTES_MAX = 300

export const Engine = protocol('tradsys.engine', {
  /** From now on tell that actor of your end. */
  Watch: { by: u32 },
  Unwatch: { by: u32 },
  /** That actor is gone. */
  Terminated: { who: u32 },
  /** To an actor that moves: what its sender sends from now on goes the new way. `spare`: whose it is, and for which move. */
  Marker: { spare: u32 },
  /** The ask of this number, for this message, was not answered in time. */
  AskLate: { number: u32, schemaId: u16, requestId: u16 },
  /** The ask of this number will not be answered. `isGone`: for who was asked is not there any more. */
  Refused: {
    ...{ number: u32, schemaId: u16, requestId: u16, why: text(WHY_BYTES_MAX) },
    isGone: bool,
  },
})

/** In the records of all of these, and of no other message. */
export const ENGINE_SCHEMA = Engine.$schemaId

/** Such a message in memory of its own, its envelope at 0. */
export function engineRecord(to: Ref, type: { readonly name: string }, about: number): DataView {
  const message = type as AnyMessage
  const record = new DataView(new ArrayBuffer(ENVELOPE_BYTES + message.blockBytes))
  writeEnvelope(record, 0, NOBODY, to, message, message.blockBytes)
  record.setUint32(ENVELOPE_BYTES, about, true)
  return record
}

/** Why the engine itself refuses, in place of an actor: it is told to those who are no journaled actors. */
export type RefusedCode = 'ask.refused' | 'ask.gone' | 'ask.failed'
/** In place of a request's id: those that `isGone` does not say. */
export const REFUSED_CODES: readonly RefusedCode[] = ['ask.refused', 'ask.failed']

/**
 * There will be no answer to that request, its envelope at `envelope`: for whoever has asked. A journaled actor knows its ask by the
 * message that it was; to others the same two fields say who refuses, the engine, and, but for one that is gone, its code.
 */
export function refusalOf(
  view: DataView,
  envelope: number,
  code: RefusedCode,
  why: string,
): DataView {
  const asker: Ref = view.getUint32(envelope + NUMBER_OFFSET, true)
  const isByName = isJournaled(asker)
  const record = engineRecord(asker, Engine.Refused, 0)
  Engine.Refused.write(record, ENVELOPE_BYTES, {
    number: view.getUint32(envelope + ENVELOPE_BYTES, true),
    schemaId: isByName ? view.getUint16(envelope + SCHEMA_ID_OFFSET, true) : ENGINE_SCHEMA,
    requestId: isByName
      ? view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
      : Math.max(0, REFUSED_CODES.indexOf(code)),
    why: textWithin(why, WHY_BYTES_MAX),
    isGone: code === 'ask.gone',
  })
  return record
}

/** Threads and shards; the rest of a marker's 32 bits is its move's number. */
const SENDER_BITS = 9
const MOVE_MASK = 2 ** (32 - SENDER_BITS) - 1

/** What a sender's marker says. */
export const markOf = (move: number, sender: number): number =>
  (((move & MOVE_MASK) << SENDER_BITS) | sender) >>> 0

/** Bytes of envelope and block. */
export const payloadBytesOf = (view: DataView, envelope: number): number =>
  ENVELOPE_BYTES + view.getUint16(envelope + BLOCK_LENGTH_OFFSET, true)
