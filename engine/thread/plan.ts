/**
 * Which thread gives which role its turns. A plan is data: the roles do not know it, the rings between them are the same,
 * and the journal that a run leaves is the same under every plan.
 *
 *   shared      two threads for two cores: sockets on one, order and matching on the other
 *   dedicated   a thread a role, each pinned to a core of its own where there are enough
 *   invoker     no threads at all: a test turns the crank (invoker.ts)
 */
import type { IdleStrategy } from '../../ringbuffer/idle-strategy.ts'

export interface ThreadPlan {
  readonly name: string
  readonly roles: readonly string[]
  /** Index into the CPUs that the process may use; taken modulo their number. Absent: not pinned. */
  readonly cpu?: number
  /** What it does when no role has work. One whose roles have sockets sleeps in its event loop: `event-loop`. */
  readonly idle: IdleStrategy
}

export type PlanName = 'shared' | 'dedicated'

const SOCKETS_IDLE: IdleStrategy = { kind: 'event-loop', spinUs: 50, parkMs: 100 }
const CORE_IDLE: IdleStrategy = { kind: 'spin-then-park', spinUs: 20, parkMs: 100 }

export const PLANS: Readonly<Record<PlanName, readonly ThreadPlan[]>> = {
  shared: [
    {
      name: 'gateway',
      roles: ['order-entry', 'market-data'],
      cpu: 0,
      idle: SOCKETS_IDLE,
    },
    { name: 'core', roles: ['sequencer', 'shard'], cpu: 1, idle: CORE_IDLE },
  ],
  dedicated: [
    { name: 'order-entry', roles: ['order-entry'], cpu: 0, idle: SOCKETS_IDLE },
    { name: 'market-data', roles: ['market-data'], cpu: 1, idle: SOCKETS_IDLE },
    { name: 'sequencer', roles: ['sequencer'], cpu: 2, idle: CORE_IDLE },
    { name: 'shard', roles: ['shard'], cpu: 3, idle: CORE_IDLE },
  ],
}

/** The thread that gives this role its turns; a role that no thread of the plan names is the main thread's. */
export const threadOf = (plan: readonly ThreadPlan[], role: string): string =>
  plan.find((thread) => thread.roles.includes(role))?.name ?? MAIN_THREAD

export const MAIN_THREAD = 'main'
