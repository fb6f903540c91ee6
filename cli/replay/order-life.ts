/**
 *   each turn of the run ──▶ ORDER LIFE ──▶ what happened to one order, when, and by whose command
 *
 * The order is known by the exchange's id, or by an account and a client order id. Such an id may have been used again once
 * it was forgotten: the last order that had it is meant. Orders that are linked to it are followed from where the link
 * is made.
 */
import type { VenueView } from '../../actors/venue-view.ts'
import type { Outbox } from '../../engine/shard/outbox.ts'
import {
  ContingencyType,
  ExecType,
  ExecutionReport,
  NewOrderList,
  NewOrderSingle,
  OrderCancelReject,
  PreventedMatch,
} from '../../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_TYPE_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import { writeText } from '../../protocol/text.ts'
import { type JournalRecord, sessionOf, templateIdOf } from '../journal/record-walk.ts'
import { type Against, type Chapter, chapterOf } from './order-chapter.ts'
import type { Turn } from './run.ts'

/** Who is asked for. */
export type OrderKey =
  | { readonly orderId: number }
  | { readonly account: string; readonly clOrdId: string }

const CL_ORD_ID_BYTES = 36

export class OrderLife {
  readonly chapters: Chapter[] = []
  /** Exchange id of the order; 0: none was accepted. */
  orderId = 0
  /** Orders that had the client order id before. */
  readonly earlier: number[] = []
  /** The order was older than the client order id: its beginning was missed, and `again` hears it. */
  hasMissedStart = false
  readonly #key: OrderKey
  /** The client order id asked for, as it stands in blocks. */
  readonly #wanted: DataView | undefined
  /** Orders followed because they are linked. */
  readonly #linked = new Set<number>()
  #isKnown = false
  readonly #report = new ExecutionReport()
  readonly #order = new NewOrderSingle()

