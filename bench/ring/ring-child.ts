/**
 * The fresh process of `bench ring`: starts a bench's threads, each on a CPU, lets them run for a while, and holds what they say they
 * sent against what they say they got. Argument: a FreshRun as JSON; prints one JSON line.
 */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { MessagePort, Worker } from 'node:worker_threads'
import { allowedCpus, type PinResult } from '../../engine/thread/affinity.ts'
import type { IdleStrategy } from '../../ringbuffer/idle-strategy.ts'
import type { FreshResult, FreshRun } from '../fresh-figures.ts'
import { checkTallies } from './record-words.ts'
import { RING_BENCHES, type RingBenchName } from './ring-benches.ts'
import { type Findings, StopFlag } from './ring-part.ts'
import type { RingThreadStart } from './ring-thread.ts'

const ALONE: IdleStrategy = { kind: 'spin' }
/** One that spins keeps the other from working. */
const SHARING: IdleStrategy = { kind: 'spin-then-park', spinUs: 5, parkMs: 1_000 }

/** The first thread has a CPU for itself, the others have what there is besides. */
const cpuOf = (thread: number, cpus: readonly number[]): number | undefined =>
  thread === 0 || cpus.length < 2 ? cpus[0] : cpus[1 + ((thread - 1) % (cpus.length - 1))]

interface Thread {
  readonly worker: Worker
  readonly pinned: PinResult
}

async function startThread(start: RingThreadStart): Promise<Thread> {
  const transferList = Object.values(start.shared as object).filter(
    (value): value is MessagePort => value instanceof MessagePort,
  )
  const worker = new Worker(new URL('./ring-thread.js', import.meta.url), {
    workerData: start,
    transferList,
    name: `bench:${start.name}:${start.part}`,
  })
  const [pinned] = (await once(worker, 'message')) as [PinResult]
  return { worker, pinned }
}

async function runRing(name: RingBenchName, seconds: number): Promise<FreshResult> {
  const { bench } = RING_BENCHES[name]
  const cpus = allowedCpus()
  const sharing = Math.max(0, bench.parts.length - cpus.length)
  const idle = sharing > 0 ? SHARING : ALONE
  const [go, stop] = [new SharedArrayBuffer(4), new SharedArrayBuffer(4)]
  const threads: Thread[] = []
  for (const [part, shared] of bench.share().entries()) {
    const common = { name, seconds, idle, go, stop }
    threads.push(await startThread({ ...common, part, shared, cpu: cpuOf(part, cpus) }))
  }
  const ends = threads.map(async ({ worker }) => {
    const [found] = (await once(worker, 'message')) as [Findings]
    return found
  })
  new StopFlag(go).set()
  const found = Promise.all(ends)
  await Promise.race([sleep(seconds * 1000), found])
  new StopFlag(stop).set()
  const all = await found
  checkTallies(all.map(({ tallies }) => tallies))
  const values = Object.assign({}, ...all.map((one) => one.values)) as FreshResult['values']
  const notes = threads.flatMap(({ pinned }) =>
    pinned.pinned ? [] : [`not pinned: ${pinned.reason}`],
  )
  if (sharing > 0) notes.push(`${sharing + 1} of its threads share a CPU`)
  return { values, notes }
}

const { name, seconds } = JSON.parse(process.argv[2]!) as FreshRun
const result = await runRing(name as RingBenchName, seconds)
process.stdout.write(`${JSON.stringify(result)}\n`)
