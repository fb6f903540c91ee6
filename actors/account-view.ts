/** One account as those see it who only look: venue-view.ts. */
import { EXCHANGE, KillCause } from './kill-switch.ts'
import type { PositionTable } from './position-table.ts'
import {
  DAILY_LOSS_MAX,
  EXPOSURE_MAX,
  NO_LIMIT,
  OPEN_ORDERS_MAX,
  ORDER_NOTIONAL_MAX,
  ORDER_QTY_MAX,
  POSITION_MAX,
  RESOLVED_FIELDS,
} from './risk-limits.ts'
import { BUY, SELL } from './sign.ts'
import type { Venue } from './venue.ts'

export interface AccountView {
  /** TradingState that holds, and what each wants: of the exchange as a whole, and of this account. */
  readonly trading: {
    readonly state: number
    readonly exchange: number
    readonly operator: number
    readonly client: number
    readonly dailyLoss: number
  }
  readonly balances: readonly BalanceView[]
  readonly positions: readonly PositionView[]
  /** Over all markets. */
  readonly openOrders: number
  readonly openOrdersMax: number | undefined
  readonly messagesPerSecond: number | undefined
  readonly sessions: readonly number[]
}

export interface BalanceView {
  readonly currency: number
  readonly free: number
  readonly held: number
  /** Worth of positions and open orders that are paid in it, and what they won today. */
  readonly exposure: number
  readonly profit: number
}

export interface PositionView {
  readonly market: number
  /** Below 0: short. */
  readonly lots: number
  readonly openBuyLots: number
  readonly openSellLots: number
  readonly openOrders: number
  readonly profit: number
  /** What holds for the account here; undefined: no limit. */
  readonly limits: LimitsView
}

export interface LimitsView {
  readonly orderLots: number | undefined
  readonly orderNotional: number | undefined
  readonly positionLots: number | undefined
  readonly exposure: number | undefined
  readonly dailyLoss: number | undefined
}

export function viewAccount(venue: Venue, account: number): AccountView {
  const { killSwitch, limits, positions } = venue.safeguards
  const exchange = [KillCause.Operator, KillCause.Client, KillCause.DailyLoss].map((cause) =>
    killSwitch.wanted(EXCHANGE, cause),
  )
  // A market that there is not has the limits that were said without one.
  const { openOrdersMax } = limitsOf(venue, account, 0)
  const messagesPerSecond = limits.messagesPerSecond(account)
  return {
    trading: {
      state: killSwitch.stateOf(account),
      exchange: Math.max(...exchange),
      operator: killSwitch.wanted(account, KillCause.Operator),
      client: killSwitch.wanted(account, KillCause.Client),
      dailyLoss: killSwitch.wanted(account, KillCause.DailyLoss),
    },
    balances: viewBalances(venue, account),
    positions: rowsOf(positions, account).map((row) => viewPosition(venue, row)),
    openOrders: positions.openOrders(account),
    openOrdersMax,
    messagesPerSecond: messagesPerSecond === NO_LIMIT ? undefined : messagesPerSecond,
    sessions: sessionsOf(venue, account),
  }
}

/** Of the currencies that it has to do with. */
function viewBalances({ accounts, currencies, safeguards }: Venue, account: number): BalanceView[] {
  const { positions } = safeguards
  const balances: BalanceView[] = []
  for (let currency = 1; currency <= currencies.count; currency++) {
    const balance = {
      currency,
      free: accounts.free(account, currency),
      held: accounts.held(account, currency),
      exposure: positions.exposureUnits(account, currency),
      profit: positions.profitUnits(account, currency),
    }
    const { free, held, exposure, profit } = balance
    if (free !== 0 || held !== 0 || exposure !== 0 || profit !== 0) balances.push(balance)
  }
  return balances
}

function viewPosition(venue: Venue, row: number): PositionView {
  const { positions } = venue.safeguards
  const market = positions.market(row)
  const { openOrdersMax: _, ...limits } = limitsOf(venue, positions.account(row), market)
  return {
    market,
    lots: positions.positionLots(row),
    openBuyLots: positions.openLots(row, BUY),
    openSellLots: positions.openLots(row, SELL),
    openOrders: positions.orderCount(row),
    profit: positions.rowProfitUnits(row),
    limits,
  }
}

function limitsOf(
  { safeguards }: Venue,
  account: number,
  market: number,
): LimitsView & { readonly openOrdersMax: number | undefined } {
  const resolved = new Float64Array(RESOLVED_FIELDS)
  safeguards.limits.resolve(account, market, resolved, 0)
  const limit = (field: number): number | undefined =>
    resolved[field] === NO_LIMIT ? undefined : resolved[field]
  return {
    orderLots: limit(ORDER_QTY_MAX),
    orderNotional: limit(ORDER_NOTIONAL_MAX),
    positionLots: limit(POSITION_MAX),
    exposure: limit(EXPOSURE_MAX),
    dailyLoss: limit(DAILY_LOSS_MAX),
    openOrdersMax: limit(OPEN_ORDERS_MAX),
  }
}

function rowsOf(positions: PositionTable, account: number): number[] {
  const rows: number[] = []
  for (let row = 1; row <= positions.rowCount; row++) {
    if (positions.account(row) === account) rows.push(row)
  }
  return rows
}

function sessionsOf({ sessions }: Venue, account: number): number[] {
  const own: number[] = []
  for (let session = 1; session <= sessions.count; session++) {
    if (sessions.account(session) === account) own.push(session)
  }
  return own
}
