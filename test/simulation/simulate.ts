/**
 *   npm run simulate -- --minutes 10          seeds from a random one on, until the time is over
 *   npm run simulate -- --seed 17             that seed alone (with --minutes or --seeds: from there on)
 *   npm run simulate -- --seeds 100 --turns 20000 --verbose
 *
 * Runs the simulation over many seeds. Ends with status 1 at the first seed that breaks, and says how to see it again.
 */
import { parseArgs } from 'node:util'
import { simulate } from './simulation.ts'
import { SimulationFailed, type SimulationFigures } from './simulation-result.ts'
import { TURNS } from './story.ts'

const PROGRESS_MS = 5_000
const US_PER_HOUR = 3_600_000_000

const { values } = parseArgs({
  options: {
    ...{ seed: { type: 'string' }, seeds: { type: 'string' }, minutes: { type: 'string' } },
    ...{ turns: { type: 'string' }, shards: { type: 'string' } },
    ...{ verbose: { type: 'boolean', default: false } },
  },
})

function numberOf(name: 'seed' | 'seeds' | 'minutes' | 'turns' | 'shards'): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const number = Number(text)
  if (number >= 0 && Number.isFinite(number)) return number
  throw new Error(`--${name} ${text}: give a number from 0`)
}

class Totals {
  readonly #sinceMs = performance.now()
  #seeds = 0
  #commands = 0
  #crashes = 0
  #snapshots = 0
  #states = 0
  #quiet = 0
  #us = 0

  add(figures: SimulationFigures): void {
    this.#seeds++
    this.#commands += figures.commands
    this.#crashes += figures.crashes
    this.#snapshots += figures.snapshots
    this.#states += figures.statesCompared
    this.#quiet += figures.quietMoments
    this.#us += figures.simulatedUs
  }

  inWords(): string {
    const seconds = (performance.now() - this.#sinceMs) / 1_000
    return (
      `${this.#seeds} seeds, ${this.#commands} commands (${Math.round(this.#commands / seconds)} a second), ` +
      `${this.#crashes} crashes, ${this.#snapshots} snapshots, ${this.#states} states compared, ` +
      `${this.#quiet} quiet moments, ${(this.#us / US_PER_HOUR).toFixed(1)} simulated hours in ${seconds.toFixed(0)} s`
    )
  }
}

async function main(): Promise<void> {
  const first = numberOf('seed') ?? Math.floor(Math.random() * 2 ** 31)
  const minutes = numberOf('minutes')
  const isBounded = minutes !== undefined || values.seeds !== undefined
  const seeds = numberOf('seeds') ?? (isBounded || values.seed === undefined ? 2 ** 31 : 1)
  const untilMs = performance.now() + (minutes ?? 60) * 60_000
  const turns = numberOf('turns')
  const shards = numberOf('shards')
  if (shards !== undefined && shards !== 1 && shards !== 2) throw new Error('--shards: 1 or 2')
  const ofShards = shards === undefined ? {} : ({ shards } as const)
  const totals = new Totals()
  let saidMs = performance.now()
  console.log(`from seed ${first}, ${turns ?? TURNS} turns each`)
  for (let seed = first; seed < first + seeds && performance.now() < untilMs; seed++) {
    const onNews = (what: string): void => {
      if (values.verbose) console.log(`seed ${seed}, ${what}`)
    }
    const figures = await simulate({
      seed,
      onNews,
      ...ofShards,
      ...(turns === undefined ? {} : { turns }),
    })
    totals.add(figures)
    if (values.verbose || seeds === 1) console.log(JSON.stringify(figures))
    if (performance.now() - saidMs < PROGRESS_MS) continue
    saidMs = performance.now()
    console.log(totals.inWords())
  }
  console.log(totals.inWords())
}

try {
  await main()
} catch (error) {
  const isBroken = error instanceof SimulationFailed
  console.error(error instanceof Error ? error.message : error)
  if (isBroken && values.verbose) console.error(error.cause)
  process.exitCode = 1
}
