/**
 *   PRODUCE ── records, batch after batch, the last one says so ──▶ ring ──▶ CONSUME, to that one
 *
 * One loop for rings of all kinds: a thread has a ring of one kind only, so V8 sees one shape. Hot file.
 */
import type { Idler } from '../../ringbuffer/idle-strategy.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { RateMeter } from './meters.ts'
import { PAYLOAD_WORDS, sumOf, Tally, wordsOf, writeWords } from './record-words.ts'
import type { Findings, PartRun } from './ring-part.ts'

interface Producer {
  readonly bytes: Uint8Array
  claim(payloadBytes: number): number
  commit(type: number): void
  /** Not of a ring where each commit publishes. */
  publish?(): void
  /** Not of a ring that is never full. */
  readonly isBlocked?: boolean
}

interface Consumer {
  readonly bytes: Uint8Array
  readonly recordType: number
  peek(): number
  advance(): void
  release(): void
  hasWork(): boolean
}

/** Records between two calls of `publish`. */
const BATCH = 64
const RECORDS_PER_MARK = 4096
/** In a record's type, beside its sender. */
export const LAST = 1 << 8

export const senderName = (sender: number): string => `sender ${sender}`

interface ProduceOptions {
  readonly idler: Idler
  readonly run: PartRun
  /** @default as many as make a record of 64 bytes with a header of 8 */
  readonly payloadWords?: number
}

/** `sender` is from 1. */
export function produce(
  ring: Producer,
  sender: number,
  { idler, run, payloadWords = PAYLOAD_WORDS }: ProduceOptions,
): Findings {
  const words = wordsOf(ring.bytes)
  const tally = new Tally()
  const hasRoom = (): boolean => ring.isBlocked !== true
  let number = sender
  for (let isLast = false; !isLast; ) {
    isLast = run.stop.isSet
    for (let left = isLast ? 1 : BATCH; left > 0; ) {
      const at = ring.claim(payloadWords * 4)
      if (at === FULL) {
        idler.idle(hasRoom)
        continue
      }
      tally.add(writeWords(words, at >> 2, payloadWords, number++))
      ring.commit(isLast ? sender | LAST : sender)
      left--
    }
    idler.worked()
    ring.publish?.()
  }
  return { tallies: { [senderName(sender)]: tally.said }, values: {} }
}

/** Until each of so many senders has sent its last. */
export function consume(
  ring: Consumer,
  senders: number,
  { idler, run }: { readonly idler: Idler; readonly run: PartRun },
): Findings {
  const words = wordsOf(ring.bytes)
  const tallies = Array.from({ length: senders + 1 }, () => new Tally())
  const meter = new RateMeter(run.seconds)
  const hasWork = (): boolean => ring.hasWork()
  let count = 0
  for (let left = senders; left > 0; ) {
    const at = ring.peek()
    if (at === EMPTY) {
      ring.release()
      idler.idle(hasWork)
      continue
    }
    idler.worked()
    const type = ring.recordType
    tallies[type & (LAST - 1)]!.add(sumOf(words, at >> 2, PAYLOAD_WORDS))
    if ((type & LAST) !== 0) left--
    ring.advance()
    if (++count % RECORDS_PER_MARK === 0) meter.mark(count)
  }
  ring.release()
  const said = tallies.slice(1).map((tally, i) => [senderName(i + 1), tally.said] as const)
  return { tallies: Object.fromEntries(said), values: { msgs_per_s: meter.perSecond } }
}
