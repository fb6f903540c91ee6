/**
 * A line of a conformance case ──▶ the bytes of a frame.
 *
 * Writes by the table of messages alone, any value that fits into its bytes, right or wrong: none of the exchange's own codecs.
 */
import type { Line } from '../../protocol/conformance/case.ts'
import { DEFAULTS } from '../../protocol/conformance/defaults.ts'
import { ENUMS, type EnumName } from '../../protocol/enums.ts'
import {
  absentValue,
  type Field,
  f,
  fieldBytes,
  type Group,
  type Message,
  templateIdOf,
} from '../../protocol/message.ts'
import { SCHEMA_ID, VERSION, WIRE_MESSAGES } from '../../protocol/schema.ts'

const HEADER_BYTES = 36
const GROUP_HEADER_BYTES = 4
const NULL_TIME = -(2n ** 63n)

/** What the names in a case stand for in this run. */
export interface RunNames {
  readonly OWN: string
  readonly OTHER: string
  readonly MINE: string
}

export const messageOf = (name: string): Message => {
  const found = WIRE_MESSAGES.find((message) => message.name === name)
  if (found === undefined) throw new Error(`there is no message ${name}`)
  return found
}

export interface Header {
  readonly number: number
  /** µs since 1970. */
  readonly sendingTime: bigint
}

/** Whose a report is that a drop copy session hears: behind its root block, which is so much longer. */
export const COPY_BYTES = 32
export const copyFields = ({ blockBytes }: Message): readonly Field[] => [
  f(blockBytes, 'char[16]', 1, 'Account', 'whose account'),
  f(blockBytes + 16, 'char[16]', 115, 'OnBehalfOfCompID', 'whose session'),
]

/** The frame of a line, with `values` over what the line says. */
export function frameOf(
  line: Line,
  header: Header,
  names: RunNames,
  values: Readonly<Record<string, string>> = {},
): Buffer {
  const message = messageOf(line.name)
  const { extras, flags } = line
  const version = extras.version === undefined ? VERSION : Number(extras.version)
  const v1Bytes = message.blockBytesV1 ?? message.blockBytes
  const bytes = version === 1 ? v1Bytes : message.blockBytes
  const block = Buffer.alloc(bytes + Number(extras.longer ?? 0), 7)
  const said: Record<string, string> = { ...DEFAULTS[message.name], ...line.fields, ...values }
  const known = message.fields.filter((field) => version !== 1 || (field.since ?? 1) === 1)
  refuseUnknown(line, message, said)
  writeFields(block, known, said, names, header)
  const body = block.subarray(0, block.length - Number(extras.shorter ?? 0))
  const more = Buffer.alloc(Number(extras.behind ?? 0), 7)
  const behind = Buffer.concat([groupOf(line, message, names), more])
  const head = Buffer.alloc(HEADER_BYTES)
  const says = (name: string, otherwise: number): number => Number(extras[name] ?? otherwise)
  head.writeUInt32LE(says('length', HEADER_BYTES + body.length + behind.length), 0)
  head.writeUInt16LE(says('encoding', 0xeb50), 4)
  head.writeUInt16LE(says('blockLength', body.length), 6)
  head.writeUInt16LE(says('templateId', templateIdOf(message.msgType)), 8)
  head.writeUInt16LE(says('schemaId', SCHEMA_ID), 10)
  head.writeUInt16LE(version, 12)
  head.writeUInt32LE(line.number ?? header.number, 14)
  head.writeBigInt64LE(header.sendingTime, 18)
  head[26] = (flags.includes('PossDup') ? 1 : 0) | (flags.includes('PossResend') ? 2 : 0)
  head.writeBigInt64LE(NULL_TIME, 28)
  return Buffer.concat([head, body, behind])
}

/** What stands behind the root block: nothing, where the line says no entry and no count. */
function groupOf(line: Line, { name, group }: Message, names: RunNames): Buffer {
  const { entries, extras } = line
  if (entries.length === 0 && extras.count === undefined) return Buffer.alloc(0)
  if (group === undefined) throw new Error(`${line.text}: ${name} has no group`)
  const longer = Number(extras.entryLonger ?? 0) - Number(extras.entryShorter ?? 0)
  const bytes = group.blockBytes + longer
  const blocks = entries.map((entry, index) => {
    const block = Buffer.alloc(Math.max(bytes, group.blockBytes), 7)
    const said = { ...DEFAULTS[group.entry], ...entry }
    refuseUnknown(line, group, said)
    writeFields(block, group.fields, said, names, { number: index + 1 })
    return block.subarray(0, bytes)
  })
  const head = Buffer.alloc(GROUP_HEADER_BYTES)
  head.writeUInt16LE(Number(extras.entryLength ?? bytes), 0)
  head.writeUInt16LE(Number(extras.count ?? entries.length), 2)
  return Buffer.concat([head, ...blocks])
}

