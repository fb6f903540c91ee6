/** Whose report it is that a drop copy session is told of, from the end of the copy's root block (protocol/wire-frame.ts). */
import { readText } from '../protocol/text.ts'
import {
  COPY_COMP_ID_OFFSET,
  COPY_SOURCE_BYTES,
  FLAG_COPY,
  FLAGS_OFFSET,
  WIRE_BLOCK_LENGTH_OFFSET,
  WIRE_HEADER_BYTES,
} from '../protocol/wire-frame.ts'

export interface CopySource {
  /** ClOrdIDs are unique within it. */
  readonly account: string
  /** The session that the report is for. */
  readonly compId: string
}

/** Of the report whose frame is at `at`; undefined: it is this session's own. */
export function copySourceOf(view: DataView, at: number): CopySource | undefined {
  if ((view.getUint8(at + FLAGS_OFFSET) & FLAG_COPY) === 0) return undefined
  const blockBytes = view.getUint16(at + WIRE_BLOCK_LENGTH_OFFSET, true)
  const source = at + WIRE_HEADER_BYTES + blockBytes - COPY_SOURCE_BYTES
  const compIdBytes = COPY_SOURCE_BYTES - COPY_COMP_ID_OFFSET
  return {
    account: readText(view, source, COPY_COMP_ID_OFFSET),
    compId: readText(view, source + COPY_COMP_ID_OFFSET, compIdBytes),
  }
}
