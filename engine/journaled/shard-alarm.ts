/**
 * What a shard of journaled actors has beside it on its thread: a clock, and the table of transient addresses. A shard has
 * neither, so when the time of its next timer has come, or addresses of another generation, somebody must say so in the log.
 */

import { SENT } from '../actor/behavior.ts'
import type { AnyMessage } from '../actor/message.ts'
import { NOBODY } from '../actor/ref.ts'
import type { ActorHost } from '../host/actor-host.ts'
import { writeMessage } from '../host/write-message.ts'
import type { Shard } from '../shard/shard.ts'
import type { Role } from '../thread/role.ts'
import { type JournaledShard, rootOf } from './journaled-shard.ts'
import { Root } from './root-protocol.ts'
import { RESERVING_SHARD } from './start-notice.ts'

/** A Wake that was said and has had no effect by then is said again: the sequencer's clock may have been behind. */
const AGAIN_US = 20_000

/** A shard on its way to another thread: what its successor goes on with. */
export interface HandedShard {
  /** Sequence of the last command that was run. */
  readonly lastCommand: number
  /** Number of the last event that was said. */
  readonly eventNumber: number
  readonly timeUs: number
  readonly state: Uint8Array
}

/** A shard and its alarm take their turns together. */
export class AlarmedShard implements Role {
  readonly name: string
  readonly #shard: Shard
  readonly #alarm: ShardAlarm
  readonly #machine: JournaledShard
  readonly #onEscalation: (what: string) => void
  readonly #prove: (handed: HandedShard) => void
  #isGone = false

  constructor(options: {
    readonly name: string
    readonly shard: Shard
    readonly machine: JournaledShard
    readonly host: ActorHost
    readonly clockUs: () => number
    /** Throws where nobody can take this over. */
    readonly prove: (handed: HandedShard) => void
    /** A failure that no strategy holds: its actor has ended. */
    readonly onEscalation: (what: string) => void
  }) {
    this.name = options.name
    this.#shard = options.shard
    this.#machine = options.machine
    this.#prove = options.prove
    this.#alarm = new ShardAlarm(options.host, options.machine, options.clockUs)
    this.#onEscalation = options.onEscalation
    this.#machine.isLive = true
    // Of a replay: whoever was there then has heard of them.
    this.#machine.escalations.length = 0
  }

  /**
   * Its whole state, for another thread; from here on it does nothing here. Undefined: what it has said has no room yet, ask
   * again.
   */
  handOver(): HandedShard | undefined {
    const lastCommand = this.#shard.settledAt
    if (lastCommand === undefined) return undefined
    const handed = { lastCommand, ...this.#machine.handOver() }
    // Before it is given up: one that nobody can take over stays here.
    this.#prove(handed)
    this.#isGone = true
    return handed
  }

  doWork(): number {
    if (this.#isGone) return 0
    const work = this.#shard.doWork() + this.#alarm.doWork()
    const { escalations } = this.#machine
    if (escalations.length > 0) for (const what of escalations.splice(0)) this.#onEscalation(what)
    return work
  }

  hasWork(): boolean {
    if (this.#isGone) return false
    return this.#shard.hasWork() || this.#alarm.hasWork()
  }

  get wakeWithinMs(): number {
    return this.#isGone ? Number.POSITIVE_INFINITY : this.#alarm.wakeWithinMs
  }

  get isQuiet(): boolean {
    return this.#isGone || (this.#shard.isQuiet && !this.#alarm.hasWork())
  }

  close(): void {
    // Its timers are in the log: they fire when the system runs again.
    this.#shard.close()
  }
}

class ShardAlarm {
  readonly #host: ActorHost
  readonly #shard: JournaledShard
  readonly #clockUs: () => number
  /** Until when a Wake is under way for the timer that is due then. */
  #askedDueUs = Number.NEGATIVE_INFINITY
  #againUs = 0
  /** The newest generation that a Reserve is under way for. */
  #askedGeneration = 0

  constructor(host: ActorHost, shard: JournaledShard, clockUs: () => number) {
    this.#host = host
    this.#shard = shard
    this.#clockUs = clockUs
  }

  doWork(): number {
    return this.#reserve() + this.#wake()
  }

  #wake(): number {
    const dueUs = this.#shard.nextWakeUs
    if (dueUs === Number.POSITIVE_INFINITY) return 0
    const nowUs = this.#clockUs()
    if (dueUs > nowUs) return 0
    if (
      dueUs === this.#askedDueUs &&
      nowUs < this.#againUs &&
      nowUs > this.#againUs - 2 * AGAIN_US
    ) {
      return 0
    }
    if (!this.#say(Root.Wake, { dueUs })) return 0
    this.#askedDueUs = dueUs
    this.#againUs = nowUs + AGAIN_US
    return 1
  }

  #reserve(): number {
    if (!this.#isToReserve) return 0
    const generation = this.#host.links.table.generationAhead
    if (!this.#say(Root.Reserve, { generation })) return 0
    this.#askedGeneration = generation
    return 1
  }

  /** Before its start is in the log there is nothing to add to. */
  get #isToReserve(): boolean {
    const { shard, generation } = this.#shard
    const { table } = this.#host.links
    if (shard !== RESERVING_SHARD || generation < table.firstGeneration) return false
    return table.generationAhead > Math.max(generation, this.#askedGeneration)
  }

  #say(type: AnyMessage, values: object): boolean {
    const { outgoing, links } = this.#host
    if (writeMessage(outgoing, NOBODY, rootOf(this.#shard.shard), type, values) !== SENT)
      return false
    links.publish()
    return true
  }

  hasWork(): boolean {
    if (this.#isToReserve) return true
    const dueUs = this.#shard.nextWakeUs
    return dueUs !== this.#askedDueUs && dueUs <= this.#clockUs()
  }

  get wakeWithinMs(): number {
    const dueUs = this.#shard.nextWakeUs
    const untilUs = dueUs === this.#askedDueUs ? this.#againUs : dueUs
    return Math.max(0, (untilUs - this.#clockUs()) / 1000)
  }
}
