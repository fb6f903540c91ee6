/**
 * Which thread gives which role its turns. A plan is data: the roles do not know it, the rings between them are the same,
 * and the journal that a run leaves is the same under every plan. Without any threads a test turns the crank (invoker.ts).
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

/** The thread that gives this role its turns; a role that no thread of the plan names is the main thread's. */
export const threadOf = (plan: readonly ThreadPlan[], role: string): string =>
  plan.find((thread) => thread.roles.includes(role))?.name ?? MAIN_THREAD

export const MAIN_THREAD = 'main'
