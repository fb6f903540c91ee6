import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { test } from 'node:test'
import { JournaledMachine } from '../../engine/shard/journaled-machine.ts'
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

test('journaled machine: what a listener tells is durable and run when flush returns, however much it is', (t) => {
  const directory = temporaryDirectory(t)
  const heard: number[] = []
  const machine = JournaledMachine.open({
    ...{ directory, kind: ADDER_KIND },
    onEvent: (view, at) => {
      heard.push(readInt64(view, at + ENVELOPE_BYTES))
      // More than a batch takes, while it is being read.
      if (heard.length === 1) for (let i = 0; i < 20_000; i++) add(machine, 1)
      if (heard.length === 20_000) add(machine, 100)
      if (heard.length === 2) assert.throws(() => machine.flush(), /tell what is to follow/)
    },
  })
  add(machine, 5)
  add(machine, 6)
  assert.equal(machine.flush(), 20_003)
  assert.equal(machine.machine.total, 20_111)
  assert.deepEqual(heard.slice(0, 3), [5, 11, 12])
  assert.equal(heard.length, 20_003)
  // One that fills the batch makes room by running it, and comes behind what that brings.
  for (let i = 0; i < 30_000; i++) add(machine, 1)
  machine.close()
  assert.equal(machine.machine.total, 50_111)
  const again = open(directory)
  assert.equal(again.machine.total, 50_111)
  assert.equal(again.recovery.outcome.lastCommand, 50_003)
  again.close()
  assert.equal(verifyJournal(directory).firstProblem, undefined)
})

test('journaled machine: after a failure it takes nothing more, and what was durable is there again', (t) => {
  const directory = temporaryDirectory(t)
  const machine = JournaledMachine.open({
    ...{ directory, kind: ADDER_KIND },
    onEvent: () => assert.fail('a listener that throws'),
  })
  add(machine, 5)
  add(machine, 6)
  assert.throws(() => machine.flush(), /a listener that throws/)
  assert.throws(() => add(machine, 7), /failed before.*open it anew/)
  assert.throws(() => machine.flush(), /failed before.*open it anew/)
  machine.close()
  const again = open(directory)
  assert.equal(again.machine.total, 11)
  again.close()
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
