/** The memory of a ring, made once by whoever hands it to both of its threads (spsc-ring.ts). */

import { writeFixedLine } from '../fixed-line.ts'
import { capacityFault } from '../ring-faults.ts'
import { DATA_OFFSET, HEAD_INDEX, SPSC, TAIL_INDEX } from '../ring-layout.ts'

export interface RingOptions {
  /** Bytes of records: a power of two, 64 B to 1 GiB. A record may take an eighth of it. */
  readonly capacityBytes: number
  /** For messages to humans, as 'gateway→sequencer'; kept to 112 bytes of UTF-8. */
  readonly name: string
  /** Where TAIL and HEAD begin, in units of 8 bytes, for tests of the wrap. @default 0 */
  readonly startPosition?: number
}

/** The memory of an empty ring. Throws a RangeError where the capacity will not do. */
export const allocateRing = (options: RingOptions): SharedArrayBuffer => {
  const { capacityBytes, name, startPosition = 0 } = options
  const fault = capacityFault(name, capacityBytes)
  if (fault !== undefined) throw fault
  const memory = new SharedArrayBuffer(DATA_OFFSET + capacityBytes)
  writeFixedLine(memory, SPSC, { name, capacityBytes })
  const words = new Int32Array(memory)
  words[TAIL_INDEX] = startPosition
  words[HEAD_INDEX] = startPosition
  return memory
}
