/** ringbuf.js in `bench ring --vs`: the same words, 64 bytes a message, in batches and to and fro. It copies in and out. */
import { loadPackage } from '../peers.ts'
import { RateMeter, TripMeter } from './meters.ts'
import { RECORD_BYTES, sumOf, Tally, writeWords } from './record-words.ts'
import type { Findings, PartRun, RingBench } from './ring-part.ts'
import { PER_SECOND, RING_BYTES } from './spsc.ts'
import { senderName } from './streams.ts'

interface Ring {
  push(words: Int32Array): number
  pop(words: Int32Array): number
  available_write(): number
}

interface Ringbuf {
  readonly RingBuffer: {
    new (memory: SharedArrayBuffer, type: typeof Int32Array): Ring
    getStorageForCapacity(words: number, type: typeof Int32Array): SharedArrayBuffer
  }
}

interface Shared {
  readonly out: SharedArrayBuffer
  readonly back: SharedArrayBuffer
}

const WORDS = RECORD_BYTES / 4
/** As many as ours are published together. */
const BATCH = 64
const MESSAGES_PER_MARK = 4096
/** The last message begins so. */
const LAST_NUMBER = -1

function share(): readonly Shared[] {
  const { RingBuffer } = loadPackage<Ringbuf>('ringbuf.js')
  const allocate = () => RingBuffer.getStorageForCapacity(RING_BYTES / 4, Int32Array)
  const [ping, pong] = [allocate(), allocate()]
  return [
    { out: ping, back: pong },
    { out: pong, back: ping },
  ]
}

function open(memory: SharedArrayBuffer): Ring {
  const { RingBuffer } = loadPackage<Ringbuf>('ringbuf.js')
  return new RingBuffer(memory, Int32Array)
}

/** All of them, however often it must look. */
function popAll(ring: Ring, words: Int32Array): void {
  let got = ring.pop(words)
  while (got < words.length) got += ring.pop(words.subarray(got))
}

function produce({ out }: Shared, { stop }: PartRun): Findings {
  const ring = open(out)
  const words = new Int32Array(BATCH * WORDS)
  const tally = new Tally()
  let number = 1
  for (let isLast = false; !isLast; ) {
    isLast = stop.isSet
    for (let i = 0; i < BATCH; i++) {
      const begin = isLast && i === BATCH - 1 ? LAST_NUMBER : number++
      tally.add(writeWords(words, i * WORDS, WORDS, begin))
    }
    while (ring.available_write() < words.length);
    ring.push(words)
  }
  return { tallies: { [senderName(1)]: tally.said }, values: {} }
}

function consume({ back }: Shared, { seconds }: PartRun): Findings {
  const ring = open(back)
  const words = new Int32Array(BATCH * WORDS)
  const tally = new Tally()
  const meter = new RateMeter(seconds)
  for (let isLast = false; !isLast; ) {
    popAll(ring, words)
    for (let i = 0; i < BATCH; i++) tally.add(sumOf(words, i * WORDS, WORDS))
    if (tally.count % MESSAGES_PER_MARK === 0) meter.mark(tally.count)
    isLast = words[(BATCH - 1) * WORDS] === LAST_NUMBER
  }
  return { tallies: { [senderName(1)]: tally.said }, values: { msgs_per_s: meter.perSecond } }
}

function ping({ out, back }: Shared, { stop }: PartRun): Findings {
  const [there, here] = [open(out), open(back)]
  const words = new Int32Array(WORDS)
  const meter = new TripMeter(1000)
  const [sent, got] = [new Tally(), new Tally()]
  let number = 1
  for (let isLast = false; !isLast; ) {
    isLast = stop.isSet
    const startMs = performance.now()
    for (let i = 1; i <= meter.perLook; i++) {
      const begin = isLast && i === meter.perLook ? LAST_NUMBER : number++
      const sum = writeWords(words, 0, WORDS, begin)
      there.push(words)
      sent.add(sum)
      while (here.pop(words) === 0);
      got.add(sumOf(words, 0, WORDS))
    }
    meter.add(performance.now() - startMs)
  }
  const tallies = { [senderName(1)]: sent.said, [senderName(2)]: got.said }
  return { tallies, values: { rtt_ns: [meter.medianMs * 1e6] } }
}

function pong({ out, back }: Shared): Findings {
  const [there, here] = [open(out), open(back)]
  const words = new Int32Array(WORDS)
  const [sent, got] = [new Tally(), new Tally()]
  for (let isLast = false; !isLast; ) {
    while (here.pop(words) === 0);
    there.push(words)
    const sum = sumOf(words, 0, WORDS)
    got.add(sum)
    sent.add(sum)
    isLast = words[0] === LAST_NUMBER
  }
  const tallies = { [senderName(1)]: got.said, [senderName(2)]: sent.said }
  return { tallies, values: {} }
}

export const ringbufStream: RingBench<Shared> = {
  share,
  parts: [produce, consume],
  figures: { msgs_per_s: PER_SECOND },
}

export const ringbufTrips: RingBench<Shared> = {
  share,
  parts: [ping, pong],
  figures: { rtt_ns: { unit: 'ns', better: 'less' } },
}
