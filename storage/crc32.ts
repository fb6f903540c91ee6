/**
 * CRC-32 (IEEE 802.3, as in zip and gzip) over part of a buffer.
 *
 * Node's own (3.3 GB/s) where there is one: it came with 20.15 and 22.2. The table (0.3 GB/s) gives the same numbers.
 */
import * as zlib from 'node:zlib'

const POLYNOMIAL = 0xedb88320

const TABLE = buildTable()

function buildTable(): Int32Array {
  const table = new Int32Array(256)
  for (let index = 0; index < table.length; index++) {
    let value = index
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0)
    table[index] = value
  }
  return table
}

/** The slow way. Exported for the test that holds both against each other. */
export function crc32ByTable(bytes: Uint8Array, before = 0): number {
  let crc = ~before
  for (let at = 0; at < bytes.length; at++) {
    crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[at]!) & 0xff]!
  }
  return ~crc >>> 0
}

type Crc32 = (bytes: Uint8Array, before?: number) => number

/** `before` is the checksum of the bytes that come before these, if any. */
export const crc32: Crc32 = (zlib as { readonly crc32?: Crc32 }).crc32 ?? crc32ByTable
