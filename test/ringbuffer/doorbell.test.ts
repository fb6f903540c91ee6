import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import type { PingPongPlan, PingPongReport } from './doorbell-worker.ts'
import { dieAt } from './shared-steps.ts'

const nothing = (): boolean => false
const something = (): boolean => true

/** Promises of doorbells do not keep the process alive; this does, as a socket would. */
const keepingAlive = async <T>(promise: Promise<T>): Promise<T> => {
  const handle = setInterval(() => handle.refresh(), 1_000)
  try {
    return await promise
  } finally {
    clearInterval(handle)
  }
}

test('doorbell: park returns false when nobody rings, and is over then', () => {
  const bell = new Doorbell(allocateDoorbell())
  const startMs = performance.now()
  assert.equal(bell.park(20, nothing), false)
  assert.ok(performance.now() - startMs >= 19)
  assert.equal(bell.isParked, false)
})

test('doorbell: park does not wait when work is there', () => {
  const bell = new Doorbell(allocateDoorbell())
  assert.equal(bell.park(60_000, something), true)
  assert.equal(bell.isParked, false)
})

test('doorbell: it says that it is parked before it looks for work', () => {
  const bell = new Doorbell(allocateDoorbell())
  const seen: boolean[] = []
  const look = (): boolean => seen.push(bell.isParked) > 0
  bell.park(60_000, look)
  bell.parkInEventLoop(60_000, look)
  assert.deepEqual(seen, [true, true])
})

test('doorbell: a ring between the look and the wait is not lost', () => {
  const bell = new Doorbell(allocateDoorbell())
  const rungTooEarly = (): boolean => {
    bell.ring()
    return false
  }
  assert.equal(bell.park(60_000, rungTooEarly), true)
  assert.equal(bell.parkInEventLoop(60_000, rungTooEarly), undefined)
  assert.equal(bell.isParked, false)
})

test('doorbell: a ring while it runs is not kept for later', () => {
  const bell = new Doorbell(allocateDoorbell())
  bell.ring()
  assert.equal(bell.park(5, nothing), false)
})

test('doorbell: parked in the event loop, it resolves when rung', async () => {
  const bell = new Doorbell(allocateDoorbell())
  const startMs = performance.now()
  const rung = bell.parkInEventLoop(60_000, nothing)
  assert.ok(rung !== undefined)
  assert.equal(bell.isParked, true)
  setTimeout(() => bell.ring(), 5)
  await keepingAlive(rung)
  assert.ok(performance.now() - startMs < 30_000)
  assert.equal(bell.isParked, false)
})

test('doorbell: wake reaches an owner whose ringer died between its two steps', async () => {
  for (let stop = 0, isWhole = false; !isWhole; stop += 1) {
    const bell = new Doorbell(allocateDoorbell())
    const rung = bell.parkInEventLoop(60_000, nothing)
    assert.ok(rung !== undefined)
    isWhole = dieAt(stop, () => bell.ring()).isWhole
    const startMs = performance.now()
    bell.wake()
    await keepingAlive(rung)
    assert.ok(performance.now() - startMs < 30_000, `died at ${stop}`)
    assert.equal(bell.isParked, false)
  }
})

test('doorbell: parked in the event loop, it resolves at the timeout', async () => {
  const bell = new Doorbell(allocateDoorbell())
  const startMs = performance.now()
  await keepingAlive(bell.parkInEventLoop(20, nothing)!)
  assert.ok(performance.now() - startMs >= 19)
  assert.equal(bell.isParked, false)
})

test('doorbell: work at the second look does not wait, and a later ring is heard', async () => {
  const bell = new Doorbell(allocateDoorbell())
  const first = bell.parkInEventLoop(60_000, nothing)
  assert.equal(bell.parkInEventLoop(60_000, something), undefined)
  assert.equal(bell.isParked, false)
  assert.equal(bell.parkInEventLoop(60_000, nothing), first, 'the waiter that is listed already')
  bell.ring()
  await keepingAlive(first!)
  assert.equal(bell.isParked, false)
})

test('doorbell: there is never more than one waiter in the event loop', async () => {
  const memory = allocateDoorbell()
  const bell = new Doorbell(memory)
  const state = new Int32Array(memory)
  const long = bell.parkInEventLoop(60_000, nothing)
  assert.equal(bell.parkInEventLoop(60_000, nothing), long)
  const short = bell.parkInEventLoop(50_000, nothing)
  assert.notEqual(short, long, 'a shorter wait takes the place of a longer one')
  await keepingAlive(long!)
  assert.equal(bell.isParked, true, 'the replaced wait is over, the parking is not')
  assert.equal(Atomics.notify(state, 128 / 4), 1, 'one waiter')
  await keepingAlive(short!)
  assert.equal(bell.isParked, false)
})

test('doorbell: the heartbeat counts, and memory that is no doorbell is refused', () => {
  const memory = allocateDoorbell()
  const owner = new Doorbell(memory)
  const supervisor = new Doorbell(memory)
  owner.beat()
  owner.beat()
  assert.equal(supervisor.heartbeat, 2)
  new Int32Array(memory)[256 / 4] = -1
  assert.equal(supervisor.heartbeat, 2 ** 32 - 1)
  owner.beat()
  assert.equal(supervisor.heartbeat, 0)
  assert.throws(() => new Doorbell(new SharedArrayBuffer(4)), /take the memory from allocateDoor/)
})

for (const kind of ['wait', 'event loop'] as const) {
  test(`doorbell: two threads wake each other 2,000 times, no ring lost (${kind})`, async () => {
    const even = allocateDoorbell()
    const odd = allocateDoorbell()
    const common = { kind, turn: new SharedArrayBuffer(4), turns: 4_000, timeoutMs: 5_000 }
    const reports = await Promise.all([
      pingPong({ ...common, mine: even, theirs: odd, parity: 0 }),
      pingPong({ ...common, mine: odd, theirs: even, parity: 1 }),
    ])
    const parks = reports[0]!.parks + reports[1]!.parks
    assert.deepEqual([reports[0]!.timeouts, reports[1]!.timeouts], [0, 0])
    assert.ok(parks >= 2_000, `parked only ${parks} times`)
  })
}

const pingPong = async (plan: PingPongPlan): Promise<PingPongReport> => {
  const worker = new Worker(new URL('./doorbell-worker.js', import.meta.url), { workerData: plan })
  const exited = once(worker, 'exit')
  const [report] = (await once(worker, 'message')) as [PingPongReport]
  await exited
  return report
}
