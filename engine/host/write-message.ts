/** A message out of a plain object: for actors and for whoever sends from outside. */
import {
  BLOCK_LENGTH_OFFSET,
  NUMBER_OFFSET,
  SCHEMA_ID_OFFSET,
  SESSION_OFFSET,
} from '../../protocol/envelope.ts'
import type { Claims } from '../actor/actor-context.ts'
import type { Sent } from '../actor/behavior.ts'
import { type AnyMessage, blockBytesFor } from '../actor/message.ts'
import type { Ref } from '../actor/ref.ts'

/** `number`: of a request or an answer. Throws a RangeError where a field does not fit; then nothing is sent. */
export function writeMessage(
  outgoing: Claims,
  from: Ref,
  to: Ref,
  type: AnyMessage,
  values: unknown,
  number = 0,
): Sent {
  const at = outgoing.claim(from, to, type, blockBytesFor(type, values))
  if (at < 0) return at as Sent
  try {
    // Before the fields, which overwrite it where the message is neither request nor answer.
    outgoing.view.setInt32(at, number, true)
    outgoing.view.setInt32(at + 4, 0, true)
    type.write(outgoing.view, at, values as never)
  } catch (error) {
    outgoing.abort()
    throw error
  }
  return outgoing.commit()
}

/** The envelope of an actor's message, wherever it stands. Hot: nothing is made for it. */
export function writeEnvelope(
  view: DataView,
  envelope: number,
  from: Ref,
  to: Ref,
  { id, schemaId }: AnyMessage,
  blockBytes: number,
): void {
  view.setInt32(envelope + BLOCK_LENGTH_OFFSET, blockBytes | (id << 16), true)
  view.setInt32(envelope + SCHEMA_ID_OFFSET, schemaId, true)
  view.setInt32(envelope + SESSION_OFFSET, to, true)
  view.setInt32(envelope + NUMBER_OFFSET, from, true)
}
