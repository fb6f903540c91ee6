/**
 * `broadcast.*` of `bench ring`: one producer that waits for nobody, one reader that gets what it can. The rate is the
 * producer's; the share is what of that the reader got, each record whole. Hot file.
 */
import { allocateBroadcastRing } from '../../ringbuffer/broadcast/allocate-broadcast-ring.ts'
import { BROADCAST_HEADER_BYTES, STAMP_BYTES } from '../../ringbuffer/broadcast/broadcast-layout.ts'
import { BroadcastReader } from '../../ringbuffer/broadcast/broadcast-reader.ts'
import { BroadcastProducer } from '../../ringbuffer/broadcast/broadcast-ring.ts'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { Idler } from '../../ringbuffer/idle-strategy.ts'
import { EMPTY } from '../../ringbuffer/spsc/spsc-ring.ts'
import { RateMeter } from './meters.ts'
import { RECORD_BYTES, wordsOf, writeWords } from './record-words.ts'
import type { Findings, PartRun, RingBench } from './ring-part.ts'
import { PER_SECOND, RING_BYTES } from './spsc.ts'
import { LAST, produce } from './streams.ts'

interface Shared {
  readonly ring: SharedArrayBuffer
  readonly readerBell: SharedArrayBuffer
}

const PAYLOAD_WORDS = (RECORD_BYTES - BROADCAST_HEADER_BYTES - STAMP_BYTES) / 4
const RECORDS_PER_MARK = 1024

/** Each record is checked by itself: which of them come is chance. */
function readWhatComes(
  ring: BroadcastReader,
  { idler, run }: { readonly idler: Idler; readonly run: PartRun },
): Findings {
  const words = wordsOf(ring.bytes)
  const expected = new Int32Array(PAYLOAD_WORDS)
  const meter = new RateMeter(run.seconds)
  const hasWork = (): boolean => ring.hasWork()
  let [count, sent, first, torn] = [0, 0, -1, 0]
  for (let isLast = false; !isLast; ) {
    const at = ring.peek()
    if (at === EMPTY) {
      idler.idle(hasWork)
      continue
    }
    idler.worked()
    const number = ring.recordNumber
    if (first < 0) first = number
    // The sender's first record has the number 0 in the ring, and 1 in its words.
    writeWords(expected, 0, PAYLOAD_WORDS, number + 1)
    for (let i = 0; i < PAYLOAD_WORDS; i++) if (words[(at >> 2) + i] !== expected[i]) torn++
    if (++count % RECORDS_PER_MARK === 0) meter.mark(number)
    isLast = (ring.recordType & LAST) !== 0
    sent = number + 1
    ring.advance()
  }
  if (torn > 0) throw new Error(`bench: ${torn} words of ${count} records are not what was sent`)
  if (first + count + ring.missedRecords !== sent) {
    const [got, missed] = [count, ring.missedRecords]
    throw new Error(`bench: from ${first} on ${got} were read, ${missed} missed, of ${sent}`)
  }
  const share = (100 * count) / (sent - first)
  return {
    tallies: {},
    values: { msgs_per_s: meter.perSecond, share_percent: [share] },
  }
}

export const broadcast: RingBench<Shared> = {
  share() {
    const shared = {
      ring: allocateBroadcastRing({ capacityBytes: RING_BYTES, name: 'bench' }),
      readerBell: allocateDoorbell(),
    }
    return [shared, shared]
  },
  parts: [
    ({ ring, readerBell }, run) => {
      const idler = new Idler(new Doorbell(readerBell), run.idle)
      return readWhatComes(new BroadcastReader(ring, { from: 'oldest' }), { idler, run })
    },
    ({ ring, readerBell }, run) => {
      const bell = new Doorbell(readerBell)
      const idler = new Idler(bell, run.idle) // of a ring that is never full
      const producer = new BroadcastProducer(ring, [bell])
      return produce(producer, 1, { idler, run, payloadWords: PAYLOAD_WORDS })
    },
  ],
  figures: {
    msgs_per_s: PER_SECOND,
    share_percent: { unit: '% of them read', better: 'more' },
  },
}
