/**
 *   command ──▶ EXCHANGE MACHINE ─┬─▶ operator desk   currencies, instruments, sessions, deposits
 *                                 ├─▶ trading desk    fees, limits, phases, switches, breakers, the day
 *                                 ├─▶ session desk    who is logged on
 *                                 ├─▶ status desk     how orders stand
 *                                 ├─▶ market desk     what instruments are, which phases they are in
 *                                 ├─▶ order desk ──▶ market: account ▸ risk ▸ book ▸ feed ▸ account ──▶ outbox
 *                                 └─▶ funds desk    money between shards, where there are several
 *
 * The rules of the exchange, as one function of the log: what a shard runs. Reads a command's
 * envelope and hands its block to the desk that knows it.
 */

import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import type { Outbox } from '../engine/shard/outbox.ts'
import type { StateMachine } from '../engine/shard/state-machine.ts'
import {
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
  Reason,
  SecurityDefinitionRequest,
  SessionClose,
  SessionOpen,
  SessionsLost,
  SessionsReset,
  TradingSessionStatusRequest,
} from '../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../protocol/envelope.ts'
import { auditVenue } from './audit.ts'
import { FundsDesk } from './funds-desk.ts'
import type { ShardPlace } from './funds-line.ts'
import { EXCHANGE_LIMITS, type ExchangeLimits } from './limits.ts'
import { transferTerms } from './machine-terms.ts'
import { MarketDesk } from './market-desk.ts'
import { OperatorDesk } from './operator-desk.ts'
import { OrderDesk } from './order-desk.ts'
import { SessionDesk } from './session-desk.ts'
import { hashVenue } from './state-hash.ts'
import { StatusDesk } from './status-desk.ts'
import { TradingDesk } from './trading-desk.ts'
import { Venue } from './venue.ts'

/** The whole exchange. */
const ALONE: ShardPlace = { shard: 0, shards: 1 }

export class ExchangeMachine implements StateMachine {
  /** For tests and tools to look at; only commands may change it. */
  readonly venue: Venue
  readonly #operatorDesk: OperatorDesk
  readonly #tradingDesk: TradingDesk
  readonly #sessionDesk: SessionDesk
  readonly #orderDesk: OrderDesk
  readonly #statusDesk: StatusDesk
  readonly #marketDesk: MarketDesk
  readonly #fundsDesk: FundsDesk | undefined
  readonly #limits: ExchangeLimits
  readonly #place: ShardPlace

  constructor(outbox: Outbox, limits: ExchangeLimits = EXCHANGE_LIMITS, place = ALONE) {
    this.#limits = limits
    this.#place = place
    this.venue = new Venue(outbox, limits, place)
    this.#operatorDesk = new OperatorDesk(this.venue)
    this.#tradingDesk = new TradingDesk(this.venue, this.#operatorDesk)
    this.#sessionDesk = new SessionDesk(this.venue)
    this.#orderDesk = new OrderDesk(this.venue)
    this.#statusDesk = new StatusDesk(this.venue)
    this.#marketDesk = new MarketDesk(this.venue)
    const { funds } = this.venue
    if (funds !== undefined) this.#fundsDesk = new FundsDesk(funds, this.venue, this.#orderDesk)
  }

  apply(view: DataView, at: number): void {
    const { venue } = this
    venue.runTimers()
    this.#run(view, at)
    venue.endOfCommand()
  }

  #run(view: DataView, at: number): void {
    const templateId = view.getUint16(at + TEMPLATE_ID_OFFSET, true)
    const session = view.getUint32(at + SESSION_OFFSET, true)
    const block = at + ENVELOPE_BYTES
    switch (templateId) {
      case NewOrderSingle.TEMPLATE_ID:
        if (this.#admits(view, at, templateId)) {
          const blockBytes = view.getUint16(at + BLOCK_LENGTH_OFFSET, true)
          this.#orderDesk.enter(view, block, blockBytes, session)
        }
        return
      case OrderCancelRequest.TEMPLATE_ID:
        if (this.#admits(view, at, templateId)) this.#orderDesk.cancel(view, block, session)
        return
      case OrderCancelReplaceRequest.TEMPLATE_ID:
        if (this.#admits(view, at, templateId)) this.#orderDesk.replace(view, block, session)
        return
      case OrderMassCancelRequest.TEMPLATE_ID:
        if (this.#admits(view, at, templateId)) this.#orderDesk.massCancel(view, block, session)
        return
      case OrderStatusRequest.TEMPLATE_ID:
        if (this.#isNew(view, at, templateId)) this.#statusDesk.status(view, block, session)
        return
      case OrderMassStatusRequest.TEMPLATE_ID:
        if (this.#isNew(view, at, templateId)) this.#statusDesk.massStatus(view, block, session)
        return
      case SecurityDefinitionRequest.TEMPLATE_ID:
        if (this.#isNew(view, at, templateId)) this.#marketDesk.define(view, block, session)
        return
      case TradingSessionStatusRequest.TEMPLATE_ID:
        if (this.#isNew(view, at, templateId)) this.#marketDesk.status(view, block, session)
        return
      case SessionOpen.TEMPLATE_ID:
        this.venue.shardMap.hear(templateId, view, block)
        this.#sessionDesk.open(view, block, view.getUint16(at + BLOCK_LENGTH_OFFSET, true))
        return
      case SessionClose.TEMPLATE_ID:
        this.#sessionDesk.close(view, block, session)
        return
      case SessionsLost.TEMPLATE_ID:
        this.#sessionDesk.lose(view, block)
        return
      case SessionsReset.TEMPLATE_ID:
        this.#sessionDesk.reset(view, block)
        return
      default:
        this.#runOperators(view, at, templateId)
    }
  }

  #runOperators(view: DataView, at: number, templateId: number): void {
    const block = at + ENVELOPE_BYTES
    const blockBytes = view.getUint16(at + BLOCK_LENGTH_OFFSET, true)
    this.#operatorDesk.asked = view.getUint32(at + NUMBER_OFFSET, true)
    if (this.#operatorDesk.run(templateId, view, block, blockBytes)) return
    if (this.#tradingDesk.run(templateId, view, block)) return
    if (this.#fundsDesk?.run(templateId, view, block)) return
    throw new Error(`template ${templateId} is no command: the log is another version's`)
  }

  announce(): void {
    for (const market of this.venue.ownMarkets) market.announce()
    this.venue.tapes.announce()
    this.venue.sayWakeUp()
  }

  audit(): string | undefined {
    return auditVenue(this.venue)
  }

  stateHash(): string {
    return hashVenue(this.venue)
  }

  transfer(snapshot: SnapshotTransfer): void {
    transferTerms(snapshot, this.#limits, this.#place)
    this.venue.transfer(snapshot)
  }

  /** As `#isNew`, of a request that among several shards may have to wait behind others. */
  #admits(view: DataView, at: number, templateId: number): boolean {
    if (!this.#isNew(view, at, templateId)) return false
    return this.#fundsDesk === undefined || !this.#fundsDesk.holdsBack(view, at)
  }

  /** Whether an application command is a session's and new. One seen already is ignored: a gateway sent it twice. */
  #isNew(view: DataView, at: number, templateId: number): boolean {
    const session = view.getUint32(at + SESSION_OFFSET, true)
    const { sessions } = this.venue
    if (!sessions.trades(session)) {
      // Nobody to report to: no session, or one that has no reports of its own.
      this.#operatorDesk.refuseFor(templateId, Reason.UnknownSession)
      return false
    }
    return sessions.admit(session, view.getUint32(at + NUMBER_OFFSET, true))
  }
}
