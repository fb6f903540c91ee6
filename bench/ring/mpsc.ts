/** `mpsc.*` of `bench ring`: two producers, one consumer; each commit is a record of its own, seen at once. */

import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { Idler } from '../../ringbuffer/idle-strategy.ts'
import { allocateMpscRing } from '../../ringbuffer/mpsc/allocate-mpsc-ring.ts'
import { MpscConsumer, MpscProducer } from '../../ringbuffer/mpsc/mpsc-ring.ts'
import type { Part, RingBench } from './ring-part.ts'
import { PER_SECOND, RING_BYTES } from './spsc.ts'
import { consume, produce } from './streams.ts'

interface Shared {
  readonly ring: SharedArrayBuffer
  readonly consumerBell: SharedArrayBuffer
  readonly producerBells: readonly SharedArrayBuffer[]
}

const PRODUCERS = 2

const producer =
  (number: number): Part<Shared> =>
  ({ ring, ...bells }, run) => {
    const producerBell = new Doorbell(bells.producerBells[number - 1]!)
    const consumerBell = new Doorbell(bells.consumerBell)
    const end = new MpscProducer(ring, number, { consumerBell, producerBell })
    return produce(end, number, { idler: new Idler(producerBell, run.idle), run })
  }

export const mpsc: RingBench<Shared> = {
  share() {
    const shared = {
      ring: allocateMpscRing({
        capacityBytes: RING_BYTES,
        name: 'bench',
        producersMax: PRODUCERS,
      }),
      consumerBell: allocateDoorbell(),
      producerBells: Array.from({ length: PRODUCERS }, allocateDoorbell),
    }
    return Array.from({ length: 1 + PRODUCERS }, () => shared)
  },
  parts: [
    ({ ring, ...bells }, run) => {
      const producerBells = bells.producerBells.map((memory) => new Doorbell(memory))
      const idler = new Idler(new Doorbell(bells.consumerBell), run.idle)
      return consume(new MpscConsumer(ring, { producerBells }), PRODUCERS, { idler, run })
    },
    producer(1),
    producer(2),
  ],
  figures: { msgs_per_s: PER_SECOND },
}
