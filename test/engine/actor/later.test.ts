import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BUSY, behavior } from '../../../engine/actor/behavior.ts'
import { bool, u32 } from '../../../engine/actor/fields.ts'
import { protocol } from '../../../engine/actor/message.ts'
import { restart } from '../../../engine/actor/supervision.ts'
import { Timers } from '../../../engine/actor/timers.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { seeded } from '../../actors/seeded.ts'
import { account, Bank } from './bank.ts'

const Desk = protocol('desk', {
  Take: { n: u32 },
  Open: { isOpen: bool },
  /** Says `n` after so long. */
  After: { ms: u32, key: u32, n: u32 },
  Cancel: { key: u32 },
  /** Again and again, so often. */
  Tick: { left: u32 },
  Fail: {},
  /** Busy so many times, then taken. */
  Hesitate: { times: u32 },
})

let taken: number[] = []
let hesitated = 0

const desk = behavior(Desk, (ctx) => {
  let isOpen = true
  return {
    Take: (m) => {
      if (!isOpen) return ctx.stash()
      taken.push(m.n)
      if (m.n === 666) throw new Error('that one never')
      return undefined
    },
    Open: (m) => {
      isOpen = m.isOpen
      if (isOpen) ctx.unstash()
    },
    After: (m) => ctx.after(m.ms, Desk.Take, { n: m.n }, m.key),
    Cancel: (m) => ctx.cancel(m.key),
    Tick: (m) => {
      taken.push(m.left)
      if (m.left > 0) ctx.after(10, Desk.Tick, { left: m.left - 1 })
    },
    Fail: () => {
      throw new Error('closed for good')
    },
    Hesitate: (m) => {
      if (hesitated++ < m.times) return BUSY
      taken.push(m.times)
      return undefined
    },
    transfer(snapshot) {
      isOpen = snapshot.number(isOpen ? 1 : 0) === 1
    },
  }
})

const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))
let directories = 0

function openSystem(isJournaled = false, directory = String(++directories)) {
  taken = []
  hesitated = 0
  const journal = isJournaled ? { journal: { directory: join(home, directory), shards: 1 } } : {}
  const behaviors = { desk, account }
  const system = new TestSystem({ behaviors, actorsMax: 16, ringBytes: 64 * 1024, ...journal })
  const spawn = (options: object = {}) =>
    system.spawn(desk, 'd', { ...options, journaled: isJournaled })
  return { system, spawn }
}

test('stash: what was kept comes in order, and before all that waits', async () => {
  for (const isJournaled of [false, true]) {
    const { system, spawn } = openSystem(isJournaled)
    const ref = spawn()
    system.tell(ref, Desk.Open, { isOpen: false })
    for (const n of [1, 2, 3]) system.tell(ref, Desk.Take, { n })
    system.untilQuiet()
    assert.deepEqual(taken, [])
    // In one go: the others wait behind the one that opens.
    system.tell(ref, Desk.Open, { isOpen: true })
    for (const n of [4, 5]) system.tell(ref, Desk.Take, { n })
    system.untilQuiet()
    assert.deepEqual(taken, [1, 2, 3, 4, 5], `journaled: ${isJournaled}`)
    await system.stop()
  }
})

test('stash: it comes before what waits in the mailbox too', async () => {
  const { system, spawn } = openSystem()
  const ref = spawn()
  system.tell(ref, Desk.Open, { isOpen: false })
  system.tell(ref, Desk.Take, { n: 1 })
  // While it hesitates, all that comes goes into its mailbox.
  system.tell(ref, Desk.Hesitate, { times: 20 })
  system.tell(ref, Desk.Open, { isOpen: true })
  for (const n of [2, 3]) system.tell(ref, Desk.Take, { n })
  system.untilQuiet()
  assert.deepEqual(taken, [20, 1, 2, 3])
  await system.stop()
})

