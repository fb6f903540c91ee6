/** Systems over real threads for a test: started, ended with it whatever happens, and their events kept. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sent } from '../../../engine/actor/behavior.ts'
import { ActorSystem } from '../../../engine/system/actor-system.ts'
import type { SystemEvent } from '../../../engine/system/system-event.ts'
import type { SystemOptions } from '../../../engine/system/system-options.ts'
import * as actors from './system-actors.ts'

export const FROM = new URL('./system-actors.js', import.meta.url)
const { egg, greedy, hesitant, ledger, pump, rooted, sink, stillborn, torn, trouble, watch } =
  actors
export const BEHAVIORS = {
  egg,
  greedy,
  hesitant,
  ledger,
  pump,
  rooted,
  sink,
  stillborn,
  torn,
  trouble,
  watch,
}

/** No test takes longer, also where others use the machine. */
export const TIME = { timeout: 60_000 }

export const workers = (count: number): { name: string }[] =>
  Array.from({ length: count }, (_, i) => ({ name: `worker-${i + 1}` }))

export interface LiveSystem {
  readonly system: ActorSystem
  readonly events: readonly SystemEvent[]
  readonly failures: readonly unknown[]
}

/** Two workers where nothing else is said. Ends with the test. */
export async function startLive(
  test: TestContext,
  options: Partial<SystemOptions> = {},
): Promise<LiveSystem> {
  const events: SystemEvent[] = []
  const failures: unknown[] = []
  const system = await ActorSystem.start({
    ...{ from: FROM, behaviors: BEHAVIORS, threads: workers(2) },
    onEvent: (event) => events.push(event),
    onFailure: (error) => failures.push(error),
    ...options,
  })
  test.after(() => system.stop())
  return { system, events, failures }
}

export function newDirectory(test: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-live-'))
  test.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Resolves when it holds; rejects with what it was waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`)
    await sleep(2)
  }
}

/** Sends it again while there is no room. Returns how often there was none. */
export async function sendAll(count: number, send: (number: number) => Sent): Promise<number> {
  let busy = 0
  for (let number = 0; number < count; number++) {
    while (send(number) < 0) {
      busy++
      await sleep(0)
    }
  }
  return busy
}

/** How often threads were replaced, and how long each of these took. */
export const restartsMs = (events: readonly SystemEvent[]): number[] =>
  events.flatMap((event) => (event.kind === 'thread-restarted' ? [event.afterMs] : []))
