/** The way back. Throws SnapshotRefused where what comes is not what is asked for. */

import { SnapshotRefused } from '../../storage/snapshot-refused.ts'
import { columnMemory } from '../shard/column-memory.ts'
import type { SnapshotTransfer } from './snapshot-transfer.ts'

/** A byte order mark at a text's beginning is state too. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const OTHER_BUILD = 'use the build that took it, or replay the log'

export class SnapshotReader implements SnapshotTransfer {
  readonly isRestoring = true
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at: number
  #part = 'its head'

  /** `bytes` stay the caller's, and nothing that is read shares memory with them. */
  constructor(bytes: Uint8Array, headBytes: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = headBytes
  }

  number(): number {
    this.#need(8)
    this.#at += 8
    return this.#view.getFloat64(this.#at - 8, true)
  }

  text(): string {
    return decoder.decode(this.#take(1))
  }

  ints(): Int32Array<ArrayBuffer> {
    const bytes = this.#take(4)
    const column = new Int32Array(columnMemory(bytes.length), 0, bytes.length / 4)
    new Uint8Array(column.buffer).set(bytes)
    return column
  }

  floats(): Float64Array<ArrayBuffer> {
    const bytes = this.#take(8)
    const column = new Float64Array(columnMemory(bytes.length), 0, bytes.length / 8)
    new Uint8Array(column.buffer).set(bytes)
    return column
  }

  fill(
    column: Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
  ): void {
    const bytes = this.#take(column.BYTES_PER_ELEMENT)
    if (bytes.length !== column.byteLength) {
      throw this.#refused(`has a column of ${bytes.length} B where ${column.byteLength} B belong`)
    }
    new Uint8Array(column.buffer, column.byteOffset, column.byteLength).set(bytes)
  }

  same(name: string, value: number): void {
    const there = this.number()
    if (there === value) return
    throw new SnapshotRefused(
      `it was taken where ${name} is ${there}, and here it is ${value}`,
      `start with ${name} ${there}, or replay the log`,
    )
  }

  part(name: string): void {
    const there = this.text()
    if (there !== name) throw this.#refused(`is followed by ${there}, not by ${name}`)
    this.#part = name
  }

  /** Nothing may be left. */
  finish(): void {
    const left = this.#bytes.length - this.#at
    if (left !== 0) throw this.#refused(`is followed by ${left} B that nothing asks for`)
  }

  #take(elementBytes: number): Uint8Array {
    const length = this.number()
    if (!(length >= 0) || length % elementBytes !== 0) {
      throw this.#refused(`has a column of ${length} B, in elements of ${elementBytes} B`)
    }
    const padded = Math.ceil(length / 8) * 8
    this.#need(padded)
    this.#at += padded
    return this.#bytes.subarray(this.#at - padded, this.#at - padded + length)
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) throw this.#refused('ends too early')
  }

  #refused(what: string): SnapshotRefused {
    return new SnapshotRefused(`${this.#part} ${what}`, OTHER_BUILD)
  }
}
