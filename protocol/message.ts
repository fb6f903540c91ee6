/** What a message and its fields are, as data: the columns of the tables in wire-messages.ts and inner-messages.ts. */
import { ENUMS, type EnumName } from './enums.ts'

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
  readonly doc: string
}

/** Who may speak and who listens. */
export type Direction = 'both' | 'client' | 'exchange' | 'command' | 'event'

export interface Message {
  readonly name: string
  readonly msgType: string
  readonly direction: Direction
  /** Declared size of the root block; a test holds it against the fields. */
  readonly blockBytes: number
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

/** A field's or message's name as code spells it: ClOrdID → clOrdId. */
export const propertyName = (name: string): string =>
  name.charAt(0).toLowerCase() + name.slice(1).replaceAll('ID', 'Id')

/** For the tables: what a field 55 holds. */
export const SYMBOL = 'instrument, upper case, NUL-padded'
