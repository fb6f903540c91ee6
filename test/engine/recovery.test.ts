import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { type TestContext, test } from 'node:test'
import { type Recovery, type RecoveryOptions, recover } from '../../engine/recovery/recovery.ts'
import { ReplayDiffers } from '../../engine/recovery/replay.ts'
import { type SnapshotTaken, snapshotJournal } from '../../engine/recovery/snapshotting.ts'
import { Invoker } from '../../engine/thread/invoker.ts'
import { FRAME_HEADER_BYTES } from '../../storage/frame.ts'
import { JournalWriter } from '../../storage/journal-writer.ts'
import { headMarkPath, listSegments, segmentAt } from '../../storage/segment-files.ts'
import { listSnapshots } from '../../storage/snapshot-files.ts'
import { verifyInChild } from '../../storage/verify-in-child.ts'
import { randomFrom, temporaryDirectory } from '../storage/journal-fixture.ts'
import { flipInAll, storedFrames } from '../storage/stored-frames.ts'
import { Adder, hear, ADDER_KIND as KIND, openAdder, SCHEMA, send } from './adder.ts'

const FLIP_SEED = 20_266
const FLIPS = 500

/** Adds 1, 2, 3, … in a life of its own; each life goes on where the one before ended. */
async function add(
  directory: string,
  from: number,
  to: number,
  segmentBytes = 64 * 1024,
): Promise<void> {
  const system = openAdder(directory, { durability: 'power-loss', segmentBytes })
  const crank = new Invoker(system.roles, 1)
  for (let number = from; number <= to; number++) {
    assert.ok(send(system.input, number))
    // Batches of some hundred: several frames, several segments.
    if (number % 300 === 0) {
      crank.untilQuiet()
      hear(system.output)
    }
  }
  crank.untilQuiet()
  await crank.close()
}

const take = (directory: string, keepBytes?: number): Promise<SnapshotTaken | undefined> =>
  snapshotJournal({
    ...{ directory, kind: KIND, buildHash: SCHEMA.buildHash },
    ...(keepBytes === undefined ? {} : { keepBytes }),
  })

function recovered(directory: string, more: Partial<RecoveryOptions<Adder>> = {}): Recovery<Adder> {
  return recover({ directory, kind: KIND, ...more })
}

const sum = (last: number): number => (last * (last + 1)) / 2

/** 3,000 commands with a snapshot behind each thousand. */
async function threeSnapshots(t: TestContext): Promise<string> {
  const directory = temporaryDirectory(t)
  for (const to of [1_000, 2_000, 3_000]) {
    await add(directory, to - 999, to)
    assert.equal((await take(directory))?.head.sequence, to)
  }
  await add(directory, 3_001, 3_500)
  return directory
}

test('recovery: begins with the newest snapshot, and runs only what is behind it', async (t) => {
  const directory = await threeSnapshots(t)
  const { machine, outcome, snapshot } = recovered(directory)
  assert.equal(machine.total, sum(3_500))
  assert.equal(snapshot?.sequence, 3_000)
  assert.deepEqual(outcome, {
    ...{ commands: 500, lastCommand: 3_500 },
    ...{ eventsEqual: 500, eventsMissing: 0 },
  })
  const whole = recovered(directory, { useSnapshots: false })
  assert.equal(whole.machine.stateHash(), machine.stateHash())
  assert.equal(whole.outcome.commands, 3_500)
})

test('recovery: up to a command begins with the newest snapshot before it', async (t) => {
  const directory = await threeSnapshots(t)
  for (const [untilSequence, begin] of [
    [999, undefined],
    [1_000, 1_000],
    [2_500, 2_000],
    [3_499, 3_000],
  ] as const) {
    const { machine, snapshot } = recovered(directory, { untilSequence })
    assert.equal(machine.total, sum(untilSequence))
    assert.equal(snapshot?.sequence, begin)
  }
})

test('recovery: a damaged snapshot is passed over for the one before, and in the end for none', async (t) => {
  const directory = await threeSnapshots(t)
  const begins: (number | undefined)[] = []
  for (const { path } of listSnapshots(directory)) {
    const bytes = fs.readFileSync(path)
    bytes[bytes.length - 3]! ^= 4
    fs.writeFileSync(path, bytes)
    const refused: string[] = []
    const { machine, snapshot } = recovered(directory, {
      onRefused: (which) => refused.push(which),
    })
    assert.equal(machine.total, sum(3_500))
    assert.ok(refused.includes(path))
    begins.push(snapshot?.sequence)
  }
  assert.deepEqual(begins, [2_000, 1_000, undefined])
})

