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
  const json: Record<string, unknown> = {
    sequence: readInt64(view, envelope + SEQUENCE_OFFSET),
    timeUs: readInt64(view, envelope + TIME_OFFSET),
    session: view.getUint32(envelope + SESSION_OFFSET, true),
    number: view.getUint32(envelope + NUMBER_OFFSET, true),
    message: messageName(templateId),
  }
  forEachField(view, at, (name, value) => {
    json[name] = value
  })
  return json
}

/** The fields of the record at `at`, as above. Of a message that this build does not know, the length of its block. */
export function forEachField(
  view: DataView,
  at: number,
  visit: (name: string, value: string | number) => void,
): void {
  const envelope = at + RECORD_HEADER_BYTES
  const blockBytes = view.getUint16(envelope + BLOCK_LENGTH_OFFSET, true)
  const fields = fieldsOf(view.getUint16(envelope + TEMPLATE_ID_OFFSET, true))
  if (fields === undefined) {
    visit('blockBytes', blockBytes)
    return
  }
  const block = envelope + ENVELOPE_BYTES
  for (const field of fields) {
    if (field.end > blockBytes) continue
    const value = field.read(view, block + field.offset)
    if (value !== undefined && value !== '') visit(field.name, value)
  }
}

interface FieldReader {
  readonly name: string
  readonly offset: number
  /** Behind its last byte. */
  readonly end: number
  /** Undefined: absent. */
  read(view: DataView, at: number): string | number | undefined
}

const readersByTemplate = new Map<number, readonly FieldReader[]>()

/** Made when a message is met first: what a field is need not be asked at each of millions. */
function fieldsOf(templateId: number): readonly FieldReader[] | undefined {
  const known = readersByTemplate.get(templateId)
  if (known !== undefined) return known
  const message = byTemplate.get(templateId)
  if (message === undefined) return undefined
  const fields = message.fields.filter(({ name }) => !name.startsWith('Reserved'))
  const readers = fields.map((field) => {
    const { name, offset } = field
    return { name, offset, end: offset + fieldBytes(field.type), read: readerOf(field) }
  })
  readersByTemplate.set(templateId, readers)
  return readers
}

function readerOf({ type, optional, inner }: Field): FieldReader['read'] {
  const bytes = fieldBytes(type)
  if (type.startsWith('char[')) return (view, at) => readText(view, at, bytes)
  if (type === 'i64') {
    return (view, at) => {
      const value = readInt64(view, at)
      return value === INT64_NULL && optional ? undefined : value
    }
  }
  // What only the journal says is 0 where it says nothing.
  const absent = inner ? 0 : -1
  const none = optional ? 256 ** bytes - 1 : absent
  const read = unsignedReader(bytes)
  if (!(type in ENUMS)) {
    return (view, at) => {
      const value = read(view, at)
      return value === none ? undefined : value
    }
  }
  const names = namesOf(type as EnumName)
  return (view, at) => {
    const value = read(view, at)
    return value === none ? undefined : (names.get(value) ?? value)
  }
}

function unsignedReader(bytes: number): (view: DataView, at: number) => number {
  if (bytes === 1) return (view, at) => view.getUint8(at)
  return bytes === 2
    ? (view, at) => view.getUint16(at, true)
    : (view, at) => view.getUint32(at, true)
}

/** Of a value that the set does not have, the number. */
export const enumName = (name: EnumName, value: number): string =>
  namesOf(name).get(value) ?? String(value)

const namesByEnum = new Map<EnumName, ReadonlyMap<number, string>>()

function namesOf(name: EnumName): ReadonlyMap<number, string> {
  let names = namesByEnum.get(name)
  if (names === undefined) {
    const values: Readonly<Record<string, number>> = ENUMS[name].values
    names = new Map(Object.entries(values).map(([key, value]) => [value, key]))
    namesByEnum.set(name, names)
  }
  return names
}
