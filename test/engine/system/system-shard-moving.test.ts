/** Shards that go to another thread amid their commands, and threads that die before or after that. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Catalog } from '../../../engine/actor/catalog.ts'
import { onThread } from '../../../engine/actor/placement.ts'
import { type JournalOptions, shardRecovery } from '../../../engine/journaled/shard-roles.ts'
import { recover } from '../../../engine/recovery/recovery.ts'
import { type Ledgers, load, SHARDS, spawnLedgers, untilSum } from '../actor/journaled-load.ts'
import { BEHAVIORS, FROM, newDirectory, restartsMs, startLive, TIME, until } from './live-system.ts'
import { Trouble, trouble } from './system-actors.ts'

const WORKERS = ['worker-1', 'worker-2'] as const

async function startLedgers(test: TestContext) {
  const journal: JournalOptions = {
    ...{ directory: newDirectory(test), shards: SHARDS, durability: 'process-crash' },
  }
  const live = await startLive(test, { journal })
  const { system } = live
  const killers = await Promise.all(
    WORKERS.map((thread) => system.spawn(trouble, `killer of ${thread}`, { on: onThread(thread) })),
  )
  const kill = (thread: (typeof WORKERS)[number]): void => {
    system.tell(killers[WORKERS.indexOf(thread)]!, Trouble.ThrowLater, {})
  }
  const ledgers: Ledgers = await spawnLedgers(system)
  /** Stops it, and lets the log tell the same. */
  const check = async (): Promise<void> => {
    assert.deepEqual(live.failures, [])
    const hashes = await system.control.stateHashes()
    await system.stop()
    const catalog = await Catalog.load(String(FROM), Object.keys(BEHAVIORS))
    for (const [shard, hash] of hashes.entries()) {
      const place = { shard, shards: SHARDS }
      const { machine } = recover(shardRecovery(journal.directory, catalog, place))
      assert.equal(machine.stateHash(), hash, `shard ${shard}`)
    }
  }
  return { ...live, ledgers, kill, check }
}

test('system shard moving: under load the states are those that the log tells', TIME, async (t) => {
  const { system, ledgers, check } = await startLedgers(t)
  const count = 8_000
  let isOver = false
  const loading = load(system, ledgers, { count }).then(() => {
    isOver = true
  })
  let moves = 0
  for (; !isOver || moves < 20; moves++) {
    await system.move(ledgers[moves % SHARDS]!, WORKERS[Math.floor(moves / SHARDS) % 2]!)
  }
  await loading
  await untilSum(system, ledgers, count)
  t.diagnostic(`${moves} moves`)
  const { threads } = await system.control.status()
  assert.deepEqual(threads.flatMap(({ shards }) => shards).sort(), [0, 1, 2, 3])
  await check()
})

test(
  'system shard moving: not to main, and two at once come one after the other',
  TIME,
  async (t) => {
    const { system, ledgers, check } = await startLedgers(t)
    await assert.rejects(system.move(ledgers[0]!, 'main'), {
      message: "a shard cannot be on 'main': name another thread",
    })
    const [first, second] = WORKERS
    for (let round = 0; round < 5; round++) {
      await Promise.all([first, second, first, second].map((to) => system.move(ledgers[0]!, to)))
    }
    assert.equal((await system.control.actor('ledger-0')).thread, second)
    await load(system, ledgers, { count: 100 })
    await untilSum(system, ledgers, 100)
    await check()
  },
)

for (const [dies, when] of [
  ['worker-2', 'that a shard was just moved to'],
  ['worker-1', 'that a shard was just moved away from'],
] as const) {
  test(`system shard moving: a thread ${when} dies, and nothing is lost`, TIME, async (t) => {
    const { system, events, ledgers, kill, check } = await startLedgers(t)
    const count = 4_000
    const loading = load(system, ledgers, { count, batch: 20 })
    for (let death = 1; death <= 3; death++) {
      await sleep(20)
      await system.move(ledgers[0]!, 'worker-2')
      kill(dies)
      await until('a successor', () => restartsMs(events).length === death)
      assert.equal((await system.control.actor('ledger-0')).thread, 'worker-2')
      await system.move(ledgers[0]!, 'worker-1')
    }
    await loading
    await untilSum(system, ledgers, count)
    await check()
  })
}

test(
  'system shard moving: amid a death it is at one place afterwards, whichever',
  TIME,
  async (t) => {
    const { system, events, ledgers, kill, check } = await startLedgers(t)
    const count = 4_000
    const loading = load(system, ledgers, { count, batch: 20 })
    for (const [i, dies] of ['worker-1', 'worker-2', 'worker-1', 'worker-2'].entries()) {
      kill(dies as (typeof WORKERS)[number])
      for (let move = 0; restartsMs(events).length === i; move++) {
        // Refused where one of the two has just died: then it stays.
        const moved = system.move(ledgers[0]!, WORKERS[move % 2]!)
        await moved.catch((error: unknown) => assert.match(String(error), /died|ended|outside of/))
        await sleep(1)
      }
    }
    await loading
    await untilSum(system, ledgers, count)
    await check()
  },
)
