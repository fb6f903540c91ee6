/**
 * The clock of a shard, which has none: when the time of its next timer has come, somebody must say so in the log. A role beside
 * the shard, on the same thread.
 */
import type { Role } from '../role.ts'
import type { ActorHost } from './actor-host.ts'
import { SENT } from './behavior.ts'
import { type JournaledShard, rootOf } from './journaled-shard.ts'
import { NOBODY } from './ref.ts'
import { Root } from './root-protocol.ts'
import { writeMessage } from './write-message.ts'

/** A Wake that was said and has had no effect by then is said again: the sequencer's clock may have been behind. */
const AGAIN_US = 20_000

export class ShardAlarm implements Role {
  readonly name: string
  readonly #host: ActorHost
  readonly #shard: JournaledShard
  readonly #clockUs: () => number
  /** Until when a Wake is under way for the timer that is due then. */
  #askedDueUs = Number.NEGATIVE_INFINITY
  #againUs = 0

  constructor(host: ActorHost, shard: JournaledShard, clockUs: () => number) {
    this.name = `alarm-${shard.shard}`
    this.#host = host
    this.#shard = shard
    this.#clockUs = clockUs
  }

  doWork(): number {
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
    const { outgoing, links } = this.#host
    const to = rootOf(this.#shard.shard)
    if (writeMessage(outgoing, NOBODY, to, Root.Wake, { dueUs }) !== SENT) return 0
    links.publish()
    this.#askedDueUs = dueUs
    this.#againUs = nowUs + AGAIN_US
    return 1
  }

  hasWork(): boolean {
    const dueUs = this.#shard.nextWakeUs
    return dueUs !== this.#askedDueUs && dueUs <= this.#clockUs()
  }

  get wakeWithinMs(): number {
    const dueUs = this.#shard.nextWakeUs
    const untilUs = dueUs === this.#askedDueUs ? this.#againUs : dueUs
    return Math.max(0, (untilUs - this.#clockUs()) / 1000)
  }

  close(): void {
    // Its timers are in the log: they fire when the system runs again.
  }
}