function refuseUnknown(
  line: Line,
  { name: of, fields }: Message | Group,
  said: Readonly<Record<string, string>>,
): void {
  for (const name of Object.keys(said)) {
    if (!fields.some((field) => field.name === name)) {
      throw new Error(`${line.text}: ${of} has no ${name}`)
    }
  }
}

/** What is not said is absent. */
function writeFields(
  block: Buffer,
  fields: readonly Field[],
  said: Readonly<Record<string, string>>,
  names: RunNames,
  header: Pick<Header, 'number'>,
): void {
  for (const field of fields) {
    const text = said[field.name]
    const value = text === undefined ? absent(field) : encodedValue(field, text, names, header)
    writeValue(block, field, value)
  }
}

/** A field's value as bytes, or as an integer. */
export type Value = bigint | Buffer

const absent = (field: Field): Value => {
  const value = absentValue(field)
  return typeof value === 'string' ? Buffer.from(value, 'latin1') : BigInt(value)
}

function writeValue(block: Buffer, { offset, type, name }: Field, value: Value): void {
  const bytes = fieldBytes(type)
  const at = block.subarray(offset, offset + bytes).fill(0)
  if (typeof value !== 'bigint') {
    if (value.length > bytes) throw new Error(`${name}: ${value.length} bytes are too many`)
    value.copy(at)
  } else for (let i = 0; i < bytes; i++) at[i] = Number((value >> BigInt(8 * i)) & 0xffn)
}

/** Block of so many bytes with these values, as a codec has read them: what the exchange must have written. */
export function blockOf(
  bytes: number,
  fields: readonly Field[],
  values: Readonly<Record<string, string | number>>,
): Buffer {
  const block = Buffer.alloc(bytes)
  for (const field of fields) {
    const value = values[field.name]
    if (value === undefined) throw new Error(`no ${field.name}`)
    writeValue(
      block,
      field,
      typeof value === 'string' ? Buffer.from(value, 'latin1') : BigInt(value),
    )
  }
  return block
}

export function encodedValue(
  field: Field,
  text: string,
  names: RunNames,
  { number }: Pick<Header, 'number'>,
): Value {
  if (field.type.startsWith('char[')) return textOf(text, names, number)
  const isEnum = field.type in ENUMS
  const values: Readonly<Record<string, number>> = isEnum
    ? ENUMS[field.type as EnumName].values
    : {}
  const value = values[text]
  if (value !== undefined) return BigInt(value)
  if (/^'.'$/.test(text)) return BigInt(text.charCodeAt(1))
  if (text === 'null') {
    if (!field.optional && field.type !== 'i64') throw new Error(`${field.name} has no null`)
    return field.type === 'i64' ? NULL_TIME : 256n ** BigInt(fieldBytes(field.type)) - 1n
  }
  return integerOf(text)
}

/** `17`, `-2^53+1`, `now-6s`: in µs. */
export function integerOf(text: string): bigint {
  const [, now, seconds = '0'] = /^(now)([+-]\d+)?s?$/.exec(text) ?? []
  if (now !== undefined) return BigInt(Date.now() + Number(seconds) * 1000) * 1000n
  const [, sign, power, more = '0'] = /^(-?)2\^(\d+)([+-]\d+)?$/.exec(text) ?? []
  if (power === undefined) return BigInt(text)
  return (sign === '-' ? -1n : 1n) * 2n ** BigInt(power) + BigInt(more)
}

function textOf(text: string, names: RunNames, number: number): Buffer {
  const name = names[text as keyof RunNames]
  if (name !== undefined) return Buffer.from(name, 'latin1')
  if (/^[a-z]N$/.test(text)) return Buffer.from(`${text[0]}${number}`, 'latin1')
  const plain = /^"(.*)"$/.exec(text)?.[1] ?? text
  const raw = plain.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(raw, 'latin1')
}
