/** The verbs of `tradsys account`, as the command line knows them. What they do is loaded when it is asked for. */
import { type Command, InvalidArgumentError } from 'commander'
import { inReaderProcess } from '../reader-process.ts'

const EXAMPLES = `
create, deposit, enable and disable are done by the exchange that runs on the data directory, and stand in its journal:
they survive a restart. list and show read the journal, whether one runs or not.

Examples:
  tradsys account create DESK --session DESK-1 --session DESK-2 --deposit USD=10000
  tradsys key create --session DESK-1
  tradsys account deposit DESK USD=500 --reference wire-77
  tradsys account disable DESK
`

export function addAccount(program: Command): void {
  const account = program
    .command('account')
    .description('accounts and sessions of an exchange, also while it runs')
    .addHelpText('after', EXAMPLES)
  const verb = (name: string, description: string): Command =>
    account
      .command(name)
      .description(description)
      .option('--data-dir <dir>', 'the data directory', 'tradsys-data')
      .option('--json', 'print one JSON object')
  verb('create', 'an account, its sessions and its money; said again it changes nothing')
    .argument('<name>', 'of the account: 1-16 of A-Z a-z 0-9 _ -')
    .option('--session <compId>', 'may be repeated (default: of the same name)', collect, [])
    .option('--deposit <CUR=AMOUNT>', 'paid in once; may be repeated', payment, {})
    .action(async (name, flags) => (await import('./changes.ts')).createAccount(name, flags))
  verb('deposit', 'pay money in')
    .argument('<name>', 'of the account')
    .argument('<CUR=AMOUNT>', 'such as USD=100.50', (text: string) => payment(text, {}))
    .option('--reference <text>', 'a deposit is made once for each (default: one that is new)')
    .action(async (name, paid, flags) =>
      (await import('./changes.ts')).depositInto(name, { ...flags, paid }),
    )
  verb('enable', 'it may trade again')
    .argument('<name>', 'of the account')
    .action(async (name, flags) =>
      (await import('./changes.ts')).setTrading(name, { ...flags, state: 'lifted' }),
    )
  verb('disable', 'its open orders are cancelled, new ones refused; it may still log on')
    .argument('<name>', 'of the account')
    .option('--reducing', 'it may still enter what makes its positions smaller')
    .action(async (name, { reducing, ...flags }) =>
      (await import('./changes.ts')).setTrading(name, {
        ...flags,
        state: reducing ? 'reducing' : 'halted',
      }),
    )
  verb('list', 'the accounts that there are')
    .option('--no-progress', 'no progress bar')
    .action((flags) => inReaderProcess('account list', flags))
  verb('show', 'money, positions, open orders, sessions and limits of an account')
    .argument('<name>', 'of the account')
    .option('--no-progress', 'no progress bar')
    .action((name, flags) => inReaderProcess('account show', { ...flags, name }))
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value]

/** For commander: amounts by currency, one more with each. */
function payment(
  text: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, currency, amount] = /^([A-Z0-9]{1,8})=(\d+(?:\.\d+)?)$/.exec(text) ?? []
  if (currency === undefined || amount === undefined) {
    throw new InvalidArgumentError('It must be CURRENCY=AMOUNT, such as USD=100.50.')
  }
  if (before[currency] !== undefined) {
    throw new InvalidArgumentError(`${currency} is given twice.`)
  }
  return { ...before, [currency]: amount }
}
