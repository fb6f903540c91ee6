import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { DutyCycle } from '../../engine/thread/duty-cycle.ts'
import type { Role } from '../../engine/thread/role.ts'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'

const PLAN = {
  ...{ name: 'test', roles: ['slow'] },
  idle: { kind: 'event-loop', spinUs: 0, parkMs: 5 },
} as const

/** A role whose closing takes a while, as sockets do. */
class SlowToClose implements Role {
  readonly name = 'slow'
  closes = 0
  isClosed = false
  readonly #isFailing: boolean

  constructor(isFailing: boolean) {
    this.#isFailing = isFailing
  }

  doWork(): number {
    if (this.#isFailing) throw new Error('cannot go on')
    return 0
  }

  hasWork(): boolean {
    return false
  }

  async close(): Promise<void> {
    this.closes++
    await sleep(50)
    this.isClosed = true
  }
}

function cycleOf(role: Role): { cycle: DutyCycle; failures: unknown[] } {
  const failures: unknown[] = []
  const bell = new Doorbell(allocateDoorbell())
  const onFailure = (error: unknown): void => void failures.push(error)
  return { cycle: new DutyCycle({ plan: PLAN, roles: [role], bell, onFailure }), failures }
}

test('duty cycle: who stops one that has just failed waits until its roles are closed', async () => {
  const role = new SlowToClose(true)
  const { cycle, failures } = cycleOf(role)
  cycle.start()
  while (role.closes === 0) await sleep(1)
  await cycle.stop()
  assert.equal(role.isClosed, true)
  await sleep(5)
  assert.deepEqual([role.closes, failures.length], [1, 1])
})

test('duty cycle: two who stop it wait for the same end, and roles are closed once', async () => {
  const role = new SlowToClose(false)
  const { cycle } = cycleOf(role)
  cycle.start()
  await Promise.all([cycle.stop(), cycle.stop()])
  assert.deepEqual([role.closes, role.isClosed], [1, true])
})

test('duty cycle: a thread whose turns are long lets its event loop have its own in time', async () => {
  const TURN_MS = 4
  let isOver = false
  const role: Role = {
    name: 'long turns',
    doWork(): number {
      for (const endMs = performance.now() + TURN_MS; performance.now() < endMs; );
      return isOver ? 0 : 1
    },
    hasWork: () => !isOver,
    close: () => undefined,
  }
  const plan = { ...PLAN, idle: { kind: 'park', parkMs: 5 } } as const
  const bell = new Doorbell(allocateDoorbell())
  const cycle = new DutyCycle({
    plan,
    roles: [role],
    bell,
    onFailure: (error) => assert.fail(String(error)),
  })
  cycle.start()
  const startMs = performance.now()
  await sleep(1)
  const waitedMs = performance.now() - startMs
  isOver = true
  await cycle.stop()
  // It takes 32 turns in a row where they are short.
  assert.ok(waitedMs < 16 * TURN_MS, `${waitedMs} ms`)
})
