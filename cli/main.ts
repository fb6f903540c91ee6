/**
 * The `tradsys` command: one file a verb, loaded only when it is asked for, so that help is instant.
 *
 * Results on stdout, progress and logs on stderr. What goes wrong is one line with a stable code, and an exit status
 * (cli-error.ts).
 */
import { Command, CommanderError } from 'commander'
import { addAccount } from './account/commands.ts'
import { addBench } from './bench-commands.ts'
import { ExitCode, reportError } from './cli-error.ts'
import { addJournal } from './journal/commands.ts'
import { print } from './line-writer.ts'
import { portNumber, wholeNumber } from './numbers.ts'
import { addOrder } from './order/commands.ts'
import { withProfile } from './order/profile-flags.ts'
import { inReaderProcess } from './reader-process.ts'
import { addReplay } from './replay/commands.ts'
import { packageVersion } from './version.ts'

const SEED_MAX = 2 ** 32 - 1
const atLeastOne = wholeNumber({ min: 1 })

/** Help, or the version: said at the end, where a reader that has left is borne. */
let told = ''

const program = new Command('tradsys')
  .configureOutput({
    writeOut: (text) => {
      told += text
    },
  })
  .description(
    'An exchange: order entry by TCP, market data by WebSocket, every message journaled.',
  )
  .version(packageVersion(), '-V, --version')
  .exitOverride()
  .showHelpAfterError('(tradsys --help lists the commands)')

/** -v was given, however it was spelt. */
let wantsStack = false

const serving = (command: Command): Command =>
  command
    .option(
      '-c, --config <file>',
      'configuration file; may be repeated, the last wins',
      collect,
      [],
    )
    .option('--data-dir <dir>', 'journal and lock (default: tradsys-data)')
    .option('--durability <level>', 'power-loss, process-crash or none (default: power-loss)')
    .option('--plan <name>', 'threads: shared or dedicated (default: by number of CPUs)')
    .option('--real-time', 'threads run before all ordinary ones (SCHED_RR), where allowed')
    .option('--stage-times <file>', 'when one order in 64 passed each stage, as CSV, at the end')
    .option(
      '--order-entry-port <port>',
      'TCP order entry; 0: any free one (default: 9000)',
      portNumber,
    )
    .option(
      '--market-data-port <port>',
      'WebSocket and REST; 0: any free one (default: 9001)',
      portNumber,
    )
    .option('--json', 'print one JSON object when ready')
    .option('-q, --quiet', 'log only what is wrong')
    .option('-v, --verbose', 'print the stack of an error that ends it')
    .on('option:verbose', () => {
      wantsStack = true
    })

serving(program.command('start'))
  .description('run the exchange until interrupted')
  .action(async (flags) => (await import('./start.ts')).start(flags))

serving(program.command('demo'))
  .description('run the exchange with seeded traders, over TCP, with paper money')
  .option('--seed <n>', 'of the traders (default: 1)', wholeNumber({ min: 0, max: SEED_MAX }))
  .action(async (flags) => (await import('./demo.ts')).demo(flags))

addOrder(program)
withProfile(program.command('shell'))
  .description('trade by hand: orders, books and reports as they come; reads a pipe too')
  .option('--market-data <host:port>', 'its market data (default: same host, port 9001)')
  .action(async (flags) => (await import('./shell/shell.ts')).shell(flags))

addAccount(program)
addJournal(program)
addReplay(program)

program
  .command('backup')
  .description(
    'copy a data directory as it is at one moment, verified; works beside a running exchange',
  )
  .argument('<dir>', 'where to: empty, or not there')
  .option('--data-dir <dir>', 'the data directory', 'tradsys-data')
  .option('--json', 'print one JSON object')
  .option('--no-progress', 'no progress bar')
  .action((backup, flags) => inReaderProcess('backup', { ...flags, backup }))

