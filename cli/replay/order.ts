/** `tradsys replay --order ID`: an order's whole life. */
import { CliError, ExitCode } from '../cli-error.ts'
import { describeOrder, type OrderResult, orderResult } from './open-order.ts'
import { type Chapter, describeChapter } from './order-chapter.ts'
import { type OrderKey, OrderLife } from './order-life.ts'
import { type LogRun, type PlacedLog, type RunOptions, runLog } from './run.ts'

export interface OrderLifeResult {
  /** Absent: the client order id never became an order, and the events are its refusals. */
  readonly orderId?: number
  /** What came before this command is not in the log any more, and not told. */
  readonly beganBehind?: number
  /** As it was entered. */
  readonly symbol?: string
  readonly side?: string
  readonly ordType?: string
  readonly timeInForce?: string
  readonly quantity?: string
  readonly price?: string
  readonly session?: string
  readonly clOrdId?: string
  /** Orders that had the same client order id before. */
  readonly earlier?: readonly number[]
  readonly linked?: readonly number[]
  readonly events: readonly Chapter[]
  /** As it stands then; absent: it is over. */
  readonly now?: OrderResult
  readonly status: string
}

/** Runs a log, and follows an order on the way. */
export function runAndFollow(
  log: PlacedLog,
  key: OrderKey,
  options: Pick<RunOptions, 'until' | 'progress'>,
): { readonly run: LogRun; readonly life: OrderLife } {
  const first = new OrderLife(key)
  const run = runLog(log, { ...options, ...watcherOf(first) })
  if (!first.hasMissedStart) return { run, life: first }
  const life = first.again()
  return { run: runLog(log, { ...options, ...watcherOf(life) }), life }
}

const watcherOf = (life: OrderLife): Pick<RunOptions, 'wants' | 'onTurn'> => ({
  wants: (command, outbox, from) => life.wants(command, outbox, from),
  onTurn: (turn) => life.hear(turn),
})

export function orderLifeResult(
  life: OrderLife,
  key: OrderKey,
  { venue, beganBehind }: Pick<LogRun, 'venue' | 'beganBehind'>,
): OrderLifeResult {
  const { chapters, earlier, linked, orderId } = life
  const own = chapters.filter((chapter) => chapter.orderId === orderId)
  if (own.length === 0) throw unknownOrder(key, beganBehind)
  const open = orderId === 0 ? undefined : venue.openOrder(orderId)
  const last = own.findLast(({ ordStatus, what }) => ordStatus !== undefined && what !== 'Rejected')
  return {
    ...(orderId === 0 ? {} : { orderId }),
    ...(beganBehind === 0 ? {} : { beganBehind }),
    ...enteredAs(own[0]!),
    ...(earlier.length === 0 ? {} : { earlier }),
    ...(linked.length === 0 ? {} : { linked }),
    status: last?.ordStatus ?? 'Rejected',
    ...(open === undefined ? {} : { now: orderResult(venue, open) }),
    events: chapters,
  }
}

/** Its first event tells what it was entered as, or refused as. */
function enteredAs({ message, quantity, price, toldTo }: Chapter): Partial<OrderLifeResult> {
  const { Symbol: symbol, Side: side, OrdType: ordType, TimeInForce: timeInForce } = message
  const said = { symbol, side, ordType, timeInForce, quantity, price, session: toldTo }
  const all = { ...said, clOrdId: message.ClOrdID }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function unknownOrder(key: OrderKey, beganBehind: number): CliError {
  const which = 'orderId' in key ? `with id ${key.orderId}` : `${key.account}/${key.clOrdId}`
  const unseen = beganBehind === 0 ? '' : `; nothing up to command ${beganBehind} was looked at`
  return new CliError('unknown-order', ExitCode.Failure, {
    what: `there is no order ${which} in the log by then${unseen}`,
    mend: "Give the exchange's OrderID or ACCOUNT/ClOrdID; 'tradsys journal export --type NewOrderSingle --account NAME' lists them",
  })
}

export function describeOrderLife(life: OrderLifeResult): string[] {
  const { orderId, earlier, linked, status, now, events, beganBehind } = life
  const { symbol, side, quantity = '', price, ordType, timeInForce, session, clOrdId } = life
  const kind = [ordType, timeInForce].filter((word) => word !== undefined).join(' ')
  const at = price === undefined ? '' : ` @ ${price}`
  const what = symbol === undefined ? '' : ` ${symbol} ${side} ${quantity}${at} ${kind}`
  const who = `${orderId ?? 'no order'} ${session}/${clOrdId}`
  const head = `${who}:${what}, ${orderId === undefined ? 'refused' : status}`
  const others = [
    ...(linked === undefined ? [] : [`, linked with ${linked.join(', ')}`]),
    ...(earlier === undefined ? [] : [`; orders ${earlier.join(', ')} had this ClOrdID before`]),
  ]
  return [
    `${head}${others.join('')}`,
    ...(beganBehind === undefined
      ? []
      : [`  (what came up to command ${beganBehind} is not told)`]),
    ...events.map((event) => `  ${describeChapter(event)}`),
    ...(now === undefined ? [] : [`now: ${describeOrder(now)}`]),
  ]
}
