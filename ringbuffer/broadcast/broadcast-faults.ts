/** What a broadcast ring says when it is misused: the cause, then the mend. Cold. */

import { RECORDS_AT_LEAST } from '../ring-layout.ts'
import { BROADCAST_HEADER_BYTES, STAMP_BYTES } from './broadcast-layout.ts'

export const broadcastPayloadFault = (
  name: string,
  payloadBytes: number,
  bytesMax: number,
): RangeError => {
  if (!Number.isInteger(payloadBytes) || payloadBytes < 0) {
    return new RangeError(
      `broadcast '${name}': a payload of ${payloadBytes} B is no size: give it an integer from 0`,
    )
  }
  const recordBytes = BROADCAST_HEADER_BYTES + payloadBytes + STAMP_BYTES
  const wanted = 2 ** Math.ceil(Math.log2(recordBytes * RECORDS_AT_LEAST))
  return new RangeError(
    `broadcast '${name}': a record of ${recordBytes} B, header and stamp included, is above ` +
      `${bytesMax} B, an eighth of the capacity: send it in parts, or give the ring ${wanted} B`,
  )
}
