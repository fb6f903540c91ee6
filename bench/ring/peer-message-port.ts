/**
 * MessagePort of node:worker_threads in `bench ring --vs`: messages of 64 bytes, each posted by itself. A port queues whatever it
 * is given, so the stream waits for a word from its reader after each thousand but the last two; else memory would grow.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { RateMeter, TripMeter } from './meters.ts'
import { RECORD_BYTES, sumOf, Tally, writeWords } from './record-words.ts'
import type { Findings, PartRun, RingBench } from './ring-part.ts'
import { PER_SECOND } from './spsc.ts'
import { senderName } from './streams.ts'

interface Shared {
  readonly port: MessagePort
}

const WORDS = RECORD_BYTES / 4
const BATCH = 1000
const BATCHES_AHEAD = 2
const LAST_NUMBER = -1

function share(): readonly Shared[] {
  const { port1, port2 } = new MessageChannel()
  return [{ port: port1 }, { port: port2 }]
}

function listen(port: MessagePort, onMessage: (words: Int32Array) => boolean): Promise<void> {
  return new Promise((resolve) => {
    port.on('message', (words: Int32Array) => {
      if (onMessage(words)) return
      resolve()
      port.close()
    })
  })
}

async function produce({ port }: Shared, { stop }: PartRun): Promise<Findings> {
  const tally = new Tally()
  const words = new Int32Array(WORDS)
  let number = 1
  let isLast = false
  const sendBatch = (): void => {
    isLast = stop.isSet
    for (let i = 1; i <= BATCH; i++) {
      tally.add(writeWords(words, 0, WORDS, isLast && i === BATCH ? LAST_NUMBER : number++))
      port.postMessage(words)
    }
  }
  for (let i = 0; i < BATCHES_AHEAD && !isLast; i++) sendBatch()
  await listen(port, ([said]) => {
    if (!isLast) sendBatch()
    return said !== LAST_NUMBER
  })
  return { tallies: { [senderName(1)]: tally.said }, values: {} }
}

async function consume({ port }: Shared, { seconds }: PartRun): Promise<Findings> {
  const tally = new Tally()
  const meter = new RateMeter(seconds)
  await listen(port, (words) => {
    tally.add(sumOf(words, 0, WORDS))
    if (tally.count % BATCH === 0) {
      meter.mark(tally.count)
      port.postMessage(words)
    }
    return words[0] !== LAST_NUMBER
  })
  return { tallies: { [senderName(1)]: tally.said }, values: { msgs_per_s: meter.perSecond } }
}

async function ping({ port }: Shared, { stop }: PartRun): Promise<Findings> {
  const meter = new TripMeter(1)
  const [sent, got] = [new Tally(), new Tally()]
  const words = new Int32Array(WORDS)
  let [number, startMs] = [1, 0]
  const send = (): void => {
    sent.add(writeWords(words, 0, WORDS, stop.isSet ? LAST_NUMBER : number++))
    startMs = performance.now()
    port.postMessage(words)
  }
  send()
  await listen(port, (answer) => {
    meter.add(performance.now() - startMs)
    got.add(sumOf(answer, 0, WORDS))
    if (answer[0] === LAST_NUMBER) return false
    send()
    return true
  })
  const tallies = { [senderName(1)]: sent.said, [senderName(2)]: got.said }
  return { tallies, values: { rtt_us: [meter.medianMs * 1e3] } }
}

async function pong({ port }: Shared): Promise<Findings> {
  const tally = new Tally()
  await listen(port, (words) => {
    tally.add(sumOf(words, 0, WORDS))
    port.postMessage(words)
    return words[0] !== LAST_NUMBER
  })
  return { tallies: { [senderName(1)]: tally.said, [senderName(2)]: tally.said }, values: {} }
}

export const portStream: RingBench<Shared> = {
  share,
  parts: [produce, consume],
  figures: { msgs_per_s: PER_SECOND },
}

export const portTrips: RingBench<Shared> = {
  share,
  parts: [ping, pong],
  figures: { rtt_us: { unit: 'us', better: 'less' } },
}
