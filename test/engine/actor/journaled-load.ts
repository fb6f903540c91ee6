/** Ledgers on all shards, and a load of which every sum is known. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ref } from '../../../engine/actor/ref.ts'
import type { ActorSystem } from '../../../engine/system/actor-system.ts'
import { until } from '../system/live-system.ts'
import { Ledger, ledger } from '../system/system-actors.ts'

export const SHARDS = 4

export type Ledgers = readonly Ref<'ledger'>[]

/** One a shard. */
export const spawnLedgers = (system: ActorSystem): Promise<Ledgers> =>
  Promise.all(
    Array.from({ length: SHARDS }, (_, shard) =>
      system.spawn(ledger, `ledger-${shard}`, { journaled: { shard } }),
    ),
  )

/**
 * `count` messages as fast as the system takes them: every second is passed on to the next shard, so that each of them makes
 * the sum of all 1 greater. A pause after each `batch`.
 */
export async function load(
  system: ActorSystem,
  ledgers: Ledgers,
  { count, batch = 50 }: { readonly count: number; readonly batch?: number },
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const at = ledgers[i % SHARDS]!
    const to = ledgers[(i + 1) % SHARDS]!
    const isPassed = i % 2 === 0
    const send = (): number =>
      isPassed
        ? system.tell(at, Ledger.Pass, { to, amount: 1 })
        : system.tell(at, Ledger.Add, { amount: 1 })
    while (send() < 0) await sleep(1)
    if (i % batch === batch - 1) await sleep(1)
  }
}

/** Of all ledgers, asked again where a thread is just being replaced. */
export async function sumOf(system: ActorSystem, ledgers: Ledgers): Promise<number> {
  let sum = 0
  for (const ref of ledgers) sum += (await system.ask(ref, Ledger.Sum, {})).sum
  return sum
}

/** All that was sent has arrived; and a moment later it is no more than that. */
export async function untilSum(
  system: ActorSystem,
  ledgers: Ledgers,
  wanted: number,
): Promise<void> {
  let sum = 0
  await until(`the sum is ${wanted}`, async () => {
    sum = await sumOf(system, ledgers)
    return sum >= wanted
  })
  await sleep(50)
  sum = await sumOf(system, ledgers)
  if (sum !== wanted) throw new Error(`the sum is ${sum}, and was to be ${wanted}`)
}
