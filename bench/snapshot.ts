/**
 * Question: how long does the state of a shard take to be taken, and to be taken in again? Not
 * answered: what a disk costs, and how long commands would wait meanwhile.
 */
import { runFresh } from './book/fresh-process.ts'
import { type Figure, figure } from './figures.ts'
import type { SnapshotRun, SnapshotRunResult } from './snapshot-child.ts'

export interface SnapshotOptions {
  readonly orders: number
  readonly runs: number
  readonly onRun?: (name: string) => void
}

export async function runSnapshot({
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
