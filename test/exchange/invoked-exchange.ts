/**
 *   producer ──▶ sequencer ──▶ shard ──▶ three listeners
 *                    │           │
 *                  journal ◀─────┘
 *
 * The exchange without threads and sockets, over a real journal: the roles of exchange-thread.ts, and a seed that deals
 * the turns, the sizes of bursts and the moods of the clock.
 */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { replay } from '../../engine/recovery/replay.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { Sequencer } from '../../engine/shard/sequencer.ts'
import { Shard } from '../../engine/shard/shard.ts'
import { Counter } from '../../engine/thread/counters.ts'
import { Invoker } from '../../engine/thread/invoker.ts'
import { allocateMesh, Mesh } from '../../engine/thread/mesh.ts'
import type { Role } from '../../engine/thread/role.ts'
import { isReport } from '../../gateway/order-entry/reports.ts'
import { SCHEMA_HASH } from '../../protocol/codecs.ts'
import { RECORD_HEADER_BYTES, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import {
  EMPTY,
  FULL,
  type RingConsumer,
  type RingProducer,
} from '../../ringbuffer/spsc/spsc-ring.ts'
import type { FrameView } from '../../storage/frame-view.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { JournalWriter } from '../../storage/journal-writer.ts'
import { seeded } from '../actors/seeded.ts'

export const STAMP_US = 1_700_000_000_000_000
/** The clock falls back by so much: more than events wait for commands. */
export const FALL_BACK_US = 10_000
const BURST_MAX = 40

/** Pushes commands into the ring, a few in a turn, until all are in or it is full. */
export class Producer implements Role {
  readonly name = 'producer'
  readonly #ring: RingProducer
  readonly #commands: readonly DataView[]
  readonly #random: (bound: number) => number
  #next: number

  constructor(
    ring: RingProducer,
    stream: { readonly commands: readonly DataView[]; readonly from: number },
    random: (bound: number) => number,
  ) {
    this.#ring = ring
    this.#commands = stream.commands
    this.#next = stream.from
    this.#random = random
  }

  doWork(): number {
    const end = Math.min(this.#next + 1 + this.#random(BURST_MAX), this.#commands.length)
    const first = this.#next
    for (; this.#next < end; this.#next++) {
      const command = this.#commands[this.#next]!
      const at = this.#ring.claim(command.byteLength)
      if (at === FULL) break
      this.#ring.bytes.set(new Uint8Array(command.buffer), at)
      this.#ring.commit(command.getUint16(TEMPLATE_ID_OFFSET, true))
    }
    this.#ring.publish()
    return this.#next - first
  }

  hasWork(): boolean {
    return this.#next < this.#commands.length
  }

  close(): void {
    // It holds nothing.
  }
}

/** A gateway's end of its ring: keeps what it hears. */
class Listener implements Role {
  readonly name = 'listener'
  readonly heard: Buffer[] = []
  readonly #ring: RingConsumer
  readonly #random: (bound: number) => number

  constructor(ring: RingConsumer, random: (bound: number) => number) {
    this.#ring = ring
    this.#random = random
  }

  doWork(): number {
    const countMax = 1 + this.#random(BURST_MAX)
    let count = 0
    for (let at = this.#ring.peek(); at !== EMPTY && count < countMax; at = this.#ring.peek()) {
      this.heard.push(Buffer.from(this.#ring.bytes.subarray(at, at + this.#ring.payloadBytes)))
      this.#ring.advance()
      count++
    }
    this.#ring.release()
    return count
  }

  hasWork(): boolean {
    return this.#ring.hasWork()
  }

  close(): void {
    // It holds nothing.
  }
}

export interface InvokedExchange {
  readonly crank: Invoker
  readonly reports: Listener
  readonly marketData: Listener
}

export interface InvokedOptions {
  readonly seed: number
  readonly ringBytes: number
  /** All commands of the run: those that the journal holds already are not said again. */
  readonly commands: readonly DataView[]
}

const CHANNELS = [
  ...['input→sequencer', 'sequencer→shard', 'shard→sequencer'],
  ...['shard→reports', 'shard→marketData'],
]

/** Recovers what the directory holds; `crank` then turns it. */
export function openInvoked(
  directory: string,
  { seed, ringBytes, commands }: InvokedOptions,
): InvokedExchange {
  const random = seeded(seed)
  const channels = CHANNELS.map((pair) => {
    const [from, to] = pair.split('→') as [string, string]
    return { from, to, capacityBytes: ringBytes }
  })
  const mesh = new Mesh(allocateMesh(channels, []))
  const journal = JournalWriter.open({
    ...{ directory, durability: 'none', schemaHash: SCHEMA_HASH, buildHash: '00000000000000bb' },
  })
  const { machine, outbox, commandCount } = recover(directory)
  const commandsTotal = new Counter(new Float64Array(1), 0)
  const sequencer = new Sequencer({
    ...{ journal, commandsTotal, commitsTotal: counter(), commitSecondsTotal: counter() },
    producers: [mesh.consumer('input', 'sequencer')],
    toShard: mesh.producer('sequencer', 'shard'),
    fromShards: [mesh.consumer('shard', 'sequencer')],
    // What is stamped never runs backwards: once it was STAMP_US, falling back changes no stamp, only when events are due.
    clockUs: () => {
      const hasStamped = journal.lastCommand > 0
      return hasStamped && random(50) === 0 ? STAMP_US - FALL_BACK_US : STAMP_US
    },
  })
  const toReports = mesh.producer('shard', 'reports')
  const toMarketData = mesh.producer('shard', 'marketData')
  const shard = new Shard({
    ...{ machine, outbox, lastCommand: commandCount, commandsTotal: counter() },
    fromSequencer: mesh.consumer('sequencer', 'shard'),
    toJournal: mesh.producer('shard', 'sequencer'),
    routeOf: (templateId) => (isReport(templateId) ? toReports : toMarketData),
    routes: [toReports, toMarketData],
    eventsTotal: counter(),
  })
  const input = mesh.producer('input', 'sequencer')
  const producer = new Producer(input, { commands, from: commandCount }, random)
  const reports = new Listener(mesh.consumer('shard', 'reports'), random)
  const marketData = new Listener(mesh.consumer('shard', 'marketData'), random)
  const crank = new Invoker([sequencer, shard, producer, reports, marketData], seed)
  return { crank, reports, marketData }
}

export const counter = (): Counter => new Counter(new Float64Array(1), 0)

export interface Recovered {
  readonly machine: ExchangeMachine
  /** Holds the events that the journal does not. */
  readonly outbox: Outbox
  readonly commandCount: number
}

/** A fresh machine that has seen the journal's commands, and said the journal's events, byte for byte. */
export function recover(directory: string): Recovered {
  const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  const machine = new ExchangeMachine(outbox)
  const source = JournalReader.open(directory, { schemaHash: SCHEMA_HASH })
  try {
    return { machine, outbox, commandCount: replay({ source, machine, outbox }).commands }
  } finally {
    source.close()
  }
}

/** The records of a journal one behind the other, however they were cut into frames. */
export function journaled(directory: string): { commands: Buffer; events: Buffer } {
  const source = JournalReader.open(directory, { schemaHash: SCHEMA_HASH })
  const records = (frames: Iterable<FrameView>): Buffer =>
    Buffer.concat([...frames].map(({ bytes, firstRecord }) => bytes.subarray(firstRecord)))
  try {
    const verify = { verify: true }
    return {
      commands: records(source.commands(1, verify)),
      events: records(source.events(1, verify)),
    }
  } finally {
    source.close()
  }
}

/** Envelope and block of each record. */
export function* payloadsOf(records: Buffer): Generator<Buffer> {
  for (let at = 0; at < records.length; ) {
    const length = records.readInt32LE(at)
    yield records.subarray(at + RECORD_HEADER_BYTES, at + length)
    at += (length + 7) & ~7
  }
}
