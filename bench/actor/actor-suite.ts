/**
 * Question: how many messages a second do actors send each other, on one thread, between two, and through the journal; how long does an
 * answer take; what does a message leave for the garbage collector, and a system at rest cost? Not answered: what handlers
 * do besides, and what many threads do to each other on one machine.
 *
 * Where two threads that spin share a core, as those of many a small virtual machine do, there are two speeds, and which of them a run
 * has is chance: the best of the runs says what the code can do, the median what is to be expected there.
 */
import { type FreshOptions, type FreshOutcome, runBenches, TWO_SPEEDS } from '../fresh-figures.ts'
import { hasPackage, missingPackage, type Pairs, ratios } from '../peers.ts'
import { type ActorBench, OURS, PEERS } from './actor-benches.ts'
import { ERLANG, NACT } from './peer-benches.ts'
import { hasErlang } from './peer-erlang.ts'

export interface ActorBenchOptions extends FreshOptions {
  /** Peers too. */
  readonly vs: boolean
}

const PAIRS: Pairs = {
  'peer.nact.tell.msgs_per_s': 'tell.local.msgs_per_s',
  'peer.nact.ask.rtt_us': 'ask.local.rtt_us',
  'peer.comlink.rtt_us': 'ask.outside.rtt_us',
  'peer.piscina.rtt_us': 'ask.outside.rtt_us',
  // Whether its schedulers move one of two processes to another CPU is theirs to decide.
  'peer.erlang.fan_in.msgs_per_s': 'tell.local.fan_in.msgs_per_s',
  'peer.erlang.ping_pong.rtt_us': 'ask.local.rtt_us',
}

export async function runActors({ vs, ...options }: ActorBenchOptions): Promise<FreshOutcome> {
  const missing = new Map<ActorBench, string>()
  if (vs && !hasPackage('nact')) for (const one of NACT) missing.set(one, missingPackage('nact'))
  const noErlang = 'erl is not on the PATH, and left out (apt-get install erlang-base)'
  if (vs && !hasErlang()) for (const one of ERLANG) missing.set(one, noErlang)
  const benches = vs ? [...OURS, ...PEERS.filter((one) => !missing.has(one))] : OURS
  const { figures, notes } = await runBenches('../actor/actor-child.js', benches, options)
  return {
    figures: { ...figures, ...ratios(figures, PAIRS) },
    notes: [...notes, ...new Set(missing.values()), TWO_SPEEDS],
  }
}