test("recovery: a file of any size that has a snapshot's name is passed over, and hinders no new one", async (t) => {
  const directory = await threeSnapshots(t)
  const newest = listSnapshots(directory)[0]!.path
  const none = newest.replace('3000', '3100')
  const longer = newest.replace('3000', '3200')
  fs.writeFileSync(none, '')
  fs.copyFileSync(newest, longer)
  // Sparse: they take no room.
  for (const path of [none, longer]) fs.truncateSync(path, 3 * 2 ** 30)
  const refused: string[] = []
  const { machine, snapshot } = recovered(directory, { onRefused: (_, why) => refused.push(why) })
  assert.equal(snapshot?.sequence, 3_000)
  assert.equal(machine.total, sum(3_500))
  assert.match(refused[0]!, /damaged or cut short/)
  assert.match(refused[1]!, /this is none/)
  assert.equal((await take(directory))?.head.sequence, 3_500)
})

test('recovery: a snapshot of a log that went another way is passed over', async (t) => {
  const directory = temporaryDirectory(t)
  await add(directory, 1, 1_000)
  await take(directory)
  const other = temporaryDirectory(t)
  await add(other, 5, 2_000)
  fs.cpSync(`${directory}/snapshots`, `${other}/snapshots`, { recursive: true })
  const refused: string[] = []
  const { machine, snapshot } = recovered(other, { onRefused: (_, why) => refused.push(why) })
  assert.equal(snapshot, undefined)
  assert.equal(machine.total, sum(2_000) - sum(4))
  assert.match(refused.join(), /is not the one that it was taken behind/)
})

test('recovery: a snapshot that lies ahead of its journal is passed over', async (t) => {
  const directory = temporaryDirectory(t)
  await add(directory, 1, 1_000)
  fs.cpSync(`${directory}/journal`, `${directory}/before`, { recursive: true })
  await add(directory, 1_001, 2_000)
  await take(directory)
  fs.rmSync(`${directory}/journal`, { recursive: true })
  fs.renameSync(`${directory}/before`, `${directory}/journal`)
  const { machine, snapshot } = recovered(directory)
  assert.equal(snapshot, undefined)
  assert.equal(machine.total, sum(1_000))
})

test('snapshots: the last three are kept, what a crash left is cleared, nothing new takes none', async (t) => {
  const directory = await threeSnapshots(t)
  fs.writeFileSync(`${directory}/snapshots/0-000000000999.new`, 'half of it')
  const taken = await take(directory)
  assert.equal(taken?.head.sequence, 3_500)
  assert.deepEqual(
    listSnapshots(directory).map(({ sequence }) => sequence),
    [3_500, 3_000, 2_000],
  )
  assert.ok(fs.readdirSync(`${directory}/snapshots`).every((name) => !name.endsWith('.new')))
  assert.equal(await take(directory), undefined)
})

test('retention: deletes whole segments that all kept snapshots stand for, and not before', async (t) => {
  const directory = temporaryDirectory(t)
  await add(directory, 1, 4_000)
  const segments = listSegments(directory).length
  assert.ok(segments > 4, `${segments} segments`)
  await take(directory, Number.POSITIVE_INFINITY)
  assert.equal(listSegments(directory).length, segments)
  await add(directory, 4_001, 4_100)
  const taken = await take(directory, 1)
  assert.ok(taken!.segmentsDeleted.length >= segments - 1)
  const [first] = listSegments(directory)
  // The oldest kept snapshot is behind command 4,000: from the next one on all is there.
  assert.ok(first!.firstSequence > 1 && first!.firstSequence <= 4_001, `${first!.firstSequence}`)
  const { machine, snapshot } = recovered(directory)
  assert.equal(machine.total, sum(4_100))
  assert.equal(snapshot?.sequence, 4_100)
  const report = await verifyInChild(directory)
  assert.equal(report.firstProblem, undefined)
  assert.equal(report.firstCommand, first!.firstSequence)
  fs.rmSync(`${directory}/snapshots`, { recursive: true })
  assert.throws(() => recovered(directory), { code: 'snapshot-missing' })
  await add(directory, 1, 1).then(
    () => assert.fail('went on without its past'),
    (error) => assert.equal(error.code, 'snapshot-missing'),
  )
})

test('snapshots: a journal whose events are not what its commands lead to gets none', async (t) => {
  const directory = temporaryDirectory(t)
  await add(directory, 1, 500)
  const kind = { ...KIND, newMachine: (outbox: Recovery<Adder>['outbox']) => new Adder(outbox, 2) }
  await assert.rejects(
    snapshotJournal({ directory, kind, buildHash: SCHEMA.buildHash }),
    ReplayDiffers,
  )
  assert.deepEqual(listSnapshots(directory), [])
})

test('snapshots: a journal that lacks its last events is told so', async (t) => {
  const directory = temporaryDirectory(t)
  await add(directory, 1, 10)
  const writer = JournalWriter.open({ directory, durability: 'none', ...SCHEMA })
  const last = recordOfLast(directory)
  writer.commands.append(last, 0, last.length)
  writer.commit(2_000_000)
  writer.close()
  await assert.rejects(take(directory), /lacks the last 1 events.*start it once/)
})

