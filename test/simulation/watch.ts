/**
 *   shard ──▶ WATCHED MACHINE ──▶ exchange machine
 *                   │
 *                 WATCH ──▶ log first, reports, money, state
 *
 * Sees every command that a shard runs and every event that comes of it, the first time and in each replay, and hands them
 * to the checkers. It stands outside of the exchange and outlives its crashes.
 */
import type { ExchangeMachine } from '../../actors/exchange-machine.ts'
import type { SnapshotTransfer } from '../../engine/recovery/snapshot-transfer.ts'
import type { Outbox } from '../../engine/shard/outbox.ts'
import type { StateMachine } from '../../engine/shard/state-machine.ts'
import { DepthUpdate, NewOrderSingle, SessionOpen, SessionOpened } from '../../protocol/codecs.ts'
import {
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { crc32 } from '../../storage/crc32.ts'
import type { LogFirst } from './check-log-first.ts'
import { MoneyBook } from './check-money.ts'
import { ReportBook } from './check-reports.ts'
import { StateBook } from './check-state.ts'

/** A defect that a test puts into the exchange, to see the checkers find it. */
export type Plant =
  | 'money-from-nothing'
  | 'state-beside-the-log'
  | 'report-number-skipped'
  | 'order-swallowed'
  | 'level-wrong'
  | 'commit-lost'
  | 'shard-before-commit'
  | 'resend-altered'
  | 'bytes-sent-twice'
  | 'reader-unbounded'

/** Nobody logs on to it. */
const IDLE_SESSION = 9
/** From which command on a planted defect shows. */
const PLANTED_AT = 500

export class Watch {
  readonly reports = new ReportBook()
  readonly states = new StateBook()
  money = new MoneyBook()
  /** The last feed update of each instrument. */
  readonly updateIds: number[] = []
  /** CompIDs by the shard's number of the session. */
  readonly names: string[] = []
  /** Commands that were run for the first time. */
  commands = 0
  readonly #logFirst: LogFirst
  readonly #plant: Plant | undefined
  readonly #lastRun: number[]
  /** As lastRun, but a set-back log is not counted from its start again. */
  readonly #saidThrough: number[]
  readonly #open = new SessionOpen()
  readonly #depth = new DepthUpdate()
  #compId = ''

  /** Hears of each report when it is said for the first time. */
  onReport: (report: {
    session: number
    templateId: number
    view: DataView
    block: number
  }) => void = () => undefined

  constructor(shards: number, logFirst: LogFirst, plant: Plant | undefined) {
    this.#lastRun = new Array<number>(shards).fill(0)
    this.#saidThrough = [...this.#lastRun]
    this.#logFirst = logFirst
    this.#plant = plant
  }

  /** The last command that this shard has run. */
  lastRun(shard: number): number {
    return this.#lastRun[shard]!
  }

  /** The log ends here now: what was counted of later commands is forgotten, and counted again in a whole replay. */
  cutTo(sequence: number): void {
    this.reports.cutTo(sequence)
    this.states.cutTo(sequence)
    this.money = new MoneyBook()
    this.updateIds.length = 0
    this.names.length = 0
    this.#lastRun.fill(0)
    this.#saidThrough.forEach((last, shard) => {
      this.#saidThrough[shard] = Math.min(last, sequence)
    })
  }

  begin(shard: number, sequence: number, view: DataView, at: number): boolean {
    this.#logFirst.runs(sequence)
    const templateId = view.getUint16(at + TEMPLATE_ID_OFFSET, true)
    if (templateId === SessionOpen.TEMPLATE_ID) {
      this.#compId = this.#open.wrap(view, at + ENVELOPE_BYTES).compId
    }
    const isNews = sequence > this.#lastRun[shard]!
    if (!isNews) return false
    this.#lastRun[shard] = sequence
    // Definitions and money come to every shard; they are counted once.
    if (shard === 0) this.money.command(templateId, view, at + ENVELOPE_BYTES)
    return true
  }

  /** The events in the outbox from `from` on. */
  end(shard: number, isNews: boolean, machine: ExchangeMachine, outbox: Outbox, from: number) {
    const { view, bytes, endBytes, sequence } = outbox
    const isUnheard = sequence > this.#saidThrough[shard]!
    if (isUnheard) {
      this.#saidThrough[shard] = sequence
      this.commands++
    }
    for (let at = from; at < endBytes; at = outbox.next(at)) {
      const templateId = view.getInt32(at + RECORD_TYPE_OFFSET, true)
      const session = view.getUint32(at + RECORD_HEADER_BYTES + SESSION_OFFSET, true)
      const block = at + RECORD_BLOCK_OFFSET
      if (templateId === DepthUpdate.TEMPLATE_ID) {
        const update = this.#depth.wrap(view, block)
        this.updateIds[update.instrument] = update.updateId
        const isWrong = this.#plant === 'level-wrong' && sequence >= PLANTED_AT
        if (isWrong && update.lots > 0) update.lots++
        continue
      }
      if (templateId === SessionOpened.TEMPLATE_ID && session !== 0)
        this.names[session] = this.#compId
      const number = view.getUint32(at + RECORD_HEADER_BYTES + NUMBER_OFFSET, true)
      if (number !== 0) {
        const end = at + view.getInt32(at + RECORD_LENGTH_OFFSET, true)
        const sum = crc32(bytes.subarray(block, end))
        this.reports.said(this.where(shard, session), { number, sum, sequence, isNews: isUnheard })
        if (isUnheard) this.onReport({ session, templateId, view, block })
      }
      if (isNews) {
        const account = machine.venue.sessions.has(session)
          ? machine.venue.sessions.account(session)
          : 0
        if (shard === 0 || number !== 0) this.money.event(templateId, view, block, account)
      }
    }
  }

  where(shard: number, session: number): string {
    return shard === 0 ? `${this.names[session] ?? session}` : `${session} of shard ${shard}`
  }

  /** Does what the test has planted: money each time, the rest behind the log's back, so that no replay does it again. */
  misbehave(machine: ExchangeMachine, sequence: number, isNews: boolean): void {
    if (sequence !== PLANTED_AT) return
    const { venue } = machine
    if (this.#plant === 'money-from-nothing') venue.accounts.credit(1, 1, 5)
    if (!isNews) return
    if (this.#plant === 'state-beside-the-log') venue.sessions.takeOutbound(IDLE_SESSION)
    else if (this.#plant === 'report-number-skipped') {
      for (let session = 1; session < IDLE_SESSION; session++) venue.sessions.takeOutbound(session)
    }
  }

  /** A planted defect of the machine's own: it forgets an order each time. */
  swallows(machine: ExchangeMachine, sequence: number, view: DataView, at: number): boolean {
    if (this.#plant !== 'order-swallowed' || sequence < PLANTED_AT || sequence % 100 !== 0)
      return false
    if (view.getUint16(at + TEMPLATE_ID_OFFSET, true) !== NewOrderSingle.TEMPLATE_ID) return false
    const session = view.getUint32(at + SESSION_OFFSET, true)
    return machine.venue.sessions.admit(session, view.getUint32(at + NUMBER_OFFSET, true))
  }
}

export class WatchedMachine implements StateMachine {
  readonly machine: ExchangeMachine
  readonly #shard: number
  readonly #outbox: Outbox
  readonly #watch: Watch

  constructor(machine: ExchangeMachine, outbox: Outbox, place: { shard: number; watch: Watch }) {
    this.machine = machine
    this.#outbox = outbox
    this.#shard = place.shard
    this.#watch = place.watch
  }

  apply(view: DataView, at: number): void {
    const watch = this.#watch
    const { sequence, endBytes } = this.#outbox
    const isNews = watch.begin(this.#shard, sequence, view, at)
    if (!watch.swallows(this.machine, sequence, view, at)) this.machine.apply(view, at)
    watch.misbehave(this.machine, sequence, isNews)
    watch.end(this.#shard, isNews, this.machine, this.#outbox, endBytes)
    if (!isNews && watch.states.isNoted(this.#shard, sequence)) {
      watch.states.compare(this.#shard, sequence, this.machine.stateHash())
    }
  }

  announce(): void {
    this.machine.announce()
  }

  audit(): string | undefined {
    return this.machine.audit()
  }

  stateHash(): string {
    return this.machine.stateHash()
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.machine.transfer(snapshot)
  }
}
