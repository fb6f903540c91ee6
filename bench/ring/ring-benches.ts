/** The benches of `bench ring`, by the beginning of their figures' names. */
import { broadcast } from './broadcast.ts'
import { mpsc } from './mpsc.ts'
import { multicast } from './multicast.ts'
import { portStream, portTrips } from './peer-message-port.ts'
import { ringbufStream, ringbufTrips } from './peer-ringbuf.ts'
import type { RingBench } from './ring-part.ts'
import { spsc, spscParkedTrips, spscTrips } from './spsc.ts'
import { wordTrips } from './word.ts'

export interface NamedRingBench {
  readonly prefix: string
  /** Whatever its threads share. */
  readonly bench: RingBench<unknown>
}

const named = <Shared>(prefix: string, bench: RingBench<Shared>): NamedRingBench => ({
  prefix,
  bench: bench as unknown as RingBench<unknown>,
})

/** Each is run in a process of its own; several may have figures that begin alike. */
export const RING_BENCHES = {
  'spsc stream': named('spsc', spsc),
  'spsc trips': named('spsc', spscTrips),
  'spsc parked trips': named('spsc', spscParkedTrips),
  'word trips': named('word', wordTrips),
  mpsc: named('mpsc', mpsc),
  multicast: named('multicast', multicast),
  broadcast: named('broadcast', broadcast),
  'ringbuf.js stream': named('peer.ringbuf.js', ringbufStream),
  'ringbuf.js trips': named('peer.ringbuf.js', ringbufTrips),
  'MessagePort stream': named('peer.MessagePort', portStream),
  'MessagePort trips': named('peer.MessagePort', portTrips),
}

export type RingBenchName = keyof typeof RING_BENCHES
