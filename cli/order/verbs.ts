/** `tradsys order`: one request of one session, and its reports. */
import { ExecType, ExecutionReport, OrderEntryError } from '../../client/client.ts'
import { ExitCode } from '../cli-error.ts'
import { print } from '../line-writer.ts'
import { badWords } from './order-words.ts'
import { type ProfileFlags, tradeOf } from './profile.ts'
import { type AnyFacts, factsOf, lineOf, type ReportFacts } from './report-line.ts'
import { Trader } from './trader.ts'

type OrderFlags = ProfileFlags & { readonly json?: boolean }

export function newOrder(side: string, words: readonly string[], flags: OrderFlags): Promise<void> {
  if (side !== 'buy' && side !== 'sell') {
    throw badWords(`'${side}' is no side`, 'Give buy or sell')
  }
  return asTrader(flags, (trader) => trader.enter(side, words))
}

export function cancelOrder(
  id: string,
  symbol: string | undefined,
  flags: OrderFlags,
): Promise<void> {
  if (id === 'all') return asTrader(flags, (trader) => trader.cancelAll(symbol))
  if (symbol !== undefined) throw badWords('a symbol goes with all', `Leave ${symbol} out`)
  return asTrader(flags, (trader) => trader.cancel(id))
}

export function replaceOrder(
  id: string,
  { quantity, price }: { readonly quantity: string; readonly price?: string },
  flags: OrderFlags,
): Promise<void> {
  return asTrader(flags, (trader) => trader.replace(id, quantity, price))
}

export function listOrders(symbol: string | undefined, flags: OrderFlags): Promise<void> {
  return asTrader(flags, async (trader, tell) => {
    const orders = await trader.list(symbol)
    for (const order of orders) tell(order)
  })
}

export function orderStatus(
  id: string,
  symbol: string | undefined,
  flags: OrderFlags,
): Promise<void> {
  return asTrader(flags, async (trader, tell) => tell(await trader.status(id, symbol)), id)
}

/**
 * Logs on, does it, and prints what was told. What the exchange refuses is a report, and an exit status. `askedFor`: the id
 * that a status was asked of.
 */
async function asTrader(
  flags: OrderFlags,
  act: (trader: Trader, tell: (facts: AnyFacts) => void) => Promise<void>,
  askedFor?: string,
): Promise<void> {
  const { connection } = tradeOf(flags)
  const told: AnyFacts[] = []
  const tell = (facts: AnyFacts): void => void told.push(facts)
  const trader = await Trader.logOn({ connection, onReport: tell })
  try {
    await act(trader, tell)
  } catch (error) {
    if (!(error instanceof OrderEntryError) || error.code !== 'refused') throw error
    const untold = untoldAnswer(error)
    if (untold !== undefined)
      tell(askedFor === undefined ? untold : { ...untold, origClOrdId: askedFor })
    process.exitCode = ExitCode.Failure
  } finally {
    await trader.logout()
    const lines = told.map((facts) => (flags.json ? JSON.stringify(facts) : lineOf(facts)))
    if (lines.length > 0) await print(lines.join('\n'))
  }
}

/** The answer to a question is told to whoever asks, and is no report of its own. */
function untoldAnswer({ answer }: OrderEntryError): ReportFacts | undefined {
  const isIt = answer instanceof ExecutionReport && answer.execType === ExecType.OrderStatus
  return isIt ? factsOf(answer, undefined) : undefined
}
