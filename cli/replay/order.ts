/** `tradsys replay --order ID`: an order's whole life. */
import type { VenueView } from '../../actors/venue-view.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { describeOrder, type OrderResult, orderResult } from './open-order.ts'
import { type Chapter, describeChapter } from './order-chapter.ts'
import type { OrderKey, OrderLife } from './order-life.ts'

export interface OrderLifeResult {
  /** Absent: the client order id never became an order, and the events are its refusals. */
  readonly orderId?: number
  /** Orders that had the same client order id before. */
  readonly earlier?: readonly number[]
  readonly linked?: readonly number[]
  readonly events: readonly Chapter[]
  /** As it stands then; absent: it is over. */
  readonly now?: OrderResult
  readonly status: string
}

export function orderLifeResult(life: OrderLife, key: OrderKey, venue: VenueView): OrderLifeResult {
  const { chapters, earlier, linked, orderId } = life
  const own = chapters.filter((chapter) => chapter.orderId === orderId)
  if (own.length === 0) throw unknownOrder(key)
  const open = orderId === 0 ? undefined : venue.openOrder(orderId)
  const last = own.findLast(({ ordStatus, what }) => ordStatus !== undefined && what !== 'Rejected')
  return {
    ...(orderId === 0 ? {} : { orderId }),
    ...(earlier.length === 0 ? {} : { earlier }),
    ...(linked.length === 0 ? {} : { linked }),
    status: last?.ordStatus ?? 'Rejected',
    ...(open === undefined ? {} : { now: orderResult(venue, open) }),
    events: chapters,
  }
}

function unknownOrder(key: OrderKey): CliError {
  const which = 'orderId' in key ? `with id ${key.orderId}` : `${key.account}/${key.clOrdId}`
  return new CliError('unknown-order', ExitCode.Failure, {
    what: `there is no order ${which} in the log by then`,
    mend: "Give the exchange's OrderID or ACCOUNT/ClOrdID; 'tradsys journal export --type NewOrderSingle --account NAME' lists them",
  })
}

export function describeOrderLife(life: OrderLifeResult): string[] {
  const { orderId, earlier, linked, status, now, events } = life
  const head = orderId === undefined ? 'never accepted' : `order ${orderId}: ${status}`
  const others = [
    ...(linked === undefined ? [] : [`, linked with ${linked.join(', ')}`]),
    ...(earlier === undefined ? [] : [`; orders ${earlier.join(', ')} had this ClOrdID before`]),
  ]
  return [
    `${head}${others.join('')}`,
    ...events.map((event) => `  ${describeChapter(event)}`),
    ...(now === undefined ? [] : [`now: ${describeOrder(now)}`]),
  ]
}
