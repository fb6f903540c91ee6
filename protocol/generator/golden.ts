/**
 * Golden bytes: every wire message with every field set, encoded by walking the table, one field at a time. Slow and
 * obvious on purpose: the generated codecs are held against it, and clients in other languages against the JSON. What a
 * client may still say in an older version is there in that one too.
 */
import { ENUMS, type EnumName } from '../enums.ts'
import { bytesOfGroup, writeGroupHeader } from '../groups.ts'
import { INT64_NULL, writeInt64 } from '../integers.ts'
import {
  absentValue,
  type Field,
  fieldBytes,
  type Group,
  type Message,
  templateIdOf,
} from '../message.ts'
import { VERSION, WIRE_MESSAGES } from '../schema.ts'
import { writeText } from '../text.ts'
import { WIRE_HEADER_BYTES, WIRE_VERSION_OFFSET, writeWireHeader } from '../wire-frame.ts'

/** By FIX name. */
export type FieldValues = Readonly<Record<string, string | number>>
export type Values = Readonly<Record<string, string | number | readonly FieldValues[]>>

export interface GoldenVector {
  readonly message: string
  readonly templateId: number
  readonly version: number
  readonly msgSeqNum: number
  readonly sendingTime: number
  /** Of a group, its entries by the group's name. */
  readonly fields: Values
  /** The whole frame, SOFH and header included. */
  readonly hex: string
}

const SENDING_TIME = 1_719_487_045_225_000

export const goldenVectors = (): readonly GoldenVector[] =>
  WIRE_MESSAGES.flatMap((message, index) => [
    ...(message.direction === 'client' && message.blockBytesV1 !== undefined
      ? [golden(message, { msgSeqNum: index + 1, version: 1 }, SAMPLE)]
      : []),
    golden(message, { msgSeqNum: index + 1, version: VERSION }, SAMPLE),
    golden(message, { msgSeqNum: index + 1, version: VERSION }, EXTREME),
  ])

function golden(
  message: Message,
  { msgSeqNum, version }: { readonly msgSeqNum: number; readonly version: number },
  { fill, countOf }: Filling,
): GoldenVector {
  const { group } = message
  const known = message.fields.filter((field) => (field.since ?? 1) <= version)
  const fields: Values = {
    ...valuesOf(known, fill),
    ...(group === undefined
      ? {}
      : { [group.name]: Array(countOf(group)).fill(valuesOf(group.fields, fill)) }),
  }
  const bytes = encodeByTable(message, { msgSeqNum, sendingTime: SENDING_TIME, version }, fields)
  return {
    message: message.name,
    templateId: templateIdOf(message.msgType),
    version,
    msgSeqNum,
    sendingTime: SENDING_TIME,
    fields,
    hex: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'),
  }
}

/** What a message is filled with. */
interface Filling {
  readonly fill: (field: Field) => string | number
  readonly countOf: (group: Group) => number
}

const valuesOf = (fields: readonly Field[], fill: Filling['fill']): FieldValues =>
  Object.fromEntries(fields.map((field) => [field.name, fill(field)]))

export interface TableHeader {
  readonly msgSeqNum: number
  readonly sendingTime: number
  /** @default the newest */
  readonly version?: number
}

/** A frame with these field values; fields that are not named are absent. */
export function encodeByTable(
  message: Message,
  { version = VERSION, ...header }: TableHeader,
  fields: Values,
): Uint8Array {
  const blockBytes =
    version === 1 ? (message.blockBytesV1 ?? message.blockBytes) : message.blockBytes
  const { group } = message
  const entries = group === undefined ? [] : entriesOf(fields, group)
  const groupBytes = group === undefined ? 0 : bytesOfGroup(group.blockBytes, entries.length)
  const bytes = new Uint8Array(WIRE_HEADER_BYTES + blockBytes + groupBytes)
  const view = new DataView(bytes.buffer)
  const block = writeWireHeader(view, 0, {
    templateId: templateIdOf(message.msgType),
    blockBytes,
    groupBytes,
    ...header,
  })
  view.setUint16(WIRE_VERSION_OFFSET, version, true)
  writeFields(
    view,
    block,
    message.fields.filter((field) => (field.since ?? 1) <= version),
    fields as FieldValues,
  )
  if (group === undefined) return bytes
  const first = writeGroupHeader(view, block + blockBytes, group.blockBytes, entries.length)
  for (const [index, entry] of entries.entries()) {
    writeFields(view, first + index * group.blockBytes, group.fields, entry)
  }
  return bytes
}

/** A group that is not named has no entries. */
export const entriesOf = (fields: Values, group: Group): readonly FieldValues[] =>
  (fields[group.name] ?? []) as readonly FieldValues[]

function writeFields(
  view: DataView,
  block: number,
  fields: readonly Field[],
  values: FieldValues,
): void {
  for (const field of fields) {
    writeField(view, block + field.offset, field, values[field.name] ?? absentValue(field))
  }
}

function writeField(view: DataView, at: number, field: Field, value: string | number): void {
  const bytes = fieldBytes(field.type)
  if (field.type.startsWith('char[')) writeText(view, at, bytes, String(value))
  else if (field.type === 'i64') writeInt64(view, at, Number(value))
  else
    for (let i = 0; i < bytes; i++)
      view.setUint8(at + i, Math.floor(Number(value) / 256 ** i) % 256)
}

const SAMPLE: Filling = { fill: sampleValue, countOf: ({ countMin }) => Math.max(countMin, 2) }
const EXTREME: Filling = { fill: extremeValue, countOf: ({ countMax }) => countMax }

function sampleValue(field: Field): string | number {
  if (field.type in ENUMS) return Object.values(ENUMS[field.type as EnumName].values)[0] as number
  if (field.type.startsWith('char[')) return `${field.name}-1`.slice(0, fieldBytes(field.type))
  if (isZero(field)) return 0
  return (field.tag + field.offset) % 256 ** Math.min(fieldBytes(field.type), 6)
}

function extremeValue(field: Field): string | number {
  if (field.type in ENUMS)
    return Object.values(ENUMS[field.type as EnumName].values).at(-1) as number
  if (field.type.startsWith('char[')) return '~'.repeat(fieldBytes(field.type))
  if (isZero(field)) return 0
  if (field.type === 'i64') return field.optional ? INT64_NULL : Number.MAX_SAFE_INTEGER
  return 256 ** fieldBytes(field.type) - 1
}

const isZero = ({ name, inner }: Field): boolean => inner === true || name.startsWith('Reserved')
