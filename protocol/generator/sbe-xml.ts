/** Writes `protocol/tradsys.sbe.xml`: the wire's messages as an SBE 1.0 schema, for sbe-tool and its like. */
import { ENUMS } from '../enums.ts'
import { type Field, type Message, templateIdOf } from '../message.ts'
import { SCHEMA_ID, VERSION, WIRE_MESSAGES } from '../schema.ts'

const PRIMITIVE: Readonly<Record<string, string>> = {
  u8: 'uint8',
  u16: 'uint16',
  u32: 'uint32',
  i64: 'int64',
}

export function generateSbeXml(): string {
  const usedTypes = new Set(WIRE_MESSAGES.flatMap((m) => m.fields.map((field) => field.type)))
  const texts = [...usedTypes].filter((type) => type.startsWith('char['))
  const enums = Object.entries(ENUMS).filter(([name]) => usedTypes.has(name as Field['type']))
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!-- Generated from protocol/schema.ts by "npm run generate": do not edit. Framing and session rules: WIRE.md -->
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="tradsys" id="${SCHEMA_ID}" version="${VERSION}"
                   semanticVersion="0.1" description="TradSys order entry" byteOrder="littleEndian">
  <types>
    <composite name="messageHeader" description="SBE's header, then the session's fields">
      <type name="blockLength" primitiveType="uint16"/>
      <type name="templateId" primitiveType="uint16"/>
      <type name="schemaId" primitiveType="uint16"/>
      <type name="version" primitiveType="uint16"/>
      <type name="msgSeqNum" primitiveType="uint32"/>
      <type name="sendingTime" primitiveType="int64"/>
      <type name="flags" primitiveType="uint8"/>
      <type name="reserved" primitiveType="uint8"/>
      <type name="origSendingTime" primitiveType="int64" presence="optional"/>
    </composite>
    <composite name="copySource" description="The last 32 bytes of a copy's root block, which is so much longer (WIRE.md)">
      <type name="account" primitiveType="char" length="16" characterEncoding="US-ASCII"/>
      <type name="onBehalfOfCompId" primitiveType="char" length="16" characterEncoding="US-ASCII"/>
    </composite>
${texts.map(textType).join('\n')}
    <type name="optionalU8" primitiveType="uint8" presence="optional"/>
    <type name="optionalU16" primitiveType="uint16" presence="optional"/>
    <type name="optionalI64" primitiveType="int64" presence="optional"/>
${enums.map(([name]) => enumType(name as keyof typeof ENUMS)).join('\n')}
  </types>
${WIRE_MESSAGES.map(messageElement).join('\n')}
</sbe:messageSchema>
`
}

const textName = (type: string): string => `char${type.slice(5, -1)}`

const textType = (type: string): string =>
  `    <type name="${textName(type)}" primitiveType="char" length="${type.slice(5, -1)}" characterEncoding="US-ASCII"/>`

function enumType(name: keyof typeof ENUMS): string {
  const { encoding, isChar, values } = ENUMS[name]
  const rows = Object.entries(values).map(([key, value]) => {
    const text = isChar ? String.fromCharCode(value) : String(value)
    return `      <validValue name="${key}">${text}</validValue>`
  })
  const encodingType = isChar ? 'char' : PRIMITIVE[encoding]
  return `    <enum name="${name}" encodingType="${encodingType}">\n${rows.join('\n')}\n    </enum>`
}

function messageElement(message: Message): string {
  const { name, msgType, blockBytes, doc, fields } = message
  const head = `  <sbe:message name="${name}" id="${templateIdOf(msgType)}" blockLength="${blockBytes}" semanticType="${msgType}"${sinceVersion(message)} description="${escapeXml(doc)}">`
  return `${head}\n${fields.map(fieldElement).join('\n')}\n  </sbe:message>`
}

function fieldElement(field: Field): string {
  return `    <field name="${field.name}" id="${field.tag}" type="${typeName(field)}" offset="${field.offset}"${sinceVersion(field)} description="${escapeXml(field.doc)}"/>`
}

const sinceVersion = ({ since }: { readonly since?: number }): string =>
  since === undefined ? '' : ` sinceVersion="${since}"`

function typeName(field: Field): string {
  if (field.type.startsWith('char[')) return textName(field.type)
  if (field.optional) return `optional${field.type.toUpperCase()}`
  return PRIMITIVE[field.type] ?? field.type
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
