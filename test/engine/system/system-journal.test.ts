/** Journaled actors on real threads: what comes back after an end, orderly or not, on whichever threads. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Catalog } from '../../../engine/actor/catalog.ts'
import { onThread } from '../../../engine/actor/placement.ts'
import { type JournalOptions, shardRecovery } from '../../../engine/journaled/shard-roles.ts'
import { recover } from '../../../engine/recovery/recovery.ts'
import { ActorSystem } from '../../../engine/system/actor-system.ts'
import { listSnapshots } from '../../../storage/snapshot-files.ts'
import { load, SHARDS, spawnLedgers, sumOf, untilSum } from '../actor/journaled-load.ts'
import { BEHAVIORS, FROM, newDirectory, startLive, TIME, until, workers } from './live-system.ts'
import { Ledger, ledger, Trouble, trouble } from './system-actors.ts'

const journalIn = (directory: string): JournalOptions => ({
  ...{ directory, shards: SHARDS, durability: 'process-crash' },
})

/** How a start would bring a shard back. */
async function recoveryOf(directory: string, shard: number) {
  const catalog = await Catalog.load(String(FROM), Object.keys(BEHAVIORS))
  return recover(shardRecovery(directory, catalog, { shard, shards: SHARDS }))
}

test('system journal: another number of threads brings back the same states', TIME, async (t) => {
  const journal = journalIn(newDirectory(t))
  const first = await startLive(t, { journal, threads: workers(3) })
  const ledgers = await spawnLedgers(first.system)
  await load(first.system, ledgers, { count: 2_000 })
  await untilSum(first.system, ledgers, 2_000)
  let hashes = await first.system.control.stateHashes()
  await first.system.stop()
  for (const threads of [1, 2, 5]) {
    const { system } = await startLive(t, { journal, threads: workers(threads) })
    assert.deepEqual(await system.control.stateHashes(), hashes, `${threads} threads`)
    assert.deepEqual(await spawnLedgers(system), ledgers)
    assert.equal(await sumOf(system, ledgers), 2_000)
    // To be asked is a message too.
    hashes = await system.control.stateHashes()
    await system.stop()
  }
})

test(
  'system journal: snapshots are taken beside a load, and a start begins with them',
  TIME,
  async (t) => {
    const journal = journalIn(newDirectory(t))
    const { system } = await startLive(t, { journal })
    const ledgers = await spawnLedgers(system)
    await load(system, ledgers, { count: 2_000 })
    const loading = load(system, ledgers, { count: 2_000 })
    const taken = await system.control.snapshot()
    await loading
    assert.deepEqual(
      taken.map(({ shard }) => shard),
      [0, 1, 2, 3],
    )
    assert.ok(taken.every(({ sequence, bytes }) => sequence >= SHARDS && bytes > 0))
    await untilSum(system, ledgers, 4_000)
    const hashes = await system.control.stateHashes()
    await system.stop()
    for (const { shard, sequence } of taken) {
      const { snapshot, outcome, machine } = await recoveryOf(journal.directory, shard)
      assert.equal(snapshot?.sequence, sequence)
      assert.ok(outcome.commands < outcome.lastCommand - sequence + 1, 'only what is behind it')
      assert.equal(machine.stateHash(), hashes[shard])
    }
    const again = await startLive(t, { journal })
    assert.deepEqual(await again.system.control.stateHashes(), hashes)
  },
)

test(
  'system journal: snapshots are taken by themselves after so many messages',
  TIME,
  async (t) => {
    const journal = { ...journalIn(newDirectory(t)), snapshotMessages: 500 }
    const { system, events } = await startLive(t, { journal })
    const ledgers = await spawnLedgers(system)
    await load(system, ledgers, { count: 1_000 })
    const { directory } = journal
    await until('each shard has one', () =>
      Array.from({ length: SHARDS }).every(
        (_, shard) => listSnapshots(directory, shard).length > 0,
      ),
    )
    assert.deepEqual(events, [])
  },
)

test(
  'system journal: what throws and what is poison is in the log, and recovers to the same',
  TIME,
  async (t) => {
    const journal = journalIn(newDirectory(t))
    const { system, events, failures } = await startLive(t, { journal, poisonAfter: 2 })
    const ledgers = await spawnLedgers(system)
    const [first] = ledgers
    await system.ask(first!, Ledger.Book, { amount: 7 })
    system.tell(first!, Ledger.Exit, {})
    assert.deepEqual(await system.ask(first!, Ledger.Book, { amount: 1 }, { timeoutMs: 20_000 }), {
      sum: 8,
    })
    assert.equal(events.filter(({ kind }) => kind === 'thread-died').length, 2)
    const letters = await system.control.deadLetters()
    assert.deepEqual(
      letters.map(({ reason, toName, message }) => [reason, toName, message]),
      [['failed', 'ledger-0', 'ledger.Exit']],
    )
    // A snapshot runs the log too, and is not to die of it.
    assert.equal((await system.control.snapshot()).length, SHARDS)
    const hashes = await system.control.stateHashes()
    await system.stop()
    const again = await startLive(t, { journal })
    assert.deepEqual(await again.system.control.stateHashes(), hashes)
    assert.deepEqual(failures, [])
  },
)