program
  .command('restore')
  .description('make a data directory of a backup, each file checked against its hash')
  .argument('<dir>', 'the backup')
  .option('--data-dir <dir>', 'the new data directory: empty, or not there', 'tradsys-data')
  .option('--json', 'print one JSON object')
  .option('--no-progress', 'no progress bar')
  .action((backup, flags) => inReaderProcess('restore', { ...flags, backup }))

program
  .command('snapshot')
  .description(
    "take a snapshot of an exchange's state from its journal; works beside a running one",
  )
  .option('--data-dir <dir>', 'the data directory', 'tradsys-data')
  .option('--json', 'print one JSON object')
  .option('--no-progress', 'no progress bar')
  .action(async (flags) => (await import('./snapshot.ts')).snapshot(flags))

const key = program.command('key').description('keys that sessions log on with')
const keyCommand = (name: string, description: string): Command =>
  key
    .command(name)
    .description(description)
    .option('--data-dir <dir>', 'the data directory', 'tradsys-data')
    .option('--json', 'print one JSON object')
keyCommand('create', 'make a key for a session; its secret is shown once')
  .requiredOption('--session <compId>', 'the session that it logs on as')
  .option('--kind <kind>', 'ed25519 or hmac-sha256', 'ed25519')
  .option('--permission <what>', 'read, cancel (and read) or trade (and both)', 'trade')
  .option(
    '--address <cidr>',
    'where it may come from; may be repeated (default: anywhere)',
    collect,
    [],
  )
  .option('--public-key <file>', 'of an Ed25519 key that there is already, in PEM')
  .option('--out <file>', 'write the secret there, rather than show it')
  .action(async (flags) => (await import('./key.ts')).createKey(flags))
keyCommand('list', 'the keys that there are, and were').action(async (flags) =>
  (await import('./key.ts')).listKeys(flags),
)
keyCommand('revoke', 'a key is good no more; its sessions end')
  .argument('<id>', 'of the key')
  .action(async (id, flags) => (await import('./key.ts')).revokeKey(id, flags))

const load = program.command('load').description('send real order flow to an exchange')
load
  .command('lobster')
  .description(
    'a LOBSTER day through TCP order entry, its book compared with the truth; exit 1 on a mismatch',
  )
  .requiredOption('--messages <file>', 'message file, .csv or .csv.gz')
  .requiredOption('--book <file>', 'order book file, .csv or .csv.gz')
  .option(
    '--url <host:port>',
    'order entry of a running exchange (default: one of its own, on a temporary directory)',
  )
  .option('--market-data <host:port>', 'its market data (default: same host, port 9001)')
  .option('--symbol <symbol>', 'instrument to trade', 'GOOG')
  .option('--comp-id <id>', 'session to log on as', 'LOBSTER')
  .option('--compare-every <events>', 'events between two comparisons', atLeastOne, 1000)
  .option('--events <n>', 'stop after so many events', atLeastOne)
  .option('--json', 'print one JSON object')
  .option('--no-progress', 'no progress bar')
  .action(async (flags) => (await import('./load-lobster.ts')).loadLobster(flags))

addBench(program)

program
  .command('top')
  .description('a running system of actors: threads, rings, actors, restarts')
  .argument('<address>', "what its statusAddress says: http://127.0.0.1:PORT, or a socket's path")
  .option('--seconds <n>', 'between two looks', atLeastOne, 1)
  .option('--rows <n>', 'of rings, and of actors', atLeastOne, 15)
  .option('--once', 'one look, and no more')
  .option('--json', 'print one JSON object a look')
  .action(async (address, flags) => (await import('./top.ts')).top(address, flags))

program
  .command('version')
  .description('what this is')
  .option('--json', 'print one JSON object')
  .action(async (flags) => (await import('./version.ts')).version(flags))

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value]
}

async function run(): Promise<void> {
  try {
    await program.parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage
    if (told !== '') await print(told)
  }
}

try {
  await run()
} catch (error) {
  reportError(error)
  if (wantsStack && error instanceof Error) process.stderr.write(`${error.stack}\n`)
}
