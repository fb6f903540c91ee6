/**
 * Makes the journal of today's format for test/fixtures (formats.test.ts), when a schema or format has changed:
 *
 *   node dist/test/exchange/make-fixture.js test/fixtures/journal-N
 *
 * 800 commands of seed 8 in frames of a few, seven segments, a snapshot behind command 500. What stands there already is
 * never made anew: it is what a build of then has left.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { takeSnapshot } from '../../engine/recovery/snapshot.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { EXCHANGE_KIND } from '../../exchange-kind.ts'
import { SCHEMA_HASH } from '../../protocol/codecs.ts'
import { RECORD_HEADER_BYTES, RECORD_LENGTH_OFFSET } from '../../protocol/envelope.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { JournalWriter } from '../../storage/journal-writer.ts'
import { writeSnapshot } from '../../storage/snapshot-files.ts'
import { recordOf } from '../cli/played-journal.ts'
import { CommandStream } from './command-stream.ts'

const [SEED, COMMANDS, SNAPSHOT_AT] = [8, 800, 500]
const COMMANDS_PER_FRAME = 50
const SEGMENT_BYTES = 3 << 14
const FIRST_TIME_US = 1_760_000_000_000_000
const BUILD_HASH = '00000000000000cc'

function makeJournal(directory: string): void {
  const terms = { directory, durability: 'power-loss', segmentBytes: SEGMENT_BYTES } as const
  const { schemaHash } = EXCHANGE_KIND
  const writer = JournalWriter.open({ ...terms, schemaHash, buildHash: BUILD_HASH })
  const outbox = new Outbox({ ...EXCHANGE_KIND, eventsBefore: 0 })
  const machine = EXCHANGE_KIND.newMachine(outbox)
  const { commands } = new CommandStream(SEED, COMMANDS)
  for (const [index, command] of commands.entries()) {
    const sequence = index + 1
    const timeUs = FIRST_TIME_US + sequence
    const record = recordOf(command, sequence, timeUs)
    writer.commands.append(record, 0, record.length)
    outbox.begin(sequence, timeUs)
    machine.apply(new DataView(record.buffer), RECORD_HEADER_BYTES)
    if (sequence % COMMANDS_PER_FRAME !== 0 && sequence !== COMMANDS) continue
    for (let at = 0; at < outbox.endBytes; at = outbox.next(at)) {
      writer.events.append(outbox.bytes, at, outbox.view.getInt32(at + RECORD_LENGTH_OFFSET, true))
    }
    outbox.clear()
    writer.commit(timeUs)
    writer.commands.reset()
    writer.events.reset()
    if (sequence !== SNAPSHOT_AT) continue
    const reader = JournalReader.open(directory)
    const chainHash = reader.chainHashAt(sequence)!
    reader.close()
    const place = { sequence, timeUs, chainHash, eventNumber: outbox.eventNumber }
    const bytes = takeSnapshot(machine, place, { schemaHash: SCHEMA_HASH, buildHash: BUILD_HASH })
    writeSnapshot(directory, { shard: 0, sequence }, bytes).name()
  }
  writer.close()
  console.log(`${COMMANDS} commands, ${outbox.eventNumber} events, state ${machine.stateHash()}`)
}

const to = process.argv[2]
if (to === undefined || fs.existsSync(to)) throw new Error(`${to}: give it a folder that is new`)
const made = fs.mkdtempSync(join(tmpdir(), 'tradsys-fixture-'))
makeJournal(made)
for (const name of fs.readdirSync(made, { recursive: true, encoding: 'utf8' })) {
  const path = join(made, name)
  if (!fs.statSync(path).isFile() || !/\.(mdb|mark|snapshot)$/.test(name)) continue
  fs.mkdirSync(join(to, name, '..'), { recursive: true })
  fs.writeFileSync(join(to, `${name}.gz`), gzipSync(fs.readFileSync(path), { level: 9 }))
  console.log(name)
}
fs.rmSync(made, { recursive: true })
