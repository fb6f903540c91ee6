/** Handing whole records on: from a ring into a ring, from private memory into a ring. Hot. */
import {
  alignRecord,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
} from '../../protocol/envelope.ts'
import { copyBytes } from '../../protocol/text.ts'
import { FULL, type RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'

/** Above this the one call of `set` is quicker than a loop over words, the view it allocates included. */
const LOOP_BYTES_MAX = 256

/**
 * Copies the record at `at` into the ring: true, or false where the ring is full. Nobody sees it before `publish`.
 * The record stays the caller's.
 */
export function sendRecord(
  ring: RingProducer,
  bytes: Uint8Array,
  view: DataView,
  at: number,
): boolean {
  const payloadBytes = view.getInt32(at + RECORD_LENGTH_OFFSET, true) - RECORD_HEADER_BYTES
  const to = ring.claim(payloadBytes)
  if (to === FULL) return false
  const from = at + RECORD_HEADER_BYTES
  if (payloadBytes <= LOOP_BYTES_MAX) copyBytes(view, from, ring.view, to, payloadBytes)
  else ring.bytes.set(bytes.subarray(from, from + payloadBytes), to)
  ring.commit(view.getInt32(at + RECORD_TYPE_OFFSET, true))
  return true
}

/**
 * Copies the records in [from, end) of `bytes`, which stand there one behind the other as in a ring, many at once. Returns how far it
 * came: `end`, or where the first record stands for which the ring has no room.
 */
export function sendRecords(
  ring: RingProducer,
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
): number {
  let at = from
  while (at < end) {
    const most = at + ring.appendableBytes
    let behind = at
    let records = 0
    for (let next = behind; next < end; ) {
      next += alignRecord(view.getInt32(next + RECORD_LENGTH_OFFSET, true))
      if (next > most) break
      behind = next
      records++
    }
    if (records > 0) {
      ring.append(bytes, at, behind, records)
    } else {
      // At the ring's end: the next record goes to its beginning, with padding before it.
      if (!sendRecord(ring, bytes, view, at)) return at
      behind = at + alignRecord(view.getInt32(at + RECORD_LENGTH_OFFSET, true))
    }
    at = behind
  }
  return at
}
