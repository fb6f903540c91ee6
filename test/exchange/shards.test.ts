/** Two shards over one real journal: messages go through the log, stops lose none, a replay says the same. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { seeded } from '../actors/seeded.ts'
import { ShardFlow } from '../actors/shard-flow.ts'
import { CURRENCIES, openSharded } from '../actors/sharded-venue.ts'
import { openInvokedShards, recoverShards } from './invoked-shards.ts'

const NAMES = ['ann', 'ben', 'cat', 'dan']
const UNITS = 5_000
const COMMANDS = 800
const SEEDS = 12
const STOPS = 8
const RING_BYTES = [4 << 10, 16 << 10, 1 << 20]

/** What clients send, as bytes: drawn beside a venue that answers, so that cancels find orders. */
function clientCommands(seed: number): DataView[] {
  const venue = openSharded(NAMES, UNITS)
  const flow = new ShardFlow(seed, NAMES.length)
  for (let i = 0; i < COMMANDS; i++) {
    const { name, session, fields } = flow.next()
    flow.hear(venue.send(name, session, fields))
    flow.hear(venue.settle())
  }
  return venue.log.filter((command) => venue.isOfClient(command))
}

/** Units of a currency in all accounts and fees of all shards, and what came in. */
function moneyOf(machines: readonly ExchangeMachine[], currency: number): [number, number] {
  let sum = 0
  for (const { venue } of machines) {
    const { accounts } = venue
    sum += accounts.fees(currency)
    for (let account = 1; account <= accounts.names.count; account++) {
      sum += accounts.free(account, currency) + accounts.held(account, currency)
    }
  }
  return [sum, NAMES.length * UNITS]
}

test('shards: a run with stops at any moment conserves all money, and replays to the same bytes and state', () => {
  const root = mkdtempSync(join(tmpdir(), 'tradsys-shards-'))
  let cutOff = 0
  const run = async (): Promise<void> => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const commands = clientCommands(seed)
      const random = seeded(seed)
      const directory = join(root, String(seed))
      let machines: readonly ExchangeMachine[] = []
      for (let stop = 0; stop <= STOPS; stop++) {
        const ringBytes = RING_BYTES[random(RING_BYTES.length)]!
        const options = { seed: seed + 100 * stop, ringBytes, commands }
        const opened = openInvokedShards(directory, options)
        machines = opened.machines
        cutOff += opened.unsequenced
        if (stop === STOPS) opened.crank.untilQuiet()
        else for (let turns = random(400); turns > 0; turns--) opened.crank.turn()
        await opened.crank.close()
      }
      const again = recoverShards(directory)
      assert.equal(again.clientCommands, commands.length, `seed ${seed}`)
      assert.ok(again.commands > commands.length + 100, `seed ${seed}: messages in the log`)
      assert.equal(again.unsequenced.length, 0, `seed ${seed}`)
      for (const [shard, { machine, outbox, events }] of again.shards.entries()) {
        const where = `seed ${seed}, shard ${shard}`
        assert.equal(outbox.endBytes, 0, `${where}: every event is in the journal`)
        assert.ok(events > 100, where)
        assert.equal(machine.audit(), undefined, where)
        assert.equal(machine.stateHash(), machines[shard]!.stateHash(), where)
        assert.equal(machine.venue.funds!.waiting.count, 0, where)
      }
      for (const [index, currency] of CURRENCIES.entries()) {
        const [sum, supply] = moneyOf(machines, index + 1)
        assert.equal(sum, supply, `seed ${seed}: ${currency}`)
      }
    }
    assert.ok(cutOff > SEEDS / 2, `${cutOff} messages were cut off from the log by a stop`)
  }
  return run().finally(() => rmSync(root, { recursive: true }))
})
