/** `ask.*` and `idle.*` of `bench actor`: how long a question takes that is answered at once, and what nobody's questions cost. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ThreadOptions } from '../../engine/engine.ts'
import type { Values } from '../fresh-figures.ts'
import { TripMeter } from '../ring/meters.ts'
import { Asker, asker, Echo, echo, sink } from './cast.ts'
import { startSystem } from './tell.ts'

export interface AskCase {
  readonly threads: readonly ThreadOptions[]
  /** Trips to a look at the clock. */
  readonly perLook: number
}

/** One actor asks another, on the last thread, as soon as it has the answer to what it asked before. */
export async function askTrips({ threads, perLook }: AskCase, seconds: number): Promise<number> {
  const system = await startSystem(threads, { asker, echo })
  const [first, last] = [threads[0]!.name, threads.at(-1)!.name]
  const to = await system.spawn(echo, 'echo', { on: { thread: last } })
  const from = await system.spawn(asker, 'asker', { on: { thread: first } })
  system.tell(from, Asker.Begin, { to, perLook })
  await sleep(seconds * 1000)
  const { medianUs, trips, wrong } = await system.ask(from, Asker.End, {})
  await system.stop()
  if (wrong > 0 || trips === 0) throw new Error(`bench: ${wrong} of ${trips} answers are wrong`)
  return medianUs
}

/** From a program that is no actor, by promises. */
export async function askOutside(
  threads: readonly ThreadOptions[],
  seconds: number,
): Promise<Values> {
  const system = await startSystem(threads, { echo })
  const to = await system.spawn(echo, 'echo', { on: { thread: threads.at(-1)!.name } })
  const medianUs = await timeCalls(seconds, (number) =>
    system.ask(to, Echo.Echo, { number, price: number }),
  )
  await system.stop()
  return { rtt_us: [medianUs] }
}

/** Microseconds of one call, the next as soon as it is answered. Throws where an answer is not what was asked. */
export async function timeCalls(
  seconds: number,
  call: (number: number) => PromiseLike<{ readonly number: number }>,
): Promise<number> {
  const meter = new TripMeter(1)
  const endMs = performance.now() + seconds * 1000
  for (let number = 1; performance.now() < endMs; number++) {
    const startMs = performance.now()
    const answer = await call(number)
    meter.add(performance.now() - startMs)
    if (answer.number !== number) throw new Error(`bench: ${number} was asked: ${answer.number}`)
  }
  return meter.medianMs * 1000
}

/** Until all has come to rest. */
const SETTLE_MS = 1_000

/** A system with two threads, a journal and an actor each, when nobody says anything: percent of one CPU. */
export async function idleCpu(seconds: number): Promise<Values> {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-bench-'))
  const threads = [
    { name: 'one', cpu: 0 },
    { name: 'two', cpu: 1 },
  ]
  const journal = { directory: join(directory, 'journal') }
  const system = await startSystem(threads, { echo, sink }, journal)
  for (const { name } of threads) await system.spawn(echo, name, { on: { thread: name } })
  await system.spawn(sink, 'journaled', { journaled: true })
  await sleep(SETTLE_MS)
  const before = process.cpuUsage()
  const startMs = performance.now()
  await sleep(seconds * 1000)
  const { user, system: kernel } = process.cpuUsage(before)
  const wallUs = (performance.now() - startMs) * 1000
  await system.stop()
  rmSync(directory, { recursive: true })
  return { cpu_percent: [(100 * (user + kernel)) / wallUs] }
}
