/** `tradsys replay`, as the command line knows it. What it does is loaded when it is asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseAddress } from '../address.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { logPoint } from '../journal/log-point.ts'
import { portNumber, wholeNumber } from '../numbers.ts'
import { inReaderProcess } from '../reader-process.ts'
import type { OrderKey } from './order-life.ts'
import { speed } from './pacemaker.ts'

const EXAMPLES = `
SEQ is the sequence of a command; TIME is ISO 8601, without a zone UTC: 2026-11-28T14:30:46.5
The journal is read only, also beside a running exchange, and as it is when the command starts.

Examples:
  tradsys replay --verify                                     same events, byte for byte?
  tradsys replay --book BTCUSDT --until 2026-11-28T14:30      the book at half past two, UTC
  tradsys replay --account ALICE --until 4711                 money, positions, open orders
  tradsys replay --order ALICE/a-17                           what happened to that order, and why
  tradsys replay --order 4711 --json | jq '.order.events[]'   the same for programs
  tradsys replay --diff backup                                the first difference; exit 1
  tradsys replay --to rebuilt                                 a clean journal, events made anew
  tradsys replay --to-exchange 127.0.0.1:9000 --speed 10x     the same orders again
  tradsys replay --feed 9100 --from 2026-11-28T14:00          the market data again
`

/** What a replay is for: one of these at a time. */
const WAYS = ['diff', 'to', 'toExchange', 'feed'] as const
const LOOKS = ['book', 'account', 'order'] as const

export function addReplay(program: Command): void {
  const way = (flags: string, what: string): Option =>
    new Option(flags, what).conflicts([...LOOKS, ...WAYS].filter((name) => !isFlag(flags, name)))
  program
    .command('replay')
    .description('run the journal again: verify it, look into it, rebuild it, send it again')
    .option('--data-dir <dir>', 'the data directory', 'tradsys-data')
    .option(
      '--verify',
      'the chain must be whole and the events equal, byte for byte; exit 4 if not',
    )
    .option('--until <SEQ|TIME>', 'stop behind the last command that is not later', logPoint)
    .option('--book <symbol>', 'show the book as it is then')
    .option('--depth <n>', 'levels of each side of the book (default: 20)', wholeNumber({ min: 1 }))
    .option('--account <name>', 'show money, positions, limits and open orders of an account')
    .option('--order <ID>', "show an order's life; ID: its OrderID, or ACCOUNT/ClOrdID", orderKey)
    .addOption(
      way(
        '--diff <other>',
        'the first difference from another journal, or from a snapshot; exit 1 if there is one',
      ),
    )
    .addOption(way('--to <dir>', 'write the log anew into an empty directory, and verify it'))
    .addOption(
      way('--to-exchange <host:port>', 'send its orders, cancels and replaces again').argParser(
        (text) => parseAddress('--to-exchange', text),
      ),
    )
    .addOption(
      way('--feed <port>', 'serve its market data again, on loopback; 0: any free port').argParser(
        portNumber,
      ),
    )
    .option('--from <SEQ|TIME>', 'with --to-exchange or --feed: begin there', logPoint)
    .option('--speed <n>', 'with these: 1x, 10x, 0.5x or max (default: 1x)', speed)
    .option('--in-order', 'with --to-exchange: a session waits for the answers to the one before')
    .option('--key <compId=file>', 'with --to-exchange: its Ed25519 key; may be repeated', keyFile)
    .option('--no-wait', 'with --feed: begin at once, not when the first stream is read')
    .option('--json', 'print one JSON object')
    .option('--no-progress', 'no progress bar')
    .addHelpText('after', EXAMPLES)
    .action((flags: Flags) => {
      refuseIdle(flags)
      return inReaderProcess('replay', { depth: 20, speed: 1, ...flags })
    })
}

type Flags = Readonly<Record<string, unknown>>

/** `--to-exchange` is `toExchange` among the flags. */
const isFlag = (flags: string, name: string): boolean => new Option(flags).attributeName() === name

/** A flag without the one that it belongs to would change nothing: better said than silent. */
function refuseIdle(flags: Flags): void {
  const isPaced = flags.toExchange !== undefined || flags.feed !== undefined
  const needs = [
    ['depth', flags.book !== undefined, '--depth', '--book'],
    ['from', isPaced, '--from', '--to-exchange or --feed'],
    ['speed', isPaced, '--speed', '--to-exchange or --feed'],
    ['inOrder', flags.toExchange !== undefined, '--in-order', '--to-exchange'],
    ['noWait', flags.feed !== undefined, '--no-wait', '--feed'],
    ['key', flags.toExchange !== undefined, '--key', '--to-exchange'],
  ] as const
  const given: Flags = { ...flags, ...(flags.wait === false ? { noWait: true } : {}) }
  for (const [name, isUsed, flag, needed] of needs) {
    if (given[name] === undefined || isUsed) continue
    throw new CliError('usage-flag', ExitCode.Usage, {
      what: `${flag} says something only with ${needed}`,
      mend: `Add ${needed}, or leave ${flag} out`,
    })
  }
}

function orderKey(text: string): OrderKey {
  if (/^\d+$/.test(text)) {
    const orderId = Number(text)
    if (Number.isSafeInteger(orderId) && orderId > 0) return { orderId }
  }
  const match = /^([^/]{1,16})\/([\w-]{1,36})$/.exec(text)
  if (match !== null) return { account: match[1]!, clOrdId: match[2]! }
  throw new InvalidArgumentError(
    "It must be the exchange's OrderID, such as 4711, or ACCOUNT/ClOrdID, such as ALICE/a-17.",
  )
}

function keyFile(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at > 0 && at < text.length - 1) {
    return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
  }
  throw new InvalidArgumentError('It must be COMPID=FILE, such as ALICE=alice.pem.')
}
