/**
 * The first line of each ring: what it is, how many bytes of records it holds, what it is called.
 * Written once, before any thread has the memory. The magic tells one kind from the others.
 *
 *   byte 0        4         8          12           16                                 128
 *        +--------+---------+----------+------------+-----------------------------------+
 *        | magic  | version | capacity | name bytes |            name, UTF-8            |
 *        +--------+---------+----------+------------+-----------------------------------+
 */

/** Two 64-byte lines: the adjacent-line prefetcher pulls pairs. */
export const LINE_BYTES = 128

const MAGIC_INDEX = 0
const VERSION_INDEX = 1
const CAPACITY_INDEX = 2
const NAME_BYTES_INDEX = 3
const NAME_OFFSET = 16
const NAME_BYTES_MAX = LINE_BYTES - NAME_OFFSET

export interface RingForm {
  readonly name: string
  readonly capacityBytes: number
}

/** What tells the memory of one kind of ring from that of another. */
export interface RingKind {
  /** As it is called in messages: 'ring', 'multicast'. */
  readonly noun: string
  /** Four characters, little-endian. */
  readonly magic: number
  readonly version: number
  /** The call that makes such memory: 'allocateMulticastRing()'. */
  readonly maker: string
}

/** Writes the fixed line of fresh memory. */
export const writeFixedLine = (memory: SharedArrayBuffer, kind: RingKind, form: RingForm): void => {
  const words = new Int32Array(memory)
  // Through a copy: encodeInto does not take shared memory everywhere. It never splits a character.
  const name = new Uint8Array(NAME_BYTES_MAX)
  const nameBytes = new TextEncoder().encodeInto(form.name, name).written
  new Uint8Array(memory, NAME_OFFSET, NAME_BYTES_MAX).set(name)
  words[NAME_BYTES_INDEX] = nameBytes
  words[CAPACITY_INDEX] = form.capacityBytes
  words[VERSION_INDEX] = kind.version
  words[MAGIC_INDEX] = kind.magic
}

/** Reads the fixed line, or throws if this memory is no ring of this kind. */
export const readFixedLine = (memory: SharedArrayBuffer, kind: RingKind): RingForm => {
  const { noun, maker } = kind
  const words = new Int32Array(memory)
  if (words.length < LINE_BYTES / 4 || words[MAGIC_INDEX] !== kind.magic) {
    const what = noun === 'ring' ? 'ring of one producer and one consumer' : `${noun} ring`
    throw new RangeError(`${noun}: this memory is no ${what}: take it from ${maker}`)
  }
  if (words[VERSION_INDEX] !== kind.version) {
    throw new RangeError(
      `${noun}: layout version ${words[VERSION_INDEX]}, but this code knows ${kind.version}: ` +
        'run one build on all sides',
    )
  }
  const nameBytes = Uint8Array.from(new Uint8Array(memory, NAME_OFFSET, words[NAME_BYTES_INDEX]!))
  return { name: new TextDecoder().decode(nameBytes), capacityBytes: words[CAPACITY_INDEX]! }
}

/** Throws where the memory is not as long as its first line says. */
export const checkLength = (memory: SharedArrayBuffer, kind: RingKind, bytes: number): void => {
  if (memory.byteLength === bytes) return
  throw new RangeError(
    `${kind.noun}: ${memory.byteLength} B of memory, but its first lines speak of ${bytes} B: ` +
      'they were overwritten; halt, and look for who did',
  )
}
