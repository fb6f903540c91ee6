/** What a `transfer` hands over, value by value, so that the first one can be named that does not come back as it went. */
import type { SnapshotTransfer } from '../recovery/snapshot-transfer.ts'

type Ints = Int32Array<ArrayBuffer>
type Floats = Float64Array<ArrayBuffer>
type Column = Int32Array | Float64Array | Uint8Array
type Kind = 'number' | 'text' | 'ints' | 'floats' | 'fill' | 'same' | 'part'

export interface Taped {
  readonly kind: Kind
  /** A column is a copy. */
  readonly value: number | string | Column
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
/** As it comes back from memory. */
const asText = (value: string): string => decoder.decode(encoder.encode(value))

export class TapeWriter implements SnapshotTransfer {
  readonly isRestoring = false
  readonly all: Taped[] = []

  number(value: number): number {
    // As memory holds it: true is 1.
    return this.#keep('number', Number(value), value)
  }

  text(value: string): string {
    return this.#keep('text', asText(value), value)
  }

  ints(column: Ints): Ints {
    return this.#keep('ints', column.slice(), column)
  }

  floats(column: Floats): Floats {
    return this.#keep('floats', column.slice(), column)
  }

  fill(column: Column): void {
    this.#keep('fill', column.slice(), column)
  }

  same(_name: string, value: number): void {
    this.#keep('same', Number(value), value)
  }

  part(name: string): void {
    this.#keep('part', asText(name), name)
  }

  #keep<T>(kind: Kind, value: Taped['value'], given: T): T {
    this.all.push({ kind, value })
    return given
  }
}

/** Throws at the first value that is asked for otherwise than it was written, and says so also where that is caught. */
export class TapeReader implements SnapshotTransfer {
  readonly isRestoring = true
  readonly #all: readonly Taped[]
  #read = 0
  problem: string | undefined

  constructor(all: readonly Taped[]) {
    this.#all = all
  }

  /** What nobody has asked for. */
  get left(): string | undefined {
    const next = this.#all[this.#read]
    return next && `writes ${place(this.#read, next.kind)} and does not read it`
  }

  number(): number {
    return this.#next('number') as number
  }

  text(): string {
    return this.#next('text') as string
  }

  ints(): Ints {
    return (this.#next('ints') as Ints).slice()
  }

  floats(): Floats {
    return (this.#next('floats') as Floats).slice()
  }

  fill(column: Column): void {
    const from = this.#next('fill') as Column
    if (from.length !== column.length || from.BYTES_PER_ELEMENT !== column.BYTES_PER_ELEMENT) {
      const [was, is] = [from, column].map(({ byteLength }) => byteLength)
      throw this.#differs(`writes ${this.#place} of ${was} B and reads it into ${is} B`)
    }
    column.set(from)
  }

  same(name: string, value: number): void {
    const was = this.#next('same')
    if (!Object.is(was, Number(value))) {
      throw this.#differs(`writes ${this.#place}, ${name}, as ${was} and reads it as ${value}`)
    }
  }

  part(name: string): void {
    const was = this.#next('part')
    if (was !== name) throw this.#differs(`writes ${this.#place} as '${was}' and reads '${name}'`)
  }

  #next(kind: Kind): Taped['value'] {
    const next = this.#all[this.#read++]
    if (next === undefined) {
      throw this.#differs(`reads ${place(this.#read - 1, kind)} and has written no more`)
    }
    if (next.kind === kind) return next.value
    throw this.#differs(`writes ${place(this.#read - 1, next.kind)} and reads it by ${kind}()`)
  }

  /** Of the one that was read last. */
  get #place(): string {
    return place(this.#read - 1, this.#all[this.#read - 1]!.kind)
  }

  #differs(what: string): Error {
    this.problem ??= what
    return new Error(what)
  }
}

/** From 1, as one counts the lines of a transfer. */
const place = (index: number, kind: Kind): string => `value ${index + 1} by ${kind}()`

/** The first value that came back and is another; undefined: they are the same. */
export function whereTapesDiffer(
  before: readonly Taped[],
  after: readonly Taped[],
): string | undefined {
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const [was, is] = [before[i], after[i]]
    if (was === undefined) return `writes ${place(i, is!.kind)} only once it has read`
    if (is === undefined) return `writes ${place(i, was.kind)} no more once it has read`
    if (was.kind !== is.kind) {
      return `writes ${place(i, was.kind)} and, once it has read, by ${is.kind}()`
    }
    if (!isSame(was.value, is.value)) {
      return `writes ${place(i, was.kind)} as ${shown(was.value)} and, once it has read, as ${shown(is.value)}`
    }
  }
  return undefined
}

function isSame(one: Taped['value'], other: Taped['value']): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return Object.is(one, other)
  return one.length === other.length && one.every((value, i) => Object.is(value, other[i]))
}

const shown = (value: Taped['value']): string =>
  typeof value === 'object' ? `${value.length} elements` : JSON.stringify(value)
