/**
 *   configuration ──▶ OPERATOR DESK ──▶ sequencer
 *                           ▲
 *                           └── refusals, wake-ups ── shard
 *
 * The exchange's own producer: what the venue is (currencies, instruments, who may log on, money paid in, fees and limits) goes
 * through the log like every other command, so that a replay needs no configuration. Saying the same again changes nothing,
 * so the whole definition is said at every start. What an operator does in the course of a day goes the same way.
 *
 * It speaks as session 0 and hears what was refused; of a command that it numbers it hears in any case. And it gives the
 * shard the time, where that asks for it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { CommandRefused, WakeUp } from '../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SCHEMA_ID_OFFSET,
  TEMPLATE_ID_OFFSET,
  VERSION_OFFSET,
} from '../protocol/envelope.ts'
import { templateIdOf } from '../protocol/message.ts'
import { reasonRow } from '../protocol/reasons.ts'
import { MESSAGES, SCHEMA_ID, VERSION } from '../protocol/schema.ts'
import { EMPTY, FULL, type RingConsumer, type RingProducer } from '../ringbuffer/spsc/spsc-ring.ts'
import {
  type Command,
  changePhase,
  commandsOf,
  endsInOrder,
  type KillSwitchState,
  sessionsLost,
  setKillSwitch,
  startDay,
  tick,
} from './operator-commands.ts'
import type { TradingRules, VenueDefinition } from './venue-definition.ts'
import { WakeUpTimer } from './wake-up-timer.ts'

export interface Refusal {
  readonly command: string
  readonly reason: string
}

/** The exchange ends before the shard has answered: whether the command was run, its journal tells. */
export class OperatorUnheard extends Error {
  readonly code = 'operator-unheard'

  constructor() {
    super('the exchange stops, and has not answered this command')
  }
}

export interface OperatorDeskOptions {
  readonly toSequencer: RingProducer
  readonly fromShard: RingConsumer
  /** Wall clock, µs since 1970. */
  readonly clockUs: () => number
}

export class OperatorDesk {
  readonly #toSequencer: RingProducer
  readonly #fromShard: RingConsumer
  readonly #wakeUps: WakeUpTimer
  readonly #refused = new CommandRefused()
  readonly #wakeUp = new WakeUp()
  #isStopped = false
  /** Of the last command that asked for an answer. */
  #lastNumber = 0
  readonly #asked = new Map<
    number,
    { resolve: (reason: number) => void; reject: (error: Error) => void }
  >()

  constructor({ toSequencer, fromShard, clockUs }: OperatorDeskOptions) {
    this.#toSequencer = toSequencer
    this.#fromShard = fromShard
    this.#wakeUps = new WakeUpTimer({ clockUs, sendTick: () => this.#sendTick() })
  }

  /** After a start: whoever was logged on when the last run ended is not any more. */
  sayEveryoneIsGone(): Promise<void> {
    return this.#say([sessionsLost])
  }

  /** All gateways are closed, and nothing follows: the next start is none after a failure. */
  sayTheEnd(): Promise<void> {
    return this.#say([endsInOrder])
  }

  /** Resolves when all is said; while the ring is full it waits for the sequencer. */
  define(venue: VenueDefinition): Promise<void> {
    return this.#say(commandsOf(venue))
  }

  /** Moves a market, or all of them (''), to a phase. Resolves when it is said, as all that follow do. */
  changePhase(symbol: string, phase: TradingRules['initialPhase']): Promise<void> {
    return this.#say([changePhase(symbol, phase)])
  }

  /** Halts an account, or everyone (''); or lets go on. */
  setKillSwitch(account: string, state: KillSwitchState): Promise<void> {
    return this.#say([setKillSwitch(account, state)])
  }

  /** A trading day begins; from `lateTimeUs` on it is late (0: never). */
  startDay(lateTimeUs = 0): Promise<void> {
    return this.#say([startDay(lateTimeUs)])
  }

  /**
   * Says a command and resolves when the shard has run it: with Reason.None, or why it changed nothing. `listen` is to be
   * called meanwhile. Rejects with OperatorUnheard where the desk is stopped first.
   */
  async ask(command: Command): Promise<number> {
    if (this.#isStopped) throw new OperatorUnheard()
    const number = ++this.#lastNumber
    const answer = new Promise<number>((resolve, reject) => {
      this.#asked.set(number, { resolve, reject })
    })
    // Where it cannot be said there is nobody who waits for the answer.
    answer.catch(() => undefined)
    await this.#say([command], number)
    return answer
  }

  /** Nobody reads the ring any more: whoever waits for room in it, or for an answer, waits no longer; no Tick follows. */
  stop(): void {
    this.#isStopped = true
    this.#wakeUps.stop()
    for (const { reject } of this.#asked.values()) reject(new OperatorUnheard())
    this.#asked.clear()
  }

  /** Hears what the shard has said since the last look. Returns what it refused; where it wants a Tick, it gets one. */
  listen(): Refusal[] {
    const refusals: Refusal[] = []
    const ring = this.#fromShard
    for (let at = ring.peek(); at !== EMPTY; at = ring.peek()) {
      const block = at + ENVELOPE_BYTES
      if (ring.recordType === CommandRefused.TEMPLATE_ID) {
        const { refMsgType, reason } = this.#refused.wrap(ring.view, block)
        const number = ring.view.getUint32(at + NUMBER_OFFSET, true)
        if (number !== 0) this.#onAnswer(number, reason)
        else refusals.push({ command: commandName(refMsgType), reason: reasonRow(reason).sentence })
      } else if (ring.recordType === WakeUp.TEMPLATE_ID) {
        this.#wakeUps.want(this.#wakeUp.wrap(ring.view, block).wakeTime)
      }
      ring.advance()
    }
    ring.release()
    return refusals
  }

  #onAnswer(number: number, reason: number): void {
    this.#asked.get(number)?.resolve(reason)
    this.#asked.delete(number)
  }

  /** `number`: an answer is asked for; 0: only refusals are told. */
  async #say(commands: Iterable<Command>, number = 0): Promise<void> {
    for (const command of commands) {
      while (!this.#write(command, number)) {
        if (this.#isStopped) throw new OperatorUnheard()
        await sleep(1)
      }
    }
    this.#toSequencer.publish()
  }

  #sendTick(): boolean {
    if (!this.#write(tick, 0)) return false
    this.#toSequencer.publish()
    return true
  }

  /** False: the ring is full. Sequence and time stay 0: they are the sequencer's. */
  #write({ templateId, blockBytes, write }: Command, number: number): boolean {
    const ring = this.#toSequencer
    const at = ring.claim(ENVELOPE_BYTES + blockBytes)
    if (at === FULL) return false
    const { view } = ring
    ring.bytes.fill(0, at, at + ENVELOPE_BYTES + blockBytes)
    view.setUint16(at + BLOCK_LENGTH_OFFSET, blockBytes, true)
    view.setUint16(at + TEMPLATE_ID_OFFSET, templateId, true)
    view.setUint16(at + SCHEMA_ID_OFFSET, SCHEMA_ID, true)
    view.setUint16(at + VERSION_OFFSET, VERSION, true)
    view.setUint32(at + NUMBER_OFFSET, number, true)
    try {
      write(view, at + ENVELOPE_BYTES)
    } catch (error) {
      ring.abort()
      throw error
    }
    ring.commit(templateId)
    return true
  }
}

/** As the schema names it. */
export const commandName = (templateId: number): string =>
  MESSAGES.find((message) => templateIdOf(message.msgType) === templateId)?.name ??
  `template ${templateId}`
