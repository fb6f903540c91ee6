/**
 * The exchange's thread plans (engine/thread/plan.ts).
 *
 *   shared      three threads for few cores: sockets, order, matching. Not pinned: whichever core is free takes whoever has
 *               work, where a pinned thread would wait for a client's or the collector's
 *   dedicated   a thread a role, each pinned to a core of its own where there are enough
 *
 * Both look a moment before they sleep, and not longer: on few cores whoever looks takes the time of those it waits for.
 */
import type { ThreadPlan } from './engine/thread/plan.ts'
import type { IdleStrategy } from './ringbuffer/idle-strategy.ts'

export type PlanName = 'shared' | 'dedicated'

const SOCKETS_IDLE: IdleStrategy = { kind: 'event-loop', spinUs: 10, parkMs: 100 }
const CORE_IDLE: IdleStrategy = { kind: 'spin-then-park', spinUs: 5, parkMs: 100 }

export const PLANS: Readonly<Record<PlanName, readonly ThreadPlan[]>> = {
  shared: [
    { name: 'gateway', roles: ['order-entry', 'market-data'], idle: SOCKETS_IDLE },
    { name: 'sequencer', roles: ['sequencer'], idle: CORE_IDLE },
    { name: 'shard', roles: ['shard'], idle: CORE_IDLE },
  ],
  dedicated: [
    { name: 'order-entry', roles: ['order-entry'], cpu: 0, idle: SOCKETS_IDLE },
    { name: 'market-data', roles: ['market-data'], cpu: 1, idle: SOCKETS_IDLE },
    { name: 'sequencer', roles: ['sequencer'], cpu: 2, idle: CORE_IDLE },
    { name: 'shard', roles: ['shard'], cpu: 3, idle: CORE_IDLE },
  ],
}
