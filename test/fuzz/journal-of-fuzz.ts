/** What a journal holds of fuzzed sessions: byte by byte what they were told was taken, and nothing that is not in form. */
import assert from 'node:assert/strict'
import { SessionOpen, SessionOpened } from '../../protocol/codecs.ts'
import { ENUMS, type EnumName } from '../../protocol/enums.ts'
import {
  BLOCK_LENGTH_OFFSET,
  NUMBER_OFFSET,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { type Field, fieldBytes, templateIdOf } from '../../protocol/message.ts'
import { WIRE_MESSAGES } from '../../protocol/schema.ts'
import type { FrameView } from '../../storage/frame-view.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import type { Candidate } from './naive-door.ts'

type Taken = Omit<Candidate, 'isFaulty'>

const byTemplate = new Map(WIRE_MESSAGES.map((one) => [templateIdOf(one.msgType), one]))

/** Asserts it; returns how many commands were looked at. */
export function assertJournaled(
  dataDirectory: string,
  taken: ReadonlyMap<string, readonly Taken[]>,
): number {
  const journal = JournalReader.open(dataDirectory)
  try {
    const names = sessionNames(journal)
    const next = new Map<string, number>()
    let count = 0
    for (const { view, at, templateId } of recordsIn(journal.commands())) {
      const message = byTemplate.get(templateId)
      const envelope = at + RECORD_HEADER_BYTES
      const compId = names.get(view.getUint32(envelope + SESSION_OFFSET, true)) ?? ''
      const sent = taken.get(compId)
      if (message === undefined || sent === undefined) continue
      const index = next.get(compId) ?? 0
      next.set(compId, index + 1)
      count++
      const said = sent[index]
      const number = view.getUint32(envelope + NUMBER_OFFSET, true)
      const where = `${compId}, message ${number}, the ${index + 1}th that was taken`
      assert.ok(said !== undefined, `${where}: nobody knows of it`)
      assert.deepEqual([number, templateId], [said.number, said.templateId], where)
      const bytes = view.getUint16(envelope + BLOCK_LENGTH_OFFSET, true)
      const block = Buffer.from(view.buffer, view.byteOffset + at + RECORD_BLOCK_OFFSET, bytes)
      assert.ok(block.equals(said.block), `${where}: ${block.toString('hex')}`)
      for (const field of message.fields) {
        if (field.offset < bytes) assert.ok(isInForm(field, block), `${where}: ${field.name}`)
      }
    }
    for (const [compId, sent] of taken) assert.equal(next.get(compId) ?? 0, sent.length, compId)
    return count
  } finally {
    journal.close()
  }
}

/** What every field is, whatever the message says: of its set, a safe integer or absent, a text and then only NULs. */
function isInForm({ type, offset, name }: Field, block: Buffer): boolean {
  if (name.startsWith('Reserved')) return true
  const bytes = block.subarray(offset, offset + fieldBytes(type))
  if (type.startsWith('char[')) return /^[\x20-\x7e]*\0*$/.test(bytes.toString('latin1'))
  if (type === 'i64') {
    const value = bytes.readBigInt64LE(0)
    return value === -(2n ** 63n) || Number.isSafeInteger(Number(value))
  }
  if (!(type in ENUMS)) return true
  const value = bytes.readUIntLE(0, bytes.length)
  // A mass request may leave out the side.
  return value === 0 || Object.values(ENUMS[type as EnumName].values).some((one) => one === value)
}

function sessionNames(journal: JournalReader): ReadonlyMap<number, string> {
  const byConnection = new Map<number, string>()
  for (const { view, at, templateId } of recordsIn(journal.commands())) {
    if (templateId !== SessionOpen.TEMPLATE_ID) continue
    const { connection, compId } = new SessionOpen().wrap(view, at + RECORD_BLOCK_OFFSET)
    byConnection.set(connection, compId)
  }
  const names = new Map<number, string>()
  for (const { view, at, templateId } of recordsIn(journal.events())) {
    if (templateId !== SessionOpened.TEMPLATE_ID) continue
    const { connection } = new SessionOpened().wrap(view, at + RECORD_BLOCK_OFFSET)
    const session = view.getUint32(at + RECORD_HEADER_BYTES + SESSION_OFFSET, true)
    names.set(session, byConnection.get(connection) ?? '')
  }
  return names
}

function* recordsIn(
  frames: Iterable<FrameView>,
): Generator<{ readonly view: DataView; readonly at: number; readonly templateId: number }> {
  for (const frame of frames) {
    const { view } = frame
    for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at)) {
      const templateId = view.getUint16(at + RECORD_HEADER_BYTES + TEMPLATE_ID_OFFSET, true)
      yield { view, at, templateId }
    }
  }
}
