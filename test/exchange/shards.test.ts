/** Two shards over one real journal: messages go through the log, stops lose none, a replay says the same. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { verifyJournal } from '../../storage/verify.ts'
import { balancesOf, playOnOne, summed } from '../actors/one-shard.ts'
import { seeded } from '../actors/seeded.ts'
import { ShardFlow } from '../actors/shard-flow.ts'
import { CURRENCIES, type NamedCommand, openSharded } from '../actors/sharded-venue.ts'
import { effectsOf, openInvokedShards, recoverShards } from './invoked-shards.ts'

const NAMES = ['ann', 'ben', 'cat', 'dan']
const AMPLE = 10_000_000
const SCARCE = 5_000
const COMMANDS = 800
const SEEDS = 8
const STOPS = 8
const RING_BYTES = [4 << 10, 16 << 10, 1 << 20]

interface Requests {
  readonly named: readonly NamedCommand[]
  /** As bytes, and all definitions before them. */
  readonly commands: readonly DataView[]
}

/** What clients send: drawn beside a venue that answers, so that cancels find orders. */
function requestsOf(seed: number, units: number): Requests {
  const venue = openSharded(NAMES, units)
  const flow = new ShardFlow(seed, NAMES.length)
  const named = Array.from({ length: COMMANDS }, () => {
    const command = flow.next()
    flow.hear(venue.send(command.name, command.session, command.fields))
    flow.hear(venue.settle())
    return command
  })
  return { named, commands: venue.log.filter((command) => venue.isOfClient(command)) }
}

/**
 * Runs all commands, with stops at any moment. Returns how many messages they cut off from the log,
 * and the state of each shard at the end.
 */
async function runWithStops(
  directory: string,
  seed: number,
  commands: readonly DataView[],
): Promise<{ readonly cutOff: number; readonly hashes: readonly string[] }> {
  const random = seeded(seed)
  let cutOff = 0
  let hashes: string[] = []
  for (let stop = 0; stop <= STOPS; stop++) {
    const ringBytes = RING_BYTES[random(RING_BYTES.length)]!
    const options = { seed: seed + 100 * stop, ringBytes, commands }
    const { crank, machines, unsequenced } = openInvokedShards(directory, options)
    cutOff += unsequenced
    if (stop === STOPS) crank.untilQuiet()
    else for (let turns = random(400); turns > 0; turns--) crank.turn()
    await crank.close()
    hashes = machines.map((machine) => machine.stateHash())
  }
  return { cutOff, hashes }
}

/** A replay of what the run left: nothing is missing, nothing differs, nothing is under way. */
function recoverWhole(directory: string, commands: number, where: string) {
  const report = verifyJournal(directory)
  const { shards, ...recovered } = recoverShards(directory)
  assert.equal(recovered.clientCommands, commands, where)
  assert.ok(recovered.commands > commands + 100, `${where}: messages in the log`)
  assert.equal(recovered.unsequenced.length, 0, where)
  for (const [shard, { machine, outbox, events }] of shards.entries()) {
    assert.equal(outbox.endBytes, 0, `${where}, shard ${shard}: every event is in the journal`)
    assert.ok(events > 100, where)
    assert.equal(machine.audit(), undefined, where)
    assert.equal(machine.venue.funds!.waiting.count, 0, where)
  }
  const events = shards.reduce((sum, shard) => sum + shard.events, 0)
  assert.deepEqual([report.ok, report.commands, report.events], [true, recovered.commands, events])
  return shards.map(({ machine }) => machine)
}

function inDirectory(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'tradsys-shards-'))
  t.after(() => rmSync(root, { recursive: true }))
  return root
}

test('shards: stops at any moment lose no message and no money, and a replay says the same bytes', async (t) => {
  const root = inDirectory(t)
  let cutOff = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const directory = join(root, String(seed))
    const { commands } = requestsOf(seed, SCARCE)
    const ran = await runWithStops(directory, seed, commands)
    cutOff += ran.cutOff
    const machines = recoverWhole(directory, commands.length, `seed ${seed}`)
    const all = summed(machines.map(({ venue }) => venue.accounts))
    for (const currency of CURRENCIES) {
      const sum = NAMES.reduce((units, _, i) => {
        return units + all.free(i + 1, currency) + all.held(i + 1, currency)
      }, all.fees(currency))
      assert.equal(sum, NAMES.length * SCARCE, `seed ${seed}: ${currency}`)
    }
    const hashes = machines.map((machine) => machine.stateHash())
    assert.deepEqual(hashes, ran.hashes, `seed ${seed}: the state of the run`)
  }
  assert.ok(cutOff > SEEDS / 2, `${cutOff} messages were cut off from the log by a stop`)
})

test('shards: with ample funds a run with stops ends with the balances of one shard', async (t) => {
  const root = inDirectory(t)
  for (let seed = 101; seed <= 100 + SEEDS; seed++) {
    const directory = join(root, String(seed))
    const { commands, named } = requestsOf(seed, AMPLE)
    await runWithStops(directory, seed, commands)
    const machines = recoverWhole(directory, commands.length, `seed ${seed}`)
    const effects = effectsOf(directory)
    const effect = ({ fields }: NamedCommand): number => effects.get(fields.clOrdId as string)!
    const silent = named.filter(({ fields }) => !effects.has(fields.clOrdId as string))
    assert.deepEqual(silent, [], `seed ${seed}: each request is answered`)
    const effective = [...named].sort((a, b) => effect(a) - effect(b))
    const balances = balancesOf(summed(machines.map(({ venue }) => venue.accounts)), NAMES)
    assert.deepEqual(balances, playOnOne(effective, NAMES, AMPLE), `seed ${seed}`)
  }
})
