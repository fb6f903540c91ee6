/**
 * Question: how many orders a second get from a TCP client through risk, journal and book to their execution reports, and
 * how long does one take, counted from the moment it was meant to be sent? Not answered: what a network adds, or what more
 * cores would give: exchange and load generator share this machine.
 *
 * Each run has an exchange and a load generator of its own, both fresh processes. Half of the orders take, so half of them
 * trade at once; every one is acknowledged and counted.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { PLANS } from '../exchange-plans.ts'
import type { LoadResult } from './e2e-load.ts'
import { type Figure, figure } from './figures.ts'
import { type StageShare, stageShares } from './stages.ts'
import { threadTimesNs } from './thread-times.ts'

export interface E2eOptions {
  readonly runs: number
  readonly seconds: number
  /** Orders a second for the latency figures. */
  readonly rate: number
  /** The exchange's threads run before all others, where the host lets them. */
  readonly realTime?: boolean
  /** Over how many sessions the same orders are dealt out for one more figure; left out: no such figure. */
  readonly sessions?: number
  readonly onRun?: (name: string) => void
}

const DURABILITIES = ['power-loss', 'process-crash'] as const
/** Of either plan. */
const THREADS = [
  ...new Set(Object.values(PLANS).flatMap((threads) => threads.map(({ name }) => name))),
]
const TRADSYS = fileURLToPath(new URL('../../bin/tradsys', import.meta.url))
const LOAD = fileURLToPath(new URL('./e2e-load.js', import.meta.url))

export async function runE2e(options: E2eOptions): Promise<Record<string, Figure>> {
  const figures: Record<string, Figure> = {}
  for (const durability of DURABILITIES) {
    const flood: UnderLoad[] = []
    const paced: UnderLoad[] = []
    for (let run = 0; run < options.runs; run++) {
      options.onRun?.(`${durability}, run ${run + 1} of ${options.runs}`)
      const { seconds, rate, realTime = false } = options
      flood.push(await runUnderLoad({ durability, realTime }, { seconds, rate: 0 }))
      const exchange = { durability, realTime, withStages: true }
      paced.push(await runUnderLoad(exchange, { seconds, rate }))
    }
    const perSecond = { unit: 'orders/s', better: 'more' } as const
    figures[`orders_per_s.${durability}`] = figure(
      flood.map((r) => r.ordersPerSecond),
      perSecond,
    )
    for (const thread of flood[0]!.threadNs.keys()) {
      const values = flood.map(({ threadNs }) => threadNs.get(thread) ?? 0)
      figures[`cpu_ns.${durability}.${thread}`] = figure(values, {
        unit: 'ns an order',
        better: 'less',
      })
    }
    for (const percentile of ['p50', 'p99', 'p99_9', 'max'] as const) {
      const name = `latency_us.${durability}.${percentile}`
      const values = paced.map((r) => r.latencyUs[percentile])
      figures[name] = figure(values, { unit: `µs at ${options.rate}/s`, better: 'less' })
    }
    Object.assign(figures, stageFigures(durability, paced))
    const shares = flood.map((r) => (100 * r.traded) / r.orders)
    figures[`traded_percent.${durability}`] = figure(shares, {
      unit: '% of orders',
      better: 'more',
    })
  }
  if (options.sessions !== undefined) {
    Object.assign(figures, await manySessions({ ...options, sessions: options.sessions }))
  }
  return figures
}

/** The exchange's own share of the latencies: from a socket's read to the write of the first report. */
function stageFigures(
  durability: string,
  runs: readonly { readonly stages: readonly StageShare[] }[],
): Record<string, Figure> {
  const figures: Record<string, Figure> = {}
  for (const [index, { name }] of runs[0]!.stages.entries()) {
    for (const percentile of ['p50', 'p99'] as const) {
      const values = runs.map(({ stages }) => stages[index]![percentile])
      const key = `stage_us.${durability}.${name}.${percentile}`
      figures[key] = figure(values, { unit: 'µs', better: 'less' })
    }
  }
  return figures
}

