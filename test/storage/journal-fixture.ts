/**
 * What the journal's tests share: a directory that goes away by itself, records made from a seed, a writer on them.
 */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { TestContext } from 'node:test'
import {
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  SEQUENCE_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { writeInt64 } from '../../protocol/integers.ts'
import { viewOf } from '../../storage/frame.ts'
import { type Durability, JournalWriter } from '../../storage/journal-writer.ts'
import { segmentAt } from '../../storage/segment-files.ts'

export const SCHEMA_HASH = '0123456789abcdef'
export const BUILD_HASH = 'fedcba9876543210'

export function temporaryDirectory(t: TestContext): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tradsys-journal-'))
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }))
  return directory
}

export const segmentPath = (directory: string): string => segmentAt(directory, 1).path

export function openWriter(
  directory: string,
  durability: Durability = 'none',
  more: { readonly segmentBytes?: number; readonly shards?: number } = {},
): JournalWriter {
  return JournalWriter.open({
    directory,
    durability,
    schemaHash: SCHEMA_HASH,
    buildHash: BUILD_HASH,
    ...more,
  })
}

/** Mulberry32: small, and the same everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What the clock of these tests says at a command. */
export const timeOf = (sequence: number): number => 1_000_000 + sequence * 10

/** A record of `length` bytes whose contents follow from its sequence. */
export function recordOf(sequence: number, length: number): Uint8Array {
  const random = randomFrom(sequence * 31 + length)
  const record = Uint8Array.from({ length }, () => Math.floor(random() * 256))
  const view = viewOf(record)
  view.setInt32(RECORD_LENGTH_OFFSET, length, true)
  view.setInt32(RECORD_TYPE_OFFSET, 7, true)
  view.setUint16(RECORD_HEADER_BYTES + TEMPLATE_ID_OFFSET, 7, true)
  writeInt64(view, RECORD_HEADER_BYTES + SEQUENCE_OFFSET, sequence)
  writeInt64(view, RECORD_HEADER_BYTES + TIME_OFFSET, timeOf(sequence))
  return record
}

/** 40 to 200 bytes, most of them not a multiple of eight. */
export const lengthOf = (sequence: number): number => 40 + ((sequence * 37) % 161)

/** Appends the next `count` commands, and one event for each, and commits them. */
export function commitCommands(writer: JournalWriter, count: number): void {
  const first = writer.lastCommand + 1
  for (let sequence = first; sequence < first + count; sequence++) {
    const record = recordOf(sequence, lengthOf(sequence))
    const event = recordOf(sequence, 64)
    if (writer.commands.append(record, 0, record.length) < 0) throw new Error('commands full')
    if (writer.events.append(event, 0, event.length) < 0) throw new Error('events full')
  }
  writer.commit(timeOf(first + count))
  writer.commands.reset()
  writer.events.reset()
}
