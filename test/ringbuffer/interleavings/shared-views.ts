/**
 * What stands in the place of SharedArrayBuffer, the typed arrays, DataView and Atomics in the
 * evaluated source of the rings. Over shared memory each access goes to the model memory; over
 * anything else (a size, a list) the real class is made, which is private to its thread.
 *
 * What the rings do not use is missing here, and calling it is a TypeError: nothing passes unseen.
 */

import { ModelAtomics } from './model-atomics.ts'
import type { Access, ModelMemory } from './model-memory.ts'
import { ModelPromise } from './model-promise.ts'

type RealArray = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array
type RealArrayClass = {
  readonly name: string
  readonly BYTES_PER_ELEMENT: number
  new (length: number): RealArray
  new (buffer: ArrayBuffer, offset: number, length: number): RealArray
  from(values: Iterable<number>): RealArray
}

/** Shared memory, or a view of it: to a thread it is always the same thing. */
abstract class Fixed {
  abstract readonly key: string
}

export const isFixed = (value: object): value is { readonly key: string } =>
  value instanceof Fixed || value instanceof ModelPromise

export class SharedBlock extends Fixed {
  readonly key: string
  readonly byteLength: number
  readonly at: number

  constructor(memory: ModelMemory, byteLength: number) {
    super()
    this.byteLength = byteLength
    this.at = memory.allocate(byteLength)
    this.key = `block ${this.at}`
  }
}

export class SharedArray extends Fixed {
  readonly key: string
  readonly buffer: SharedBlock
  readonly byteOffset: number
  readonly byteLength: number
  readonly length: number
  readonly raw: RealArray
  readonly #memory: ModelMemory
  readonly #real: RealArrayClass

  constructor(
    memory: ModelMemory,
    real: RealArrayClass,
    { buffer, offset, length }: { buffer: SharedBlock; offset: number; length: number },
  ) {
    super()
    const bytes = length * real.BYTES_PER_ELEMENT
    if (offset < 0 || offset + bytes > buffer.byteLength) {
      throw new RangeError(`${real.name}: ${bytes} B at ${offset} of ${buffer.byteLength}`)
    }
    this.#memory = memory
    this.#real = real
    this.buffer = buffer
    this.byteOffset = offset
    this.byteLength = bytes
    this.length = length
    this.raw = new real(memory.arena, buffer.at + offset, length)
    this.key = `${real.name} ${buffer.at + offset} × ${length}`
  }

  get(index: number): number | undefined {
    if (index >= this.length) return undefined
    return this.#memory.plain(this.access('read', index), () => this.raw[index])
  }

  put(index: number, value: number): void {
    if (index >= this.length) return
    const access = { ...this.access('write', index, value), isWrite: true }
    this.#memory.plain(access, () => {
      this.raw[index] = value
      return undefined
    })
  }

  set(source: ArrayLike<number> | SharedArray, offset = 0): void {
    if (offset + source.length > this.length) throw new RangeError('offset is out of bounds')
    for (let i = 0; i < source.length; i += 1) {
      this.put(offset + i, (source instanceof SharedArray ? source.get(i) : source[i])!)
    }
  }

  fill(value: number, from = 0, end = this.length): this {
    for (let i = from; i < end; i += 1) this.put(i, value)
    return this
  }

  subarray(from: number, end = this.length): SharedArray {
    const offset = this.byteOffset + from * this.#real.BYTES_PER_ELEMENT
    const { buffer } = this
    return new SharedArray(this.#memory, this.#real, { buffer, offset, length: end - from })
  }

  /** A private copy. */
  slice(from = 0, end = this.length): RealArray {
    return this.#real.from(Array.from({ length: end - from }, (_, i) => this.get(from + i)!))
  }

  access(kind: string, index: number, given: number | string = ''): Access {
    const bytes = this.#real.BYTES_PER_ELEMENT
    const at = this.buffer.at + this.byteOffset + index * bytes
    return { kind, isAtomic: false, isWrite: false, at, bytes, given: `${given}` }
  }
}

/** Getters and setters of a DataView, by name: `getInt32(at, isLittleEndian)`. */
export class SharedDataView extends Fixed {
  readonly key: string
  readonly #memory: ModelMemory
  readonly #at: number
  readonly #raw: DataView

