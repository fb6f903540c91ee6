/** Runs benches, each time in a process of its own, and makes figures of what those say. */
import { runFresh } from './book/fresh-process.ts'
import { type Figure, figure } from './figures.ts'

/** What a figure's numbers mean. */
export interface Meaning {
  readonly unit: string
  readonly better: 'more' | 'less'
}

/** By figure; several of one run. */
export type Values = Readonly<Record<string, readonly number[]>>

export interface FreshBench {
  /** For progress. */
  readonly name: string
  /** Before its figures' names: 'spsc'. */
  readonly prefix: string
  readonly figures: Readonly<Record<string, Meaning>>
  /** Of node. */
  readonly flags?: readonly string[]
}

/** The argument of a fresh process; it prints a FreshResult. */
export interface FreshRun {
  readonly name: string
  readonly seconds: number
}

export interface FreshResult {
  readonly values: Values
  /** What a reader of the figures should know. */
  readonly notes: readonly string[]
}

export interface FreshOptions {
  readonly runs: number
  /** Of each run. */
  readonly seconds: number
  readonly onRun?: (name: string) => void
}

export interface FreshOutcome {
  readonly figures: Readonly<Record<string, Figure>>
  readonly notes: readonly string[]
}

/** Of suites whose threads spin. */
export const TWO_SPEEDS =
  'threads that spin and share a core have two speeds: the best run says what the code can do, ' +
  'the median what to expect here'

/** In turn, so that whatever else the machine does meets all alike. `script` is a path from bench/book. */
export async function runBenches(
  script: string,
  benches: readonly FreshBench[],
  { runs, seconds, onRun }: FreshOptions,
): Promise<FreshOutcome> {
  const notes = new Set<string>()
  const values = new Map<string, number[]>()
  for (let index = 0; index < runs; index++) {
    for (const { name, prefix, flags = [] } of benches) {
      onRun?.(`${name}, run ${index + 1} of ${runs}`)
      const run: FreshRun = { name, seconds }
      const result = await runFresh<FreshResult>({ script, flags }, run)
      for (const note of result.notes) notes.add(`${name}: ${note}`)
      for (const [figureName, found] of Object.entries(result.values)) {
        const key = `${prefix}.${figureName}`
        values.set(key, [...(values.get(key) ?? []), ...found])
      }
    }
  }
  const figures = benches.flatMap((bench) => figuresOf(bench, values))
  return { figures: Object.fromEntries(figures), notes: [...notes] }
}

/** Throws where it has not said what it is for. */
function figuresOf(
  { prefix, figures }: FreshBench,
  values: ReadonlyMap<string, readonly number[]>,
): [string, Figure][] {
  return Object.entries(figures).map(([name, meaning]) => {
    const runs = values.get(`${prefix}.${name}`) ?? []
    if (runs.length === 0 || !runs.every((run) => run >= 0)) {
      throw new Error(`bench: ${prefix}.${name} was not measured: ${runs.join(', ')}`)
    }
    return [`${prefix}.${name}`, figure(runs, meaning)]
  })
}
