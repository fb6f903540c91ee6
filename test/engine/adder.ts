/**
 * The smallest machine that is no exchange: it adds, and says each new total. With it the engine is tested without any
 * order in sight.
 */

import { recover } from '../../engine/recovery/recovery.ts'
import type { SnapshotTransfer } from '../../engine/recovery/snapshot-transfer.ts'
import type { MachineKind } from '../../engine/shard/machine-kind.ts'
import type { Outbox } from '../../engine/shard/outbox.ts'
import { Sequencer } from '../../engine/shard/sequencer.ts'
import { Shard } from '../../engine/shard/shard.ts'
import type { StateMachine } from '../../engine/shard/state-machine.ts'
import { Counter } from '../../engine/thread/counters.ts'
import { allocateMesh, Mesh } from '../../engine/thread/mesh.ts'
import { ENVELOPE_BYTES, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import { readInt64, writeInt64 } from '../../protocol/integers.ts'
import {
  EMPTY,
  FULL,
  type RingConsumer,
  type RingProducer,
} from '../../ringbuffer/spsc/spsc-ring.ts'
import { type Durability, JournalWriter } from '../../storage/journal-writer.ts'

export const ADD = 1
export const TOTAL = 2
export const SCHEMA = { schemaHash: '00000000000000aa', buildHash: '00000000000000bb' }

export class Adder implements StateMachine {
  total = 0
  readonly #outbox: Outbox
  /** Events for each command: 0 is a machine that is wrong, for the test of replay. */
  readonly #factor: number

  constructor(outbox: Outbox, factor = 1) {
    this.#outbox = outbox
    this.#factor = factor
  }

  apply(view: DataView, at: number): void {
    this.total += readInt64(view, at + ENVELOPE_BYTES)
    this.#say(this.total * this.#factor)
  }

  announce(): void {
    this.#say(-1)
  }

  audit(): string | undefined {
    return Number.isSafeInteger(this.total) ? undefined : `total ${this.total}`
  }

  stateHash(): string {
    return this.total.toString(16).padStart(16, '0')
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.total = snapshot.number(this.total)
  }

  #say(total: number): void {
    const at = this.#outbox.open(TOTAL, 8, 0, 0)
    writeInt64(this.#outbox.view, at, total)
  }
}

export const ADDER_KIND: MachineKind<Adder> = {
  ...{ schemaHash: SCHEMA.schemaHash, schemaId: 9, version: 1 },
  newMachine: (outbox) => new Adder(outbox),
}

/** Sends `add` as one command; false where the ring is full. */
export function send(ring: RingProducer, add: number): boolean {
  const at = ring.claim(ENVELOPE_BYTES + 8)
  if (at === FULL) return false
  ring.bytes.fill(0, at, at + ENVELOPE_BYTES)
  ring.view.setUint16(at + TEMPLATE_ID_OFFSET, ADD, true)
  writeInt64(ring.view, at + ENVELOPE_BYTES, add)
  ring.commit(ADD)
  ring.publish()
  return true
}

/** The totals that have arrived. */
export function hear(ring: RingConsumer): number[] {
  const totals: number[] = []
  for (let at = ring.peek(); at !== EMPTY; at = ring.peek()) {
    totals.push(readInt64(ring.view, at + ENVELOPE_BYTES))
    ring.advance()
  }
  ring.release()
  return totals
}

export interface AdderSystem {
  readonly roles: readonly [Sequencer, Shard]
  readonly machine: Adder
  readonly input: RingProducer
  readonly output: RingConsumer
  readonly clock: { us: number }
}

export const counter = (): Counter => new Counter(new Float64Array(1), 0)

/** Sequencer, journal and shard on the caller's thread, recovered from what the directory holds. */
export function openAdder(
  directory: string,
  options: {
    readonly durability?: Durability
    readonly ringBytes?: number
    readonly factor?: number
    readonly segmentBytes?: number
  } = {},
): AdderSystem {
  const { durability = 'none', ringBytes = 1 << 16, factor = 1 } = options
  const pairs = ['input→sequencer', 'sequencer→shard', 'shard→sequencer', 'shard→output']
  const channels = pairs.map((pair) => {
    const [from, to] = pair.split('→') as [string, string]
    return { from, to, capacityBytes: ringBytes }
  })
  const mesh = new Mesh(allocateMesh(channels, []))
  const segments = options.segmentBytes === undefined ? {} : { segmentBytes: options.segmentBytes }
  const journal = JournalWriter.open({ directory, durability, ...SCHEMA, ...segments })
  const kind: MachineKind<Adder> = { ...ADDER_KIND, newMachine: (to) => new Adder(to, factor) }
  const { machine, outbox, outcome } = recover({ directory, kind })
  const clock = { us: 1_000_000 }
  const toOutput = mesh.producer('shard', 'output')
  const sequencer = new Sequencer({
    journal,
    producers: [mesh.consumer('input', 'sequencer')],
    toShard: mesh.producer('sequencer', 'shard'),
    fromShards: [mesh.consumer('shard', 'sequencer')],
    clockUs: () => {
      clock.us += 100
      return clock.us
    },
    commandsTotal: counter(),
    commitsTotal: counter(),
    commitSecondsTotal: counter(),
  })
  const shard = new Shard({
    ...{ machine, outbox },
    lastCommand: outcome.lastCommand,
    fromSequencer: mesh.consumer('sequencer', 'shard'),
    toJournal: mesh.producer('shard', 'sequencer'),
    routeOf: () => toOutput,
    routes: [toOutput],
    commandsTotal: counter(),
    eventsTotal: counter(),
  })
  return {
    roles: [sequencer, shard],
    ...{ machine, clock },
    input: mesh.producer('input', 'sequencer'),
    output: mesh.consumer('shard', 'output'),
  }
}