for (const journaled of [false, true]) {
  test(`stash: it holds as much as a mailbox; ${journaled ? 'a journaled' : 'a transient'} one fails beyond that, and opens again`, async () => {
    const { system, spawn } = openSystem(journaled)
    const supervise = restart({ byError: { StashFull: 'resume' } })
    const ref = spawn({ mailboxBytes: 1024, supervise })
    system.tell(ref, Desk.Open, { isOpen: false })
    for (let n = 1; n <= 30; n++) system.tell(ref, Desk.Take, { n })
    system.tell(ref, Desk.Open, { isOpen: true })
    system.untilQuiet()
    const failed = system.deadLetters.filter(({ reason }) => reason === 'failed')
    assert.match(failed[0]!.error!, /StashFull: actor '.*' keeps \d+ B, and may not keep more/)
    assert.equal(taken.length + failed.length, 30)
    assert.deepEqual(
      taken,
      [...taken.keys()].map((i) => i + 1),
    )
    await system.stop()
  })
}

test('busy: the same message comes again, and those behind it wait', async () => {
  const { system, spawn } = openSystem()
  const ref = spawn({ mailboxBytes: 1024 })
  for (const n of [1, 2]) system.tell(ref, Desk.Take, { n })
  system.tell(ref, Desk.Hesitate, { times: 9 })
  for (const n of [3, 4]) system.tell(ref, Desk.Take, { n })
  system.untilQuiet()
  assert.deepEqual(taken, [1, 2, 9, 3, 4])
  assert.equal(hesitated, 10)
  await system.stop()
})

test('timers: by the time they are due, then by when they were set; one a key', async () => {
  for (const isJournaled of [false, true]) {
    const { system, spawn } = openSystem(isJournaled)
    const ref = spawn()
    const set = (n: number, ms: number, key: number) => system.tell(ref, Desk.After, { n, ms, key })
    set(1, 300, 1)
    set(2, 100, 2)
    set(3, 200, 3)
    set(4, 100, 4)
    set(5, 400, 1)
    set(6, 150, 6)
    system.tell(ref, Desk.Cancel, { key: 6 })
    system.tell(ref, Desk.Cancel, { key: 99 })
    system.untilQuiet()
    assert.deepEqual(taken, [])
    system.advance(90)
    assert.deepEqual(taken, [])
    system.advance(50)
    assert.deepEqual(taken, [2, 4], `journaled: ${isJournaled}`)
    system.advance(500)
    assert.deepEqual(taken, [2, 4, 3, 5], `journaled: ${isJournaled}`)
    await system.stop()
  }
})

test('timers: one that is set at a birth is due after its time, however long its thread has done nothing', async () => {
  taken = []
  const early = behavior(Desk, (ctx) => {
    ctx.after(20, Desk.Take, { n: 1 })
    return { ...IDLE_DESK, Take: (m) => void taken.push(m.n) }
  })
  const system = new TestSystem({ behaviors: { early }, actorsMax: 8 })
  for (const name of ['at once', 'after a while']) {
    system.spawn(early, name)
    system.advance(15)
    assert.deepEqual(taken, [], name)
    system.advance(15)
    assert.deepEqual(taken, [1], name)
    taken = []
    system.advance(60_000)
  }
  await system.stop()
})

const IDLE_DESK = {
  ...{ Open: () => undefined, After: () => undefined, Cancel: () => undefined },
  ...{ Tick: () => undefined, Fail: () => undefined, Hesitate: () => undefined },
}

test('timers: one may set itself anew, under the same key, as often as it likes', async () => {
  for (const isJournaled of [false, true]) {
    const { system, spawn } = openSystem(isJournaled)
    system.tell(spawn(), Desk.Tick, { left: 4 })
    system.advance(100)
    assert.deepEqual(taken, [4, 3, 2, 1, 0], `journaled: ${isJournaled}`)
    await system.stop()
  }
})

