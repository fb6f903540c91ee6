/**
 *   table ──▶ market play ──▶ commands ──▶ a machine ──▶ JOURNAL, as a live exchange would have left it
 *
 * Small journals for tests of the verbs that read them: what happened in them is a table (test/actors/market-play.ts).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { SCHEMA_HASH } from '../../protocol/codecs.ts'
import {
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  SCHEMA_ID_OFFSET,
  SEQUENCE_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
  VERSION_OFFSET,
} from '../../protocol/envelope.ts'
import { writeInt64 } from '../../protocol/integers.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import { JournalWriter } from '../../storage/journal-writer.ts'
import { MarketPlayer } from '../actors/market-play.ts'

/** Frames of some commands each: a walk is to cross from one to the next. */
const COMMANDS_PER_COMMIT = 5

export interface PlayedCommand {
  /** Envelope and block. */
  readonly payload: DataView
  readonly timeUs: number
}

export interface JournalOptions {
  /** Events of the last so many commands are missing, as after a crash. @default 0 */
  readonly eventsCut?: number
  readonly buildHash?: string
  readonly commandsPerCommit?: number
  /** Events that no build would say: each has a bit more than it should. */
  readonly oddEvents?: boolean
}

/** A directory that goes away by itself. */
export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-replay-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** The commands of a table, those of its venue first. What is said to them is the test's to look at: no arrows. */
export function played(table: string): PlayedCommand[] {
  const commands: PlayedCommand[] = []
  const onCommand = (command: DataView, timeUs: number): void => {
    const bytes = new Uint8Array(command.buffer, command.byteOffset, command.byteLength).slice()
    commands.push({ payload: new DataView(bytes.buffer), timeUs })
  }
  const player = new MarketPlayer({ onCommand })
  for (const line of table.split('\n')) if (line.trim() !== '') player.say(line.trim())
  return commands
}

/** Writes a journal into a directory; returns how many commands it has. */
export function writeJournal(
  directory: string,
  commands: readonly PlayedCommand[],
  options: JournalOptions = {},
): number {
  const { eventsCut = 0, buildHash = '00000000000000bb' } = options
  const { commandsPerCommit = COMMANDS_PER_COMMIT } = options
  const journal = JournalWriter.open({
    ...{ directory, durability: 'process-crash', schemaHash: SCHEMA_HASH, buildHash },
  })
  const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  const machine = new ExchangeMachine(outbox)
  for (const [index, { payload, timeUs }] of commands.entries()) {
    const record = recordOf(payload, index + 1, timeUs)
    journal.commands.append(record, 0, record.length)
    outbox.clear()
    outbox.begin(index + 1, timeUs)
    machine.apply(new DataView(record.buffer), RECORD_HEADER_BYTES)
    for (let at = 0; at < outbox.endBytes; at = outbox.next(at)) {
      const length = outbox.view.getInt32(at + RECORD_LENGTH_OFFSET, true)
      if (options.oddEvents) outbox.bytes[at + length - 1]! ^= 1
      if (index < commands.length - eventsCut) journal.events.append(outbox.bytes, at, length)
    }
    if ((index + 1) % commandsPerCommit > 0 && index + 1 < commands.length) continue
    journal.commit(timeUs)
    journal.commands.reset()
    journal.events.reset()
  }
  journal.close()
  return commands.length
}

/** A table's journal in a directory of its own. */
export function playedJournal(
  t: TestContext,
  table: string,
  options: JournalOptions = {},
): { readonly dataDir: string; readonly commands: readonly PlayedCommand[] } {
  const dataDir = temporaryDirectory(t)
  const commands = played(table)
  writeJournal(dataDir, commands, options)
  return { dataDir, commands }
}

/** As the sequencer would stamp it: record header, envelope, block. */
export function recordOf(
  payload: DataView,
  sequence: number,
  timeUs: number,
): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(RECORD_HEADER_BYTES + payload.byteLength)
  record.set(
    new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength),
    RECORD_HEADER_BYTES,
  )
  const view = new DataView(record.buffer)
  view.setInt32(RECORD_LENGTH_OFFSET, record.length, true)
  view.setInt32(RECORD_TYPE_OFFSET, payload.getUint16(TEMPLATE_ID_OFFSET, true), true)
  view.setUint16(RECORD_HEADER_BYTES + SCHEMA_ID_OFFSET, SCHEMA_ID, true)
  view.setUint16(RECORD_HEADER_BYTES + VERSION_OFFSET, VERSION, true)
  writeInt64(view, RECORD_HEADER_BYTES + SEQUENCE_OFFSET, sequence)
  writeInt64(view, RECORD_HEADER_BYTES + TIME_OFFSET, timeUs)
  return record
}
