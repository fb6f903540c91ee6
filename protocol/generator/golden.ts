/**
 * Golden bytes: every wire message with every field set, encoded by walking the table, one field at a time. Slow and
 * obvious on purpose: the generated codecs are held against it, and clients in other languages against the JSON. What a
 * client may still say in an older version is there in that one too.
 */
import { ENUMS, type EnumName } from '../enums.ts'
import { INT64_NULL, writeInt64 } from '../integers.ts'
import { absentValue, type Field, fieldBytes, type Message, templateIdOf } from '../message.ts'
import { VERSION, WIRE_MESSAGES } from '../schema.ts'
import { writeText } from '../text.ts'
import { WIRE_HEADER_BYTES, WIRE_VERSION_OFFSET, writeWireHeader } from '../wire-frame.ts'

export interface GoldenVector {
  readonly message: string
  readonly templateId: number
  readonly version: number
  readonly msgSeqNum: number
  readonly sendingTime: number
  readonly fields: Readonly<Record<string, string | number>>
  /** The whole frame, SOFH and header included. */
  readonly hex: string
}

const SENDING_TIME = 1_719_487_045_225_000

export const goldenVectors = (): readonly GoldenVector[] =>
  WIRE_MESSAGES.flatMap((message, index) => [
    ...(message.direction === 'client' && message.blockBytesV1 !== undefined
      ? [golden(message, { msgSeqNum: index + 1, version: 1 }, sampleValue)]
      : []),
    golden(message, { msgSeqNum: index + 1, version: VERSION }, sampleValue),
    golden(message, { msgSeqNum: index + 1, version: VERSION }, extremeValue),
  ])

function golden(
  message: Message,
  { msgSeqNum, version }: { readonly msgSeqNum: number; readonly version: number },
  sampleOf: (field: Field) => string | number,
): GoldenVector {
  const fields = Object.fromEntries(
    message.fields
      .filter((field) => (field.since ?? 1) <= version)
      .map((field) => [field.name, sampleOf(field)]),
  )
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
  fields: Readonly<Record<string, string | number>>,
): Uint8Array {
  const blockBytes =
    version === 1 ? (message.blockBytesV1 ?? message.blockBytes) : message.blockBytes
  const bytes = new Uint8Array(WIRE_HEADER_BYTES + blockBytes)
  const view = new DataView(bytes.buffer)
  const block = writeWireHeader(view, 0, {
    templateId: templateIdOf(message.msgType),
    blockBytes,
    ...header,
  })
  view.setUint16(WIRE_VERSION_OFFSET, version, true)
  for (const field of message.fields) {
    if ((field.since ?? 1) > version) continue
    writeField(view, block + field.offset, field, fields[field.name] ?? absentValue(field))
  }
  return bytes
}

function writeField(view: DataView, at: number, field: Field, value: string | number): void {
  const bytes = fieldBytes(field.type)
  if (field.type.startsWith('char[')) writeText(view, at, bytes, String(value))
  else if (field.type === 'i64') writeInt64(view, at, Number(value))
  else
    for (let i = 0; i < bytes; i++)
      view.setUint8(at + i, Math.floor(Number(value) / 256 ** i) % 256)
}

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
