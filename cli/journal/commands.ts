/** The verbs of `tradsys journal`, as the command line knows them. What they do is loaded when it is asked for. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { MESSAGES } from '../../protocol/schema.ts'
import { wholeNumber } from '../numbers.ts'
import { inReaderProcess } from '../reader-process.ts'
import { logPoint } from './log-point.ts'

const EXPORT_EXAMPLES = `
SEQ is the sequence of a command; TIME is ISO 8601, without a zone UTC: 2026-11-28T14:30:46.5
Each line has the sequence and time of the command; an event also its own number ("event").

Examples:
  tradsys journal export --type NewOrderSingle --account ALICE
  tradsys journal export --all --symbol BTCUSDT --from 2026-11-28T14:30 --until 2026-11-28T14:31
  tradsys journal export --events --type Trade --format csv --out trades.csv
  tradsys journal export --events --type ExecutionReport | jq 'select(.ExecType == "Rejected")'
`

export function addJournal(program: Command): void {
  const atLeastOne = wholeNumber({ min: 1 })
  const journal = program
    .command('journal')
    .description('look at a journal; works beside a running exchange')
  journal
    .command('verify')
    .description('check every frame: checksum, chain, numbers; exit 4 if one is damaged')
    .option('--data-dir <dir>', 'the data directory', 'tradsys-data')
    .option('--json', 'print one JSON object')
    .option('--no-progress', 'no progress bar')
    .action(async (flags) => (await import('./verify.ts')).verify(flags))
  journal
    .command('stats')
    .description('how much of what it holds: records, bytes, message types, rates, gaps, segments')
    .option('--data-dir <dir>', 'the data directory', 'tradsys-data')
    .option('--json', 'print one JSON object')
    .option('--no-progress', 'no progress bar')
    .action((flags) => inReaderProcess('journal stats', flags))
  journal
    .command('repair-tail')
    .description(
      'save what a power cut has left of the newest segment; the exchange must be stopped',
    )
    .option('--data-dir <dir>', 'the data directory', 'tradsys-data')
    .option('--dry-run', 'only say what would be saved')
    .option('--json', 'print one JSON object')
    .action((flags) => inReaderProcess('journal repair-tail', flags))
  journal
    .command('dump')
    .description('print commands or events as they stand there, one JSON object a line')
    .option('--data-dir <dir>', 'the data directory', 'tradsys-data')
    .option('--from <number>', 'first command, or first event', atLeastOne, 1)
    .option('--count <n>', 'how many', atLeastOne)
    .option('--events', 'print the events instead')
    .action((flags) => inReaderProcess('journal dump', flags))
  journal
    .command('export')
    .description('write commands, events or both for other programs, as JSON Lines or CSV')
    .option('--data-dir <dir>', 'the data directory', 'tradsys-data')
    .addOption(new Option('--events', 'the events instead of the commands').conflicts('all'))
    .option('--all', 'each command, and the events that it caused behind it')
    .option('--from <SEQ|TIME>', 'first command at it or behind it', logPoint)
    .option('--until <SEQ|TIME>', 'last command that is not behind it', logPoint)
    .option('--count <n>', 'how many records at most', atLeastOne)
    .option('--type <names>', 'only these messages, such as NewOrderSingle,ExecutionReport', types)
    .option('--symbol <symbol>', 'only what names this instrument')
    .option('--account <name>', "only what this account's sessions say and hear, and what names it")
    .option('--session <compId>', 'only what this session says and hears, and what names it')
    .addOption(
      new Option('--format <name>', 'json: an object a line')
        .choices(['json', 'csv'])
        .default('json'),
    )
    .option('--out <file>', 'a new file (default: stdout)')
    .option('--no-progress', 'no progress bar')
    .addHelpText('after', EXPORT_EXAMPLES)
    .action((flags) => inReaderProcess('journal export', flags))
}

/** For commander: names by commas, and more of them each time that the flag is given. */
function types(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  for (const name of names) {
    if (MESSAGES.some((message) => message.name === name)) continue
    const close = MESSAGES.find((message) => message.name.toLowerCase() === name.toLowerCase())
    const hint = "'tradsys journal stats' lists those that a journal holds."
    throw new InvalidArgumentError(
      `There is no message '${name}'. ${close === undefined ? hint : `Is it ${close.name}?`}`,
    )
  }
  return [...before, ...names]
}
