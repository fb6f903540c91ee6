/** The verbs of `tradsys order`, as the command line knows them. What they do is loaded when it is asked for. */
import type { Command } from 'commander'
import { ORDER_WORDS_HELP } from './order-help.ts'
import { withProfile } from './profile-flags.ts'

const EXAMPLES = `
It logs on, asks, prints a line for each report, and logs off; orders stay. Exit 1 where something was refused.

Examples:
  tradsys order new buy 0.5 BTCUSDT 60000 --comp-id ALICE
  tradsys order new sell 10 GOOG 579.40 post-only id=g-1
  tradsys order replace g-1 8 579.50
  tradsys order list GOOG --json
`

export function addOrder(program: Command): void {
  const order = program
    .command('order')
    .description('orders of one session: enter, change, look')
    .addHelpText('after', EXAMPLES)
  const verb = (name: string, description: string): Command =>
    withProfile(order.command(name).description(description)).option(
      '--json',
      'print one JSON object a report',
    )
  verb('new', 'enter an order')
    .argument('<side>', 'buy or sell')
    .argument('<quantity>', 'as a decimal')
    .argument('<symbol>', 'what to trade')
    .argument('[more...]', 'price, and what else is to be said: see below')
    .addHelpText('after', ORDER_WORDS_HELP)
    .action(async (side, quantity, symbol, more, flags) =>
      (await import('./verbs.ts')).newOrder(side, [quantity, symbol, ...more], flags),
    )
  verb('cancel', 'take an order back; or all')
    .argument('<id>', "its client order id, or the exchange's; or the word all")
    .argument('[symbol]', 'with all: only in this instrument')
    .action(async (id, symbol, flags) =>
      (await import('./verbs.ts')).cancelOrder(id, symbol, flags),
    )
  verb('replace', 'change quantity and price of an order')
    .argument('<id>', "its client order id, or the exchange's")
    .argument('<quantity>', 'the new total, what is filled included')
    .argument('[price]', 'the new one; without: as it is')
    .action(async (id, quantity, price, flags) =>
      (await import('./verbs.ts')).replaceOrder(id, { quantity, price }, flags),
    )
  verb('list', 'the open orders of the account')
    .argument('[symbol]', 'only in this instrument')
    .action(async (symbol, flags) => (await import('./verbs.ts')).listOrders(symbol, flags))
  verb('status', 'how an order stands, open or closed not long ago')
    .argument('<id>', "its client order id, or the exchange's")
    .argument('[symbol]', 'its instrument; without: every one is asked')
    .action(async (id, symbol, flags) =>
      (await import('./verbs.ts')).orderStatus(id, symbol, flags),
    )
}
