/**
 * What a record of a stress holds, and how its reader sees that it is whole:
 *
 *   0           4           8
 *   +-----------+-----------+----------------------------+
 *   |  number   |   hash    |    rest, random bytes      |
 *   +-----------+-----------+----------------------------+
 */

import type { Seeded } from './seeded.ts'

export const HEAD_BYTES = 8

/** Either end of a ring, as far as a record's bytes go. */
interface Bytes {
  readonly view: DataView
  readonly bytes: Uint8Array
}

export const fold = (hash: number, value: number): number => Math.imul(hash ^ value, 0x01000193)

/** The record's hash, also for a checksum over all. */
export const writeStressRecord = (
  to: Bytes,
  at: number,
  payloadBytes: number,
  content: { readonly number: number; readonly chance: Seeded },
): number => {
  const end = at + payloadBytes
  for (let i = at + HEAD_BYTES; i < end; i += 1) to.bytes[i] = content.chance.below(256)
  const hash = hashOf(to.bytes, at + HEAD_BYTES, end)
  to.view.setUint32(at, content.number, true)
  to.view.setInt32(at + 4, hash, true)
  return hash
}

export const stressNumberOf = (from: Bytes, at: number): number => from.view.getUint32(at, true)

/** The hash that the record says it has, or undefined where its bytes say otherwise. */
export const stressHashOf = (from: Bytes, at: number, payloadBytes: number): number | undefined => {
  const hash = hashOf(from.bytes, at + HEAD_BYTES, at + payloadBytes)
  return from.view.getInt32(at + 4, true) === hash ? hash : undefined
}

const hashOf = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = to - from
  for (let i = from; i < to; i += 1) hash = fold(hash, bytes[i]!)
  return hash
}

/** Now and then long enough for the other ends to run into their walls and park. */
export const pauseSometimes = (chance: Seeded): void => {
  if (chance.below(2_000) !== 0) return
  const loops = chance.below(60_000)
  for (let i = 0; i < loops; i += 1) checksumOfNothing = fold(checksumOfNothing, i)
}
let checksumOfNothing = 0