/** The same orders a second from one session and from many, in turn. */
async function manySessions(
  options: E2eOptions & { readonly sessions: number },
): Promise<Record<string, Figure>> {
  const { runs, seconds, rate, sessions, realTime = false } = options
  const many: number[] = []
  const ratios: number[] = []
  for (let run = 0; run < runs; run++) {
    options.onRun?.(`${sessions} sessions, run ${run + 1} of ${runs}`)
    const exchange = { durability: 'process-crash', realTime } as const
    const one = await runUnderLoad(exchange, { seconds, rate })
    const all = await runUnderLoad(exchange, { seconds, rate, sessions })
    many.push(all.latencyUs.p99)
    ratios.push(all.latencyUs.p99 / one.latencyUs.p99)
  }
  const unit = `µs at ${rate}/s`
  return {
    [`latency_us.process-crash.${sessions}_sessions.p99`]: figure(many, { unit, better: 'less' }),
    [`p99_ratio.${sessions}_sessions`]: figure(ratios, { unit: 'to one session', better: 'less' }),
  }
}

export interface ExchangeUnderLoad {
  readonly durability: (typeof DURABILITIES)[number]
  /** @default false */
  readonly realTime?: boolean
  /** Also where the time goes in the exchange. @default false */
  readonly withStages?: boolean
  /** Besides this process's own. */
  readonly env?: Readonly<Record<string, string>>
  /** Called with its data directory when it is measured, before it ends. */
  readonly onMeasured?: (directory: string) => void
}

export interface UnderLoad extends LoadResult {
  readonly stages: readonly StageShare[]
  /** CPU time of each of the exchange's threads for one order, start and warm-up included, ns. */
  readonly threadNs: ReadonlyMap<string, number>
}

export interface OfferedLoad {
  readonly seconds: number
  /** Orders a second; 0: as many as go through. */
  readonly rate: number
  /** Orders in the book before. @default 2,000 */
  readonly resting?: number
  /** With a rate: the orders are dealt to so many. @default 1 */
  readonly sessions?: number
}

/** An exchange and a load generator, both fresh processes; rejects if one of them fails, or an order is rejected. */
export async function runUnderLoad(
  { durability, realTime = false, withStages = false, env = {}, onMeasured }: ExchangeUnderLoad,
  { seconds, rate, resting = 2_000, sessions = 1 }: OfferedLoad,
): Promise<UnderLoad> {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-bench-'))
  const flags = ['--data-dir', directory, '--durability', durability]
  if (realTime) flags.push('--real-time')
  const stagesFile = join(directory, 'stages.csv')
  if (withStages) flags.push('--stage-times', stagesFile)
  const ports = ['--order-entry-port', '0', '--market-data-port', '0']
  const exchange = spawn(process.execPath, [TRADSYS, 'start', '--json', '-q', ...flags, ...ports], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  try {
    const { orderEntry } = (await firstJsonLine(exchange)) as { orderEntry: string }
    const args = [orderEntry, ...[seconds, rate, resting, sessions].map(String)]
    const generator = spawn(process.execPath, [LOAD, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const result = (await firstJsonLine(generator)) as LoadResult
    if (result.rejected > 0) throw new Error(`bench: ${result.rejected} orders were rejected`)
    const times = threadTimesNs(exchange.pid!, THREADS)
    const threadNs = new Map([...times].map(([name, ns]) => [name, ns / result.ordersInAll]))
    onMeasured?.(directory)
    await ended(exchange)
    const stages = withStages ? stageShares(stagesFile, seconds) : []
    return { ...result, stages, threadNs }
  } finally {
    await ended(exchange)
    rmSync(directory, { recursive: true })
  }
}

async function ended(exchange: ChildProcess): Promise<void> {
  if (exchange.exitCode !== null || exchange.signalCode !== null) return
  exchange.kill('SIGTERM')
  await new Promise((resolve) => exchange.once('exit', resolve))
}

/** The first line that a child prints, parsed; rejects if it ends without one. */
function firstJsonLine(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', (line) => resolve(JSON.parse(line)))
    // Not 'exit', which may come before the line that was printed last.
    child.once('close', (code, signal) => {
      reject(new Error(`bench: a process ended with ${signal ?? code} before it said anything`))
    })
  })
}
