/** The benches of `bench actor`, each a process of its own. */
import type { ThreadOptions } from '../../engine/engine.ts'
import type { FreshBench, Values } from '../fresh-figures.ts'
import { askOutside, askTrips, idleCpu } from './ask.ts'
import { COMLINK, ERLANG, NACT, PISCINA } from './peer-benches.ts'
import { journaledRates, ONE, TWO, tellAllocations, tellRates } from './tell.ts'

export interface ActorBench extends FreshBench {
  run(seconds: number): Promise<Values>
}

const PER_SECOND = { unit: 'msgs/s', better: 'more' } as const
const MICROSECONDS = { unit: 'us', better: 'less' } as const
const BYTES = { unit: 'bytes', better: 'less' } as const

/** MiB: a young generation that is not full before the next look at it. */
const LASTING = ['--min-semi-space-size=128', '--max-semi-space-size=128']

const PARKED: readonly ThreadOptions[] = TWO.map((thread) => ({
  ...thread,
  idle: { kind: 'park', parkMs: 100 },
}))
const DEFAULT: readonly ThreadOptions[] = [{ name: 'one', cpu: 1 }]

const rate = (name: string, prefix: string, run: ActorBench['run']): ActorBench => {
  return { name, prefix, figures: { msgs_per_s: PER_SECOND }, run }
}
const allocations = (name: string, prefix: string, run: ActorBench['run']): ActorBench => {
  return { name, prefix, figures: { allocated_bytes_per_message: BYTES }, run, flags: LASTING }
}
const trips = (
  name: string,
  { figure, perLook, threads }: { figure: string; perLook: number; threads: typeof TWO },
): ActorBench => ({
  ...{ name, prefix: `ask.${threads.length === 1 ? 'local' : 'thread'}` },
  figures: { [figure]: MICROSECONDS },
  run: async (seconds) => ({ [figure]: [await askTrips({ threads, perLook }, seconds)] }),
})

const LOCAL = { sources: 1, threads: ONE }
const FAR = { sources: 1, threads: TWO }
const FAN_IN = { sources: 4, threads: ONE }

export const OURS: readonly ActorBench[] = [
  rate('tell local', 'tell.local', (seconds) => tellRates(LOCAL, seconds)),
  rate('tell local, fan-in', 'tell.local.fan_in', (seconds) => tellRates(FAN_IN, seconds)),
  rate('tell thread', 'tell.thread', (seconds) => tellRates(FAR, seconds)),
  allocations('heap, local', 'tell.local', (seconds) => tellAllocations(LOCAL, seconds)),
  allocations('heap, thread', 'tell.thread', (seconds) => tellAllocations(FAR, seconds)),
  trips('ask local', { figure: 'rtt_us', perLook: 1000, threads: ONE }),
  trips('ask thread', { figure: 'rtt_us', perLook: 1000, threads: TWO }),
  trips('ask thread, parked', { figure: 'parked_rtt_us', perLook: 1, threads: PARKED }),
  {
    ...{ name: 'ask outside', prefix: 'ask.outside', figures: { rtt_us: MICROSECONDS } },
    run: (seconds) => askOutside(DEFAULT, seconds),
  },
  ...(['process-crash', 'power-loss'] as const).map((durability) =>
    rate(`journaled tell, ${durability}`, `journaled.tell.${durability}`, (seconds) =>
      journaledRates(durability, seconds),
    ),
  ),
  {
    ...{ name: 'idle', prefix: 'idle', run: idleCpu },
    figures: { cpu_percent: { unit: '% of a CPU', better: 'less' } },
  },
]

export const PEERS: readonly ActorBench[] = [...NACT, COMLINK, PISCINA, ...ERLANG]