test('recovery: a flipped bit in a frame of events is damage, and never a build that decides otherwise', async (t) => {
  const directory = temporaryDirectory(t)
  await add(directory, 1, 900, 2 ** 20)
  const [segment] = listSegments(directory)
  const frames = storedFrames(directory, segment!.path)
  const handle = fs.openSync(segment!.path, 'r+')
  t.after(() => fs.closeSync(handle))
  const random = randomFrom(FLIP_SEED)
  const events = frames.slice(frames.length / 2)
  assert.ok(events.length > 1)
  let refused = 0
  for (let flip = 0; flip < FLIPS; flip++) {
    const frame = events[Math.floor(random() * events.length)]!
    // Every second one in the head, which hardly any would hit.
    const offset = Math.floor(random() * (flip % 2 === 0 ? FRAME_HEADER_BYTES : frame.bytes))
    const bit = Math.floor(random() * 8)
    const where = `seed ${FLIP_SEED}, flip ${flip}: bit ${bit} of byte ${offset} of ${frame.bytes}`
    flipInAll(handle, frame, offset, bit)
    try {
      const { machine, outcome } = recovered(directory)
      // Of the head a replay needs neither the time nor the build nor the hashes.
      assert.ok(offset < FRAME_HEADER_BYTES, where)
      assert.equal(machine.total, sum(900), where)
      assert.deepEqual([outcome.eventsEqual, outcome.eventsMissing], [900, 0], where)
    } catch (error) {
      assert.equal((error as { code?: unknown }).code, 'journal-damaged', `${where}: ${error}`)
      refused++
    }
    flipInAll(handle, frame, offset, bit)
  }
  assert.ok(refused > FLIPS / 2 && refused < FLIPS, `${refused} of ${FLIPS} were refused`)
  assert.equal(recovered(directory).machine.total, sum(900))
})

/** The last command again, as the next one. */
function recordOfLast(directory: string): Buffer {
  const { machine } = recovered(directory)
  assert.equal(machine.total, sum(10))
  const record = Buffer.alloc(48)
  record.writeInt32LE(48, 0)
  record.writeInt32LE(1, 4)
  record.writeBigInt64LE(11n, 8 + 16)
  record.writeBigInt64LE(5_000_000n, 8 + 24)
  return record
}

test('verify: behind a good snapshot only the tail is looked at, and all of it', async (t) => {
  const directory = await threeSnapshots(t)
  const tail = await verifyInChild(directory, { tailOf: KIND.schemaHash })
  assert.deepEqual([tail.firstProblem, tail.commands, tail.events], [undefined, 500, 500])
  const all = await verifyInChild(directory)
  assert.deepEqual([all.firstProblem, all.commands], [undefined, 3_500])
  // Another schema's snapshots stand for nothing.
  const other = await verifyInChild(directory, { tailOf: '0123456789abcdef' })
  assert.equal(other.commands, 3_500)
  fs.rmSync(segmentAt(directory, listSegments(directory).at(-1)!.firstSequence).path)
  const short = await verifyInChild(directory, { tailOf: KIND.schemaHash })
  assert.equal(short.firstProblem?.kind, 'head-mark')
  assert.ok(fs.existsSync(headMarkPath(directory)))
})

test('snapshots: those of a log that is gone count for nothing, and the good one stays', async (t) => {
  const directory = temporaryDirectory(t)
  await add(directory, 1, 1_000)
  fs.cpSync(`${directory}/journal`, `${directory}/before`, { recursive: true })
  for (const to of [2_000, 3_000, 4_000]) {
    await add(directory, to - 999, to)
    await take(directory)
  }
  fs.rmSync(`${directory}/journal`, { recursive: true })
  fs.renameSync(`${directory}/before`, `${directory}/journal`)
  await add(directory, 1_001, 1_500)
  const taken = await take(directory, 1)
  assert.equal(taken?.head.sequence, 1_500)
  assert.ok(fs.existsSync(taken!.path))
  const { machine, snapshot } = recovered(directory)
  assert.equal(snapshot?.sequence, 1_500)
  assert.equal(machine.total, sum(1_500))
})

test('retention: leaves the segment that is written to, though the next file is there', async (t) => {
  const directory = temporaryDirectory(t)
  await add(directory, 1, 10)
  fs.writeFileSync(segmentAt(directory, 11).path, '')
  const taken = await take(directory, 1)
  assert.deepEqual(taken?.segmentsDeleted, [])
  assert.equal(recovered(directory).machine.total, sum(10))
})

test('snapshots: one that could not be taken leaves nothing behind, and no lock', async (t) => {
  const directory = temporaryDirectory(t)
  await assert.rejects(take(directory), { code: 'journal-missing' })
  assert.deepEqual(fs.readdirSync(directory), [])
  await add(directory, 1, 10)
  assert.equal((await take(directory))?.head.sequence, 10)
})