test('timers: none is lost by a failure of its own, none left by a restart', async () => {
  const { system, spawn } = openSystem()
  const ref = spawn({ supervise: restart() })
  system.tell(ref, Desk.After, { n: 666, ms: 10, key: 1 })
  system.tell(ref, Desk.After, { n: 2, ms: 50, key: 2 })
  system.advance(100)
  // The first one's restart has called off the second.
  assert.deepEqual(taken, [666])
  const [letter] = system.deadLetters
  assert.deepEqual([letter?.reason, letter?.message], ['failed', 'desk.Take'])
  await system.stop()
})

test('timers: those of a journaled actor outlive its failures and the system', async () => {
  const first = openSystem(true, 'again')
  const ref = first.spawn({ supervise: restart() })
  for (const n of [1, 2]) first.system.tell(ref, Desk.After, { n, ms: 100 * n, key: n })
  first.system.tell(ref, Desk.Fail, {})
  first.system.advance(150)
  assert.deepEqual(taken, [1])
  await first.system.stop()
  const second = openSystem(true, 'again')
  // What the log has was run again; then the second one fires, a long time after.
  assert.deepEqual(taken, [1])
  taken = []
  second.system.advance(500)
  assert.deepEqual(taken, [2])
  await second.system.stop()
})

test('timers: a heap gives what a sorted list gives, and keeps nothing that nobody wants', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seeded(seed)
    const wanted = new Set<number>()
    const timers = new Timers<{ dueUs: number; number: number }>(({ number }) => wanted.has(number))
    let model: { dueUs: number; number: number }[] = []
    let nowUs = 0
    for (let number = 1; number <= 300; number++) {
      const timer = { dueUs: nowUs + random(50), number }
      wanted.add(number)
      timers.add(timer)
      model.push(timer)
      model.sort((a, b) => a.dueUs - b.dueUs || a.number - b.number)
      assert.deepEqual(timers.sorted(), model)
      nowUs += random(3)
      while (random(3) > 0) {
        const due = model[0] !== undefined && model[0].dueUs <= nowUs ? model.shift() : undefined
        assert.deepEqual(timers.takeDue(nowUs), due, `seed ${seed}`)
      }
      if (random(20) === 0 && model[0] !== undefined) {
        wanted.delete(model[0].number)
        timers.sweep()
        model = model.slice(1)
      }
      assert.equal(timers.nextUs, model[0]?.dueUs ?? Number.POSITIVE_INFINITY)
    }
  }
})

test('timers: called off, they do not pile up', async () => {
  const { system, spawn } = openSystem()
  const ref = spawn()
  for (let i = 0; i < 5_000; i++) {
    system.tell(ref, Desk.After, { n: 1, ms: 60_000, key: 1 })
    if (i % 64 === 0) system.untilQuiet()
  }
  system.advance(61_000)
  assert.deepEqual(taken, [1])
  await system.stop()
})

test('time: it goes by as a test says, and an account’s late deposit with it', async () => {
  const { system } = openSystem()
  const ref = system.spawn(account, 'a')
  system.tell(ref, Bank.Later, { ms: 1000, key: 1 })
  const startUs = system.timeUs
  system.advance(900)
  assert.equal(system.ask(ref, Bank.Balance, {}).amount, 0)
  system.advance(150)
  assert.equal(system.ask(ref, Bank.Balance, {}).amount, 1)
  const passedUs = system.timeUs - startUs
  assert.ok(passedUs >= 1_050_000 && passedUs < 1_100_000, `${passedUs} µs`)
  await system.stop()
})

test('timers: a clock that is set, back or forward, delays none and hurries none', async () => {
  for (const byMs of [-3_600_000, 3_600_000]) {
    const { system, spawn } = openSystem()
    const ref = spawn()
    system.tell(ref, Desk.After, { ms: 100, key: 0, n: 1 })
    system.untilQuiet()
    system.setClock(byMs)
    system.tell(ref, Desk.After, { ms: 200, key: 1, n: 2 })
    system.advance(90)
    assert.deepEqual(taken, [])
    system.advance(20)
    assert.deepEqual(taken, [1])
    system.advance(200)
    assert.deepEqual(taken, [1, 2])
    await system.stop()
  }
})
