/** Writes `protocol/codecs.ts`: enums as constants and one flyweight a message. */
import { ENUMS, type EnumName, type EnumTable } from '../enums.ts'
import { INT64_NULL } from '../integers.ts'
import {
  absentValue,
  type Field,
  fieldBytes,
  type Message,
  propertyName,
  templateIdOf,
} from '../message.ts'
import { MESSAGES } from '../schema.ts'

const HEAD = `/**
 * Generated from protocol/schema.ts by \`npm run generate\`: do not edit.
 *
 * Flyweights: an object that stands over the bytes of one message and reads and writes them in place. \`wrap\` moves it;
 * nothing is copied or allocated, and it is good only as long as whoever owns the bytes leaves them alone.
 *
 * A message that was given more fields later is told how long its block is: what lies behind the end reads as absent. To
 * write there is the caller's fault, and nobody looks.
 */
import { INT64_NULL, readInt64, writeInt64 } from './integers.ts'
import { readText, writeText } from './text.ts'

const NOTHING = new DataView(new ArrayBuffer(0))
`

export function generateCodecs(schemaHash: string): string {
  const parts = [HEAD]
  parts.push(
    `/** Changes whenever any message does: a journal written under another one is refused. */`,
  )
  parts.push(`export const SCHEMA_HASH = '${schemaHash}'\n`)
  for (const [name, table] of Object.entries(ENUMS)) parts.push(enumConstants(name, table))
  for (const message of MESSAGES) parts.push(flyweight(message))
  for (const message of MESSAGES) if (WRITTEN_BY_WORDS.has(message.name)) parts.push(words(message))
  return parts.join('\n')
}

/** Events that are written as words of 32 bits (protocol/words.ts), since every order makes some of them. */
const WRITTEN_BY_WORDS: ReadonlySet<string> = new Set([
  ...['ExecutionReport', 'DepthUpdate', 'BookTicker', 'Trade'],
])

/** Which word of the block each field begins in; of fields that share one, only the first is named. */
function words({ name, fields }: Message): string {
  const rows = fields
    .filter(({ offset }) => offset % 4 === 0)
    .map((field) => {
      const shared = fields.filter(
        ({ offset }) => offset > field.offset && offset < field.offset + 4,
      )
      const comment = [field, ...shared].map((one) => `${propertyName(one.name)} ${storage(one)}`)
      return `  ${constantName(field.name)}: ${field.offset / 4}, // ${comment.join(', ')}`
    })
  return `/** Words of a block of ${name}. */
export const ${name}Words = {\n${rows.join('\n')}\n} as const\n`
}

function enumConstants(name: string, table: EnumTable): string {
  const rows = Object.entries(table.values).map(([key, value]) => {
    const comment = table.isChar ? ` // '${String.fromCharCode(value)}'` : ''
    return `  ${key}: ${value},${comment}`
  })
  return `export const ${name} = {\n${rows.join('\n')}\n} as const\n`
}

function flyweight(message: Message): string {
  const { name, msgType, doc, blockBytes, blockBytesV1, fields } = message
  const sizes = [`  static readonly BLOCK_BYTES = ${blockBytes}`]
  if (blockBytesV1 !== undefined) sizes.push(`  static readonly BLOCK_BYTES_V1 = ${blockBytesV1}`)
  const offsets = fields
    .filter((field) => field.type.startsWith('char[') || field.inner)
    .map((f) => `  static readonly ${constantName(f.name)}_OFFSET = ${f.offset}`)
  return `/** ${doc} MsgType ${msgType}, ${message.direction}. */
export class ${name} {
  static readonly TEMPLATE_ID = ${templateIdOf(msgType)}
${[...sizes, ...offsets].join('\n')}
  view: DataView = NOTHING
  at = 0
${blockBytesV1 === undefined ? WRAP : wrapOfAnyLength(blockBytes)}
${fields.map((field) => accessors(field, message)).join('\n')}
}
`
}

const WRAP = `
  /** Stands over the root block that begins at \`at\`. */
  wrap(view: DataView, at: number): this {
    this.view = view
    this.at = at
    return this
  }`

const wrapOfAnyLength = (blockBytes: number): string => `  /** Length of the root block. */
  blockBytes = ${blockBytes}

  /** Stands over the root block that begins at \`at\` and is \`blockBytes\` long. */
  wrap(view: DataView, at: number, blockBytes = ${blockBytes}): this {
    this.view = view
    this.at = at
    this.blockBytes = blockBytes
    return this
  }`

function accessors(field: Field, { blockBytesV1 }: Message): string {
  const property = propertyName(field.name)
  const at = field.offset === 0 ? 'this.at' : `this.at + ${field.offset}`
  const isText = field.type.startsWith('char[')
  const isAppended = blockBytesV1 !== undefined && field.offset >= blockBytesV1
  const inBlock = readExpression(field, at)
  const read = isAppended
    ? `this.blockBytes < ${field.offset + fieldBytes(field.type)} ? ${literal(field)} : ${inBlock}`
    : inBlock
  const write = writeStatement(field, at)
  const type = isText ? 'string' : 'number'
  const absent = field.optional ? ` ${nullName(field)} if absent.` : ''
  return `
  /** ${field.name}(${field.tag}): ${field.doc}.${absent} */
  get ${property}(): ${type} {
    return ${read}
  }
  set ${property}(value: ${type}) {
    ${write}
  }`
}

function literal(field: Field): string {
  const value = absentValue(field)
  if (typeof value === 'string') return `'${value}'`
  return value === INT64_NULL ? 'INT64_NULL' : String(value)
}

const nullName = (field: Field): string => (field.type === 'i64' ? 'INT64_NULL' : 'All ones')

function storage(field: Field): string {
  const type = field.type
  return type in ENUMS ? ENUMS[type as EnumName].encoding : type
}

function readExpression(field: Field, at: string): string {
  const type = storage(field)
  if (type.startsWith('char[')) return `readText(this.view, ${at}, ${fieldBytes(field.type)})`
  if (type === 'i64') return `readInt64(this.view, ${at})`
  if (type === 'u8') return `this.view.getUint8(${at})`
  return `this.view.getUint${type.slice(1)}(${at}, true)`
}

function writeStatement(field: Field, at: string): string {
  const type = storage(field)
  if (type.startsWith('char[')) {
    return `writeText(this.view, ${at}, ${fieldBytes(field.type)}, value)`
  }
  if (type === 'i64') return `writeInt64(this.view, ${at}, value)`
  if (type === 'u8') return `this.view.setUint8(${at}, value)`
  return `this.view.setUint${type.slice(1)}(${at}, value, true)`
}

/** ClOrdID → CL_ORD_ID */
const constantName = (name: string): string =>
  propertyName(name)
    .replace(/([A-Z])/g, '_$1')
    .toUpperCase()
