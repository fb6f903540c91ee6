/** Handing whole records on: from a ring into a ring, from private memory into a ring. Hot. */
import {
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
} from '../protocol/envelope.ts'
import { copyBytes } from '../protocol/text.ts'
import { FULL, type RingProducer } from '../ringbuffer/spsc-ring.ts'

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
