/**
 *   producer ──▶ sequencer ──▶ shard 0, shard 1
 *                 │  ▲  ▲─── messages ─┘
 *               journal
 *
 * Two shards of an exchange without threads and sockets, over a real journal; a seed deals the turns.
 */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { EXCHANGE_LIMITS } from '../../actors/limits.ts'
import { ShardRouter } from '../../actors/shard-router.ts'
import { unsequencedMessages } from '../../engine/recovery/message-recovery.ts'
import { replay } from '../../engine/recovery/replay.ts'
import { NO_SHARD } from '../../engine/shard/command-router.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { Sequencer } from '../../engine/shard/sequencer.ts'
import { Shard } from '../../engine/shard/shard.ts'
import { ShardFan } from '../../engine/shard/shard-fan.ts'
import { Invoker } from '../../engine/thread/invoker.ts'
import { allocateMesh, Mesh } from '../../engine/thread/mesh.ts'
import {
  ExecutionReport,
  OrderCancelReject,
  OrderMassCancelReport,
  SCHEMA_HASH,
} from '../../protocol/codecs.ts'
import {
  ENVELOPE_BYTES,
  RECORD_HEADER_BYTES,
  SEQUENCE_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { JournalWriter } from '../../storage/journal-writer.ts'
import { seeded } from '../actors/seeded.ts'
import { counter, FALL_BACK_US, Producer, STAMP_US } from './invoked-exchange.ts'

const SHARDS = 2
/** A producer that waits for no answer would else be refused what one shard takes. */
const LIMITS = { ...EXCHANGE_LIMITS, waitingMax: 100_000, waitingPerAccountMax: 100_000 }

export interface RecoveredShard {
  readonly machine: ExchangeMachine
  /** Holds the events that the journal does not. */
  readonly outbox: Outbox
  readonly events: number
}

export interface RecoveredShards {
  readonly shards: readonly RecoveredShard[]
  /** Has been asked about every command of the journal. */
  readonly router: ShardRouter
  /** Messages that were said and are not in the log. */
  readonly unsequenced: readonly Uint8Array[]
  readonly commands: number
  /** Of them, those that no shard sent. */
  readonly clientCommands: number
}

/** Fresh machines that have seen the journal's commands, and said the journal's events, byte for byte. */
export function recoverShards(directory: string): RecoveredShards {
  const source = JournalReader.open(directory, { schemaHash: SCHEMA_HASH })
  try {
    const shards = Array.from({ length: SHARDS }, (_, number) => {
      const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
      const place = { shard: number, shards: SHARDS }
      const machine = new ExchangeMachine(outbox, LIMITS, place)
      const shard = { number, router: new ShardRouter(SHARDS) }
      const outcome = replay({ source: source.ofShard(number), machine, outbox, shard })
      return { machine, outbox, events: outcome.eventsEqual }
    })
    const router = new ShardRouter(SHARDS)
    const unsequenced = unsequencedMessages(router, source)
    const clientCommands = countClientCommands(source, new ShardRouter(SHARDS))
    return { shards, router, unsequenced, commands: source.lastCommand, clientCommands }
  } finally {
    source.close()
  }
}

function countClientCommands(source: JournalReader, router: ShardRouter): number {
  let count = 0
  for (const frame of source.commands(1)) {
    for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at)) {
      if (router.senderOf(frame.view, at + RECORD_HEADER_BYTES) === NO_SHARD) count++
    }
  }
  return count
}

/** Sequence of the command at which each request was first answered, by its client id. */
export function effectsOf(directory: string): Map<string, number> {
  const effects = new Map<string, number>()
  const source = JournalReader.open(directory, { schemaHash: SCHEMA_HASH })
  for (let shard = 0; shard < SHARDS; shard++) {
    for (const frame of source.ofShard(shard).events(1)) {
      const { view } = frame
      for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at)) {
        const clOrdId = clOrdIdOf(view, at + RECORD_HEADER_BYTES)
        if (clOrdId === undefined || effects.has(clOrdId)) continue
        effects.set(clOrdId, readInt64(view, at + RECORD_HEADER_BYTES + SEQUENCE_OFFSET))
      }
    }
  }
  source.close()
  return effects
}

function clOrdIdOf(view: DataView, envelope: number): string | undefined {
  const block = envelope + ENVELOPE_BYTES
  switch (view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)) {
    case ExecutionReport.TEMPLATE_ID:
      return new ExecutionReport().wrap(view, block).clOrdId
    case OrderCancelReject.TEMPLATE_ID:
      return new OrderCancelReject().wrap(view, block).clOrdId
    case OrderMassCancelReport.TEMPLATE_ID:
      return new OrderMassCancelReport().wrap(view, block).clOrdId
    default:
      return undefined
  }
}

export interface InvokedShards {
  readonly crank: Invoker
  readonly machines: readonly ExchangeMachine[]
  /** Messages that the last stop had cut off from the log. */
  readonly unsequenced: number
}

/** Recovers what the directory holds; `crank` then turns it. */
export function openInvokedShards(
  directory: string,
  options: {
    readonly seed: number
    readonly ringBytes: number
    readonly commands: readonly DataView[]
  },
): InvokedShards {
  const { seed, ringBytes, commands } = options
  const random = seeded(seed)
  const names = Array.from({ length: SHARDS }, (_, shard) => `shard ${shard}`)
  const pairs = names.flatMap((name) => [
    { from: 'sequencer', to: name },
    { from: name, to: 'sequencer' },
  ])
  const channels = [{ from: 'input', to: 'sequencer' }, ...pairs]
  const mesh = new Mesh(
    allocateMesh(
      channels.map((pair) => ({ ...pair, capacityBytes: ringBytes })),
      [],
    ),
  )
  const journal = JournalWriter.open({
    ...{ directory, durability: 'none', schemaHash: SCHEMA_HASH, buildHash: '00000000000000bb' },
    shards: SHARDS,
  })
  const recovered = recoverShards(directory)
  const { router, unsequenced } = recovered
  const rings = names.map((name) => mesh.producer('sequencer', name))
  const sequencer = new Sequencer({
    ...{ journal, commandsTotal: counter(), commitsTotal: counter() },
    commitSecondsTotal: counter(),
    producers: [mesh.consumer('input', 'sequencer')],
    toShard: rings[0]!,
    fromShards: names.map((name) => mesh.consumer(name, 'sequencer')),
    fan: new ShardFan({ router, rings, unsequenced }),
    // Falling back changes no stamp, only when events are due.
    clockUs: () => {
      const isBack = journal.lastCommand > 0 && random(50) === 0
      return isBack ? STAMP_US - FALL_BACK_US : STAMP_US
    },
  })
  const shards = recovered.shards.map(({ machine, outbox }, number) => {
    const name = names[number]!
    return new Shard({
      ...{ machine, outbox, lastCommand: recovered.commands, isOneOfSeveral: true },
      fromSequencer: mesh.consumer('sequencer', name),
      toJournal: mesh.producer(name, 'sequencer'),
      ...{ routeOf: () => undefined, routes: [] },
      ...{ commandsTotal: counter(), eventsTotal: counter() },
    })
  })
  const stream = { commands, from: recovered.clientCommands }
  const producer = new Producer(mesh.producer('input', 'sequencer'), stream, random)
  const crank = new Invoker([sequencer, ...shards, producer], seed)
  const machines = recovered.shards.map(({ machine }) => machine)
  return { crank, machines, unsequenced: unsequenced.length }
}
