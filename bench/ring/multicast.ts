/** `multicast.*` of `bench ring`: one producer, two readers, each of which sees all of it. */

import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { Idler } from '../../ringbuffer/idle-strategy.ts'
import { allocateMulticastRing } from '../../ringbuffer/multicast/allocate-multicast-ring.ts'
import { MulticastReader } from '../../ringbuffer/multicast/multicast-reader.ts'
import { MulticastProducer } from '../../ringbuffer/multicast/multicast-ring.ts'
import type { Part, RingBench } from './ring-part.ts'
import { PER_SECOND, RING_BYTES } from './spsc.ts'
import { consume, produce } from './streams.ts'

interface Shared {
  readonly ring: SharedArrayBuffer
  readonly producerBell: SharedArrayBuffer
  readonly readerBells: readonly SharedArrayBuffer[]
}

const READERS = 2

const bellsOf = ({ producerBell, readerBells }: Shared) => ({
  producerBell: new Doorbell(producerBell),
  readerBells: readerBells.map((memory) => new Doorbell(memory)),
})

const reader =
  (index: number): Part<Shared> =>
  (shared, run) => {
    const bells = bellsOf(shared)
    const idler = new Idler(bells.readerBells[index]!, run.idle)
    return consume(new MulticastReader(shared.ring, index, bells), 1, { idler, run })
  }

export const multicast: RingBench<Shared> = {
  share() {
    const shared = {
      ring: allocateMulticastRing({
        capacityBytes: RING_BYTES,
        name: 'bench',
        behind: Array.from({ length: READERS }, () => []),
      }),
      producerBell: allocateDoorbell(),
      readerBells: Array.from({ length: READERS }, allocateDoorbell),
    }
    return Array.from({ length: 1 + READERS }, () => shared)
  },
  parts: [
    (shared, run) => {
      const bells = bellsOf(shared)
      const idler = new Idler(bells.producerBell, run.idle)
      return produce(new MulticastProducer(shared.ring, bells), 1, { idler, run })
    },
    reader(0),
    reader(1),
  ],
  figures: { msgs_per_s: PER_SECOND },
}
