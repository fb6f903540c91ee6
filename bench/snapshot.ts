/**
 * Question: how long does the state of a shard take to be taken, and to be taken in again? And how much later do orders get
 * their answers while snapshots are taken of the exchange that serves them? The second is asked of two exchanges in turn, one
 * that takes a snapshot each second and one that takes none, in an open loop slow enough to leave the machine idle in between.
 */
import { listSnapshots } from '../storage/snapshot-files.ts'
import { runFresh } from './book/fresh-process.ts'
import { type ExchangeUnderLoad, runUnderLoad } from './e2e.ts'
import type { LoadResult } from './e2e-load.ts'
import { type Figure, figure } from './figures.ts'
import type { SnapshotRun, SnapshotRunResult } from './snapshot-child.ts'

export interface SnapshotOptions {
  readonly orders: number
  readonly runs: number
  /** Of load beside snapshots, and as long without. */
  readonly seconds: number
  readonly onRun?: (name: string) => void
}

/** Orders a second. Half of them rest, and an account may have 10,000 open: enough for the longest run that may be asked for. */
const RATE = 500
const EACH_SECOND = {
  TRADSYS__JOURNAL__SNAPSHOT_SECONDS: '1',
  TRADSYS__JOURNAL__SNAPSHOT_COMMANDS: '1',
}
const NEVER = {
  TRADSYS__JOURNAL__SNAPSHOT_SECONDS: '1000000',
}

export async function runSnapshot(options: SnapshotOptions): Promise<Record<string, Figure>> {
  return { ...(await stateFigures(options)), ...(await besideFigures(options)) }
}

async function stateFigures({
  orders,
  runs,
  onRun,
}: SnapshotOptions): Promise<Record<string, Figure>> {
  const run: SnapshotRun = { orders }
  const results: SnapshotRunResult[] = []
  for (let i = 0; i < runs; i++) {
    onRun?.(`run ${i + 1} of ${runs}`)
    results.push(await runFresh<SnapshotRunResult>({ script: '../snapshot-child.js' }, run))
  }
  const of = (name: keyof SnapshotRunResult, unit: string): Figure =>
    figure(
      results.map((result) => result[name]),
      { unit, better: 'less' },
    )
  return {
    'snapshot.bytes': of('bytes', 'bytes'),
    'snapshot.take_ms': of('takeMs', 'ms'),
    'snapshot.checksum_ms': of('checksumMs', 'ms'),
    'snapshot.state_hash_ms': of('stateHashMs', 'ms'),
    'snapshot.restore_ms': of('restoreMs', 'ms'),
  }
}

async function besideFigures({
  orders,
  runs,
  seconds,
  onRun,
}: SnapshotOptions): Promise<Record<string, Figure>> {
  const load = { seconds, rate: RATE, resting: orders }
  const without: LoadResult[] = []
  const beside: LoadResult[] = []
  for (let i = 0; i < runs; i++) {
    onRun?.(`without snapshots, run ${i + 1} of ${runs}`)
    without.push(await runUnderLoad({ durability: 'process-crash', env: NEVER }, load))
    onRun?.(`beside snapshots, run ${i + 1} of ${runs}`)
    beside.push(await runUnderLoad({ ...SNAPSHOTTED, onMeasured: mustHaveTaken(orders) }, load))
  }
  const figures: Record<string, Figure> = {}
  for (const [name, results] of Object.entries({ without, beside })) {
    for (const percentile of ['p50', 'p99', 'p99_9', 'max'] as const) {
      const values = results.map(({ latencyUs }) => latencyUs[percentile])
      const unit = `µs at ${RATE}/s`
      figures[`${name}.latency_us.${percentile}`] = figure(values, { unit, better: 'less' })
    }
  }
  return figures
}

const SNAPSHOTTED: ExchangeUnderLoad = { durability: 'process-crash', env: EACH_SECOND }

/** One that has the whole book in it: it was taken while the load was on. */
const mustHaveTaken = (orders: number) => (directory: string) => {
  const [newest] = listSnapshots(directory)
  if (newest !== undefined && newest.sequence > orders) return
  throw new Error('bench: no snapshot was taken meanwhile: more seconds of load are needed')
}
