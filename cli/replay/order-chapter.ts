/** One thing that happened to an order, and why: what `replay --order` has a line for. */
import type { InstrumentTerms } from '../../actors/instrument-terms.ts'
import { sequenceOfOrder } from '../../actors/order-id.ts'
import type { VenueView } from '../../actors/venue-view.ts'
import { timeText } from '../journal/log-point.ts'
import { type JournalRecord, sequenceOf, sessionOf, timeUsOf } from '../journal/record-walk.ts'
import { recordToJson } from '../message-json.ts'
import { moneyText, priceText, quantityText } from './units.ts'

export interface Chapter {
  /** Number of the event, and sequence and time of the command that caused it. */
  readonly event: number
  readonly sequence: number
  readonly timeUs: number
  readonly time: string
  /** The order that it is about; 0: a request that came to none. */
  readonly orderId: number
  /** Of another order, which is linked to the one asked for. */
  readonly isLinked?: true
  /** What happened: ExecType, or the message where that is no ExecutionReport. */
  readonly what: string
  readonly reason?: string
  readonly ordStatus?: string
  /** In decimals: of this fill, and as the order stands behind it. */
  readonly lastPrice?: string
  readonly lastQuantity?: string
  readonly commission?: string
  readonly price?: string
  readonly trigger?: string
  readonly quantity?: string
  readonly filled?: string
  readonly open?: string
  readonly against?: Against
  readonly cause: Cause
  /** The session that was told, and the number of the report there. */
  readonly toldTo?: string
  readonly reportNumber?: number
  /** The event as it stands in the journal. */
  readonly message: Readonly<Record<string, unknown>>
}

/** The other side. */
export interface Against {
  readonly orderId: number
  readonly session?: string
  readonly clOrdId?: string
}

/** The command that led to it. */
export interface Cause {
  readonly message: string
  /** Who said it; absent: the operator, or the exchange itself. */
  readonly session?: string
  readonly account?: string
  readonly clOrdId?: string
  /** own: about this order; opposite: the order on the other side; other: whatever followed from something else. */
  readonly kind: 'own' | 'opposite' | 'other'
}

export interface ChapterParts {
  readonly event: JournalRecord
  readonly command: JournalRecord
  readonly about: number
  readonly against: Against | undefined
  readonly venue: VenueView
  /** The order that is asked for. */
  readonly mainId: number
}

type Fields = Readonly<Record<string, unknown>>

export function chapterOf(parts: ChapterParts): Chapter {
  const { event, about, against, venue, mainId } = parts
  const message = recordToJson(event.view, event.at)
  const toldTo = venue.sessionName(sessionOf(event))
  return {
    event: event.number,
    sequence: sequenceOf(event),
    timeUs: timeUsOf(event),
    time: timeText(timeUsOf(event)),
    orderId: about,
    ...(about === 0 || about === mainId ? {} : { isLinked: true }),
    what: String(message.ExecType ?? message.message),
    ...textOf('reason', message.Reason === 'None' ? undefined : message.Reason),
    ...textOf('ordStatus', message.OrdStatus),
    ...decimalsOf(message, venue),
    ...(against === undefined ? {} : { against }),
    cause: causeOf(parts, message),
    ...(toldTo === undefined ? {} : { toldTo, reportNumber: Number(message.number) }),
    message,
  }
}

const textOf = <Name extends string>(name: Name, value: unknown): { [key in Name]?: string } =>
  (value === undefined ? {} : { [name]: String(value) }) as { [key in Name]?: string }

function decimalsOf(message: Fields, venue: VenueView): Partial<Chapter> {
  const symbol = message.Symbol ?? venue.symbolOfInstrument(Number(message.Instrument))
  const terms = venue.marketNamed(String(symbol))?.risk.terms
  if (terms === undefined) return {}
  if (message.message !== 'ExecutionReport') return preventedDecimals(message, terms)
  const price = (name: string) => decimal(message[name], (ticks) => priceText(terms, ticks))
  const quantity = (name: string) => decimal(message[name], (lots) => quantityText(terms, lots))
  const money = (units: number) => moneyText(units, venue.currencyDecimals(terms.quoteCurrency))
  const isTrade = message.ExecType === 'Trade'
  return {
    ...textOf('lastPrice', price('LastPx')),
    ...textOf('lastQuantity', quantity('LastQty')),
    ...textOf('commission', isTrade ? decimal(message.Commission, money) : undefined),
    ...textOf('price', price('Price')),
    ...textOf('trigger', price('StopPx')),
    ...textOf('quantity', quantity('OrderQty')),
    ...textOf('filled', quantity('CumQty')),
    ...textOf('open', quantity('LeavesQty')),
  }
}

