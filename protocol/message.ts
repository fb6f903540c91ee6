/** What a message and its fields are, as data: the columns of the tables in wire-messages.ts and inner-messages.ts. */
import { ENUMS, type EnumName } from './enums.ts'
import { INT64_NULL } from './integers.ts'

export type FieldType = 'u8' | 'u16' | 'u32' | 'i64' | `char[${number}]` | EnumName

export interface Field {
  /** FIX's name where FIX has the field. */
  readonly name: string
  /** FIX tag; 25000 and above are ours. */
  readonly tag: number
  readonly offset: number
  readonly type: FieldType
  /** Whether SBE's null stands for "absent". Character arrays are absent when empty, optional or not. */
  readonly optional?: true
  /** Version of the schema that brought it; without: it was there from the first. */
  readonly since?: number
  /** What a block that ends before this field means by it; without: SBE's null where optional, else zero or empty. */
  readonly whenShort?: number
  /** Only the journal says it: on a client's wire it is 0. */
  readonly inner?: true
  readonly doc: string
}

/** Who may speak and who listens. */
export type Direction = 'both' | 'client' | 'exchange' | 'command' | 'event' | 'shards'

export interface Message {
  readonly name: string
  readonly msgType: string
  readonly direction: Direction
  /** Declared size of the root block; a test holds it against the fields. */
  readonly blockBytes: number
  /** Size in version 1, where fields were appended since: a root block may still end there. */
  readonly blockBytesV1?: number
  /** Version of the schema that brought it; without: it was there from the first. */
  readonly since?: number
  readonly doc: string
  readonly fields: readonly Field[]
}

export const templateIdOf = (msgType: string): number =>
  msgType.charCodeAt(0) | ((msgType.length > 1 ? msgType.charCodeAt(1) : 0) << 8)

/** Bytes that a field of this type takes in its block. */
export function fieldBytes(type: FieldType): number {
  if (type.startsWith('char[')) return Number(type.slice(5, -1))
  if (type === 'i64') return 8
  if (type === 'u32') return 4
  if (type === 'u16') return 2
  if (type === 'u8') return 1
  return fieldBytes(ENUMS[type as EnumName].encoding)
}

/** One row of a table. */
export const f = (
  offset: number,
  type: FieldType,
  tag: number,
  name: string,
  doc: string,
): Field => ({
  offset,
  type,
  tag,
  name,
  doc,
})
/** The field may be absent. */
export const optional = (field: Field): Field => ({ ...field, optional: true })

/** The field is 0 on a client's wire. */
export const inner = (field: Field): Field => ({ ...field, inner: true })

/** The fields came with this version of the schema. */
export const since = (version: number, fields: readonly Field[]): readonly Field[] =>
  fields.map((field) => ({ ...field, since: version }))
/** A block that ends before the field means this value by it. */
export const whenShort = (value: number, field: Field): Field => ({ ...field, whenShort: value })

/** What a reader sees where the block ends before the field: SBE's null, unless the table says otherwise. */
export function absentValue(field: Field): number | string {
  if (field.whenShort !== undefined) return field.whenShort
  if (field.type.startsWith('char[')) return ''
  if (!field.optional) return 0
  return field.type === 'i64' ? INT64_NULL : 256 ** fieldBytes(field.type) - 1
}

/** A field's or message's name as code spells it: ClOrdID → clOrdId, CODTimeoutWindow → codTimeoutWindow. */
export const propertyName = (name: string): string => {
  const first = /^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/.exec(name)?.[0] ?? ''
  return first.toLowerCase() + name.slice(first.length).replaceAll('ID', 'Id')
}

/** For the tables: what a field 55 holds. */
export const SYMBOL = 'instrument, upper case, NUL-padded'
