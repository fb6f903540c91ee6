/**
 *   gateways ──▶ SEQUENCER ──▶ shard
 *                 │    ▲
 *                 ▼    └── events ── shard
 *               journal
 *
 * Decides the one order of everything. A command that leaves here has its number and its time, and is in the journal at the
 * durability asked for. Events come back from the shard and are written behind, in the transaction of the commands that
 * come next, or after EVENTS_DELAY_US when none come.
 *
 * A turn takes all that is there, in one transaction: the dearer the disk's sync, the larger the batch grows by itself. When
 * the shard's ring is full nothing more is taken, so the gateways' rings fill and they stop reading their sockets; events
 * are taken always, or a full circle of rings would stand still.
 *
 * Where there are several shards, each has its rings, and its events in the journal; shard-fan.ts says which command goes
 * where, and brings what they say to one another into the log, before what the gateways say.
 */
import {
  alignRecord,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  SEQUENCE_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64, writeInt64 } from '../../protocol/integers.ts'
import type { RingGauge } from '../../ringbuffer/spsc/ring-gauge.ts'
import { EMPTY, type RingConsumer, type RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { FrameKind, viewOf } from '../../storage/frame.ts'
import { FrameBatch, FULL } from '../../storage/frame-batch.ts'
import type { JournalWriter } from '../../storage/journal-writer.ts'
import type { Counter } from '../thread/counters.ts'
import type { Role } from '../thread/role.ts'
import { sendRecord } from './records.ts'
import type { ShardFan } from './shard-fan.ts'
import { Stage, type StageTimes } from './stage-times.ts'

/** Events wait so long for commands to share a transaction with: short against a person, long against a sync. */
const EVENTS_DELAY_US = 3_000
/** From one producer in one turn: so that a flooding one does not keep the others waiting. */
const TAKE_RECORDS_MAX = 2_048
/** Half of what the batch of events holds: then they are written though no command comes. */
const EVENTS_BYTES_DUE = 256 * 1024
const NOTHING_LEFT = -1

/** The part of a journal that the sequencer writes to; JournalWriter has it. */
export type CommandJournal = Pick<
  JournalWriter,
  'lastCommand' | 'lastTime' | 'isLow' | 'eventsOf' | 'commit' | 'syncIfDue' | 'close'
>

export interface SequencerOptions {
  readonly journal: CommandJournal
  /** Polled in this order, which decides between commands that are there at the same moment. */
  readonly producers: readonly RingConsumer[]
  readonly toShard: RingProducer
  /** Of each shard, from 0. */
  readonly fromShards: readonly RingConsumer[]
  /** Where there are several shards; `toShard` is one of its rings. */
  readonly fan?: ShardFan
  /** µs since 1970. May jump: what is stamped never runs backwards. */
  readonly clockUs: () => number
  readonly commandsTotal: Counter
  readonly commitsTotal: Counter
  readonly commitSecondsTotal: Counter
  /** Where it says how many events of each shard are durable, modulo 2^32: as many records as it took of that shard's ring. */
  readonly durable?: { readonly words: Int32Array; readonly gauges: readonly RingGauge[] }
  /** 1 while the journal's disk is down to its reserve: for gateways, who refuse new orders then. */
  readonly journalLow?: Counter
  /** @default nobody asks where the time goes */
  readonly stageTimes?: StageTimes | undefined
}

export class Sequencer implements Role {
  readonly name = 'sequencer'
  readonly #options: SequencerOptions
  readonly #journal: CommandJournal
  /** Commands being gathered, and committed ones on their way to the shard: they change places at each commit. */
  #gathering = new FrameBatch(FrameKind.Commands)
  #delivering = new FrameBatch(FrameKind.Commands)
  #deliverAt = NOTHING_LEFT
  #lastCommand: number
  #lastTimeUs: number
  #eventsSinceUs = 0

  constructor(options: SequencerOptions) {
    this.#options = options
    this.#journal = options.journal
    this.#lastCommand = options.journal.lastCommand
    this.#lastTimeUs = options.journal.lastTime
  }

  doWork(): number {
    let work = this.#deliver()
    work += this.#takeAllEvents()
    if (this.#deliverAt === NOTHING_LEFT) {
      const taken = this.#takeCommands()
      if (taken > 0) {
        this.#commit()
        return work + taken + this.#deliver()
      }
    }
    if (this.#eventsAreDue()) this.#commit()
    else if (work === 0) this.#journal.syncIfDue(this.#options.clockUs() / 1000)
    this.#options.journalLow?.set(this.#journal.isLow ? 1 : 0)
    return work
  }

  hasWork(): boolean {
    const { fan, fromShards, toShard } = this.#options
    if (fromShards.some((ring) => ring.hasWork()) || this.#eventsAreDue()) return true
    if (this.#deliverAt !== NOTHING_LEFT) return !(fan ?? toShard).isBlocked
    if (fan?.nextMessage !== undefined) return true
    return this.#options.producers.some((ring) => ring.hasWork())
  }

  get wakeWithinMs(): number {
    return this.#hasEvents ? EVENTS_DELAY_US / 1000 : Number.POSITIVE_INFINITY
  }

  /** What the shards have said so far is in the journal when this returns. For who recovers one of them beside it. */
  flush(): void {
    this.#takeAllEvents()
    if (this.#hasEvents) this.#commit()
  }

  /** Everything that was said is journaled: the last events too. The journal is let go even where that fails. */
  close(): void {
    try {
      // The ring may hold more than one batch.
      for (;;) {
        this.#takeAllEvents()
        if (!this.#hasEvents) break
        this.#commit()
      }
    } finally {
      this.#journal.close()
    }
  }

  /** Nothing gathered, nothing to deliver, nothing to write behind. */
  get isQuiet(): boolean {
    return this.#deliverAt === NOTHING_LEFT && !this.#hasEvents && !this.hasWork()
  }

  #takeCommands(): number {
    const batch = this.#gathering
    const { fan } = this.#options
    let taken = fan === undefined ? 0 : this.#takeMessages(fan, batch)
    for (const ring of this.#options.producers) {
      taken += this.#takeFrom(ring, batch, taken === 0)
      ring.release()
    }
    return taken
  }

  /** In runs: what lies in the ring in a row is copied at once. */
  #takeFrom(ring: RingConsumer, batch: FrameBatch, isFirst: boolean): number {
    let taken = 0
    while (taken < TAKE_RECORDS_MAX) {
      const at = nextRun(ring, batch, TAKE_RECORDS_MAX - taken)
      if (at === EMPTY) break
      if (isFirst && taken === 0) {
        this.#lastTimeUs = Math.max(this.#lastTimeUs, this.#options.clockUs())
      }
      let record = batch.appendRun(ring.bytes, at, at + ring.runBytes)
      for (let left = ring.runRecords; left > 0; left--) {
        this.#stamp(batch, record + RECORD_HEADER_BYTES)
        record += alignRecord(batch.view.getInt32(record + RECORD_LENGTH_OFFSET, true))
      }
      taken += ring.runRecords
      ring.advanceRun()
    }
    return taken
  }

  #takeMessages(fan: ShardFan, batch: FrameBatch): number {
    let taken = 0
    for (;;) {
      const message = fan.nextMessage
      if (message === undefined) return taken
      const record = batch.append(message, 0, viewOf(message).getInt32(RECORD_LENGTH_OFFSET, true))
      if (record === FULL) return taken
      if (taken === 0) this.#lastTimeUs = Math.max(this.#lastTimeUs, this.#options.clockUs())
      this.#stamp(batch, record + RECORD_HEADER_BYTES)
      fan.messageTaken()
      taken++
    }
  }

  #stamp(batch: FrameBatch, envelope: number): void {
    this.#lastCommand++
    const { stageTimes } = this.#options
    if (stageTimes?.isSampled(this.#lastCommand) === true) {
      stageTimes.begin(this.#lastCommand, readInt64(batch.view, envelope + TIME_OFFSET))
    }
    writeInt64(batch.view, envelope + SEQUENCE_OFFSET, this.#lastCommand)
    writeInt64(batch.view, envelope + TIME_OFFSET, this.#lastTimeUs)
  }

  get #hasEvents(): boolean {
    for (const events of this.#journal.eventsOf) if (!events.isEmpty) return true
    return false
  }

  #takeAllEvents(): number {
    const { fromShards } = this.#options
    let taken = 0
    for (let shard = 0; shard < fromShards.length; shard++) {
      taken += this.#takeEvents(fromShards[shard]!, this.#journal.eventsOf[shard]!)
    }
    return taken
  }

  #takeEvents(ring: RingConsumer, batch: FrameBatch): number {
    let taken = 0
    for (;;) {
      const at = nextRun(ring, batch, Number.POSITIVE_INFINITY)
      if (at === EMPTY) break
      const record = batch.appendRun(ring.bytes, at, at + ring.runBytes)
      this.#hear(batch, record, ring.runRecords)
      if (this.#eventsSinceUs === 0) this.#eventsSinceUs = this.#options.clockUs()
      taken += ring.runRecords
      ring.advanceRun()
    }
    ring.release()
    return taken
  }

  /** Among them may be messages for other shards. */
  #hear(batch: FrameBatch, first: number, records: number): void {
    const { fan } = this.#options
    if (fan === undefined) return
    let record = first
    for (let left = records; left > 0; left--) {
      const length = batch.view.getInt32(record + RECORD_LENGTH_OFFSET, true)
      fan.hear(batch.bytes, batch.view, record, length)
      record += alignRecord(length)
    }
  }

  #eventsAreDue(): boolean {
    if (!this.#hasEvents) return false
    for (const events of this.#journal.eventsOf) {
      if (events.bodyBytes >= EVENTS_BYTES_DUE) return true
    }
    const age = this.#options.clockUs() - this.#eventsSinceUs
    // A clock that was set back makes the age negative: then they are due now, rather than in an hour.
    return age >= EVENTS_DELAY_US || age < 0
  }

  /** One transaction. Throws when it cannot be promised: then nothing more may be taken, and the exchange stops. */
  #commit(): void {
    const started = performance.now()
    this.#journal.commit(this.#options.clockUs(), this.#gathering)
    const { commandsTotal, commitsTotal, commitSecondsTotal } = this.#options
    commitSecondsTotal.add((performance.now() - started) / 1000)
    commitsTotal.add(1)
    for (const events of this.#journal.eventsOf) events.reset()
    this.#eventsSinceUs = 0
    this.#sayDurable()
    if (this.#gathering.isEmpty) return
    const { count } = this.#gathering
    commandsTotal.add(count)
    this.#options.stageTimes?.markAll(this.#lastCommand - count, this.#lastCommand, Stage.Committed)
    const committed = this.#gathering
    this.#gathering = this.#delivering
    this.#delivering = committed
    this.#deliverAt = committed.first()
  }

  /** All that was taken is in the journal. */
  #sayDurable(): void {
    const { durable } = this.#options
    if (durable === undefined) return
    for (let shard = 0; shard < durable.gauges.length; shard++) {
      Atomics.store(durable.words, shard, durable.gauges[shard]!.recordsOut | 0)
    }
  }

  /** Hands committed commands to the shard, as far as its ring has room. */
  #deliver(): number {
    if (this.#deliverAt === NOTHING_LEFT) return 0
    const { toShard: ring, fan } = this.#options
    const batch = this.#delivering
    let delivered = 0
    let at = this.#deliverAt
    while (at !== NOTHING_LEFT) {
      const isSent = fan === undefined ? sendRecord(ring, batch, at) : fan.send(batch, at)
      if (!isSent) break
      delivered++
      at = batch.next(at)
    }
    if (fan === undefined) ring.publish()
    else fan.publish()
    this.#deliverAt = at
    if (at === NOTHING_LEFT) batch.reset()
    return delivered
  }
}

/** The records in a row that the batch has room for; EMPTY: there are none, or the batch is full. */
function nextRun(ring: RingConsumer, batch: FrameBatch, recordsMax: number): number {
  if (ring.peek() === EMPTY) return EMPTY
  const room = batch.roomFor(alignRecord(ring.payloadBytes + RECORD_HEADER_BYTES))
  return room === 0 ? EMPTY : ring.peekRun(room, recordsMax)
}
