import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { test } from 'node:test'
import { JournaledMachine } from '../../engine/journaled-machine.ts'
import { ENVELOPE_BYTES } from '../../protocol/envelope.ts'
import { readInt64, writeInt64 } from '../../protocol/integers.ts'
import { readHeadMark } from '../../storage/head-mark.ts'
import { headMarkPath } from '../../storage/segment-files.ts'
import { verifyJournal } from '../../storage/verify.ts'
import { temporaryDirectory } from '../storage/journal-fixture.ts'
import { ADD, ADDER_KIND, type Adder } from './adder.ts'

function open(directory: string, heard: number[] = []): JournaledMachine<Adder> {
  return JournaledMachine.open({
    ...{ directory, kind: ADDER_KIND },
    onEvent: (view, at) => heard.push(readInt64(view, at + ENVELOPE_BYTES)),
  })
}

const add = (machine: JournaledMachine<Adder>, amount: number): void =>
  machine.tell(ADD, 8, (view, at) => writeInt64(view, at, amount))

test('journaled machine: what was flushed is there again, told or not', (t) => {
  const directory = temporaryDirectory(t)
  const heard: number[] = []
  const first = open(directory, heard)
  add(first, 5)
  assert.equal(first.machine.total, 0)
  assert.equal(first.flush(), 1)
  add(first, 7)
  first.close()
  assert.deepEqual(heard, [5, 12])
  const again: number[] = []
  const second = open(directory, again)
  assert.equal(second.machine.total, 12)
  assert.deepEqual(again, [])
  second.close()
  assert.equal(verifyJournal(directory).firstProblem, undefined)
})

test('journaled machine: many commands and long ones, a snapshot in between, and the rest behind it', async (t) => {
  const directory = temporaryDirectory(t)
  const first = open(directory)
  for (let amount = 1; amount <= 20_000; amount++) add(first, amount)
  first.tell(ADD, 60_000, (view, at) => writeInt64(view, at, 1))
  assert.equal((await first.snapshot())?.head.sequence, 20_001)
  add(first, 9)
  first.close()
  const second = open(directory)
  assert.equal(second.machine.total, (20_000 * 20_001) / 2 + 10)
  assert.equal(second.recovery.snapshot?.sequence, 20_001)
  assert.equal(second.recovery.outcome.commands, 1)
  second.close()
})

test('journaled machine: events that a crash has cut off are journaled, and heard by nobody twice', (t) => {
  const directory = temporaryDirectory(t)
  const first = open(directory)
  add(first, 3)
  first.flush()
  // The event would go with the next commit: a copy of the files as they are now is what a crash leaves.
  const crashed = temporaryDirectory(t)
  fs.cpSync(directory, crashed, { recursive: true })
  first.close()
  const heard: number[] = []
  const second = open(crashed, heard)
  assert.equal(second.recovery.outcome.eventsMissing, 1)
  assert.equal(second.machine.total, 3)
  second.close()
  assert.deepEqual(heard, [])
  assert.equal(verifyJournal(crashed).events, 1)
})

test('journaled machine: one process at a time, and no block longer than a frame', (t) => {
  const directory = temporaryDirectory(t)
  const first = open(directory)
  assert.throws(() => open(directory), { code: 'directory-in-use' })
  assert.throws(() => first.tell(ADD, 66_000, () => undefined), RangeError)
  add(first, 1)
  first.close()
  const second = open(directory)
  assert.equal(second.machine.total, 1)
  second.close()
})

test('journaled machine: at process-crash the last commands are synced though none follows', async (t) => {
  const directory = temporaryDirectory(t)
  const options = { directory, kind: ADDER_KIND, durability: 'process-crash' } as const
  const machine = JournaledMachine.open(options)
  for (let amount = 1; amount <= 3; amount++) {
    add(machine, amount)
    machine.flush()
  }
  const marked = (): number => readHeadMark(headMarkPath(directory))?.lastCommand ?? 0
  const endMs = performance.now() + 5_000
  while (marked() < 3 && performance.now() < endMs) await new Promise((r) => setTimeout(r, 20))
  assert.equal(marked(), 3)
  machine.close()
})
