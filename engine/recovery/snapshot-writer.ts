/**
 * The way out, twice: once to know how long it will be, and once into memory of that length. So the memory is asked for once,
 * and nothing is copied twice. Everything stands one behind the other, each at a multiple of 8.
 */
import { columnMemory } from '../shard/column-memory.ts'
import type { SnapshotTransfer } from './snapshot-transfer.ts'

const encoder = new TextEncoder()

type Column = Int32Array | Float64Array | Uint8Array

const NUMBER_BYTES = 8
const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8

/** All that `transfer` hands over. */
export function handedOver(
  transfer: (snapshot: SnapshotTransfer) => void,
): Uint8Array<ArrayBuffer> {
  const size = new SnapshotSize()
  transfer(size)
  const writer = new SnapshotWriter(0, size.bytes)
  transfer(writer)
  return writer.finish()
}

/** What a machine hands over is numbers and columns; all else is written as these. */
abstract class SnapshotOut implements SnapshotTransfer {
  readonly isRestoring = false

  abstract number(value: number): number

  /** Its length in bytes, then the bytes as they stand in memory. */
  abstract fill(column: Column): void

  text(value: string): string {
    this.fill(encoder.encode(value))
    return value
  }

  ints(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
    this.fill(column)
    return column
  }

  floats(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
    this.fill(column)
    return column
  }

  same(_name: string, value: number): void {
    this.number(value)
  }

  part(name: string): void {
    this.text(name)
  }
}

export class SnapshotSize extends SnapshotOut {
  bytes = 0

  number(value: number): number {
    this.bytes += NUMBER_BYTES
    return value
  }

  fill(column: Column): void {
    this.bytes += NUMBER_BYTES + padded(column.byteLength)
  }
}

export class SnapshotWriter extends SnapshotOut {
  readonly #bytes: Uint8Array<ArrayBuffer>
  readonly #view: DataView
  #end: number

  /** For a state of so many bytes behind `headBytes`, a multiple of 8, which are left for whoever writes a head. */
  constructor(headBytes: number, stateBytes: number) {
    super()
    this.#bytes = new Uint8Array(columnMemory(headBytes + stateBytes), 0, headBytes + stateBytes)
    this.#view = new DataView(this.#bytes.buffer)
    this.#end = headBytes
  }

  number(value: number): number {
    this.#view.setFloat64(this.#end, value, true)
    this.#end += NUMBER_BYTES
    return value
  }

  fill(column: Column): void {
    this.number(column.byteLength)
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    this.#bytes.set(bytes, this.#end)
    this.#end += padded(column.byteLength)
  }

  /** All of it, the head's bytes zero. The writer is over. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.#end !== this.#bytes.length) throw new Error('a machine handed over other state twice')
    return this.#bytes
  }
}
