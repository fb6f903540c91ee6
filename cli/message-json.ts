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
import { entryAt, entryBytesOf, entryCountOf } from '../protocol/groups.ts'
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

/** Of a group: its entries, each by the names of its fields. */
export type Entries = readonly Readonly<Record<string, string | number>>[]

/**
 * The fields of the record at `at`, as above, and its group by its name. Of a message that this build does not know, the
 * length of its block.
 */
export function forEachField(
  view: DataView,
  at: number,
  visit: (name: string, value: string | number | Entries) => void,
): void {
  const envelope = at + RECORD_HEADER_BYTES
  const blockBytes = view.getUint16(envelope + BLOCK_LENGTH_OFFSET, true)
  const readers = readersOf(view.getUint16(envelope + TEMPLATE_ID_OFFSET, true))
  if (readers === undefined) {
    visit('blockBytes', blockBytes)
    return
  }
  const block = envelope + ENVELOPE_BYTES
  readBlock(readers.fields, { view, at: block, blockBytes }, visit)
  const { group } = readers
  if (group !== undefined) visit(group.name, entriesOf(group.fields, view, block + blockBytes))
}

interface Block {
  readonly view: DataView
  readonly at: number
  readonly blockBytes: number
}

function readBlock(
  fields: readonly FieldReader[],
  { view, at, blockBytes }: Block,
  visit: (name: string, value: string | number) => void,
): void {
  for (const field of fields) {
    if (field.end > blockBytes) continue
    const value = field.read(view, at + field.offset)
    if (value !== undefined && value !== '') visit(field.name, value)
  }
}

function entriesOf(fields: readonly FieldReader[], view: DataView, group: number): Entries {
  const blockBytes = entryBytesOf(view, group)
  return Array.from({ length: entryCountOf(view, group) }, (_, index) => {
    const entry: Record<string, string | number> = {}
    readBlock(fields, { view, at: entryAt(view, group, index), blockBytes }, (name, value) => {
      entry[name] = value
    })
    return entry
  })
}

interface FieldReader {
  readonly name: string
  readonly offset: number
  /** Behind its last byte. */
  readonly end: number
  /** Undefined: absent. */
  read(view: DataView, at: number): string | number | undefined
}

interface MessageReaders {
  readonly fields: readonly FieldReader[]
  readonly group: { readonly name: string; readonly fields: readonly FieldReader[] } | undefined
}

const readersByTemplate = new Map<number, MessageReaders>()

/** Made when a message is met first: what a field is need not be asked at each of millions. */
function readersOf(templateId: number): MessageReaders | undefined {
  const known = readersByTemplate.get(templateId)
  if (known !== undefined) return known
  const message = byTemplate.get(templateId)
  if (message === undefined) return undefined
  const { group } = message
  const readers = {
    fields: fieldReaders(message.fields),
    group: group && { name: group.name, fields: fieldReaders(group.fields) },
  }
  readersByTemplate.set(templateId, readers)
  return readers
}

const fieldReaders = (fields: readonly Field[]): readonly FieldReader[] =>
  fields
    .filter(({ name }) => !name.startsWith('Reserved'))
    .map((field) => {
      const { name, offset } = field
      return { name, offset, end: offset + fieldBytes(field.type), read: readerOf(field) }
    })

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
