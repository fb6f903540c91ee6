/**
 * A group behind a root block, as SBE's groupSizeEncoding has it: how long an entry is, how many there are, the entries.
 *
 *   root block   0             2            4         4 + blockLength
 *   +- - - - - -+-------------+------------+---------+---------+- -+
 *   |           | blockLength | numInGroup | entry 0 | entry 1 |   |
 *   |           |     u16     |    u16     |         |         |   |
 *   +- - - - - -+-------------+------------+---------+---------+- -+
 *
 * The length of an entry is that of the bytes, which another version may have written, not that of our schema. The same
 * bytes stand on the wire, in rings and in the journal. Each message that has a group has one.
 */
export const GROUP_HEADER_BYTES = 4
const COUNT_OFFSET = 2

/** Bytes of a group of so many entries, its header included. */
export const bytesOfGroup = (entryBytes: number, count: number): number =>
  GROUP_HEADER_BYTES + entryBytes * count

/** Returns where the first entry begins. */
export function writeGroupHeader(
  view: DataView,
  at: number,
  entryBytes: number,
  count: number,
): number {
  view.setUint16(at, entryBytes, true)
  view.setUint16(at + COUNT_OFFSET, count, true)
  return at + GROUP_HEADER_BYTES
}

/** Length of each entry of the group at `at`. */
export const entryBytesOf = (view: DataView, at: number): number => view.getUint16(at, true)

/** How many entries the group at `at` says that it has: whether the bytes are there is the caller's to know. */
export const entryCountOf = (view: DataView, at: number): number =>
  view.getUint16(at + COUNT_OFFSET, true)

/** Where entry `index` of the group at `at` begins. */
export const entryAt = (view: DataView, at: number, index: number): number =>
  at + GROUP_HEADER_BYTES + index * entryBytesOf(view, at)
