/** The memory of a multicast ring, made once by whoever hands it to its threads. */
import { writeFixedLine } from '../fixed-line.ts'
import { capacityFault } from '../ring-faults.ts'
import {
  dataOffsetOf,
  GATE_INDEX,
  headIndexOf,
  MULTICAST,
  TAIL_INDEX,
  writeOrder,
} from './multicast-layout.ts'
import { orderOf } from './multicast-order.ts'

export interface MulticastOptions {
  /** Bytes of records: a power of two, 64 B to 1 GiB. A record may take an eighth of it. */
  readonly capacityBytes: number
  /** For messages to humans, as 'sequencer→journal,shards'; kept to 112 bytes of UTF-8. */
  readonly name: string
  /**
   * One entry for each reader, 1 to 16: the readers that it must not overtake, none for one that
   * follows the producer. `[[], [], [0, 1]]`: reader 2 sees what both others have released.
   */
  readonly behind: readonly (readonly number[])[]
  /** Where TAIL and the HEADs begin, in units of 8 bytes, for tests of the wrap. @default 0 */
  readonly startPosition?: number
}

/**
 * The memory of an empty ring, all its readers attached. Throws a RangeError where the capacity
 * will not do, or readers would wait for each other.
 */
export const allocateMulticastRing = (options: MulticastOptions): SharedArrayBuffer => {
  const { capacityBytes, name, startPosition = 0 } = options
  const fault = capacityFault(name, capacityBytes)
  if (fault !== undefined) throw fault
  const behind = orderOf(name, options.behind)
  const memory = new SharedArrayBuffer(dataOffsetOf(behind.length) + capacityBytes)
  writeFixedLine(memory, MULTICAST, { name, capacityBytes })
  writeOrder(memory, behind)
  const words = new Int32Array(memory)
  words[TAIL_INDEX] = startPosition
  for (const reader of behind.keys()) words[headIndexOf(reader)] = startPosition
  words[GATE_INDEX] = (1 << behind.length) - 1
  return memory
}
