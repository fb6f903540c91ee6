/** Any message of the schema as a plain object, by walking the table: for dumps, not for speed. */
import { ENUMS, type EnumName } from '../protocol/enums.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  RECORD_HEADER_BYTES,
  SEQUENCE_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../protocol/envelope.ts'
import { INT64_NULL, readInt64 } from '../protocol/integers.ts'
import { type Field, fieldBytes, templateIdOf } from '../protocol/message.ts'
import { MESSAGES } from '../protocol/schema.ts'
import { readText } from '../protocol/text.ts'

const byTemplate = new Map(MESSAGES.map((message) => [templateIdOf(message.msgType), message]))

/** Of a template id that this build does not know, the number. */
export const messageName = (templateId: number): string =>
  byTemplate.get(templateId)?.name ?? `template ${templateId}`

/** The record at `at`, envelope and fields; reserved and absent fields are left out, and those behind the block's end. */
export function recordToJson(view: DataView, at: number): Record<string, unknown> {
  const envelope = at + RECORD_HEADER_BYTES
  const templateId = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
  const message = byTemplate.get(templateId)
  const head = {
    sequence: readInt64(view, envelope + SEQUENCE_OFFSET),
    timeUs: readInt64(view, envelope + TIME_OFFSET),
    session: view.getUint32(envelope + SESSION_OFFSET, true),
    number: view.getUint32(envelope + NUMBER_OFFSET, true),
    message: messageName(templateId),
  }
  const blockBytes = view.getUint16(envelope + BLOCK_LENGTH_OFFSET, true)
  if (message === undefined) return { ...head, blockBytes }
  const fields: Record<string, unknown> = {}
  for (const field of message.fields) {
    if (field.name.startsWith('Reserved')) continue
    if (field.offset + fieldBytes(field.type) > blockBytes) continue
    const value = fieldToJson(view, envelope + ENVELOPE_BYTES + field.offset, field)
    if (value !== undefined && value !== '') fields[field.name] = value
  }
  return { ...head, ...fields }
}

function fieldToJson(view: DataView, at: number, field: Field): string | number | undefined {
  const bytes = fieldBytes(field.type)
  if (field.type.startsWith('char[')) return readText(view, at, bytes)
  if (field.type === 'i64') {
    const value = readInt64(view, at)
    return value === INT64_NULL && field.optional ? undefined : value
  }
  let value = 0
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + view.getUint8(at + i)
  if (field.optional && value === 256 ** bytes - 1) return undefined
  return field.type in ENUMS ? nameOrValue(field.type as EnumName, value) : value
}

/** Of a value that the set does not have, the number. */
export const enumName = (name: EnumName, value: number): string => String(nameOrValue(name, value))

function nameOrValue(name: EnumName, value: number): string | number {
  const values: Readonly<Record<string, number>> = ENUMS[name].values
  return Object.keys(values).find((key) => values[key] === value) ?? value
}
