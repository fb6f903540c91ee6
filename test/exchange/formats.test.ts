/**
 * A journal of each format that there was, small, as the build of then has left it: the same 800 commands (command-stream.ts,
 * seed 8), so all lead to one state.
 *
 *   journal-1   one file, no segments
 *   journal-2   three segments, and a snapshot behind command 500, of a format that is no more
 *   journal-3   seven segments, and such a snapshot; the messages of version 2 as they are now (make-fixture.ts)
 */
import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { test } from 'node:test'
import { recover } from '../../engine/recovery/recovery.ts'
import { snapshotJournal } from '../../engine/recovery/snapshotting.ts'
import { EXCHANGE_KIND } from '../../exchange-kind.ts'
import { crc32 } from '../../storage/crc32.ts'
import { CRC_OFFSET, FORMAT_OFFSET } from '../../storage/frame.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { JournalWriter } from '../../storage/journal-writer.ts'
import { PagedSegment } from '../../storage/paged-segment.ts'
import { Segment } from '../../storage/segment.ts'
import { listSegments } from '../../storage/segment-files.ts'
import { listSnapshots } from '../../storage/snapshot-files.ts'
import { verifyJournal } from '../../storage/verify.ts'
import { unpacked } from './fixture-journals.ts'

const COMMANDS = 800
const EVENTS = 1_188
const STATE_HASH = '888c3286cd994fc9'
const BUILD_HASH = '00000000000000cc'

for (const of of ['journal-1', 'journal-2', 'journal-3']) {
  test(`formats: ${of} leads to the state that it led to then, and goes on`, async (t) => {
    const directory = unpacked(t, of)
    const report = verifyJournal(directory)
    assert.deepEqual(
      [report.firstProblem, report.commands, report.events],
      [undefined, COMMANDS, EVENTS],
    )
    const options = { directory, buildHash: BUILD_HASH, schemaHash: EXCHANGE_KIND.schemaHash }
    const writer = JournalWriter.open({ ...options, durability: 'power-loss' })
    assert.equal(writer.lastCommand, COMMANDS)
    writer.close()
    for (const useSnapshots of [true, false]) {
      const { machine, outcome, snapshot } = recover({
        directory,
        kind: EXCHANGE_KIND,
        useSnapshots,
      })
      assert.equal(machine.stateHash(), STATE_HASH)
      assert.equal(outcome.eventsMissing, 0)
      assert.equal(snapshot?.sequence, useSnapshots && of === 'journal-3' ? 500 : undefined)
    }
    const taken = await snapshotJournal({ directory, kind: EXCHANGE_KIND, buildHash: BUILD_HASH })
    assert.equal(taken?.head.stateHash, STATE_HASH)
  })
}

test('formats: a frame of a newer format is refused by that name, though its checksum is right', (t) => {
  const directory = unpacked(t, 'journal-2')
  const { path } = listSegments(directory).at(-1)!
  const read = PagedSegment.open(path)!
  const first = read.commands.newest()
  const frame = Buffer.from(read.commands.get(first)!)
  read.close()
  frame.writeUInt16LE(99, FORMAT_OFFSET)
  const next = first + frame.readUInt32LE(32)
  const segment = Segment.open(path)
  segment.transaction(true, () => segment.commands.append(next, refirst(frame, next)))
  segment.close()
  const says = {
    code: 'format-newer',
    message: /frame format 99.*Start the TradSys version that wrote it/,
  }
  assert.throws(() => JournalReader.open(directory), says)
  assert.throws(
    () =>
      JournalWriter.open({
        ...{ directory, durability: 'none', buildHash: BUILD_HASH },
        schemaHash: EXCHANGE_KIND.schemaHash,
      }),
    says,
  )
  assert.match(verifyJournal(directory).firstProblem!.what, /frame format 99/)
})

/** The same frame as one that begins later, with its checksum. */
function refirst(frame: Buffer, firstSequence: number): Buffer {
  const moved = Buffer.from(frame)
  moved.writeBigInt64LE(BigInt(firstSequence), 24)
  moved.writeUInt32LE(0, CRC_OFFSET)
  moved.writeUInt32LE(crc32(moved), CRC_OFFSET)
  return moved
}

test('formats: a schema that is not known is refused, one that is declared to be understood is not', (t) => {
  const directory = unpacked(t, 'journal-3')
  const [older] = EXCHANGE_KIND.schemaHash as readonly string[]
  const newer = '0123456789abcdef'
  assert.throws(() => JournalReader.open(directory, { schemaHash: newer }), {
    ...{
      code: 'schema-mismatch',
      message: /message schema [0-9a-f]{16}, this build speaks 0123456789abcdef/,
    },
  })
  const kind = { ...EXCHANGE_KIND, schemaHash: [newer, older!] }
  const { machine, snapshot } = recover({ directory, kind })
  assert.equal(machine.stateHash(), STATE_HASH)
  assert.equal(snapshot?.sequence, 500)
  const writer = JournalWriter.open({
    directory,
    durability: 'none',
    buildHash: BUILD_HASH,
    ...kind,
  })
  assert.equal(writer.lastCommand, COMMANDS)
  writer.close()
})

test('formats: a snapshot of another format is passed over by its name, and the log replayed', (t) => {
  const directory = unpacked(t, 'journal-3')
  const [{ path } = { path: '' }] = listSnapshots(directory)
  const bytes = fs.readFileSync(path)
  bytes.writeUInt32LE(99, 4)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 100)), 100)
  fs.writeFileSync(path, bytes)
  const refused: string[] = []
  const { machine, snapshot } = recover({
    ...{ directory, kind: EXCHANGE_KIND },
    onRefused: (_, why) => refused.push(why),
  })
  assert.equal(snapshot, undefined)
  assert.equal(machine.stateHash(), STATE_HASH)
  assert.match(
    refused.join(),
    /it has format 99, this build reads 4; mend: use the build that took it/,
  )
})
