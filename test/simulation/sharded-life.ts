/**
 *   producer ──▶ sequencer ──▶ shard 0, shard 1
 *                 │  ▲  ▲─── messages ─┘
 *               journal
 *
 * One life of an exchange of two shards. No gateway serves several yet, so the world is cut at the rings: commands come in as
 * a gateway would put them there, and what shards say is seen where they say it.
 */
import { ShardRouter } from '../../actors/shard-router.ts'
import { unsequencedMessages } from '../../engine/recovery/message-recovery.ts'
import { NO_SHARD } from '../../engine/shard/command-router.ts'
import { type CommandJournal, Sequencer } from '../../engine/shard/sequencer.ts'
import { Shard } from '../../engine/shard/shard.ts'
import { ShardFan } from '../../engine/shard/shard-fan.ts'
import { Counter } from '../../engine/thread/counters.ts'
import { allocateMesh, Mesh } from '../../engine/thread/mesh.ts'
import type { Role } from '../../engine/thread/role.ts'
import { RECORD_HEADER_BYTES, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import { FULL, type RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { Draws } from './draws.ts'
import type { RecoveredMachine } from './recovery.ts'
import type { ShardedFlow } from './sharded-flow.ts'
import type { StoreReader } from './simulated-store.ts'
import type { VirtualClock } from './virtual-clock.ts'

export const SHARDS = 2
const BURST_MAX = 12

const counter = (): Counter => new Counter(new Float64Array(1), 0)

/** Puts the flow's commands into the ring, from where the log stands. */
export class ShardedProducer implements Role {
  readonly name = 'producer'
  readonly #ring: RingProducer
  readonly #flow: ShardedFlow
  readonly #draws: Draws
  readonly #clock: VirtualClock
  #next: number
  isCalm = false

  constructor(options: {
    readonly ring: RingProducer
    readonly flow: ShardedFlow
    readonly from: number
    readonly draws: Draws
    readonly clock: VirtualClock
  }) {
    this.#ring = options.ring
    this.#flow = options.flow
    this.#next = options.from
    this.#draws = options.draws
    this.#clock = options.clock
  }

  /** In a quiet moment it says what it has said before, and nothing new. */
  doWork(): number {
    const count = 1 + this.#draws.below(BURST_MAX)
    const known = this.#flow.commands.length
    const end = this.isCalm ? Math.min(this.#next + count, known) : this.#next + count
    const first = this.#next
    for (; this.#next < end; this.#next++) {
      const command = this.#flow.at(this.#next, this.#clock.nowUs())
      const at = this.#ring.claim(command.byteLength)
      if (at === FULL) break
      this.#ring.bytes.set(new Uint8Array(command.buffer), at)
      this.#ring.commit(command.getUint16(TEMPLATE_ID_OFFSET, true))
    }
    this.#ring.publish()
    return this.#next - first
  }

  hasWork(): boolean {
    return this.#next < this.#flow.commands.length
  }

  close(): void {
    // It holds nothing.
  }
}

export interface ShardedLife {
  readonly sequencer: Sequencer
  readonly shards: readonly Shard[]
  readonly producer: ShardedProducer
  readonly recovered: readonly RecoveredMachine[]
}

export function openShardedLife(options: {
  readonly clock: VirtualClock
  readonly draws: Draws
  readonly ringBytes: number
  readonly journal: CommandJournal
  readonly source: StoreReader
  readonly recovered: readonly RecoveredMachine[]
  readonly flow: ShardedFlow
}): ShardedLife {
  const { clock, draws, ringBytes, journal, source, recovered, flow } = options
  const names = recovered.map((_, shard) => `shard ${shard}`)
  const channels = [
    { from: 'input', to: 'sequencer' },
    ...names.flatMap((name) => [
      { from: 'sequencer', to: name },
      { from: name, to: 'sequencer' },
    ]),
  ].map((pair) => ({ ...pair, capacityBytes: ringBytes }))
  const mesh = new Mesh(allocateMesh(channels, []))
  const router = new ShardRouter(SHARDS)
  const unsequenced = unsequencedMessages(router, source)
  const rings = names.map((name) => mesh.producer('sequencer', name))
  const sequencer = new Sequencer({
    ...{ journal, clockUs: clock.nowUs, toShard: rings[0]! },
    producers: [mesh.consumer('input', 'sequencer')],
    fromShards: names.map((name) => mesh.consumer(name, 'sequencer')),
    fan: new ShardFan({ router, rings, unsequenced }),
    ...{ commandsTotal: counter(), commitsTotal: counter(), commitSecondsTotal: counter() },
  })
  const shards = recovered.map(({ machine, outbox }, number) => {
    const name = names[number]!
    return new Shard({
      ...{ machine, outbox, lastCommand: source.lastCommand, isOneOfSeveral: true },
      fromSequencer: mesh.consumer('sequencer', name),
      toJournal: mesh.producer(name, 'sequencer'),
      ...{ routeOf: () => undefined, routes: [] },
      ...{ commandsTotal: counter(), eventsTotal: counter() },
    })
  })
  const from = clientCommands(source)
  const ring = mesh.producer('input', 'sequencer')
  const producer = new ShardedProducer({ ring, flow, from, draws, clock })
  return { sequencer, shards, producer, recovered }
}

/** How many of the log's commands no shard sent. */
function clientCommands(source: StoreReader): number {
  const router = new ShardRouter(SHARDS)
  let count = 0
  for (const frame of source.commands(1)) {
    for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at)) {
      if (router.senderOf(frame.view, at + RECORD_HEADER_BYTES) === NO_SHARD) count++
    }
  }
  return count
}
