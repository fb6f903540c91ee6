/** A process for a test, which ends it amid its work: books 1 again and again, and prints a line for each that was acknowledged. */
import { writeSync } from 'node:fs'
import { ActorSystem } from '../../../engine/system/actor-system.ts'
import { SHARDS, spawnLedgers } from '../actor/journaled-load.ts'
import { BEHAVIORS, FROM, workers } from './live-system.ts'
import { Ledger } from './system-actors.ts'

/** Under way at the same time, for each shard. */
const AT_ONCE = 8

const journal = {
  ...{ directory: process.argv[2]!, shards: SHARDS },
  durability: 'process-crash' as const,
}
const system = await ActorSystem.start({
  ...{ from: FROM, behaviors: BEHAVIORS, threads: workers(2), journal },
})
const ledgers = await spawnLedgers(system)
for (const ref of ledgers) {
  for (let i = 0; i < AT_ONCE; i++) {
    void (async () => {
      for (;;) {
        await system.ask(ref, Ledger.Book, { amount: 1 })
        writeSync(1, '.\n')
      }
    })()
  }
}
