/**
 * A start of the system, as the log has it: the first message to each shard that the new process sequences. From there on the
 * transient actors of the process before are known to be gone, and their addresses are given to nobody else.
 */
import {
  ENVELOPE_BYTES,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  SCHEMA_ID_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { journaledRef, NOBODY } from '../actor/ref.ts'
import { writeEnvelope } from '../host/write-message.ts'
import { ActorRouter } from './actor-router.ts'
import { Root } from './root-protocol.ts'

/** The shard that generations are reserved at. */
export const RESERVING_SHARD = 0
export const NO_GENERATION = -1

export const readGeneration = (view: DataView, envelope: number): number =>
  view.getFloat64(envelope + ENVELOPE_BYTES, true)

/**
 * Of this build. What the engine itself says is in the log, so where it has come to say other things, the log says from where on.
 *   0  before starts said so: nobody hears that whom he asks is gone; a parent without a strategy begins anew when a child escalates
 *   1  who asks from outside is told at once; such a parent is left as it is
 */
export const RULES = 1

export interface Start {
  readonly generation: number
  /** Hash of the protocols. */
  readonly schema: string
  readonly rules: number
}

/** The messages that tell all shards, as records. */
export function startRecords(
  shards: number,
  start: Start,
  aside: readonly string[] = [],
): Uint8Array[] {
  const setAside = aside.length === 0 ? '' : JSON.stringify(aside)
  return Array.from({ length: shards }, (_, shard) => {
    const { id, blockBytes } = Root.Started
    const bytes = new Uint8Array(RECORD_BLOCK_OFFSET + blockBytes)
    const view = new DataView(bytes.buffer)
    view.setInt32(RECORD_LENGTH_OFFSET, bytes.length, true)
    view.setInt32(RECORD_TYPE_OFFSET, id, true)
    const to = journaledRef(shard, 0)
    writeEnvelope(view, RECORD_HEADER_BYTES, NOBODY, to, Root.Started, blockBytes)
    Root.Started.write(view, RECORD_BLOCK_OFFSET, { ...start, setAside })
    return bytes
  })
}

/** Of a log that has no start yet. */
export const NO_START: Start = { generation: NO_GENERATION, schema: '', rules: 0 }

export interface StartNotice extends Start {
  /** Names of actors. */
  readonly setAside: readonly string[]
}

export function readStart(view: DataView, envelope: number): StartNotice {
  const reader = Root.Started.$reader
  reader.$view = view
  reader.$at = envelope + ENVELOPE_BYTES
  const { setAside, ...start } = reader.copy() as Start & { setAside: string }
  return { ...start, setAside: setAside === '' ? [] : (JSON.parse(setAside) as string[]) }
}

/** Asked about the commands of a log, it learns which generations were reserved there. */
export class StartRouter extends ActorRouter {
  /** The newest. */
  generation = NO_GENERATION

  override route(view: DataView, at: number): number {
    if (view.getUint32(at + SESSION_OFFSET, true) === journaledRef(RESERVING_SHARD, 0)) {
      const id = view.getUint16(at + TEMPLATE_ID_OFFSET, true)
      const isRoots = view.getUint16(at + SCHEMA_ID_OFFSET, true) === Root.$schemaId
      if (isRoots && (id === Root.Started.id || id === Root.Reserve.id)) {
        // What a snapshot knows may lie behind.
        this.generation = Math.max(this.generation, readGeneration(view, at))
      }
    }
    return super.route(view, at)
  }
}
