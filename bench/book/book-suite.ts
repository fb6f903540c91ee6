/**
 * Question: how many messages a second does one order book take, on one thread, and with what becomes of its
 * reports: handed to another thread, or dropped? Not answered: what accounts, risk, journal and sockets cost
 * (`bench e2e`, and `--workload shard` for the first two).
 *
 *   flow ─▶ file ─┬─▶ child: ring   ┐
 *                 └─▶ child: null   ┘ × runs, in turn, so that whatever else the machine does meets all alike
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Figure, figure, type HashCheck } from '../figures.ts'
import { MEB_SCENARIOS, type MebScenario } from '../workloads/meb.ts'
import type { BookRun, BookRunResult, SinkName } from './book-child.ts'
import { exchangeCoreFlow, type Flow, mebFlow } from './flows.ts'
import { runFresh } from './fresh-process.ts'

export interface BookOptions {
  readonly workload: Workload
  /** Of meb. @default all */
  readonly scenario?: MebScenario
  readonly seed: number
  /** @default the workload's own */
  readonly orders?: number
  readonly hash: boolean
  readonly sink: SinkName | 'both'
  readonly runs: number
  readonly onRun?: (name: string) => void
}

/** Those that are one book alone; the others are in other-suites.ts. */
export type Workload = 'meb' | 'xc-readme' | 'xc-head'

export interface BookOutcome {
  readonly figures: Readonly<Record<string, Figure>>
  readonly hashes: readonly HashCheck[]
  /** Why threads were not pinned. */
  readonly unpinned?: string
}

/** Makes a directory for the flows of `run`, and takes it away afterwards. */
export async function withFlows<T>(run: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-bench-'))
  try {
    return await run(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

export const runBook = (options: BookOptions): Promise<BookOutcome> =>
  withFlows(async (directory) => {
    const flows = makeFlows(directory, options)
    const sinks = options.sink === 'both' ? (['ring', 'null'] as const) : [options.sink]
    const results = new Map<string, BookRunResult[]>()
    for (let run = 0; run < options.runs; run++) {
      for (const flow of flows) {
        for (const sink of sinks) {
          options.onRun?.(`${flow.name}, ${sink}, run ${run + 1} of ${options.runs}`)
          const hash = options.hash && run === 0 && sink === sinks[0]
          const result = await runOnce(flow, sink, hash)
          const prefix = sink === 'ring' ? flow.name : `${flow.name}.null`
          results.set(prefix, [...(results.get(prefix) ?? []), result])
        }
      }
    }
    return outcome(flows, results)
  })

function makeFlows(directory: string, options: BookOptions): Flow[] {
  const { workload, scenario, seed, orders } = options
  if (workload === 'meb') {
    const scenarios = scenario === undefined ? MEB_SCENARIOS : [scenario]
    return scenarios.map((one) => mebFlow(directory, { scenario: one, seed, orders }))
  }
  return [exchangeCoreFlow(directory, workload === 'xc-head' ? 'head' : 'readme', orders)]
}

async function runOnce(flow: Flow, sink: SinkName, hash: boolean): Promise<BookRunResult> {
  const { file, idMax, slots } = flow
  const run: BookRun = { file, idMax, slots, sink, hash }
  const result = await runFresh<BookRunResult>({ script: './book-child.js' }, run)
  checkFigures(flow, result)
  return result
}

/** The book must leave what the generator's own book left, or the figures are not of this flow. */
function checkFigures({ name, figuresExpected }: Flow, { fills, lots, left }: BookRunResult): void {
  if (figuresExpected === undefined) return
  const [bids, asks] = figuresExpected.left
  const should = [figuresExpected.fills, figuresExpected.lots, bids.orders, bids.lots, bids.levels]
  const is = [fills, lots, left[0].orders, left[0].lots, left[0].levels]
  should.push(asks.orders, asks.lots, asks.levels, bids.best ?? 0, asks.best ?? 0)
  is.push(left[1].orders, left[1].lots, left[1].levels, left[0].best ?? 0, left[1].best ?? 0)
  if (is.join() !== should.join()) {
    throw new Error(`bench: ${name}: the book came to ${is}, and the flow's own to ${should}`)
  }
}

function outcome(
  flows: readonly Flow[],
  results: ReadonlyMap<string, readonly BookRunResult[]>,
): BookOutcome {
  const figures: Record<string, Figure> = {}
  for (const [prefix, runs] of results) Object.assign(figures, figuresOf(prefix, runs))
  const hashes = flows.flatMap((flow) => {
    const runs = [...(results.get(flow.name) ?? []), ...(results.get(`${flow.name}.null`) ?? [])]
    const sha256 = runs.find(({ hash }) => hash !== undefined)?.hash
    if (sha256 === undefined) return []
    const { name, hashExpected } = flow
    const isRight = hashExpected === undefined ? undefined : hashExpected === sha256
    return [{ flow: name, sha256, isRight }]
  })
  const unpinned = [...results.values()].flat().find((run) => run.unpinned !== undefined)?.unpinned
  return { figures, hashes, ...(unpinned === undefined ? {} : { unpinned }) }
}

/** The warm passes of all runs together, the cold ones apart. */
function figuresOf(prefix: string, runs: readonly BookRunResult[]): Record<string, Figure> {
  const warm = runs.flatMap(({ warmPerSecond }) => warmPerSecond)
  const perSecond = { unit: 'messages/s', better: 'more' } as const
  const less = (unit: string) => ({ unit, better: 'less' }) as const
  return {
    [`${prefix}.msgs_per_s`]: figure(warm, perSecond),
    [`${prefix}.ns_per_msg`]: figure(
      warm.map((rate) => 1e9 / rate),
      less('ns/message'),
    ),
    [`${prefix}.cold.msgs_per_s`]: figure(
      runs.map(({ coldPerSecond }) => coldPerSecond),
      perSecond,
    ),
    [`${prefix}.collections`]: figure(
      runs.map(({ collections }) => collections),
      less('in the window'),
    ),
  }
}
