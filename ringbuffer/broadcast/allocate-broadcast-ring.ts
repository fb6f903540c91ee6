/** The memory of a broadcast ring, made once by whoever hands it to its threads. */

import { writeFixedLine } from '../fixed-line.ts'
import { capacityFault } from '../ring-faults.ts'
import {
  BROADCAST,
  BROADCAST_CAPACITY_BYTES_MIN,
  DATA_OFFSET,
  FIRST_NUMBER_INDEX,
  INTENT_INDEX,
  LATEST_INDEX,
  MARKS,
  MARKS_INDEX,
  TAIL_INDEX,
} from './broadcast-layout.ts'

export interface BroadcastOptions {
  /**
   * Bytes of records: a power of two, 256 B to 1 GiB. A record may take an eighth of it, and a
   * reader may be three quarters of it behind before it loses any.
   */
  readonly capacityBytes: number
  /** For messages to humans, as 'market data→dashboards'; kept to 112 bytes of UTF-8. */
  readonly name: string
  /** Where TAIL begins, in units of 8 bytes, for tests of the wrap. @default 0 */
  readonly startPosition?: number
  /** The number of the first record, for tests of the carry. @default 0 */
  readonly firstNumber?: number
}

/** The memory of an empty ring. Throws a RangeError where the capacity will not do. */
export const allocateBroadcastRing = (options: BroadcastOptions): SharedArrayBuffer => {
  const { capacityBytes, name, startPosition = 0, firstNumber = 0 } = options
  const fault = capacityFault(name, capacityBytes)
  if (fault !== undefined) throw fault
  if (capacityBytes < BROADCAST_CAPACITY_BYTES_MIN) {
    throw new RangeError(
      `broadcast '${name}': capacity ${capacityBytes} B is below ` +
        `${BROADCAST_CAPACITY_BYTES_MIN}: give it that or more`,
    )
  }
  const memory = new SharedArrayBuffer(DATA_OFFSET + capacityBytes)
  writeFixedLine(memory, BROADCAST, { name, capacityBytes })
  const words = new Int32Array(memory)
  words[INTENT_INDEX] = startPosition
  words[TAIL_INDEX] = startPosition
  words[LATEST_INDEX] = startPosition
  words.fill(startPosition, MARKS_INDEX, MARKS_INDEX + MARKS)
  words[FIRST_NUMBER_INDEX] = firstNumber
  words[FIRST_NUMBER_INDEX + 1] = Math.floor(firstNumber / 2 ** 32)
  return memory
}
