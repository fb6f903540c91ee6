/**
 * Question: how many records of 64 bytes a second go from thread to thread over each kind of ring, and how long does one take to another
 * thread and back? Not answered: what is made of them there (`bench actor`, `bench e2e`), and what rings cost whose
 * records do not lie in the cache.
 *
 * Where two threads that spin share a core, as those of many a small virtual machine do, there are two speeds, and which of them a run
 * has is chance: the best of the runs says what the code can do, the median what is to be expected there.
 */
import {
  type FreshBench,
  type FreshOptions,
  type FreshOutcome,
  runBenches,
  TWO_SPEEDS,
} from '../fresh-figures.ts'
import { hasPackage, missingPackage, type Pairs, ratios } from '../peers.ts'
import { RING_BENCHES, type RingBenchName } from './ring-benches.ts'

export interface RingBenchOptions extends FreshOptions {
  /** Peers too. */
  readonly vs: boolean
}

const OURS: readonly RingBenchName[] = [
  ...(['spsc stream', 'spsc trips', 'word trips', 'spsc parked trips'] as const),
  ...(['mpsc', 'multicast', 'broadcast'] as const),
]
const RINGBUF: readonly RingBenchName[] = ['ringbuf.js stream', 'ringbuf.js trips']
const PORTS: readonly RingBenchName[] = ['MessagePort stream', 'MessagePort trips']

const PAIRS: Pairs = {
  // What the machine takes for one line there and back. A record is a second one, behind that which says that it is there.
  'word.rtt_ns': 'spsc.rtt_ns',
  'peer.ringbuf.js.msgs_per_s': 'spsc.msgs_per_s',
  'peer.ringbuf.js.rtt_ns': 'spsc.rtt_ns',
  'peer.MessagePort.msgs_per_s': 'spsc.msgs_per_s',
  // A port's reader sleeps until there is something: so does ours here.
  'peer.MessagePort.rtt_us': 'spsc.parked_rtt_us',
}

export async function runRings({ vs, ...options }: RingBenchOptions): Promise<FreshOutcome> {
  const hasRingbuf = hasPackage('ringbuf.js')
  const names = [...OURS, ...(vs ? [...(hasRingbuf ? RINGBUF : []), ...PORTS] : [])]
  const benches = names.map((name): FreshBench => {
    const { prefix, bench } = RING_BENCHES[name]
    return { name, prefix, figures: bench.figures }
  })
  const { figures, notes } = await runBenches('../ring/ring-child.js', benches, options)
  const missing = vs && !hasRingbuf ? [missingPackage('ringbuf.js')] : []
  return {
    figures: { ...figures, ...ratios(figures, PAIRS) },
    notes: [...notes, ...missing, TWO_SPEEDS],
  }
}
