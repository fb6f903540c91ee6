/** The same commands give the same bytes, whoever gives the roles their turns. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { LEAVES, PRICE } from '../../actors/order-store.ts'
import { BUY, SELL } from '../../actors/sign.ts'
import { isReport } from '../../gateway/order-entry/reports.ts'
import { TEMPLATE_ID_OFFSET, TIME_OFFSET } from '../../protocol/envelope.ts'
import { seeded } from '../actors/seeded.ts'
import { CommandStream } from './command-stream.ts'
import { journaled, openInvoked, payloadsOf, recover, STAMP_US } from './invoked-exchange.ts'
import { runThreads } from './threads-run.ts'

const SEEDS = 20
const COMMANDS = 3_000
/** The longest record has some 200 bytes, and one may take an eighth of its ring. */
const RING_BYTES = [2 << 10, 8 << 10, 1 << 20]
const STREAM_SEED = 2_012

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-plans-'))
  try {
    await run(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

test('plans: every interleaving, over tiny rings and large, leaves the same journal', () =>
  inDirectory(async (root) => {
    const stream = new CommandStream(STREAM_SEED, COMMANDS)
    const { commands } = stream
    const expected = stream.eventBytes(STAMP_US)
    const hashes = new Set<string>()
    let journaledCommands: Buffer | undefined
    for (let seed = 1; seed <= SEEDS; seed++) {
      const ringBytes = RING_BYTES[seed % RING_BYTES.length]!
      const where = `seed ${seed}, rings of ${ringBytes} bytes`
      const directory = join(root, String(seed))
      const { crank, reports, marketData } = openInvoked(directory, { seed, ringBytes, commands })
      crank.untilQuiet()
      await crank.close()
      const { commands: said, events } = journaled(directory)
      journaledCommands ??= said
      assert.ok(said.equals(journaledCommands), `${where}: commands`)
      assert.ok(events.equals(expected), `${where}: events`)
      for (const [listener, wants] of [
        [reports, true],
        [marketData, false],
      ] as const) {
        const theirs = [...payloadsOf(events)].filter(
          (event) => isReport(event.readUInt16LE(TEMPLATE_ID_OFFSET)) === wants,
        )
        assert.ok(Buffer.concat(theirs).equals(Buffer.concat(listener.heard)), `${where}: heard`)
      }
      const { machine, commandCount } = recover(directory)
      assert.equal(commandCount, COMMANDS, where)
      hashes.add(machine.stateHash())
    }
    assert.equal(hashes.size, 1)
  }))

test('plans: ends at any moment, and starts after them, leave the journal as if there were none', () =>
  inDirectory(async (root) => {
    const stream = new CommandStream(STREAM_SEED, COMMANDS)
    const { commands } = stream
    const expected = stream.eventBytes(STAMP_US)
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = seeded(seed)
      const directory = join(root, String(seed))
      let ends = 0
      for (let isDone = false; !isDone; ends++) {
        const ringBytes = RING_BYTES[random(RING_BYTES.length)]!
        const { crank } = openInvoked(directory, { seed: seed + 100 * ends, ringBytes, commands })
        if (ends === 10) crank.untilQuiet()
        else for (let turns = random(600); turns > 0; turns--) crank.turn()
        await crank.close()
        isDone = ends === 10
      }
      assert.ok(journaled(directory).events.equals(expected), `seed ${seed}: events`)
    }
  }))

/** A record's bytes without its command's time, wherever it says it. */
function timeless(record: Buffer): string {
  const time = record.readBigInt64LE(TIME_OFFSET)
  for (let at = 0; at + 8 <= record.length; at += 8) {
    if (record.readBigInt64LE(at) === time) record.fill(0, at, at + 8)
  }
  return record.toString('hex')
}

/** Whose money it is, and what is open: all that no time is part of. */
function timelessState({ venue }: ExchangeMachine): number[][] {
  const { accounts, currencies, markets, store } = venue
  const rows: number[][] = []
  for (let account = 1; account <= accounts.names.count; account++) {
    for (let currency = 1; currency <= currencies.count; currency++) {
      rows.push([accounts.free(account, currency), accounts.held(account, currency)])
    }
  }
  for (const { book } of markets) {
    for (const order of [BUY, SELL].flatMap((sign) => [...book.orders(sign)])) {
      rows.push([store.orderId(order), store.get(order, PRICE), store.get(order, LEAVES)])
    }
  }
  return rows
}

test('plans: threads of either plan leave the same commands and events but for their times, and the same state', () =>
  inDirectory(async (root) => {
    for (const seed of [1, 2, 3]) {
      const runs = []
      for (const plan of ['shared', 'dedicated'] as const) {
        const where = `seed ${seed}, plan ${plan}`
        const directory = join(root, `${plan}-${seed}`)
        const reports = await runThreads(directory, { plan, seed, count: COMMANDS })
        assert.ok(reports > COMMANDS / 2, `${where}: ${reports} reports`)
        // Times differ, and reports say them: so each journal is held against a machine that has its times.
        const { machine, outbox, commandCount } = recover(directory)
        assert.ok(commandCount > COMMANDS / 2, `${where}: ${commandCount} commands`)
        assert.equal(outbox.endBytes, 0, `${where}: every event is in the journal`)
        assert.equal(machine.audit(), undefined, where)
        const { commands, events } = journaled(directory)
        const said = [...payloadsOf(events)].map(timeless)
        const heard = [...payloadsOf(commands)].map(timeless)
        runs.push({ reports, heard, said, state: timelessState(machine) })
      }
      assert.deepEqual(runs[0], runs[1], `seed ${seed}`)
    }
  }))
