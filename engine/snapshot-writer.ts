/** The way out: everything that it is given, one behind the other, each at a multiple of 8. */
import { columnMemory } from './column-memory.ts'
import type { SnapshotTransfer } from './snapshot-transfer.ts'

const FIRST_BYTES = 1 << 16
const encoder = new TextEncoder()

type Column = Int32Array | Float64Array | Uint8Array

export class SnapshotWriter implements SnapshotTransfer {
  readonly isRestoring = false
  #bytes = new Uint8Array(columnMemory(FIRST_BYTES))
  #view = new DataView(this.#bytes.buffer)
  #end: number

  /** Leaves `headBytes`, a multiple of 8, for whoever writes a head. */
  constructor(headBytes: number) {
    this.#end = headBytes
  }

  number(value: number): number {
    this.#makeRoom(8)
    this.#view.setFloat64(this.#end, value, true)
    this.#end += 8
    return value
  }

  text(value: string): string {
    this.#column(encoder.encode(value))
    return value
  }

  ints(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
    this.#column(column)
    return column
  }

  floats(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
    this.#column(column)
    return column
  }

  fill(column: Column): void {
    this.#column(column)
  }

  same(_name: string, value: number): void {
    this.number(value)
  }

  part(name: string): void {
    this.text(name)
  }

  /** All of it, the head's bytes zero. The writer is over. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#end)
  }

  /** Its length in bytes, then the bytes as they stand in memory. */
  #column(column: Column): void {
    this.number(column.byteLength)
    const padded = (column.byteLength + 7) & -8
    this.#makeRoom(padded)
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    this.#bytes.set(bytes, this.#end)
    this.#end += padded
  }

  #makeRoom(bytes: number): void {
    const needed = this.#end + bytes
    if (needed <= this.#bytes.length) return
    let length = this.#bytes.length
    while (length < needed) length *= 2
    const longer = new Uint8Array(columnMemory(length))
    longer.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = longer
    this.#view = new DataView(longer.buffer)
  }
}