  constructor(key: OrderKey) {
    this.#key = key
    if ('orderId' in key) {
      this.orderId = key.orderId
      return
    }
    this.#wanted = new DataView(new ArrayBuffer(CL_ORD_ID_BYTES))
    writeText(this.#wanted, 0, CL_ORD_ID_BYTES, key.clOrdId)
  }

  /** For another run: which order is meant is known from the first command on. */
  again(): OrderLife {
    const life = new OrderLife(this.#key)
    life.orderId = this.orderId
    life.earlier.push(...this.earlier)
    life.#isKnown = true
    return life
  }

  /** Exchange ids of the orders that are, or were, linked to it. */
  get linked(): readonly number[] {
    return [...this.#linked]
  }

  /** Whether a turn may be about it: asked of every turn of the log, so it looks at bytes only. */
  wants(command: JournalRecord, outbox: Outbox, from: number): boolean {
    // A new order that is linked to one of these has only its own id in its report.
    if (this.#linkedOrder(command) !== undefined) return true
    const { view } = outbox
    for (let at = from; at < outbox.endBytes; at = outbox.next(at)) {
      const templateId = view.getInt32(at + RECORD_TYPE_OFFSET, true)
      const block = at + RECORD_BLOCK_OFFSET
      if (
        templateId === ExecutionReport.TEMPLATE_ID ||
        templateId === OrderCancelReject.TEMPLATE_ID
      ) {
        if (this.#follows(readInt64(view, block))) return true
        if (this.#namesWanted(view, block, templateId)) return true
      } else if (templateId === PreventedMatch.TEMPLATE_ID) {
        const { maker, taker } = preventedOf(view, block)
        if (this.#follows(maker) || this.#follows(taker)) return true
      }
    }
    return false
  }

  hear({ command, events, venue }: Turn): void {
    this.#begin(events, venue)
    this.#link(command, events, venue)
    for (const event of events) {
      const about = this.#aboutOf(event, venue)
      if (about === undefined) continue
      const against = againstOf(event, events, about, venue)
      this.chapters.push(chapterOf({ event, command, about, against, venue, mainId: this.orderId }))
    }
  }

  #follows(orderId: number): boolean {
    return orderId !== 0 && (orderId === this.orderId || this.#linked.has(orderId))
  }

  /** By the bytes alone: whose session it is, is asked later. */
  #namesWanted(view: DataView, block: number, templateId: number): boolean {
    const wanted = this.#wanted
    if (wanted === undefined) return false
    const isReport = templateId === ExecutionReport.TEMPLATE_ID
    const ids = isReport
      ? [ExecutionReport.CL_ORD_ID_OFFSET, ExecutionReport.ORIG_CL_ORD_ID_OFFSET]
      : [OrderCancelReject.CL_ORD_ID_OFFSET, OrderCancelReject.ORIG_CL_ORD_ID_OFFSET]
    return ids.some((offset) => hasText(view, block + offset, wanted))
  }

  /** An order that is accepted under the client order id, or gets it by a replace, is the one from now on. */
  #begin(events: readonly JournalRecord[], venue: VenueView): void {
    if (this.#wanted === undefined || this.#isKnown) return
    for (const event of events) {
      if (templateIdOf(event) !== ExecutionReport.TEMPLATE_ID) continue
      const report = this.#wrap(event)
      const isNamed = report.execType === ExecType.New || report.execType === ExecType.Replaced
      const idAt = report.at + ExecutionReport.CL_ORD_ID_OFFSET
      if (!isNamed || !hasText(event.view, idAt, this.#wanted)) continue
      if (!this.#isOfAccount(event, venue) || report.orderId === this.orderId) continue
      if (this.orderId !== 0) this.earlier.push(this.orderId)
      this.orderId = report.orderId
      this.hasMissedStart = report.execType === ExecType.Replaced
      this.#linked.clear()
      this.chapters.length = 0
    }
  }

  /** A new order may be linked to one that is followed, or the other way round. */
  #link(command: JournalRecord, events: readonly JournalRecord[], venue: VenueView): void {
    if (templateIdOf(command) === NewOrderList.TEMPLATE_ID) this.#linkAll(events)
    const order = this.#linkedOrder(command)
    if (order === undefined) return
    const account = venue.accountOfSession(sessionOf(command))
    const other = venue.orderIdOf(account, order.linkClOrdId)
    const entered = events.find((event) => {
      const isReport = templateIdOf(event) === ExecutionReport.TEMPLATE_ID
      return isReport && this.#wrap(event).execType === ExecType.New
    })
    if (entered === undefined || other === 0) return
    const { orderId } = this.#wrap(entered)
    if (this.#follows(orderId) && other !== this.orderId) this.#linked.add(other)
    if (this.#follows(other) && orderId !== this.orderId) this.#linked.add(orderId)
  }

  /** The orders of a list, which are told of behind its answer. */
  #linkAll(events: readonly JournalRecord[]): void {
    const entered = events.flatMap((event) => {
      if (templateIdOf(event) !== ExecutionReport.TEMPLATE_ID) return []
      const { execType, orderId } = this.#wrap(event)
      return execType === ExecType.New ? [orderId] : []
    })
    if (!entered.some((orderId) => this.#follows(orderId))) return
    for (const orderId of entered) if (orderId !== this.orderId) this.#linked.add(orderId)
  }

  /** What a command enters, if that is linked to another order. */
  #linkedOrder(command: JournalRecord): NewOrderSingle | undefined {
    if (templateIdOf(command) !== NewOrderSingle.TEMPLATE_ID) return undefined
    const { view, at } = command
    const blockBytes = view.getUint16(at + RECORD_HEADER_BYTES + BLOCK_LENGTH_OFFSET, true)
    const order = this.#order.wrap(view, at + RECORD_BLOCK_OFFSET, blockBytes)
    return order.contingencyType === ContingencyType.None ? undefined : order
  }

  /** The order that an event is about, if it is one of these; 0 for a refusal of the id that is asked for. */
  #aboutOf(event: JournalRecord, venue: VenueView): number | undefined {
    const templateId = templateIdOf(event)
    const block = event.at + RECORD_BLOCK_OFFSET
    if (templateId === PreventedMatch.TEMPLATE_ID) {
      const { maker, taker } = preventedOf(event.view, block)
      return [maker, taker].find((orderId) => this.#follows(orderId))
    }
    const isReport = templateId === ExecutionReport.TEMPLATE_ID
    if (!isReport && templateId !== OrderCancelReject.TEMPLATE_ID) return undefined
    const orderId = readInt64(event.view, block)
    if (this.#follows(orderId)) return orderId
    const isRefusal = !isReport || this.#wrap(event).execType === ExecType.Rejected
    const isNamed = orderId === 0 && this.#namesWanted(event.view, block, templateId)
    return isRefusal && isNamed && this.#isOfAccount(event, venue) ? 0 : undefined
  }

  #isOfAccount(event: JournalRecord, venue: VenueView): boolean {
    if ('orderId' in this.#key) return true
    return venue.accountName(venue.accountOfSession(sessionOf(event))) === this.#key.account
  }

  #wrap({ view, at }: JournalRecord): ExecutionReport {
    return this.#report.wrap(view, at + RECORD_BLOCK_OFFSET, ExecutionReport.BLOCK_BYTES)
  }
}

function preventedOf(view: DataView, block: number): { maker: number; taker: number } {
  const prevented = new PreventedMatch().wrap(view, block)
  return { maker: prevented.makerOrderId, taker: prevented.takerOrderId }
}

/** The other side of a fill, or of one that was prevented: what the same turn told about it. */
function againstOf(
  event: JournalRecord,
  events: readonly JournalRecord[],
  about: number,
  venue: VenueView,
): Against | undefined {
  if (templateIdOf(event) === PreventedMatch.TEMPLATE_ID) {
    const { maker, taker } = preventedOf(event.view, event.at + RECORD_BLOCK_OFFSET)
    const orderId = maker === about ? taker : maker
    const told = events.find((candidate) => reportOf(candidate)?.orderId === orderId)
    return told === undefined ? { orderId } : sideOf(told, venue)
  }
  const tradeId = tradeOf(event)
  if (tradeId === undefined) return undefined
  const other = events.find((candidate) => candidate !== event && tradeOf(candidate) === tradeId)
  return other === undefined ? undefined : sideOf(other, venue)
}

function sideOf(told: JournalRecord, venue: VenueView): Against {
  const { orderId, clOrdId } = reportOf(told)!
  const session = venue.sessionName(sessionOf(told))
  return { orderId, clOrdId, ...(session === undefined ? {} : { session }) }
}

function reportOf({ view, at }: JournalRecord): ExecutionReport | undefined {
  if (templateIdOf({ view, at }) !== ExecutionReport.TEMPLATE_ID) return undefined
  return new ExecutionReport().wrap(view, at + RECORD_BLOCK_OFFSET)
}

/** Symbol and number of the trade that a report tells. */
function tradeOf(event: JournalRecord): string | undefined {
  const report = reportOf(event)
  if (report?.execType !== ExecType.Trade) return undefined
  return `${report.symbol}/${report.tradeId}`
}

function hasText(view: DataView, at: number, wanted: DataView): boolean {
  for (let i = 0; i < CL_ORD_ID_BYTES; i += 4) {
    if (view.getInt32(at + i, true) !== wanted.getInt32(i, true)) return false
  }
  return true
}
