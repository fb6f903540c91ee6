/**
 * What a message can be made of. Each kind of field says how many bytes it takes and how those are read and written; from
 * that, a class with constant offsets is made for each message (message.ts).
 */
export interface Field<T> {
  /** For the layout's hash and for errors: 'u32', 'text(36)'. */
  readonly kind: string
  readonly bytes: number
  /** The field's own boundary in a block: 1, 2, 4 or 8. */
  readonly alignment: number
  /** Source text of an expression over `view` and `at`, and `f`, this field. */
  readonly read: string
  /** Source text of a statement over the same and `value`. */
  readonly write: string
  /** Source text of a condition under which `value` may not be written. */
  readonly refuse: string
  /** What may be written, in words. */
  readonly takes: string
  /** For the source texts of this kind, as `f`. */
  readonly tools?: object
  /** Never there: it carries the type. */
  readonly value?: T
}

type Spelling = Omit<Field<unknown>, 'value'>

const field = <T>(spelling: Spelling): Field<T> => spelling

interface IntegerSpelling {
  readonly bytes: number
  /** The DataView's word for it, as in `getUint16`. */
  readonly type: string
  /** What an integer of that size is equal to. */
  readonly narrowed: string
  readonly takes: string
}

function integer(kind: string, { bytes, type, narrowed, takes }: IntegerSpelling): Field<number> {
  const order = bytes === 1 ? '' : ', true'
  return field({
    ...{ kind, bytes, alignment: bytes, takes },
    read: `view.get${type}(at${order})`,
    write: `view.set${type}(at, value${order})`,
    refuse: `(${narrowed}) !== value`,
  })
}

/** An integer from 0 to 255, in one byte. Any other value is a RangeError to who writes it, as with all fields. */
export const u8: Field<number> = integer('u8', {
  ...{ bytes: 1, type: 'Uint8', narrowed: 'value & 0xff' },
  takes: 'an integer from 0 to 255',
})
/** An integer from 0 to 65,535, in two bytes. */
export const u16: Field<number> = integer('u16', {
  ...{ bytes: 2, type: 'Uint16', narrowed: 'value & 0xffff' },
  takes: 'an integer from 0 to 65,535',
})
/** An integer from 0 to 2^32 - 1, in four bytes. */
export const u32: Field<number> = integer('u32', {
  ...{ bytes: 4, type: 'Uint32', narrowed: 'value >>> 0' },
  takes: 'an integer from 0 to 2^32 - 1',
})
/** An integer from -2^31 to 2^31 - 1, in four bytes. */
export const i32: Field<number> = integer('i32', {
  ...{ bytes: 4, type: 'Int32', narrowed: 'value | 0' },
  takes: 'an integer of 32 bits',
})

/**
 * A safe integer, in eight bytes: money, prices, counts. As a double, which holds each of them: an i64 would take five
 * times as long, and lets in others.
 */
export const i53: Field<number> = field({
  ...{ kind: 'i53', bytes: 8, alignment: 8, takes: 'a safe integer' },
  read: 'view.getFloat64(at, true)',
  write: 'view.setFloat64(at, value, true)',
  refuse: '!Number.isSafeInteger(value)',
})

/** Any number, in eight bytes, NaN and the infinities too. Not for money: see i53. */
export const f64: Field<number> = field({
  ...{ kind: 'f64', bytes: 8, alignment: 8, takes: 'a number' },
  read: 'view.getFloat64(at, true)',
  write: 'view.setFloat64(at, value, true)',
  refuse: "typeof value !== 'number'",
})

/** True or false, in one byte; 0 and 1 are refused. */
export const bool: Field<boolean> = field({
  ...{ kind: 'bool', bytes: 1, alignment: 1, takes: 'true or false' },
  read: 'view.getUint8(at) !== 0',
  write: 'view.setUint8(at, value ? 1 : 0)',
  refuse: "typeof value !== 'boolean'",
})

const TEXT_BYTES_MAX = 4096

/**
 * Text of at most `bytesMax` bytes of UTF-8, without lone surrogates. Reading and writing it allocates. Throws a
 * RangeError beyond 4,096.
 */
export function text(bytesMax: number): Field<string> {
  if (!Number.isInteger(bytesMax) || bytesMax < 1 || bytesMax > TEXT_BYTES_MAX) {
    throw new RangeError(`text(${bytesMax}): give it 1 to ${TEXT_BYTES_MAX} bytes`)
  }
  return field({
    ...{ kind: `text(${bytesMax})`, bytes: 2 + bytesMax, alignment: 2 },
    takes: `a text of at most ${bytesMax} bytes of UTF-8, without lone surrogates`,
    read: 'f.read(view, at)',
    write: 'f.write(view, at, value)',
    refuse: `typeof value !== 'string' || !f.fits(value)`,
    tools: textTools(bytesMax),
  })
}

/** As much of it as takes `bytesMax` bytes of UTF-8, whole characters only; U+FFFD stands for half a one. */
export function textWithin(value: string, bytesMax: number): string {
  const whole = value.toWellFormed()
  const { read } = encoder.encodeInto(whole, new Uint8Array(bytesMax))
  return whole.slice(0, read)
}

const encoder = new TextEncoder()
/** What stands there is what was written, a byte order mark at its beginning too. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function textTools(bytesMax: number): object {
  // Through private memory: neither coder takes shared memory everywhere.
  const scratch = new Uint8Array(bytesMax)
  return {
    // Half a character would be written as U+FFFD, and read as another text.
    fits: (value: string): boolean =>
      (value.length * 3 <= bytesMax || encoder.encodeInto(value, scratch).read === value.length) &&
      value.isWellFormed(),
    read(view: DataView, at: number): string {
      const bytes = Math.min(view.getUint16(at, true), bytesMax)
      for (let i = 0; i < bytes; i++) scratch[i] = view.getUint8(at + 2 + i)
      return decoder.decode(scratch.subarray(0, bytes))
    },
    write(view: DataView, at: number, value: string): void {
      const { written } = encoder.encodeInto(value, scratch)
      view.setUint16(at, written, true)
      for (let i = 0; i < written; i++) view.setUint8(at + 2 + i, scratch[i]!)
      // Nothing of an earlier message is left: the bytes are journaled and compared.
      for (let i = written; i < bytesMax; i++) view.setUint8(at + 2 + i, 0)
    },
  }
}
