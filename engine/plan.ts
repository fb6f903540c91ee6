/**
 * Which thread gives which role its turns. A plan is data: the roles do not know it, the rings between them are the same,
 * and the journal that a run leaves is the same under every plan.
 *
 *   shared      two threads for two cores: sockets on one, order and matching on the other
 *   dedicated   a thread a role, each pinned to a core of its own where there are enough
 *   invoker     no threads at all: a test turns the crank (invoker.ts)
 */

/** What a thread does when no role has work. */
export interface IdleStrategy {
  /** Look again for so long before parking: pays a wake-up of some 30 µs less, and a core for as long. */
  readonly spinUs: number
  /** Longest sleep; a doorbell ends it earlier. Bounds how late a thread sees an operator's request. */
  readonly parkMsMax: number
}

export interface ThreadPlan {
  readonly name: string
  readonly roles: readonly string[]
  /** Index into the CPUs that the process may use; taken modulo their number. Absent: not pinned. */
  readonly cpu?: number
  /** Whether its roles have sockets: then it parks in the event loop, else the whole thread sleeps. */
  readonly hasSockets: boolean
  readonly idle: IdleStrategy
}

export type PlanName = 'shared' | 'dedicated'

const SOCKETS_IDLE: IdleStrategy = { spinUs: 50, parkMsMax: 100 }
const CORE_IDLE: IdleStrategy = { spinUs: 20, parkMsMax: 100 }

export const PLANS: Readonly<Record<PlanName, readonly ThreadPlan[]>> = {
  shared: [
    {
      name: 'gateway',
      roles: ['order-entry', 'market-data'],
      cpu: 0,
      hasSockets: true,
      idle: SOCKETS_IDLE,
    },
    { name: 'core', roles: ['sequencer', 'shard'], cpu: 1, hasSockets: false, idle: CORE_IDLE },
  ],
  dedicated: [
    { name: 'order-entry', roles: ['order-entry'], cpu: 0, hasSockets: true, idle: SOCKETS_IDLE },
    { name: 'market-data', roles: ['market-data'], cpu: 1, hasSockets: true, idle: SOCKETS_IDLE },
    { name: 'sequencer', roles: ['sequencer'], cpu: 2, hasSockets: false, idle: CORE_IDLE },
    { name: 'shard', roles: ['shard'], cpu: 3, hasSockets: false, idle: CORE_IDLE },
  ],
}

/** The thread that gives this role its turns; a role that no thread of the plan names is the main thread's. */
export const threadOf = (plan: readonly ThreadPlan[], role: string): string =>
  plan.find((thread) => thread.roles.includes(role))?.name ?? MAIN_THREAD

export const MAIN_THREAD = 'main'
