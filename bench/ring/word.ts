/** `word.*` of `bench ring`: a bare word there and another back, without a ring. It is what the machine itself takes from core to core. */
import { TripMeter } from './meters.ts'
import type { Findings, PartRun, RingBench } from './ring-part.ts'
import { senderName } from './streams.ts'

/** Each word has its lines for itself, as those of a ring have. */
const OUT_INDEX = 32
const BACK_INDEX = 64
const LAST_WORD = -1

function ping(memory: SharedArrayBuffer, { stop }: PartRun): Findings {
  const words = new Int32Array(memory)
  const meter = new TripMeter(1000)
  let word = 0
  for (let isLast = false; !isLast; ) {
    isLast = stop.isSet
    const startMs = performance.now()
    for (let i = 1; i <= meter.perLook; i++) {
      word = isLast && i === meter.perLook ? LAST_WORD : (word + 1) & 0x3fffffff
      Atomics.store(words, OUT_INDEX, word)
      while (Atomics.load(words, BACK_INDEX) !== word);
    }
    meter.add(performance.now() - startMs)
  }
  return found({ rtt_ns: [meter.medianMs * 1e6] })
}

function pong(memory: SharedArrayBuffer): Findings {
  const words = new Int32Array(memory)
  for (let word = 0; word !== LAST_WORD; ) {
    const next = Atomics.load(words, OUT_INDEX)
    if (next === word) continue
    Atomics.store(words, BACK_INDEX, next)
    word = next
  }
  return found({})
}

/** Every trip was waited for: none can be lost, or nothing is found at all. */
const found = (values: Findings['values']): Findings => ({
  tallies: { [senderName(1)]: { count: 1, sum: 0 } },
  values,
})

export const wordTrips: RingBench<SharedArrayBuffer> = {
  share() {
    const memory = new SharedArrayBuffer(3 * 128)
    return [memory, memory]
  },
  parts: [ping, pong],
  figures: { rtt_ns: { unit: 'ns', better: 'less' } },
}
