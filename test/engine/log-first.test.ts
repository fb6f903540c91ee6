import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ReplayDiffers, replay } from '../../engine/recovery/replay.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { Invoker } from '../../engine/thread/invoker.ts'
import { RECORD_HEADER_BYTES, TIME_OFFSET } from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { Adder, hear, openAdder, send } from './adder.ts'

async function inDirectory(run: (directory: string) => Promise<void> | void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-engine-'))
  try {
    await run(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Runs `count` commands through, hearing the totals on the way. */
async function runCommands(directory: string, count: number, seed = 1): Promise<number[]> {
  const system = openAdder(directory, { ringBytes: 2048 })
  const crank = new Invoker(system.roles, seed)
  const heard: number[] = []
  for (let sent = 0; sent < count; ) {
    if (send(system.input, sent + 1)) sent++
    crank.turn()
    heard.push(...hear(system.output))
  }
  for (let rest = 0; rest < 1000; rest++) {
    crank.turn()
    heard.push(...hear(system.output))
  }
  crank.untilQuiet()
  heard.push(...hear(system.output))
  await crank.close()
  return heard
}

const totals = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ((from + i) * (from + i + 1)) / 2)

test('engine: each command is answered, in order, under a hundred interleavings of tiny rings', () =>
  inDirectory(async (directory) => {
    for (let seed = 1; seed <= 100; seed++) {
      const heard = await runCommands(join(directory, String(seed)), 200, seed)
      // -1 is the announcement at the start.
      assert.deepEqual(heard, [-1, ...totals(1, 200)], `seed ${seed}`)
    }
  }))

test('engine: a new start goes on where the log ended, and says to gateways only what stands', () =>
  inDirectory(async (directory) => {
    await runCommands(directory, 50)
    const system = openAdder(directory)
    assert.equal(system.machine.total, 1275)
    const crank = new Invoker(system.roles, 7)
    crank.untilQuiet()
    send(system.input, 51)
    crank.untilQuiet()
    assert.deepEqual(hear(system.output), [-1, 1326])
    await crank.close()
  }))

test('engine: events that a crash cut off are made again and journaled, those that are there stay', () =>
  inDirectory(async (directory) => {
    const system = openAdder(directory)
    const crank = new Invoker(system.roles, 3)
    crank.untilQuiet()
    for (let n = 1; n <= 10; n++) send(system.input, n)
    // One turn of the sequencer journals the commands; then the power goes, before the shard had its turn.
    system.roles[0].doWork()
    const crashed = `${directory}-crashed`
    cpSync(directory, crashed, { recursive: true })
    await crank.close()
    const before = JournalReader.open(crashed)
    assert.deepEqual([before.lastCommand, before.lastEvent], [10, 0])
    before.close()
    const recovered = openAdder(crashed)
    assert.equal(recovered.machine.total, 55)
    const again = new Invoker(recovered.roles, 4)
    again.untilQuiet()
    assert.deepEqual(hear(recovered.output), [-1], 'gateways read what they missed in the journal')
    await again.close()
    const after = JournalReader.open(crashed)
    assert.deepEqual([after.lastCommand, after.lastEvent], [10, 10])
    after.close()
    rmSync(crashed, { recursive: true })
  }))

test('engine: a machine that decides otherwise than the journal says is not let go on', () =>
  inDirectory(async (directory) => {
    await runCommands(directory, 20)
    assert.throws(
      () => openAdder(directory, { factor: 2 }),
      (error) => error instanceof ReplayDiffers && error.event === 1 && error.command === 1,
    )
  }))

test('engine: a log whose first commands are missing is not run', () =>
  inDirectory(async (directory) => {
    const system = openAdder(directory)
    const crank = new Invoker(system.roles, 1)
    crank.untilQuiet()
    // A frame each.
    for (let n = 1; n <= 3; n++) {
      send(system.input, n)
      crank.untilQuiet()
    }
    await crank.close()
    const journal = JournalReader.open(directory)
    const outbox = new Outbox({ schemaId: 9, version: 1, eventsBefore: 0 })
    const source = {
      ...{ lastCommand: journal.lastCommand, lastEvent: 0 },
      commands: () => [...journal.commands(1)].slice(1),
      events: () => [],
    }
    assert.throws(
      () => replay({ source, outbox, machine: new Adder(outbox) }),
      (error) => error instanceof ReplayDiffers && error.event === 1 && error.command === 2,
    )
    journal.close()
  }))

test('sequencer: time never runs backwards, whatever the clock does', () =>
  inDirectory(async (directory) => {
    const system = openAdder(directory)
    const crank = new Invoker(system.roles, 5)
    crank.untilQuiet()
    for (const us of [5_000_000, 3_000_000, 9_000_000, 1]) {
      system.clock.us = us
      send(system.input, 1)
      crank.untilQuiet()
    }
    await crank.close()
    const journal = JournalReader.open(directory)
    const times: number[] = []
    for (const frame of journal.commands(1)) {
      for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at)) {
        times.push(readInt64(frame.view, at + RECORD_HEADER_BYTES + TIME_OFFSET))
      }
    }
    journal.close()
    assert.equal(times.length, 4)
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    )
    assert.ok(times[0]! >= 5_000_000)
  }))

test('engine: a gateway that does not read stops the shard, and nothing is lost when it reads again', () =>
  inDirectory(async (directory) => {
    const system = openAdder(directory, { ringBytes: 1024 })
    const crank = new Invoker(system.roles, 11)
    let sent = 0
    for (let i = 0; i < 5_000; i++) {
      if (send(system.input, 1)) sent++
      crank.turn()
    }
    assert.ok(sent < 200, `${sent} were taken though nobody reads`)
    const heard: number[] = []
    for (let i = 0; i < 5_000; i++) {
      crank.turn()
      heard.push(...hear(system.output))
    }
    assert.deepEqual(heard, [-1, ...Array.from({ length: sent }, (_, i) => i + 1)])
    await crank.close()
  }))
