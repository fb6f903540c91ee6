import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BUSY } from '../../../engine/actor/behavior.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { seeded } from '../../actors/seeded.ts'
import { account, Bank, watcher } from './bank.ts'

const SHARDS = 3
const ACCOUNTS = 6
const FIRST_AMOUNT = 1000
const MESSAGES = 24
const SCHEDULES = process.env.TRADSYS_LONG === undefined ? 60 : 1000
const CRASHES = process.env.TRADSYS_LONG === undefined ? 25 : 400

const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))
let directories = 0
const newDirectory = (): string => join(home, String(++directories))

interface Opened {
  readonly directory: string
  readonly threads: number
  readonly seed: number
}

const open = ({ directory, threads, seed }: Opened): TestSystem =>
  new TestSystem({
    behaviors: { account, watcher },
    ...{ threads, seed, actorsMax: 16, ringBytes: 32 * 1024 },
    journal: { directory, shards: SHARDS },
  })

/** Born where they are not there yet, each with its first amount where it is new. */
function accountsOf(system: TestSystem): Ref<'bank'>[] {
  return Array.from({ length: ACCOUNTS }, (_, i) =>
    system.spawn(account, `a${i}`, { journaled: { shard: i % SHARDS } }),
  )
}

function fill(system: TestSystem, accounts: readonly Ref<'bank'>[]): void {
  for (const ref of accounts) system.tell(ref, Bank.Deposit, { amount: FIRST_AMOUNT })
  system.untilQuiet()
}

type Act = (system: TestSystem, from: Ref<'bank'>, to: Ref<'bank'>, some: number) => unknown

/** What keeps the money together. */
const ACTS: readonly Act[] = [
  (system, from, to, some) => system.tell(from, Bank.Pay, { to, amount: 1 + some }),
  (system, from, to, some) => system.tell(from, Bank.Pay, { to, amount: 1 + some }),
  (system, from, to, some) => system.tell(from, Bank.Pay, { to, amount: -1 - some }),
  (system, from, to) => system.tell(from, Bank.PayAndFail, { to, amount: 7 }),
  (system, from) => system.tell(from, Bank.Fail, { why: 'a reason of the kind that is cut off…' }),
  (system, from, to) => system.tell(from, Bank.Compare, { to }),
  (system, from, _, some) => system.tell(from, Bank.Close, { open: some % 3 !== 0 }),
  (system, from, _, some) => system.tell(from, Bank.Note, { words: Array(some).fill('word') }),
]

/** What makes money, one each. */
const TIMED: readonly Act[] = [
  (system, from, _, some) => system.tell(from, Bank.Later, { ms: some % 5, key: some % 3 }),
  (system, from, _, some) => system.tell(from, Bank.Cancel, { key: some % 3 }),
]

function act(system: TestSystem, refs: readonly Ref<'bank'>[], acts: readonly Act[], seed: number) {
  const random = seeded(seed)
  for (let i = 0; i < MESSAGES; i++) {
    const [from, to] = [refs[random(refs.length)]!, refs[random(refs.length)]!]
    const said = acts[random(acts.length)]!(system, from, to, random(20))
    if (said === BUSY) system.turn(50)
    system.turn(random(30))
    if (acts.length > ACTS.length && random(8) === 0) system.advance(random(4))
  }
}

/** Of all accounts, when nobody keeps a payment back. */
function total(system: TestSystem, accounts: readonly Ref<'bank'>[]): number {
  for (const ref of accounts) system.tell(ref, Bank.Close, { open: true })
  system.untilQuiet()
  return accounts.reduce((sum, ref) => sum + system.ask(ref, Bank.Balance, {}).amount, 0)
}

async function run(options: Opened, acts: readonly Act[]): Promise<string[]> {
  const system = open(options)
  const accounts = accountsOf(system)
  fill(system, accounts)
  act(system, accounts, acts, options.seed)
  system.untilQuiet()
  system.advance(100)
  const { stateHashes } = system
  assert.deepEqual(system.failures, [])
  await system.stop()
  return stateHashes
}

async function hashesOf(options: Opened): Promise<string[]> {
  const system = open(options)
  const { stateHashes } = system
  await system.stop()
  return stateHashes
}

test('journaled: the log gives the same states again, whatever the schedule was', async () => {
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const directory = newDirectory()
    const hashes = await run({ directory, seed, threads: 1 + (seed % 4) }, [...ACTS, ...TIMED])
    const again = await hashesOf({ directory, seed: seed + 1, threads: 1 + ((seed + 1) % 4) })
    assert.deepEqual(again, hashes, `seed ${seed}`)
    rmSync(directory, { recursive: true })
  }
})

test('journaled: one log gives the same states on one to four threads', async () => {
  const directory = newDirectory()
  const hashes = await run({ directory, seed: 77, threads: 2 }, [...ACTS, ...TIMED])
  for (const threads of [1, 2, 3, 4]) {
    assert.deepEqual(await hashesOf({ directory, seed: threads, threads }), hashes)
  }
})

test('journaled: a crash at any moment loses no money and makes none', async () => {
  let cutOff = 0
  for (let seed = 1; seed <= CRASHES; seed++) {
    const directory = newDirectory()
    const broken = open({ directory, seed, threads: 1 + (seed % 3) })
    const before = accountsOf(broken)
    fill(broken, before)
    act(broken, before, ACTS, seed)
    // It is abandoned as it stands, and what it has on the disk is what the next one finds.
    const left = `${directory}-left`
    cpSync(directory, left, { recursive: true })
    const found = await hashesOf({ directory: left, seed, threads: 2 })
    assert.deepEqual(await hashesOf({ directory: left, seed, threads: 1 }), found, `seed ${seed}`)
    const system = open({ directory: left, seed, threads: 2 })
    assert.deepEqual(system.stateHashes, found, `seed ${seed}`)
    system.untilQuiet()
    if (system.stateHashes.join() !== found.join()) cutOff++
    const accounts = accountsOf(system)
    assert.deepEqual(accounts, before, `seed ${seed}`)
    assert.equal(total(system, accounts), ACCOUNTS * FIRST_AMOUNT, `seed ${seed}`)
    const { stateHashes } = system
    await system.stop()
    await broken.stop()
    assert.deepEqual(await hashesOf({ directory: left, seed, threads: 3 }), stateHashes)
    for (const each of [directory, left]) rmSync(each, { recursive: true })
  }
  assert.ok(cutOff > 0, 'no crash has cut off a message from the log')
})