test(
  'system journal: control ends journaled actors by the log, and does not restart them',
  TIME,
  async (t) => {
    const journal = journalIn(newDirectory(t))
    const { system } = await startLive(t, { journal })
    const [first] = await spawnLedgers(system)
    await assert.rejects(system.control.restart('ledger-0'), {
      message: "actor 'ledger-0' is journaled: its state is the log's, and would be the same again",
    })
    await system.control.stop('ledger-0')
    await assert.rejects(system.control.actor('ledger-0'), { message: "no actor 'ledger-0'" })
    await assert.rejects(system.ask(first!, Ledger.Sum, {}, { timeoutMs: 300 }))
    await system.stop()
    const again = await startLive(t, { journal })
    const names = (await again.system.control.actors()).map(({ name }) => name)
    assert.deepEqual(names, ['ledger-1', 'ledger-2', 'ledger-3'])
  },
)

test('system journal: kill -9 amid a load loses nothing that was acknowledged', TIME, async (t) => {
  const journal = journalIn(newDirectory(t))
  const program = fileURLToPath(new URL('./system-booker.js', import.meta.url))
  let acknowledged = 0
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, [program, journal.directory], {
      ...{ timeout: 20_000, stdio: ['ignore', 'pipe', 'inherit'] },
    })
    let said = ''
    child.stdout!.setEncoding('utf8').on('data', (piece: string) => {
      said += piece
    })
    const closed = once(child, 'close')
    await until('it books', () => said.split('\n').length > 200)
    await sleep(37 * round)
    child.kill('SIGKILL')
    await closed
    acknowledged += said.split('\n').length - 1
  }
  assert.ok(acknowledged >= 600)
  const { system } = await startLive(t, { journal })
  const ledgers = await spawnLedgers(system)
  const sum = await sumOf(system, ledgers)
  assert.ok(sum >= acknowledged, `${acknowledged} were acknowledged, and ${sum} are there`)
  // What was under way, and acknowledged by nobody who was still there.
  assert.ok(sum < acknowledged + 3 * 2_000, `${sum} are more than were ever sent`)
  const hashes = await system.control.stateHashes()
  await system.stop()
  for (const [shard, hash] of hashes.entries()) {
    assert.equal((await recoveryOf(journal.directory, shard)).machine.stateHash(), hash)
  }
})

test(
  'system journal: threads that die under load lose nothing and double nothing',
  TIME,
  async (t) => {
    const journal = journalIn(newDirectory(t))
    const { system, events, failures } = await startLive(t, {
      ...{ journal, poisonAfter: 1, hangsAfterMs: 500, heapMiB: 64 },
    })
    const ledgers = await spawnLedgers(system)
    const killers = await Promise.all(
      ['worker-1', 'worker-2'].map((thread) =>
        system.spawn(trouble, `killer of ${thread}`, { on: onThread(thread) }),
      ),
    )
    const count = 12_000
    const loading = load(system, ledgers, { count, batch: 20 })
    for (const [i, kind] of (['ThrowLater', 'Exit', 'Loop', 'Allocate'] as const).entries()) {
      await sleep(30)
      system.tell(killers[i % 2]!, Trouble[kind], {})
      await until(`a successor of ${kind}`, () => failures.length > 0 || restarts() === i + 1)
      assert.deepEqual(failures, [])
    }
    await loading
    await untilSum(system, ledgers, count)
    const hashes = await system.control.stateHashes()
    assert.deepEqual(failures, [])
    await system.stop()
    for (const [shard, hash] of hashes.entries()) {
      assert.equal((await recoveryOf(journal.directory, shard)).machine.stateHash(), hash)
    }

    function restarts(): number {
      return events.filter(({ kind }) => kind === 'thread-restarted').length
    }
  },
)

test(
  'system journal: without its sequencer the system fails, and its journal is good',
  TIME,
  async (t) => {
    const journal = journalIn(newDirectory(t))
    const { ThreadHost } = await import('../../../engine/thread/thread-host.ts')
    const run = t.mock.method(ThreadHost.prototype, 'run')
    const { system, failures } = await startLive(t, { journal })
    const ledgers = await spawnLedgers(system)
    await system.ask(ledgers[0]!, Ledger.Book, { amount: 5 })
    const hosts = run.mock.calls.map((call) => call.this as InstanceType<typeof ThreadHost>)
    hosts.find(({ name }) => name === 'sequencer')!.giveUp({ message: 'no disk', code: 'test' })
    await until('the system fails', () => failures.length > 0)
    assert.match(String(failures[0]), /no disk/)
    await system.stop()
    const again = await ActorSystem.start({
      ...{ from: FROM, behaviors: BEHAVIORS, threads: workers(1), journal },
    })
    t.after(() => again.stop())
    const back = await again.spawn(ledger, 'ledger-0', { journaled: { shard: 0 } })
    assert.equal((await again.ask(back, Ledger.Sum, {})).sum, 5)
  },
)

test(
  'system journal: what was handled before a thread died is not taken for what it died of',
  TIME,
  async (t) => {
    const journal = journalIn(newDirectory(t))
    const { system, events, failures } = await startLive(t, { journal, poisonAfter: 1 })
    const ledgers = await spawnLedgers(system)
    const on = onThread('worker-1')
    const killer = await system.spawn(trouble, 'killer', { on })
    system.tell(killer, Trouble.ThrowLater, {})
    // Handled between that message and its consequence, or before it.
    for (const ref of ledgers) system.tell(ref, Ledger.Pass, { to: ledgers[0]!, amount: 1 })
    await until('a successor', () => events.length === 2 || failures.length > 0)
    assert.deepEqual(failures, [])
    await untilSum(system, ledgers, SHARDS)
    assert.deepEqual(await system.control.deadLetters(), [])
  },
)