  constructor(memory: ModelMemory, buffer: SharedBlock, offset = 0, length?: number) {
    super()
    const bytes = length ?? buffer.byteLength - offset
    if (offset + bytes > buffer.byteLength) throw new RangeError('DataView: beyond the memory')
    this.#memory = memory
    this.#at = buffer.at + offset
    this.#raw = new DataView(memory.arena, this.#at, bytes)
    this.key = `DataView ${this.#at} × ${bytes}`
  }

  getInt32(offset: number, isLittle?: boolean): number {
    return this.#read(offset, 4, () => this.#raw.getInt32(offset, isLittle))
  }
  getUint32(offset: number, isLittle?: boolean): number {
    return this.#read(offset, 4, () => this.#raw.getUint32(offset, isLittle))
  }
  getUint16(offset: number, isLittle?: boolean): number {
    return this.#read(offset, 2, () => this.#raw.getUint16(offset, isLittle))
  }
  getUint8(offset: number): number {
    return this.#read(offset, 1, () => this.#raw.getUint8(offset))
  }
  getFloat64(offset: number, isLittle?: boolean): number {
    return this.#read(offset, 8, () => this.#raw.getFloat64(offset, isLittle))
  }
  setInt32(offset: number, value: number, isLittle?: boolean): void {
    this.#write(offset, 4, value, () => this.#raw.setInt32(offset, value, isLittle))
  }
  setUint32(offset: number, value: number, isLittle?: boolean): void {
    this.#write(offset, 4, value, () => this.#raw.setUint32(offset, value, isLittle))
  }
  setUint16(offset: number, value: number, isLittle?: boolean): void {
    this.#write(offset, 2, value, () => this.#raw.setUint16(offset, value, isLittle))
  }
  setUint8(offset: number, value: number): void {
    this.#write(offset, 1, value, () => this.#raw.setUint8(offset, value))
  }
  setFloat64(offset: number, value: number, isLittle?: boolean): void {
    this.#write(offset, 8, value, () => this.#raw.setFloat64(offset, value, isLittle))
  }

  #read(offset: number, bytes: number, perform: () => number): number {
    const at = this.#at + offset
    const access = { kind: 'read', isAtomic: false, isWrite: false, at, bytes, given: '' }
    return this.#memory.plain(access, perform)
  }

  #write(offset: number, bytes: number, value: number, perform: () => void): void {
    const at = this.#at + offset
    const access = { kind: 'write', isAtomic: false, isWrite: true, at, bytes, given: `${value}` }
    this.#memory.plain(access, () => {
      perform()
      return undefined
    })
  }
}

/** The class that evaluated source knows by the name of the real one. */
const arrayClass = (memory: ModelMemory, real: RealArrayClass): object => {
  const construct = (source: unknown, offset = 0, length?: number): object => {
    if (!(source instanceof SharedBlock)) return Reflect.construct(real, [source])
    const rest = Math.floor((source.byteLength - offset) / real.BYTES_PER_ELEMENT)
    return new SharedArray(memory, real, { buffer: source, offset, length: length ?? rest })
  }
  const from = (source: SharedArray | Iterable<number>): RealArray =>
    source instanceof SharedArray ? source.slice() : real.from(source)
  return Object.assign(
    // An arrow could not be called with `new`.
    function stand(source: unknown, offset?: number, length?: number) {
      return construct(source, offset, length)
    },
    { BYTES_PER_ELEMENT: real.BYTES_PER_ELEMENT, from },
  )
}

/** By name: what is injected into evaluated source. */
export const standIns = (memory: ModelMemory): Record<string, object> => ({
  Atomics: new ModelAtomics(memory),
  SharedArrayBuffer: function stand(bytes: number) {
    return new SharedBlock(memory, bytes)
  },
  DataView: function stand(source: unknown, offset?: number, length?: number) {
    if (!(source instanceof SharedBlock))
      return Reflect.construct(DataView, [source, offset, length])
    return new SharedDataView(memory, source, offset, length)
  },
  Int32Array: arrayClass(memory, Int32Array),
  Uint32Array: arrayClass(memory, Uint32Array),
  Uint16Array: arrayClass(memory, Uint16Array),
  Uint8Array: arrayClass(memory, Uint8Array),
  Float64Array: arrayClass(memory, Float64Array),
})
