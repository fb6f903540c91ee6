/**
 *   sequencer ──▶ SHARD ──▶ journal (events), gateways
 *
 * Gives a state machine its commands, one at a time and each to its end, and carries away what it says. It promises that
 * every event reaches the journal's ring and the one gateway that serves it, in order; and that no further command is
 * taken before all has found room.
 */
import { RECORD_TYPE_OFFSET, SEQUENCE_OFFSET, TIME_OFFSET } from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import { EMPTY, type RingConsumer, type RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { Counter } from '../thread/counters.ts'
import type { Role } from '../thread/role.ts'
import type { Outbox } from './outbox.ts'
import { sendRecord, sendRecords } from './records.ts'
import { Stage, type StageTimes } from './stage-times.ts'
import type { StateMachine } from './state-machine.ts'

/** A turn's bounds. What a batch says is carried away together; more would only make its first report wait. */
export const TURN_COMMANDS_MAX = 512
/** What was said is carried from the cache, if it is so little that it did not drive out the machine's own memory. */
export const TURN_BYTES_MAX = 64 * 1024
/** How often the machine's invariants are checked over its whole state. */
const AUDIT_COMMANDS = 1 << 20

export interface ShardOptions {
  readonly machine: StateMachine
  /** May hold events from recovery: they go to the journal alone, since no gateway was there to hear of them. */
  readonly outbox: Outbox
  /** Commands that the machine has seen already. */
  readonly lastCommand: number
  /** One of several, which does not hear every command. @default false */
  readonly isOneOfSeveral?: boolean
  /**
   * It takes the place of one that has died, over the same rings: commands that it has run already come again, and what the
   * recovery has said nobody has heard. @default false
   */
  readonly isSuccessor?: boolean
  /** Whether all events that were published so far are durable. @default a machine decides nothing that would ask for it */
  readonly isDurable?: () => boolean
  readonly fromSequencer: RingConsumer
  readonly toJournal: RingProducer
  /** Whom an event is for, by its template or by its record at `at`; undefined: the journal alone. */
  readonly routeOf: (templateId: number, view: DataView, at: number) => RingProducer | undefined
  readonly routes: readonly RingProducer[]
  readonly commandsTotal: Counter
  readonly eventsTotal: Counter
  /** @default nobody asks where the time goes */
  readonly stageTimes?: StageTimes | undefined
}

export class Shard implements Role {
  readonly name = 'shard'
  readonly #options: ShardOptions
  readonly #machine: StateMachine
  readonly #outbox: Outbox
  #lastCommand: number
  /** How far the outbox has been carried: to the journal's ring, and to the gateways'. */
  #journalAt = 0
  #routeAt: number
  #announced = false
  /** All that commands up to this one have said is carried away. */
  #saidCommand: number
  #mayRepeat: boolean

  constructor(options: ShardOptions) {
    this.#options = options
    this.#machine = options.machine
    this.#outbox = options.outbox
    this.#lastCommand = options.lastCommand
    this.#saidCommand = options.lastCommand
    this.#routeAt = options.isSuccessor === true ? 0 : options.outbox.endBytes
    this.#mayRepeat = options.isSuccessor === true
  }

  doWork(): number {
    if (!this.#carryAway()) return 0
    if (!this.#announced) return this.#announce()
    const taken = this.#takeCommands()
    if (taken > 0) this.#carryAway()
    return taken
  }

  hasWork(): boolean {
    if (this.#outbox.endBytes === 0)
      return !this.#announced || this.#options.fromSequencer.hasWork()
    if (this.#journalAt < this.#outbox.endBytes) return !this.#options.toJournal.isBlocked
    if (this.#machine.hasDecided === true) return true
    return !this.#options.routes.some((ring) => ring.isBlocked)
  }

  get isQuiet(): boolean {
    return this.#outbox.endBytes === 0 && !this.hasWork()
  }

  /** Sequence of the last command that it has run, where all that it has said is carried away; else undefined: later. */
  get settledAt(): number | undefined {
    return this.#carryAway() ? this.#lastCommand : undefined
  }

  /** The last word on the state: a breach that the schedule had not met yet is met here. */
  close(): void {
    this.#audit()
  }

  #takeCommands(): number {
    const ring = this.#options.fromSequencer
    let taken = 0
    for (let at = ring.peek(); at !== EMPTY; at = ring.peek()) {
      this.#apply(ring.view, at)
      ring.advance()
      taken++
      if (taken === TURN_COMMANDS_MAX || this.#outbox.endBytes >= TURN_BYTES_MAX) break
    }
    ring.release()
    this.#options.commandsTotal.add(taken)
    return taken
  }

  #apply(view: DataView, envelope: number): void {
    const sequence = readInt64(view, envelope + SEQUENCE_OFFSET)
    const isNext = this.#options.isOneOfSeveral
      ? sequence > this.#lastCommand
      : sequence === this.#lastCommand + 1
    if (!isNext) {
      if (this.#mayRepeat && sequence <= this.#lastCommand) return
      throw new Error(`shard: command ${sequence} came after ${this.#lastCommand}`)
    }
    this.#mayRepeat = false
    this.#lastCommand = sequence
    this.#outbox.begin(sequence, readInt64(view, envelope + TIME_OFFSET))
    const eventsBefore = this.#outbox.eventNumber
    this.#machine.apply(view, envelope)
    this.#options.eventsTotal.add(this.#outbox.eventNumber - eventsBefore)
    const { stageTimes } = this.#options
    if (stageTimes?.isSampled(sequence) === true) stageTimes.mark(sequence, Stage.Executed)
    if (sequence % AUDIT_COMMANDS === 0) this.#audit()
  }

  #audit(): void {
    const breach = this.#machine.audit()
    if (breach === undefined) return
    throw new Error(
      `shard.invariant: ${breach} (after command ${this.#lastCommand}); likely cause: a defect of TradSys; mend: keep the data ` +
        `directory and report it, the exchange does not go on from here`,
    )
  }

  /** Gateways start without a memory: tell them, and only them, what stands. These are no events and use up no numbers. */
  #announce(): number {
    const outbox = this.#outbox
    const { eventNumber } = outbox
    this.#machine.announce()
    outbox.eventNumber = eventNumber
    this.#journalAt = outbox.endBytes
    this.#announced = true
    this.#carryAway()
    return 1
  }

  /** True when nothing is left in the outbox. */
  #carryAway(): boolean {
    const outbox = this.#outbox
    if (outbox.endBytes === 0) return true
    const { toJournal, routes } = this.#options
    this.#journalAt = sendRecords(toJournal, outbox, this.#journalAt, outbox.endBytes)
    if (this.#machine.hasDecided === true && !this.#isDecisionDurable()) return false
    this.#routeAt = this.#carryToRoutes(this.#routeAt)
    const isAllCarried = this.#journalAt === outbox.endBytes && this.#routeAt === outbox.endBytes
    if (isAllCarried) {
      this.#options.stageTimes?.markAll(this.#saidCommand, this.#lastCommand, Stage.Said)
      this.#saidCommand = this.#lastCommand
    }
    toJournal.publish()
    for (const ring of routes) ring.publish()
    if (!isAllCarried) return false
    outbox.clear()
    this.#journalAt = 0
    this.#routeAt = 0
    return true
  }

  #isDecisionDurable(): boolean {
    const { toJournal, isDurable } = this.#options
    toJournal.publish()
    const isAllSent = this.#journalAt === this.#outbox.endBytes
    if (!isAllSent || isDurable?.() !== true) return false
    this.#machine.hasDecided = false
    return true
  }

  #carryToRoutes(from: number): number {
    const outbox = this.#outbox
    const { routeOf } = this.#options
    let at = from
    while (at < outbox.endBytes) {
      const ring = routeOf(outbox.view.getInt32(at + RECORD_TYPE_OFFSET, true), outbox.view, at)
      if (ring !== undefined && !sendRecord(ring, outbox, at)) break
      at = outbox.next(at)
    }
    return at
  }
}
