/**
 * The exchange's thread plans (engine/thread/plan.ts).
 *
 *   shared      two threads for two cores: sockets on one, order and matching on the other
 *   dedicated   a thread a role, each pinned to a core of its own where there are enough
 */
import type { ThreadPlan } from './engine/thread/plan.ts'
import type { IdleStrategy } from './ringbuffer/idle-strategy.ts'

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