function preventedDecimals(message: Fields, terms: InstrumentTerms): Partial<Chapter> {
  if (message.message !== 'PreventedMatch') return {}
  return {
    lastPrice: priceText(terms, Number(message.Price)),
    lastQuantity: quantityText(terms, Number(message.Lots)),
  }
}

const decimal = (value: unknown, text: (value: number) => string): string | undefined =>
  typeof value === 'number' ? text(value) : undefined

function causeOf(parts: ChapterParts, message: Fields): Cause {
  const { command, event, venue } = parts
  const said = recordToJson(command.view, command.at)
  const session = venue.sessionName(sessionOf(command))
  const account = venue.accountName(venue.accountOfSession(sessionOf(command)))
  return {
    message: String(said.message),
    ...(session === undefined ? {} : { session }),
    ...(account === undefined ? {} : { account }),
    ...textOf('clOrdId', idOf(said)),
    kind: kindOf(parts, said, message, sessionOf(command) === sessionOf(event)),
  }
}

/** What enters orders. */
const ENTRIES: readonly string[] = ['NewOrderSingle', 'NewOrderList', 'MassQuote']

/** What a request calls itself. */
const idOf = (said: Fields): unknown => said.ClOrdID ?? said.ListID ?? said.QuoteID

/** An order's id says which command entered it: so the other side's own entry is known by that. */
function kindOf(
  { about, against, command }: ChapterParts,
  said: Fields,
  message: Fields,
  isSameSession: boolean,
): Cause['kind'] {
  if (idOf(said) === undefined) return 'other'
  const isEntry = ENTRIES.includes(String(said.message))
  if (isEntry && sequenceOfOrder(about) === command.number) return 'own'
  if (against !== undefined && sequenceOfOrder(against.orderId) === command.number) {
    return 'opposite'
  }
  if (said.message === 'OrderMassCancelRequest')
    return message.Reason === 'MassCanceled' ? 'own' : 'other'
  if (!isSameSession) return against === undefined ? 'other' : oppositeOrOther(said, against)
  // A request is answered in its own name; what follows from it speaks of orders in theirs.
  if (message.ClOrdID === idOf(said)) return 'own'
  return against === undefined ? 'other' : oppositeOrOther(said, against)
}

const oppositeOrOther = (said: Fields, against: Against): Cause['kind'] =>
  idOf(said) === against.clOrdId ? 'opposite' : 'other'

/** One line. */
export function describeChapter(chapter: Chapter): string {
  const { event, sequence, time, orderId, isLinked, what, reason, cause, against } = chapter
  const { lastPrice, lastQuantity, price, trigger, filled, open, toldTo, reportNumber } = chapter
  const words = [
    ...(isLinked ? [`linked order ${orderId}:`] : []),
    reason === undefined ? what : `${what} (${reason})`,
    ...(lastQuantity === undefined ? [] : [`${lastQuantity} @ ${lastPrice}`]),
    ...(against === undefined ? [] : [`against ${describeAgainst(against)}`]),
    ...(price === undefined ? [] : [`price ${price}`]),
    ...(trigger === undefined ? [] : [`trigger ${trigger}`]),
    ...(open === undefined ? [] : [`filled ${filled}, open ${open}`]),
  ]
  const told = toldTo === undefined ? '' : `, told ${toldTo} as report ${reportNumber}`
  return `${time}  command ${sequence}  event ${event}  ${words.join(' ')}, by ${describeCause(cause)}${told}`
}

function describeAgainst({ orderId, session, clOrdId }: Against): string {
  return session === undefined ? String(orderId) : `${orderId} ${session}/${clOrdId}`
}

function describeCause({ message, session, clOrdId, kind }: Cause): string {
  const who = session === undefined ? 'the exchange' : session
  const what = clOrdId === undefined ? message : `${message} ${clOrdId}`
  return `${who}: ${what}${kind === 'own' ? '' : ` (${kind === 'opposite' ? 'the other side' : 'a consequence'})`}`
}
