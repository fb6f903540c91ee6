/** `tell.*` and `journaled.tell.*` of `bench actor`: items a second from sources to a sink, and what they leave on the heap. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ActorSystem,
  type JournalOptions,
  type Ref,
  type SystemOptions,
  type ThreadOptions,
} from '../../engine/engine.ts'
import type { Values } from '../fresh-figures.ts'
import { RateMeter } from '../ring/meters.ts'
import { Sink, Source, sink, source } from './cast.ts'

/** They spin, each on a CPU of its own. */
export const ONE: readonly ThreadOptions[] = [{ name: 'one', cpu: 0, idle: { kind: 'spin' } }]
export const TWO: readonly ThreadOptions[] = [
  ...ONE,
  { name: 'two', cpu: 1, idle: { kind: 'spin' } },
]

export const startSystem = (
  threads: readonly ThreadOptions[],
  behaviors: object,
  journal?: JournalOptions,
): Promise<ActorSystem> =>
  ActorSystem.start({
    ...{ from: new URL('./cast.js', import.meta.url), threads },
    // What each understands is for whoever tells it something.
    behaviors: behaviors as SystemOptions['behaviors'],
    ...(journal === undefined ? {} : { journal }),
  })

interface TellCase {
  readonly sources: number
  readonly threads: readonly ThreadOptions[]
  /** With it the sink is journaled. */
  readonly journal?: JournalOptions
}

interface Stage {
  readonly system: ActorSystem
  readonly sources: readonly Ref<'bench-source'>[]
  readonly sink: Ref<'bench-sink'>
}

const SAMPLE_MS = 20
const HEAP_SAMPLE_MS = 50
/** Until all that is hot was compiled. */
const HEAP_WARM_MS = 1_000
/** An answer waits behind what was sent before it. */
const ANSWER_MS_MAX = 30_000

/** Sources on the first thread, their sink on the last one; `watch` while they send. Throws where not all arrives as it was sent. */
async function tell<T>(
  { sources: count, threads, journal }: TellCase,
  watch: (stage: Stage) => Promise<T>,
): Promise<T> {
  const system = await startSystem(threads, { source, sink }, journal)
  const [first, last] = [threads[0]!.name, threads.at(-1)!.name]
  const to = await system.spawn(sink, 'sink', {
    ...(journal === undefined ? { on: { thread: last } } : { journaled: true }),
  })
  const sources: Ref<'bench-source'>[] = []
  for (let i = 0; i < count; i++) {
    const ref = await system.spawn(source, `source-${i}`, { on: { thread: first } })
    sources.push(ref)
    system.tell(ref, Source.Begin, { source: i, to })
  }
  const stage = { system, sources, sink: to }
  const seen = await watch(stage)
  await checkCounts(stage)
  await system.stop()
  return seen
}

async function checkCounts({ system, sources, sink: to }: Stage): Promise<void> {
  const sent = { count: 0, sum: 0 }
  for (const one of sources) {
    const { count, sum } = await system.ask(one, Source.End, {}, { timeoutMs: ANSWER_MS_MAX })
    sent.count += count
    sent.sum = (sent.sum + sum) | 0
  }
  const endMs = performance.now() + ANSWER_MS_MAX
  let got = await system.ask(to, Sink.Report, {}, { timeoutMs: ANSWER_MS_MAX })
  while (got.count < sent.count && performance.now() < endMs) {
    await sleep(SAMPLE_MS)
    got = await system.ask(to, Sink.Report, {}, { timeoutMs: ANSWER_MS_MAX })
  }
  checkArrived(sent, got)
}

interface Counted {
  readonly count: number
  readonly sum: number
}

/** Throws where they differ. */
export function checkArrived(sent: Counted, got: Counted & { readonly misplaced: number }): void {
  const isRight = got.count === sent.count && got.sum === sent.sum && got.misplaced === 0
  if (isRight && got.count > 0) return
  const [one, two] = [JSON.stringify(sent), JSON.stringify(got)]
  throw new Error(`bench: ${one} was sent, but ${two} has arrived`)
}

/** Items a second. */
export const tellRates = (of: TellCase, seconds: number): Promise<Values> =>
  tell(of, async ({ system, sink: to }) => {
    const meter = new RateMeter(seconds)
    const endMs = performance.now() + seconds * 1000
    while (performance.now() < endMs || meter.perSecond.length === 0) {
      await sleep(SAMPLE_MS)
      const { count } = await system.ask(to, Sink.Report, {}, { timeoutMs: ANSWER_MS_MAX })
      meter.mark(count)
    }
    return { msgs_per_s: meter.perSecond }
  })

interface HeapSeen {
  readonly bytes: number
  readonly collections: number
  readonly count: number
}

/**
 * Bytes of heap for each item, of both threads. What V8 has collected it does not tell, so only that counts which was sent between two
 * looks without a collection: the process has a young generation that lasts as long.
 */
export const tellAllocations = (of: TellCase, seconds: number): Promise<Values> =>
  tell(of, async (stage) => {
    await sleep(HEAP_WARM_MS)
    const all = { bytes: 0, count: 0 }
    const endMs = performance.now() + seconds * 1000
    for (let before = await lookAtHeap(stage); performance.now() < endMs; ) {
      await sleep(HEAP_SAMPLE_MS)
      const after = await lookAtHeap(stage)
      if (after.collections === before.collections) {
        all.bytes += after.bytes - before.bytes
        all.count += after.count - before.count
      }
      before = after
    }
    if (all.count === 0) throw new Error('bench: V8 collects between any two looks at the heap')
    return { allocated_bytes_per_message: [Math.max(0, all.bytes / all.count)] }
  })

async function lookAtHeap({ system, sources, sink: to }: Stage): Promise<HeapSeen> {
  const heaps = [
    await system.ask(sources[0]!, Source.Heap, {}),
    await system.ask(to, Sink.Heap, {}),
  ]
  const { count } = await system.ask(to, Sink.Report, {})
  const sum = (of: (heap: { bytes: number; collections: number }) => number): number =>
    heaps.reduce((total, heap) => total + of(heap), 0)
  return { count, bytes: sum(({ bytes }) => bytes), collections: sum((heap) => heap.collections) }
}

/** To a journaled sink, on the first of its shards; sources and shard on one thread, the sequencer on another. */
export async function journaledRates(
  durability: NonNullable<JournalOptions['durability']>,
  seconds: number,
): Promise<Values> {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-bench-'))
  try {
    const journal = { directory: join(directory, 'journal'), durability, shards: 1 }
    return await tellRates({ sources: 1, threads: ONE, journal }, seconds)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
