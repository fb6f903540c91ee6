/**
 * Question: how many records of 64 bytes a second go from thread to thread over each kind of ring, and how long does one take to another
 * thread and back? Not answered: what is made of them there (`bench actor`, `bench e2e`), and what rings cost whose
 * records do not lie in the cache.
 *
 * Where two threads that spin share a core, as those of many a small virtual machine do, there are two speeds, and which of them a run
 * has is chance: the best of the runs says what the code can do, the median what is to be expected there.
 */
import { runFresh } from '../book/fresh-process.ts'
import { type Figure, figure } from '../figures.ts'
import { hasPackage, type Pairs, ratios } from '../peers.ts'
import { RING_BENCHES, type RingBenchName } from './ring-benches.ts'
import type { RingRun, RingRunResult } from './ring-child.ts'

export interface RingBenchOptions {
  readonly runs: number
  /** Of each run. */
  readonly seconds: number
  /** Peers too. */
  readonly vs: boolean
  readonly onRun?: (name: string) => void
}

export interface RingOutcome {
  readonly figures: Readonly<Record<string, Figure>>
  /** What a reader of the figures should know. */
  readonly notes: readonly string[]
}

const OURS: readonly RingBenchName[] = [
  ...(['spsc stream', 'spsc trips', 'spsc parked trips'] as const),
  ...(['multicast', 'broadcast'] as const),
]
const RINGBUF: readonly RingBenchName[] = ['ringbuf.js stream', 'ringbuf.js trips']
const PORTS: readonly RingBenchName[] = ['MessagePort stream', 'MessagePort trips']

const PAIRS: Pairs = {
  'peer.ringbuf.js.msgs_per_s': 'spsc.msgs_per_s',
  'peer.ringbuf.js.rtt_ns': 'spsc.rtt_ns',
  'peer.MessagePort.msgs_per_s': 'spsc.msgs_per_s',
  // A port's reader sleeps until there is something: so does ours here.
  'peer.MessagePort.rtt_us': 'spsc.parked_rtt_us',
}

export async function runRings(options: RingBenchOptions): Promise<RingOutcome> {
  const { runs, seconds, onRun } = options
  const notes = new Set<string>()
  const values: Record<string, number[]> = {}
  for (let index = 0; index < runs; index++) {
    for (const name of namesOf(options, notes)) {
      onRun?.(`${name}, run ${index + 1} of ${runs}`)
      const run: RingRun = { name, seconds }
      const result = await runFresh<RingRunResult>({ script: '../ring/ring-child.js' }, run)
      const { prefix } = RING_BENCHES[name]
      for (const [figureName, found] of Object.entries(result.values)) {
        const all = `${prefix}.${figureName}`
        values[all] = [...(values[all] ?? []), ...found]
      }
      if (result.unpinned !== undefined) notes.add(`not pinned: ${result.unpinned}`)
      if (result.sharing > 0) notes.add(`${name}: ${result.sharing + 1} threads share a CPU`)
    }
  }
  const figures = figuresOf(namesOf(options, notes), values)
  return { figures: { ...figures, ...ratios(figures, PAIRS) }, notes: [...notes] }
}

/** In turn, so that whatever else the machine does meets all alike. */
function namesOf({ vs }: RingBenchOptions, notes: Set<string>): readonly RingBenchName[] {
  if (!vs) return OURS
  if (hasPackage('ringbuf.js')) return [...OURS, ...RINGBUF, ...PORTS]
  notes.add('ringbuf.js is not installed, and left out (npm install --include=dev)')
  return [...OURS, ...PORTS]
}

/** Throws where a bench has not said what it is for. */
function figuresOf(
  names: readonly RingBenchName[],
  values: Readonly<Record<string, readonly number[]>>,
): Record<string, Figure> {
  const figures: Record<string, Figure> = {}
  for (const { prefix, bench } of names.map((name) => RING_BENCHES[name])) {
    for (const [name, meaning] of Object.entries(bench.figures)) {
      const runs = values[`${prefix}.${name}`] ?? []
      if (runs.length === 0 || runs.some((run) => !(run > 0))) {
        throw new Error(`bench: ${prefix}.${name} was not measured: ${runs.join(', ')}`)
      }
      figures[`${prefix}.${name}`] = figure(runs, meaning)
    }
  }
  return figures
}
