/**
 * Reads a batch of records from a ring of any kind, the handler saying after each how to go on:
 *
 *                         CONTINUE                COMMIT               BREAK            ABORT
 *   this record           read                    read, released       read             not read
 *   reading               goes on                 goes on              stops            stops
 *
 * In the end all that was read is released. An aborted record is delivered again, first in the next
 * batch: for a handler whose own way out is full. If the handler throws, its record counts as not
 * read either, and what was read before it is released.
 *
 * Hot: one function for all kinds of rings. V8 keeps the calls in it fast for up to four shapes of
 * consumer and of handler, and inlines them for one or two; so a thread that cares gives it
 * handlers of one class, made once, and a loop of its own to what it reads a million times a
 * second.
 */

import { EMPTY } from './spsc/spsc-ring.ts'

export const CONTINUE = 0
export const COMMIT = 1
export const BREAK = 2
export const ABORT = 3

export type Verdict = typeof CONTINUE | typeof COMMIT | typeof BREAK | typeof ABORT

/** The reading end of a ring: with one reader, multicast, or broadcast. */
export interface RecordConsumer {
  readonly view: DataView
  readonly bytes: Uint8Array
  readonly recordType: number
  readonly payloadBytes: number
  peek(): number
  advance(): void
  release(): void
}

export interface RecordHandler {
  /**
   * One record: `consumer` has its type and length, its payload lies at `at` in the consumer's
   * `view` and `bytes`, and is the handler's until it returns.
   */
  onRecord(consumer: RecordConsumer, at: number): Verdict
}

/** Returns how many records were read, at most `recordsMax`. Passes on what the handler throws. */
export const readBatch = (
  consumer: RecordConsumer,
  handler: RecordHandler,
  recordsMax: number,
): number => {
  let records = 0
  try {
    while (records < recordsMax) {
      const at = consumer.peek()
      if (at === EMPTY) break
      const verdict = handler.onRecord(consumer, at)
      if (verdict === ABORT) break
      consumer.advance()
      records += 1
      if (verdict === COMMIT) consumer.release()
      else if (verdict === BREAK) break
    }
  } finally {
    consumer.release()
  }
  return records
}
