/** A message out of a plain object: for actors and for whoever sends from outside. */
import type { ActorHost } from './actor-host.ts'
import { SENT, type Sent } from './behavior.ts'
import { type AnyMessage, pack, packedBlockBytes } from './message.ts'
import { DROPPED } from './outgoing.ts'
import type { Ref } from './ref.ts'

/** `number`: of a request or an answer. Throws a RangeError where a field does not fit; then nothing is sent. */
export function writeMessage(
  host: ActorHost,
  from: Ref,
  to: Ref,
  type: AnyMessage,
  values: unknown,
  number = 0,
): Sent {
  const blockBytes = type.isPacked ? packedBlockBytes(pack(values).length) : type.blockBytes
  const at = host.outgoing.claim(from, to, type, blockBytes)
  if (at < 0) return at === DROPPED ? SENT : (at as Sent)
  try {
    // Before the fields, which overwrite it where the message is neither request nor answer.
    host.outgoing.view.setInt32(at, number, true)
    host.outgoing.view.setInt32(at + 4, 0, true)
    type.write(host.outgoing.view, at, values as never)
  } catch (error) {
    host.outgoing.abort()
    throw error
  }
  return host.outgoing.commit()
}
