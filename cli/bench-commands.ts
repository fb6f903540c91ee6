/** The suites of `tradsys bench`, as the command line knows them. What they do is loaded when it is asked for. */
import { type Command, Option } from 'commander'
import { wholeNumber } from './numbers.ts'

const SEED_MAX = 2 ** 32 - 1
/** Message words of more would not stand in one array. */
const ORDERS_MAX = 50_000_000
const WORKLOADS = ['meb', 'xc-readme', 'xc-head', 'symbols', 'shard']
const SCENARIOS = ['static', 'normal', 'swing-25', 'swing-40', 'flash-crash']
const SINKS = ['ring', 'null', 'both']

export function addBench(program: Command): void {
  const atLeastOne = wholeNumber({ min: 1 })
  const bench = program
    .command('bench')
    .description('measure this machine; suites: e2e, book, ring, actor, journal, snapshot')
  bench
    .command('e2e')
    .description('orders a second and latency, from TCP client to execution report')
    .option('--runs <n>', 'fresh processes for each figure', atLeastOne, 3)
    .option('--seconds <n>', 'of load in each run', atLeastOne, 5)
    .option('--rate <n>', 'orders a second for the latency figures', atLeastOne, 100_000)
    .option('--sessions <n>', 'the same load from so many sessions too', atLeastOne)
    .option('--real-time', 'the exchange runs before all ordinary threads, where allowed')
    .option('--json', 'print one JSON object')
    .action(async (flags) => (await import('./bench.ts')).benchE2e(flags))
  bench
    .command('book')
    .description('messages a second through the matching thread, on public order flows')
    .addOption(new Option('--workload <name>', 'order flow').choices(WORKLOADS).default('meb'))
    .addOption(
      new Option('--scenario <name>', 'of meb (default: all; --vs: normal)').choices(SCENARIOS),
    )
    .option('--seed <n>', 'of meb', wholeNumber({ min: 0, max: SEED_MAX }), 23)
    .option(
      '--orders <n>',
      "new orders; of symbols: resting ones; of xc: commands (default: the workload's own)",
      wholeNumber({ min: 1, max: ORDERS_MAX }),
    )
    .option('--hash', 'SHA-256 of the reports; exit 1 if it is not the known one')
    .addOption(
      new Option('--sink <name>', 'reports: to another thread, dropped, or one after the other')
        .choices(SINKS)
        .default('both'),
    )
    .option('--runs <n>', 'fresh processes for each figure', atLeastOne, 5)
    .option('--vs', 'nodejs-order-book too, on the first messages of the meb flow')
    .option('--json', 'print one JSON object')
    .action(async (flags) => (await import('./bench.ts')).benchBook(flags))
  bench
    .command('ring')
    .description('records a second over the rings between threads, and how long one is under way')
    .option('--runs <n>', 'fresh processes for each figure', atLeastOne, 5)
    .option('--seconds <n>', 'of each run', atLeastOne, 2)
    .option('--vs', 'ringbuf.js and MessagePort too')
    .option('--json', 'print one JSON object')
    .action(async (flags) => (await import('./bench.ts')).benchRing(flags))
  bench
    .command('actor')
    .description('messages a second between actors, how long an answer takes, what rest costs')
    .option('--runs <n>', 'fresh processes for each figure', atLeastOne, 5)
    .option('--seconds <n>', 'of each run', atLeastOne, 2)
    .option('--vs', 'nact, Comlink, Piscina and Erlang too')
    .option('--json', 'print one JSON object')
    .action(async (flags) => (await import('./bench.ts')).benchActor(flags))
  bench
    .command('journal')
    .description('messages a second into the journal, and out of it again')
    .option('--runs <n>', 'fresh processes for each figure', atLeastOne, 5)
    .option('--seconds <n>', 'of committing in each run', atLeastOne, 5)
    .option('--commands <n>', 'in the journal that is read again', atLeastOne, 10_000_000)
    .option(
      '--behind <n>',
      'of them behind the snapshot that recovery begins with',
      atLeastOne,
      1e6,
    )
    .option('--dir <dir>', "on the disk to measure (default: the system's temporary directory)")
    .option('--json', 'print one JSON object')
    .action(async (flags) => (await import('./bench.ts')).benchJournal(flags))
  bench
    .command('snapshot')
    .description(
      "milliseconds to take a shard's whole state and to take it in again; latency beside that",
    )
    .option('--orders <n>', 'that rest in its book', wholeNumber({ min: 1, max: 4_000_000 }), 1e6)
    .option('--runs <n>', 'fresh processes for each figure', atLeastOne, 3)
    .option(
      '--seconds <n>',
      'of load beside snapshots, and as long without',
      wholeNumber({ min: 1, max: 30 }),
      20,
    )
    .option('--json', 'print one JSON object')
    .action(async (flags) => (await import('./bench.ts')).benchSnapshot(flags))
}
