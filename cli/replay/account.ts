/** `tradsys replay --account NAME`: money, positions, limits and open orders of one account as they were. */

import type { AccountView, LimitsView, PositionView } from '../../actors/account-view.ts'
import type { InstrumentTerms } from '../../actors/instrument-terms.ts'
import { TradingState } from '../../actors/kill-switch.ts'
import type { OrderView } from '../../actors/order-view.ts'
import type { VenueView } from '../../actors/venue-view.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { alignedTable } from './aligned-table.ts'
import { describeOrder, type OrderResult, orderResult } from './open-order.ts'
import { moneyText, quantityText } from './units.ts'

export interface AccountResult {
  readonly account: string
  readonly sessions: readonly string[]
  readonly trading: TradingResult
  readonly balances: readonly BalanceResult[]
  readonly positions: readonly PositionResult[]
  readonly openOrders: readonly OrderResult[]
  readonly openOrdersMax?: number
  readonly messagesPerSecond?: number
}

/** What holds, and what each cause wants. */
interface TradingResult {
  readonly state: string
  readonly exchange: string
  readonly operator: string
  readonly client: string
  readonly dailyLoss: string
}

interface BalanceResult {
  readonly currency: string
  readonly free: string
  readonly held: string
  readonly exposure: string
  readonly profitToday: string
}

interface PositionResult {
  readonly symbol: string
  readonly position: string
  readonly openBuy: string
  readonly openSell: string
  readonly openOrders: number
  readonly profitToday: string
  /** Only those that there are. */
  readonly limits: Readonly<Record<string, string>>
}

export function lookAtAccount(venue: VenueView, name: string): AccountResult {
  const account = venue.accountNamed(name)
  if (account === 0) {
    throw new CliError('unknown-account', ExitCode.Failure, {
      what: `there is no account ${name} in the log by then`,
      mend: "Correct --account or --until; 'tradsys journal export --type SessionDefine,SessionOpen' names them",
    })
  }
  const seen = venue.account(account)
  const { openOrdersMax, messagesPerSecond } = seen
  return {
    account: name,
    sessions: seen.sessions.map((session) => venue.sessionName(session) ?? ''),
    trading: tradingResult(seen.trading),
    balances: seen.balances.map(({ currency, ...units }) => {
      const text = (amount: number): string => moneyText(amount, venue.currencyDecimals(currency))
      const { free, held, exposure, profit } = units
      return {
        currency: venue.currencyName(currency),
        ...{ free: text(free), held: text(held) },
        ...{ exposure: text(exposure), profitToday: text(profit) },
      }
    }),
    positions: seen.positions.map((position) => positionResult(venue, position)),
    openOrders: venue.openOrders(account).map((order: OrderView) => orderResult(venue, order)),
    ...(openOrdersMax === undefined ? {} : { openOrdersMax }),
    ...(messagesPerSecond === undefined ? {} : { messagesPerSecond }),
  }
}

const stateName = (state: number): string =>
  Object.keys(TradingState).find((name) => TradingState[name as 'Active'] === state) ?? '?'

function tradingResult(trading: AccountView['trading']): TradingResult {
  const { state, exchange, operator, client, dailyLoss } = trading
  return {
    ...{ state: stateName(state), exchange: stateName(exchange), operator: stateName(operator) },
    ...{ client: stateName(client), dailyLoss: stateName(dailyLoss) },
  }
}

function positionResult(venue: VenueView, position: PositionView): PositionResult {
  const { market, lots, openBuyLots, openSellLots, openOrders, profit, limits } = position
  const symbol = venue.symbolOfInstrument(market - 1) ?? ''
  const terms = venue.marketNamed(symbol)!.risk.terms
  const decimals = venue.currencyDecimals(terms.quoteCurrency)
  return {
    symbol,
    position: quantityText(terms, lots),
    openBuy: quantityText(terms, openBuyLots),
    openSell: quantityText(terms, openSellLots),
    openOrders,
    profitToday: moneyText(profit, decimals),
    limits: limitsResult(limits, terms, decimals),
  }
}

function limitsResult(
  limits: LimitsView,
  terms: InstrumentTerms,
  decimals: number,
): Record<string, string> {
  const { orderLots, orderNotional, positionLots, exposure, dailyLoss } = limits
  const lots = (value: number | undefined) => value && quantityText(terms, value)
  const money = (value: number | undefined) => value && moneyText(value, decimals)
  const all = {
    ...{ quantity: lots(orderLots), notional: money(orderNotional) },
    ...{ position: lots(positionLots), exposure: money(exposure), dailyLoss: money(dailyLoss) },
  }
  const stated = Object.entries(all).filter(([, text]) => text !== undefined)
  return Object.fromEntries(stated) as Record<string, string>
}

export function describeAccount(account: AccountResult): string[] {
  const { trading, balances, positions, openOrders } = account
  const { state, ...causes } = trading
  const why = Object.entries(causes).filter(([, wanted]) => wanted !== 'Active')
  const reasons = why.map(([cause, wanted]) => `${cause} ${wanted}`).join(', ')
  return [
    `${account.account}: trading ${state}${reasons === '' ? '' : ` (${reasons})`}, sessions ${account.sessions.join(', ')}`,
    ...section(
      'balances',
      ['currency', 'free', 'held', 'exposure', 'profit today'],
      balances.map((b) => [b.currency, b.free, b.held, b.exposure, b.profitToday]),
    ),
    ...section(
      'positions',
      ['symbol', 'position', 'open buy', 'open sell', 'orders', 'profit today'],
      positions.map((p) => [
        ...[p.symbol, p.position, p.openBuy, p.openSell],
        ...[String(p.openOrders), p.profitToday],
      ]),
    ),
    ...describeLimits(account),
    `open orders: ${openOrders.length === 0 ? 'none' : openOrders.length}`,
    ...openOrders.map((order) => `  ${describeOrder(order)}`),
  ]
}

function describeLimits(account: AccountResult): string[] {
  const { openOrdersMax, messagesPerSecond, positions } = account
  const ofAccount = [
    ...(openOrdersMax === undefined ? [] : [`${openOrdersMax} open orders`]),
    ...(messagesPerSecond === undefined ? [] : [`${messagesPerSecond} messages a second`]),
  ]
  const bySymbol = positions.flatMap(({ symbol, limits }) => {
    const words = Object.entries(limits).map(([name, text]) => `${name} ${text}`)
    return words.length === 0 ? [] : [`  ${symbol}: ${words.join(', ')}`]
  })
  if (ofAccount.length + bySymbol.length === 0) return ['limits: none']
  return [`limits: ${ofAccount.join(', ')}`.trimEnd(), ...bySymbol]
}

function section(name: string, head: readonly string[], rows: readonly string[][]): string[] {
  return rows.length === 0 ? [`${name}: none`] : [`${name}:`, ...alignedTable([head, ...rows])]
}
