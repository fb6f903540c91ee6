/** The memory of a ring of many producers, made once by whoever hands it to them (mpsc-ring.ts). */

import { LINE_BYTES, writeFixedLine } from '../fixed-line.ts'
import { capacityFault } from '../ring-faults.ts'
import { DATA_OFFSET, HEAD_INDEX, TAIL_INDEX } from '../ring-layout.ts'
import type { RingOptions } from '../spsc/allocate-ring.ts'
import { producersFault } from './mpsc-faults.ts'
import { MPSC, PRODUCERS_MAX, RELEASE_INDEX } from './mpsc-layout.ts'

export interface MpscRingOptions extends RingOptions {
  /** How many producers there can be at a time, 1 to 32: their numbers are 1 to this. */
  readonly producersMax: number
}

/** The memory of an empty ring. Throws a RangeError where capacity or producers will not do. */
export const allocateMpscRing = (options: MpscRingOptions): SharedArrayBuffer => {
  const { capacityBytes, name, producersMax, startPosition = 0 } = options
  const fault =
    capacityFault(name, capacityBytes) ?? producersFault(name, producersMax, PRODUCERS_MAX)
  if (fault !== undefined) throw fault
  const memory = new SharedArrayBuffer(DATA_OFFSET + capacityBytes + producersMax * LINE_BYTES)
  writeFixedLine(memory, MPSC, { name, capacityBytes })
  const words = new Int32Array(memory)
  words[TAIL_INDEX] = startPosition
  words[HEAD_INDEX] = startPosition
  words[RELEASE_INDEX] = startPosition
  return memory
}
