/** What a start looks at to find messages that the log lacks: with snapshots no more than what is behind them. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { Catalog } from '../../../engine/actor/catalog.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import type { AnyBehavior } from '../../../engine/host/actor-cell.ts'
import { knownMessages } from '../../../engine/journaled/known-messages.ts'
import { shardRecovery } from '../../../engine/journaled/shard-roles.ts'
import { StartRouter } from '../../../engine/journaled/start-notice.ts'
import { unsequencedMessages } from '../../../engine/recovery/message-recovery.ts'
import { recover } from '../../../engine/recovery/recovery.ts'
import { snapshotJournal } from '../../../engine/recovery/snapshotting.ts'
import { Sequencer } from '../../../engine/shard/sequencer.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import type { FrameView } from '../../../storage/frame-view.ts'
import { JournalReader, type ReadOptions } from '../../../storage/journal-reader.ts'
import { seeded } from '../../actors/seeded.ts'
import { account, Bank } from './bank.ts'

const SHARDS = 3
const CRASHES = process.env.TRADSYS_LONG === undefined ? 40 : 400
const BUILD_HASH = '0'.repeat(16)

const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))
let directories = 0
const newDirectory = (): string => join(home, String(++directories))

const catalog = Catalog.of({ account: account as unknown as AnyBehavior })
const recoveryOf = (directory: string, shard: number) =>
  shardRecovery(directory, catalog, { shard, shards: SHARDS })

const open = (directory: string, seed = 1): TestSystem =>
  new TestSystem({
    ...{ behaviors: { account }, threads: 2, seed, ringBytes: 32 * 1024 },
    journal: { directory, shards: SHARDS },
  })

const accountsOf = (system: TestSystem): Ref<'bank'>[] =>
  Array.from({ length: SHARDS }, (_, shard) =>
    system.spawn(account, `a${shard}`, { journaled: { shard } }),
  )

/** Each pays all others, again and again. */
function pay(system: TestSystem, accounts: readonly Ref<'bank'>[], rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    for (const from of accounts) {
      for (const to of accounts) system.tell(from, Bank.Pay, { to, amount: 1 })
    }
    system.untilQuiet()
  }
}

/** Of each shard that says nothing that the journal lacks. Returns how many there are. */
async function snapshotsOf(directory: string, isWanted = (_: number): boolean => true) {
  let taken = 0
  for (let shard = 0; shard < SHARDS; shard++) {
    const recovery = recoveryOf(directory, shard)
    if (!isWanted(shard) || recover(recovery).outcome.eventsMissing > 0) continue
    if ((await snapshotJournal({ ...recovery, buildHash: BUILD_HASH })) !== undefined) taken++
  }
  return taken
}

/** Counts the records that anybody reads from now on. */
function countReads(t: TestContext): { records: number } {
  const count = { records: 0 }
  function* counted(frames: Iterable<FrameView>) {
    for (const frame of frames) {
      count.records += frame.lastSequence - frame.firstSequence + 1
      yield frame
    }
  }
  const { commands, ofShard } = JournalReader.prototype
  t.mock.method(
    JournalReader.prototype,
    'commands',
    function (this: JournalReader, from: number, how: ReadOptions) {
      return counted(commands.call(this, from, how))
    },
  )
  t.mock.method(JournalReader.prototype, 'ofShard', function (this: JournalReader, shard: number) {
    const journal = ofShard.call(this, shard)
    const events: typeof journal.events = (from, how) => counted(journal.events(from, how))
    return { ...journal, events }
  })
  return count
}

test('message recovery: a start with snapshots reads what is behind them, however long the log is', async (t) => {
  const reads: number[] = []
  for (const rounds of [50, 200]) {
    const directory = newDirectory()
    const system = open(directory)
    pay(system, accountsOf(system), rounds)
    assert.equal(await snapshotsOf(directory), SHARDS)
    pay(system, accountsOf(system), 3)
    const { stateHashes } = system
    await system.stop()
    const count = countReads(t)
    const again = open(directory)
    reads.push(count.records)
    t.mock.restoreAll()
    assert.deepEqual(again.stateHashes, stateHashes)
    await again.stop()
  }
  // The sequencer and each shard walk over what is behind; the longer log has thousands of records.
  assert.ok(reads[0]! < 1_000, `${reads[0]} records were read`)
  assert.ok(Math.abs(reads[1]! - reads[0]!) < 200, `${reads.join(' and then ')} records were read`)
})

test('message recovery: snapshots lead to the same messages as the whole log does, after crashes at any moment', async (t) => {
  const turns = t.mock.method(Sequencer.prototype, 'doWork')
  let missing = 0
  let snapshots = 0
  for (let seed = 1; seed <= CRASHES; seed++) {
    const random = seeded(seed)
    const directory = newDirectory()
    const system = open(directory, seed)
    const accounts = accountsOf(system)
    pay(system, accounts, 2)
    await snapshotsOf(directory, () => random(2) === 0)
    for (let step = 10 + random(10); step > 0; step--) {
      const [from, to] = [accounts[random(SHARDS)]!, accounts[random(SHARDS)]!]
      system.tell(from, Bank.Pay, { to, amount: 1 })
      system.turn(random(30))
    }
    // What shards say is journaled before it is in the log, as where one is to be brought back beside the others.
    if (random(2) === 0) (turns.mock.calls.at(-1)!.this as Sequencer).flush()
    turns.mock.resetCalls()
    const left = newDirectory()
    cpSync(directory, left, { recursive: true })
    // These may know of messages that were said, and are not in the log.
    snapshots += await snapshotsOf(left, () => random(3) > 0)
    const { kind } = recoveryOf(left, 0)
    const reader = JournalReader.open(left, kind)
    const whole = unsequencedMessages(new StartRouter(SHARDS), reader)
    const known = knownMessages(left, reader, { schemaHash: kind.schemaHash, shards: SHARDS })
    const router = new StartRouter(SHARDS)
    assert.deepEqual(unsequencedMessages(router, reader, known), whole, `seed ${seed}`)
    reader.close()
    missing += whole.length
    await system.stop()
    for (const each of [directory, left]) rmSync(each, { recursive: true })
  }
  assert.ok(missing > 0, 'no crash has cut off a message from the log')
  assert.ok(snapshots > 0, 'no snapshot was taken behind a crash')
})
