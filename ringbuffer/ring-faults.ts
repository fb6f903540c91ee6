/**
 * What a ring says when it is misused: the cause, then the mend. Apart from the hot file, and cold.
 */

import {
  CAPACITY_BYTES_MAX,
  CAPACITY_BYTES_MIN,
  RECORD_HEADER_BYTES,
  RECORDS_AT_LEAST,
} from './ring-layout.ts'

/** Undefined where the capacity will do. */
export const capacityFault = (name: string, capacityBytes: number): RangeError | undefined => {
  const cause = `ring '${name}': capacity ${capacityBytes} B`
  const [least, most] = [CAPACITY_BYTES_MIN, CAPACITY_BYTES_MAX]
  if (!(capacityBytes >= least)) {
    return new RangeError(`${cause} is below ${least}: give it ${least} or more`)
  }
  if (capacityBytes > most) {
    return new RangeError(`${cause} is above ${most}: give it ${most} or less`)
  }
  const wanted = nextPowerOfTwo(capacityBytes)
  if (wanted === capacityBytes) return undefined
  return new RangeError(`${cause} is not a power of two: give it ${wanted}`)
}

export const payloadFault = (name: string, payloadBytes: number, bytesMax: number): RangeError => {
  if (!Number.isInteger(payloadBytes) || payloadBytes < 0) {
    return new RangeError(
      `ring '${name}': a payload of ${payloadBytes} B is no size: give it an integer from 0`,
    )
  }
  const recordBytes = RECORD_HEADER_BYTES + payloadBytes
  const wanted = nextPowerOfTwo(recordBytes * RECORDS_AT_LEAST)
  return new RangeError(
    `ring '${name}': a record of ${recordBytes} B, header included, is above ${bytesMax} B, ` +
      `an eighth of the capacity: send it in parts, or give the ring ${wanted} B`,
  )
}

export const misuse = (name: string, cause: string, mend: string): Error =>
  new Error(`ring '${name}': ${cause}: ${mend}`)

export const corruption = (name: string, at: number, recordBytes: number): Error =>
  new Error(
    `ring '${name}': the record at byte ${at} says it is ${recordBytes} B long: ` +
      'somebody wrote outside a claim; halt, and replay from the journal',
  )

const nextPowerOfTwo = (bytes: number): number => 2 ** Math.ceil(Math.log2(bytes))
