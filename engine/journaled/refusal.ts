/**
 * Where nobody is there to answer, whoever has asked from outside is told so at once, by the log, which knows that it was not taken.
 * Actors are told by the shard's thread (shard-roles.ts); what reaches a journaled one is a message of its log like any.
 */
import {
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SCHEMA_ID_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { textWithin } from '../actor/fields.ts'
import type { AnyMessage } from '../actor/message.ts'
import { isAsk, NOBODY } from '../actor/ref.ts'
import { writeMessage } from '../host/write-message.ts'
import { Engine, WHY_BYTES_MAX } from './engine-messages.ts'
import type { JournaledShard } from './journaled-shard.ts'

/** `why` undefined: its receiver is gone. */
export function refuseAsker(
  { outgoing, rules }: JournaledShard,
  view: DataView,
  envelope: number,
  why?: string,
): void {
  const from = view.getUint32(envelope + NUMBER_OFFSET, true)
  // A log of before has no such answer.
  if (rules === 0 || !isAsk(from)) return
  writeMessage(outgoing, NOBODY, from, Engine.Refused as AnyMessage, {
    number: view.getUint32(envelope + ENVELOPE_BYTES, true),
    schemaId: view.getUint16(envelope + SCHEMA_ID_OFFSET, true),
    requestId: view.getUint16(envelope + TEMPLATE_ID_OFFSET, true),
    why: textWithin(why ?? '', WHY_BYTES_MAX),
    isGone: why === undefined,
  })
}
