/** What a person may say in the shell: a verb each, by its name or as little of it as names no other. */
import type { Level } from '../../client/market-data-levels.ts'
import { ORDER_WORDS_HELP } from '../order/order-help.ts'
import { badWords } from '../order/order-words.ts'
import { lineOf } from '../order/report-line.ts'
import type { Trader } from '../order/trader.ts'
import { alignedTable } from '../replay/aligned-table.ts'

/** What verbs work with. */
export interface ShellDesk {
  readonly trader: Trader
  readonly say: (line: string) => void
  /** Best first. */
  readonly book: (
    symbol: string,
    count: number,
  ) => Promise<{ readonly bids: readonly Level[]; readonly asks: readonly Level[] }>
}

export interface Verb {
  /** What follows it. */
  readonly usage: string
  readonly what: string
  readonly more?: string
  readonly run: (desk: ShellDesk, words: readonly string[]) => Promise<void> | void
}

const BOOK_LEVELS = 5
const BOOK_LEVELS_MAX = 1_000

const ORDER_USAGE = 'QUANTITY SYMBOL [PRICE] [more…]'

/** `quit` is the shell's own. */
export const VERBS: Readonly<Record<string, Verb>> = {
  buy: {
    usage: ORDER_USAGE,
    what: 'enter an order',
    more: ORDER_WORDS_HELP,
    run: ({ trader }, words) => trader.enter('buy', words),
  },
  sell: {
    usage: ORDER_USAGE,
    what: 'enter an order',
    more: ORDER_WORDS_HELP,
    run: ({ trader }, words) => trader.enter('sell', words),
  },
  cancel: {
    usage: 'ID, or all [SYMBOL]',
    what: 'take an order back, or all',
    run: ({ trader }, words) => {
      const [id, symbol] = wanted('cancel', words, { min: 1, max: 2 })
      if (id === 'all') return trader.cancelAll(symbol)
      if (symbol !== undefined) throw badWords('a symbol goes with all', `Leave ${symbol} out`)
      return trader.cancel(id!)
    },
  },
  replace: {
    usage: 'ID QUANTITY [PRICE]',
    what: 'change an order: its new total, what is filled included, and its price',
    run: ({ trader }, words) => {
      const [id, quantity, price] = wanted('replace', words, { min: 2, max: 3 })
      return trader.replace(id!, quantity!, price)
    },
  },
  orders: {
    usage: '[SYMBOL]',
    what: 'the open orders of the account',
    run: async ({ trader, say }, words) => {
      const [symbol] = wanted('orders', words, { min: 0, max: 1 })
      const orders = await trader.list(symbol)
      if (orders.length === 0) say('no open orders')
      for (const order of orders) say(lineOf(order))
    },
  },
  status: {
    usage: 'ID [SYMBOL]',
    what: 'how an order stands, open or closed not long ago',
    run: async ({ trader, say }, words) => {
      const [id, symbol] = wanted('status', words, { min: 1, max: 2 })
      say(lineOf(await trader.status(id!, symbol)))
    },
  },
  instruments: {
    usage: '',
    what: 'what there is to trade, and which phase it is in',
    run: async ({ trader, say }) => {
      const phases = await trader.phases()
      const head = ['symbol', 'phase', 'tick', 'lot', 'in']
      const rows = trader.instruments.map((units) => [
        ...[units.symbol, phases.get(units.symbol) ?? '?', units.tickSize, units.lotSize],
        `${units.baseCurrency} for ${units.quoteCurrency}`,
      ])
      for (const line of alignedTable([head, ...rows])) say(line)
    },
  },
  book: {
    usage: '[SYMBOL] [LEVELS]',
    what: `the best prices, of market data; ${BOOK_LEVELS} levels unless it is said otherwise`,
    run: showBook,
  },
  help: {
    usage: '[VERB]',
    what: 'this, or more about one',
    run: ({ say }, words) => {
      const [name] = wanted('help', words, { min: 0, max: 1 })
      if (name === undefined) return helpOnAll(say)
      const verb = VERBS[verbNamed(name)]!
      say(`${verbNamed(name)} ${verb.usage}`.trimEnd())
      say(`  ${verb.what}`)
      for (const line of (verb.more ?? '').trim().split('\n')) if (line !== '') say(line)
    },
  },
}

/** The one verb that begins like this. Throws a CliError where none does, or more than one. */
export function verbNamed(word: string): string {
  const name = word.toLowerCase()
  if (Object.hasOwn(VERBS, name)) return name
  const begin = Object.keys(VERBS).filter((verb) => verb.startsWith(name))
  if (begin.length === 1) return begin[0]!
  if (begin.length > 1) throw badWords(`'${word}' may be ${begin.join(' or ')}`, 'Write more of it')
  throw badWords(`there is no '${word}' to say here`, "'help' lists what there is")
}

function helpOnAll(say: ShellDesk['say']): void {
  const rows = Object.entries(VERBS).map(([name, { usage, what }]) => [`${name} ${usage}`, what])
  for (const line of alignedTable([...rows, ['quit', 'leave; open orders stay']])) say(line)
  say("ID is an order's client order id, or the exchange's number; Tab completes it.")
}

async function showBook({ trader, say, book }: ShellDesk, words: readonly string[]): Promise<void> {
  const [symbol = trader.symbols[0]!, levels = String(BOOK_LEVELS)] = wanted('book', words, {
    ...{ min: 0, max: 2 },
  })
  const units = trader.unitsOf(symbol)
  const count = /^\d{1,4}$/.test(levels) ? Number(levels) : 0
  if (count < 1 || count > BOOK_LEVELS_MAX) {
    throw badWords(`${levels} are no levels`, `Give 1 to ${BOOK_LEVELS_MAX}`)
  }
  const { bids, asks } = await book(units.symbol, count)
  const cells = (level: Level | undefined): [string, string] =>
    level === undefined ? ['', ''] : [units.price(level.priceTicks), units.quantity(level.lots)]
  const rows = Array.from({ length: Math.max(bids.length, asks.length) }, (_, i) => {
    const [bid, bidQuantity] = cells(bids[i])
    const [ask, askQuantity] = cells(asks[i])
    return [bidQuantity, bid, ask, askQuantity]
  })
  if (rows.length === 0) say(`${units.symbol}: no orders in the book`)
  else for (const line of alignedTable([['quantity', 'bid', 'ask', 'quantity'], ...rows])) say(line)
}

function wanted(
  name: string,
  words: readonly string[],
  { min, max }: { readonly min: number; readonly max: number },
): readonly (string | undefined)[] {
  if (words.length >= min && words.length <= max) return words
  throw badWords(
    words.length < min ? `${name} needs more than that` : `${name} takes less than that`,
    `As in: ${name} ${VERBS[name]!.usage}`.trimEnd(),
  )
}
