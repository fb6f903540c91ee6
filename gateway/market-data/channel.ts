/**
 *   ring ──▶ instrument feed ──▶ CHANNEL ──▶ its readers
 *
 * One stream that somebody reads: who they are, and what they get. It exists while it has a reader.
 *
 *   event channel   trade, bookTicker    sends each event at once
 *   depth channel   depth                gathers, and sends at its pace what changed
 *   top channel     depth5, 10, 20       sends at its pace the best levels, if they may have changed
 */
import type { Instrument } from './instrument.ts'
import type { LevelBook } from './level-book.ts'
import { LevelChanges } from './level-changes.ts'
import { bookJson, depthUpdateJson } from './stream-events.ts'
import { StreamMessage } from './stream-message.ts'
import type { Stream } from './stream-name.ts'

/** A connection as channels see it. */
export interface Reader {
  /** It does not take what it is sent as fast as it comes: what can be conflated should be. */
  readonly lags: boolean
  /** The reader gets this message, or its connection ends: nothing is skipped. */
  deliver(message: StreamMessage): void
  /** While the reader lags, a newer message of the same stream takes the place of an older one. */
  deliverLatest(stream: Stream, message: StreamMessage): void
  /** A message that the reader will not get by itself, as something newer holds it too. */
  countConflated(): void
  /** Ends the connection at once. */
  cutOff(reason: string): void
}

/** Where a channel takes its book from; undefined until the instrument is defined. */
export interface BookSource {
  readonly instrument: Instrument
  readonly book: LevelBook
}

export class EventChannel {
  readonly stream: Stream
  readonly readers = new Set<Reader>()

  constructor(stream: Stream) {
    this.stream = stream
  }

  join(reader: Reader): void {
    this.readers.add(reader)
  }

  leave(reader: Reader): void {
    this.readers.delete(reader)
  }

  /** Trades reach everyone; of best prices a slow reader gets the newest. */
  publish(json: string): void {
    const message = new StreamMessage(this.stream.name, json)
    const isTrade = this.stream.kind === 'trade'
    for (const reader of this.readers) {
      if (isTrade) reader.deliver(message)
      else reader.deliverLatest(this.stream, message)
    }
  }
}

export class TopChannel {
  readonly stream: Stream
  readonly readers = new Set<Reader>()
  #isStale = false

  constructor(stream: Stream) {
    this.stream = stream
  }

  /** Whoever is new needs the picture even if nothing changes any more. */
  join(reader: Reader): void {
    this.readers.add(reader)
    this.#isStale = true
  }

  leave(reader: Reader): void {
    this.readers.delete(reader)
  }

  touch(): void {
    this.#isStale = true
  }

  /** Sends what is due; how many events that was. */
  flush(source: BookSource): number {
    if (!this.#isStale) return 0
    this.#isStale = false
    const json = bookJson(source.instrument, source.book, this.stream.levelsMax)
    const message = new StreamMessage(this.stream.name, json)
    for (const reader of this.readers) reader.deliverLatest(this.stream, message)
    return 1
  }
}

/**
 * Events of one depth channel follow each other without a gap: U is the u before, plus one. That holds for a reader who
 * lags too: what was kept back for it is merged into one event of its own.
 *
 *   everyone      [5..8]  [9..9]  [10..14]  [15..15]
 *   one who lags  [5..8]  -       -         [9..15]
 */
export class DepthChannel {
  readonly stream: Stream
  readonly readers = new Set<Reader>()
  readonly #owedLevelsMax: number
  readonly #changes = new LevelChanges()
  readonly #owed = new Map<Reader, LevelChanges>()

  constructor(stream: Stream, owedLevelsMax: number) {
    this.stream = stream
    this.#owedLevelsMax = owedLevelsMax
  }

  join(reader: Reader): void {
    this.readers.add(reader)
  }

  leave(reader: Reader): void {
    this.readers.delete(reader)
    this.#owed.delete(reader)
  }

  touch(sign: 1 | -1, ticks: number, firstId: number, lastId: number): void {
    this.#changes.touch(sign, ticks, firstId, lastId)
  }

  /** Sends what is due; how many events that was. Only whole turns are in the changes, as in the book. */
  flush(source: BookSource): number {
    if (this.#changes.isEmpty && this.#owed.size === 0) return 0
    let shared: StreamMessage | undefined
    for (const reader of this.readers) {
      if (reader.lags) {
        this.#owe(reader)
        continue
      }
      const owed = this.#owed.get(reader)
      if (owed !== undefined) {
        owed.append(this.#changes)
        this.#owed.delete(reader)
        reader.deliver(this.#message(source, owed))
      } else if (!this.#changes.isEmpty) {
        shared ??= this.#message(source, this.#changes)
        reader.deliver(shared)
      }
    }
    this.#changes.clear()
    return 1
  }

  #owe(reader: Reader): void {
    if (this.#changes.isEmpty) return
    const owed = this.#owed.get(reader) ?? new LevelChanges()
    if (!owed.isEmpty) reader.countConflated()
    owed.append(this.#changes)
    this.#owed.set(reader, owed)
    if (owed.levelCount > this.#owedLevelsMax) reader.cutOff('too slow for its depth stream')
  }

  #message(source: BookSource, changes: LevelChanges): StreamMessage {
    return new StreamMessage(
      this.stream.name,
      depthUpdateJson(source.instrument, source.book, changes),
    )
  }
}

export type Channel = EventChannel | DepthChannel | TopChannel
