/** `spsc.*` of `bench ring`: one producer and one consumer, one way; and a record over one ring and back over another. */

import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { Idler, type IdleStrategy } from '../../ringbuffer/idle-strategy.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { EMPTY, FULL, RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { TripMeter } from './meters.ts'
import { PAYLOAD_BYTES, PAYLOAD_WORDS, sumOf, Tally, wordsOf, writeWords } from './record-words.ts'
import type { Findings, PartRun, RingBench } from './ring-part.ts'
import { consume, LAST, produce, senderName } from './streams.ts'

/** 16,384 records. */
export const RING_BYTES = 1 << 20
export const PER_SECOND = { unit: 'msgs/s', better: 'more' } as const

interface OneRing {
  readonly ring: SharedArrayBuffer
  readonly producerBell: SharedArrayBuffer
  readonly consumerBell: SharedArrayBuffer
}

export const spsc: RingBench<OneRing> = {
  share() {
    const shared = {
      ring: allocateRing({ capacityBytes: RING_BYTES, name: 'bench' }),
      producerBell: allocateDoorbell(),
      consumerBell: allocateDoorbell(),
    }
    return [shared, shared]
  },
  parts: [
    ({ ring, ...bells }, run) => {
      const producerBell = new Doorbell(bells.producerBell)
      const idler = new Idler(new Doorbell(bells.consumerBell), run.idle)
      return consume(new RingConsumer(ring, { producerBell }), 1, { idler, run })
    },
    ({ ring, ...bells }, run) => {
      const producerBell = new Doorbell(bells.producerBell)
      const consumerBell = new Doorbell(bells.consumerBell)
      const idler = new Idler(producerBell, run.idle)
      return produce(new RingProducer(ring, { consumerBell, producerBell }), 1, { idler, run })
    },
  ],
  figures: { msgs_per_s: PER_SECOND },
}

interface TwoRings {
  readonly out: SharedArrayBuffer
  readonly back: SharedArrayBuffer
  readonly bell: SharedArrayBuffer
  readonly otherBell: SharedArrayBuffer
}

function shareTwoRings(): readonly TwoRings[] {
  const allocate = (name: string) => allocateRing({ capacityBytes: RING_BYTES, name })
  const [ping, pong] = [allocate('ping'), allocate('pong')]
  const [here, there] = [allocateDoorbell(), allocateDoorbell()]
  return [
    { out: ping, back: pong, bell: here, otherBell: there },
    { out: pong, back: ping, bell: there, otherBell: here },
  ]
}

/**
 * One thread's ends of the two rings. As in a handler, the answer goes out while the record that it answers is still held; that one is
 * looked through and given back while the answer is on its way.
 */
class Player {
  readonly #producer: RingProducer
  readonly #consumer: RingConsumer
  readonly #wordsOut: Int32Array
  readonly #wordsBack: Int32Array
  readonly #idler: Idler
  readonly #hasWork = (): boolean => this.#consumer.hasWork()
  readonly sent = new Tally()
  readonly got = new Tally()
  /** Of the record that was received last: its first word, its type, and where it lies. */
  number = 0
  type = 0
  #at = 0

  constructor({ out, back, bell, otherBell }: TwoRings, idle: IdleStrategy) {
    const [own, other] = [new Doorbell(bell), new Doorbell(otherBell)]
    this.#producer = new RingProducer(out, { consumerBell: other, producerBell: own })
    this.#consumer = new RingConsumer(back, { producerBell: other })
    this.#wordsOut = wordsOf(this.#producer.bytes)
    this.#wordsBack = wordsOf(this.#consumer.bytes)
    this.#idler = new Idler(own, idle)
  }

  send(number: number, type: number): void {
    const at = this.#producer.claim(PAYLOAD_BYTES)
    if (at === FULL) throw new Error('bench: a ring with one record at a time is full')
    const sum = writeWords(this.#wordsOut, at >> 2, PAYLOAD_WORDS, number)
    this.#producer.commit(type)
    this.#producer.publish()
    this.sent.add(sum)
  }

  receive(): void {
    const ring = this.#consumer
    let at = ring.peek()
    while (at === EMPTY) {
      this.#idler.idle(this.#hasWork)
      at = ring.peek()
    }
    this.#idler.worked()
    this.number = this.#wordsBack[at >> 2]!
    this.type = ring.recordType
    this.#at = at
  }

  giveBack(): void {
    this.got.add(sumOf(this.#wordsBack, this.#at >> 2, PAYLOAD_WORDS))
    this.#consumer.advance()
    this.#consumer.release()
  }
}

function ping(player: Player, meter: TripMeter, { stop }: PartRun): Player {
  player.send(1, 1)
  player.receive()
  let number = 2
  for (let isLast = false; !isLast; ) {
    isLast = stop.isSet
    const startMs = performance.now()
    for (let i = 1; i <= meter.perLook; i++) {
      player.send(number++, isLast && i === meter.perLook ? 1 | LAST : 1)
      player.giveBack()
      player.receive()
    }
    meter.add(performance.now() - startMs)
  }
  player.giveBack()
  return player
}

function pong(player: Player): Findings {
  for (;;) {
    player.receive()
    player.send(player.number, player.type)
    player.giveBack()
    if ((player.type & LAST) !== 0) break
  }
  const tallies = { [senderName(1)]: player.got.said, [senderName(2)]: player.sent.said }
  return { tallies, values: {} }
}

/** `perLook`: trips to a look at the clock; `idle`: where it is not as the run says. */
function trips(
  name: string,
  { perLook, idle, perMs }: { perLook: number; idle?: IdleStrategy; perMs: number },
): RingBench<TwoRings> {
  return {
    share: shareTwoRings,
    parts: [
      (shared, run) => {
        const meter = new TripMeter(perLook)
        const player = ping(new Player(shared, idle ?? run.idle), meter, run)
        return {
          tallies: { [senderName(1)]: player.sent.said, [senderName(2)]: player.got.said },
          values: { [name]: [meter.medianMs * perMs] },
        }
      },
      (shared, run) => pong(new Player(shared, idle ?? run.idle)),
    ],
    figures: { [name]: { unit: perMs === 1e6 ? 'ns' : 'us', better: 'less' } },
  }
}

/** Both spin. */
export const spscTrips = trips('rtt_ns', { perLook: 1000, perMs: 1e6 })

/** Both sleep as soon as there is nothing: a trip is two wake-ups by the kernel. */
export const spscParkedTrips = trips('parked_rtt_us', {
  ...{ perLook: 1, perMs: 1e3 },
  idle: { kind: 'park', parkMs: 1_000 },
})
