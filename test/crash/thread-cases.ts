/**
 * A worker thread of the exchange is gone, out of memory, or hangs. The exchange must not go on with the rest of itself:
 * it ends within 30 s, says why, and recovers at the next start.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PLANS, type PlanName } from '../../exchange-plans.ts'
import type { CrashCase, Scene } from './crash-case.ts'
import { Site } from './site.ts'

const PRELOAD = new URL('./thread-fault.js', import.meta.url).href
/** Small enough to be full within a second, large enough for the exchange. */
const HEAP_MIB = 256
const LOAD_MS_MAX = 300
const WITHOUT_A_WORD = /^/
/** A directory serves so many: its log is run again after each of them. */
const STRIKES_A_SITE = 5
const THREADS = Object.entries(PLANS).flatMap(([plan, threads]) =>
  threads.map(({ name }) => ({ plan, thread: name })),
)

function threadFault(
  name: string,
  strikes: CrashCase['strikes'],
  what: {
    readonly does: string
    readonly says: RegExp
    /** What a process has said that this may crash through µWebSockets. */
    readonly crashesUws?: RegExp
    readonly nodeOptions?: string
  },
): CrashCase {
  return {
    name,
    strikes,
    async run(scene, strikesMax) {
      const site = await Site.prepare(scene)
      for (let strike = 1; strike <= Math.min(strikesMax, STRIKES_A_SITE); strike++) {
        const { plan, thread } = scene.oneOf(THREADS)
        const where = `${what.does} in ${thread} of plan ${plan}`
        const trigger = join(site.premises.directory, `strike-${strike}`)
        site.env = {
          NODE_OPTIONS: `--import=${PRELOAD} ${what.nodeOptions ?? ''}`.trimEnd(),
          TRADSYS__PLAN: plan,
          ...{ THREAD_FAULT: thread, THREAD_FAULT_DOES: what.does, THREAD_FAULT_WHEN: trigger },
        }
        await site.start()
        await site.trade(scene.between(0, LOAD_MS_MAX))
        writeFileSync(trigger, '')
        scene.tally.strikes++
        const mayCrash = hasUws(plan, thread) ? what.crashesUws : undefined
        const may = mayCrash === undefined ? {} : { mayCrash }
        await endsBecause(scene, site, where, { says: what.says, ...may })
        await site.examine(where)
      }
      site.env = {}
      await site.start()
      await site.trade(0)
      await site.close('at the end')
    },
  }
}

/**
 * µWebSockets aborts the process whose thread ends while its sockets are open. A thread without memory cannot close them
 * any more, and the exchange has no time to say anything; nor can one that hangs, but then the exchange has said so. An end all the
 * same, and the journal's promises hold.
 */
const hasUws = (plan: string, thread: string): boolean =>
  PLANS[plan as PlanName].some(
    ({ name, roles }) => name === thread && roles.includes('market-data'),
  )

async function endsBecause(
  scene: Scene,
  site: Site,
  where: string,
  { says, ...may }: { readonly says: RegExp; readonly mayCrash?: RegExp },
): Promise<void> {
  const startedMs = performance.now()
  await site.mustEndItself(where, says, may)
  scene.tally.note('ms to end', Math.round(performance.now() - startedMs))
}

const threadExits = threadFault(
  'thread-exits',
  { long: 12, short: 1 },
  {
    does: 'exit',
    says: /exchange\.halted.*the thread ended by itself with 7/,
  },
)

const threadThrows = threadFault(
  'thread-throws',
  { long: 12, short: 0 },
  {
    does: 'throw',
    says: /exchange\.halted.*thread fault: thrown/,
  },
)

const threadMemory = threadFault(
  'thread-out-of-memory',
  { long: 8, short: 0 },
  {
    does: 'memory',
    says: /exchange\.halted.*memory/i,
    crashesUws: WITHOUT_A_WORD,
    nodeOptions: `--max-old-space-size=${HEAP_MIB}`,
  },
)

/** The watchdog looks at each thread's heartbeat (engine/thread/watchdog.ts). Half a minute is too long for the short form. */
const threadHangs = threadFault(
  'thread-hangs',
  { long: 6, short: 0 },
  {
    does: 'hang',
    says: /exchange\.halted.*thread\.hangs/,
    crashesUws: /exchange\.halted.*thread\.hangs/,
  },
)

export const THREAD_CASES: readonly CrashCase[] = [
  threadExits,
  threadThrows,
  threadMemory,
  threadHangs,
]
