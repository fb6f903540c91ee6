/**
 * `npm run generate`: writes everything that follows from the table of messages. A test runs `generated()` and compares,
 * so that a file can neither be edited by hand nor forgotten.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ENUMS, type EnumTable } from './enums.ts'
import { generateCodecs } from './generator/codecs.ts'
import { goldenVectors } from './generator/golden.ts'
import { goldenCopies } from './generator/golden-copies.ts'
import { generateSbeXml } from './generator/sbe-xml.ts'
import { generateWireDocument } from './generator/wire-document.ts'
import { MESSAGES } from './schema.ts'

/** Eight bytes of hash over what the bytes mean: tables and enums, not their words. */
export function schemaHash(): string {
  const meaning = MESSAGES.map(({ name, msgType, blockBytes, fields }) => ({
    name,
    msgType,
    blockBytes,
    fields: fields.map(({ doc: _, ...rest }) => rest),
  }))
  const sets = Object.entries(ENUMS).map(([name, { note: _, ...rest }]: [string, EnumTable]) => [
    name,
    rest,
  ])
  return createHash('sha256')
    .update(JSON.stringify([meaning, sets]))
    .digest('hex')
    .slice(0, 16)
}

/** File name in protocol/ → content. */
export const generated = (): Readonly<Record<string, string>> => ({
  'codecs.ts': generateCodecs(schemaHash()),
  'tradsys.sbe.xml': generateSbeXml(),
  'WIRE.md': generateWireDocument(),
  'golden.json': `${JSON.stringify(goldenVectors(), null, 1)}\n`,
  'golden-copies.json': `${JSON.stringify(goldenCopies(), null, 1)}\n`,
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, content] of Object.entries(generated())) {
    writeFileSync(new URL(`../../protocol/${name}`, import.meta.url), content)
  }
}
