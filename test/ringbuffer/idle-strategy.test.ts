import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { Idler, type IdleStrategy } from '../../ringbuffer/idle-strategy.ts'

const nothing = (): boolean => false

/** A clock that goes on by a step at each look. */
const stage = (strategy: IdleStrategy, stepUs = 1) => {
  const bell = new Doorbell(allocateDoorbell())
  let nowUs = 0
  let looks = 0
  const idler = new Idler(bell, strategy, () => {
    looks += 1
    nowUs += stepUs
    return nowUs / 1_000
  })
  return { bell, idler, looks: () => looks }
}

test('idle: spin never sleeps, and never looks at the clock', () => {
  const { bell, idler, looks } = stage({ kind: 'spin' })
  for (let turn = 0; turn < 10_000; turn += 1) idler.idle(nothing)
  assert.deepEqual([bell.parks, looks()], [0, 0])
})

test('idle: park sleeps at once, until its time is up', () => {
  const { bell, idler } = stage({ kind: 'park', parkMs: 10 })
  const startMs = performance.now()
  idler.idle(nothing)
  assert.ok(performance.now() - startMs >= 9)
  assert.equal(bell.parks, 1)
  idler.idle(() => true)
  assert.equal(bell.parks, 1, 'there was work')
})

test('idle: spin-then-park sleeps when its time has passed without work', () => {
  const { bell, idler, looks } = stage({ kind: 'spin-then-park', spinUs: 10, parkMs: 1 })
  let turns = 0
  for (; bell.parks === 0; turns += 1) idler.idle(nothing)
  // The first look sets the end, each sixteenth turn looks again: the tenth is past it.
  assert.equal(turns, 161)
  assert.equal(looks(), 11)
  for (turns = 0; bell.parks === 1; turns += 1) idler.idle(nothing)
  assert.equal(turns, 1, 'where only its time was up, it sleeps on')
  idler.idle(() => true)
  for (turns = 0; bell.parks === 2; turns += 1) idler.idle(nothing)
  assert.equal(turns, 161, 'where there is something, it spins anew')
})

test('idle: work in between lets it spin anew', () => {
  const { bell, idler } = stage({ kind: 'spin-then-park', spinUs: 10, parkMs: 1 })
  for (let turn = 0; turn < 1_000; turn += 1) {
    if (turn % 100 === 0) idler.worked()
    idler.idle(nothing)
  }
  assert.equal(bell.parks, 0)
})

test('idle: a sleep is no longer than the thread wants', () => {
  const { idler } = stage({ kind: 'park', parkMs: 60_000 })
  const startMs = performance.now()
  idler.idle(nothing, 5)
  assert.ok(performance.now() - startMs < 30_000)
})

test('idle: in the event loop it looks again for a while, then waits for the bell', async () => {
  const strategy: IdleStrategy = { kind: 'event-loop', spinUs: 1, parkMs: 30_000 }
  const { bell, idler } = stage(strategy)
  let rung: Promise<void> | undefined
  let turns = 0
  for (; rung === undefined; turns += 1) rung = idler.idleInEventLoop(nothing)
  assert.ok(turns > 1)
  assert.deepEqual([bell.isParked, bell.parks], [true, 1])
  setTimeout(() => bell.ring(), 5)
  const alive = setInterval(() => bell.beat(), 1_000)
  await rung
  clearInterval(alive)
  assert.equal(bell.isParked, false)
  assert.equal(idler.idleInEventLoop(nothing), undefined, 'woken, it spins anew')
  assert.throws(() => idler.idle(nothing), /would stop that loop: use idleInEventLoop/)
})

test('idle: durations that are none are refused', () => {
  const bell = new Doorbell(allocateDoorbell())
  assert.throws(() => new Idler(bell, { kind: 'park', parkMs: Number.NaN }), /NaN is no duration/)
  const endless: IdleStrategy = {
    kind: 'spin-then-park',
    spinUs: Number.POSITIVE_INFINITY,
    parkMs: 1,
  }
  assert.throws(() => new Idler(bell, endless), /Infinity is no duration: give it one from 0/)
})

test('doorbell: it counts how often its owner slept, not how often it looked', async () => {
  const bell = new Doorbell(allocateDoorbell())
  bell.park(1, nothing)
  bell.park(60_000, () => true)
  bell.park(1, nothing)
  assert.equal(bell.parks, 2)
  const rung = bell.parkInEventLoop(60_000, nothing)
  assert.equal(bell.parkInEventLoop(60_000, nothing), rung)
  assert.equal(bell.parks, 3, 'one waiter, one sleep')
  bell.ring()
  const alive = setInterval(() => bell.beat(), 1_000)
  await rung
  clearInterval(alive)
})
