/**
 * `tradsys replay`: runs the journal again, through the same actors that ran it live.
 *
 *   nothing further       is what they say what the journal holds, and which state does it lead to
 *   --book, --account     how it stood then (book.ts, account.ts)
 *   --order               what happened to an order, and why (order-life.ts)
 *   --diff                where two logs part (diff.ts)
 *   --to                  the same commands in a journal made anew (rebuild.ts)
 *   --to-exchange         the requests again, to a running exchange (to-exchange.ts)
 *   --feed                the market data again, to readers (feed.ts)
 */
import { statSync } from 'node:fs'
import { EXCHANGE_KIND } from '../../exchange-kind.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { firstAt, type LogPoint, lastAt, timeText } from '../journal/log-point.ts'
import { print } from '../line-writer.ts'
import { describeAccount, lookAtAccount } from './account.ts'
import { describeBook, lookAtBook } from './book.ts'
import { refuseDamaged } from './damage.ts'
import { diffLogs } from './diff.ts'
import { diffSnapshot } from './diff-snapshot.ts'
import { feed } from './feed.ts'
import { describeOrderLife, orderLifeResult, runAndFollow } from './order.ts'
import type { OrderKey } from './order-life.ts'
import type { Speed } from './pacemaker.ts'
import { rebuild } from './rebuild.ts'
import { type LogRun, runLog } from './run.ts'
import { toExchange } from './to-exchange.ts'

export interface ReplayFlags {
  readonly dataDir: string
  readonly verify?: boolean
  readonly from?: LogPoint
  readonly until?: LogPoint
  readonly book?: string
  readonly depth: number
  readonly account?: string
  readonly order?: OrderKey
  readonly diff?: string
  readonly to?: string
  readonly toExchange?: { readonly host: string; readonly port: number }
  readonly inOrder?: boolean
  readonly key?: Readonly<Record<string, string>>
  readonly feed?: number
  /** Off: a feed begins at once. */
  readonly wait?: boolean
  readonly speed: Speed
  readonly json?: boolean
  readonly progress?: boolean
}

export async function replayVerb(flags: ReplayFlags): Promise<void> {
  const { dataDir, diff, to, toExchange: target, feed: port, key: keys = {} } = flags
  if (flags.verify) await refuseDamaged(dataDir, flags)
  const journal = openLog(dataDir)
  try {
    const range = { from: firstAt(journal, flags.from), until: lastAt(journal, flags.until) }
    if (diff !== undefined) await compare(journal, diff, flags)
    else if (to !== undefined) await rebuild(journal, { ...flags, to, until: range.until })
    else if (target !== undefined) {
      const inOrder = flags.inOrder === true
      await toExchange(journal, { ...flags, ...range, ...target, inOrder, keys })
    } else if (port !== undefined) {
      await feed(journal, { ...flags, ...range, port, waits: flags.wait !== false })
    } else await look(journal, range.until, flags)
  } finally {
    journal.close()
  }
}

const openLog = (dataDir: string): JournalReader => JournalReader.open(dataDir, EXCHANGE_KIND)

async function compare(journal: JournalReader, other: string, flags: ReplayFlags): Promise<void> {
  if (isFile(other)) {
    refuseUntil(flags)
    await diffSnapshot({ directory: flags.dataDir, journal }, other, flags)
    return
  }
  // A log of another schema differs in the first record that has another form; that is what is asked for.
  const right = JournalReader.open(other)
  try {
    await diffLogs(
      { name: flags.dataDir, journal, until: lastAt(journal, flags.until) },
      { name: other, journal: right, until: lastAt(right, flags.until) },
      flags,
    )
  } finally {
    right.close()
  }
}

function refuseUntil({ until }: ReplayFlags): void {
  if (until === undefined) return
  throw new CliError('usage-flag', ExitCode.Usage, {
    what: '--until says nothing beside a snapshot: they are compared behind its command',
    mend: 'Leave --until out, or give the directory of a journal',
  })
}

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** Runs the log up to a command, and shows what is asked for of how it stands there. */
async function look(journal: JournalReader, until: number, flags: ReplayFlags): Promise<void> {
  const started = performance.now()
  const { progress } = flags
  const log = { directory: flags.dataDir, journal }
  // A look at a moment needs no proof of all that came before it.
  const isLook = (flags.book ?? flags.account) !== undefined && flags.order === undefined
  const mayBeginLater = isLook && !flags.verify
  const options = { until, mayBeginLater, ...(progress === undefined ? {} : { progress }) }
  const { run, life } =
    flags.order === undefined
      ? { run: runLog(log, options), life: undefined }
      : runAndFollow(log, flags.order, options)
  const { venue, machine, commands, lastCommand, eventsEqual, eventsMissing, timeUs } = run
  const { beganBehind } = run
  const seconds = (performance.now() - started) / 1_000
  const { book, account, order, depth } = flags
  const looks = {
    ...(book === undefined ? {} : { book: lookAtBook(venue, book, depth) }),
    ...(account === undefined ? {} : { account: lookAtAccount(venue, account) }),
    ...(life === undefined || order === undefined
      ? {}
      : { order: orderLifeResult(life, order, run) }),
  }
  if (flags.json) {
    const when = commands === 0 ? {} : { timeUs, time: timeText(timeUs) }
    const start = beganBehind === 0 ? {} : { beganBehind }
    const outcome = { ...start, commands, lastCommand, eventsEqual, eventsMissing, ...when }
    const result = { ...outcome, stateHash: machine.stateHash(), seconds, ...looks }
    await print(JSON.stringify(result))
    return
  }
  const lines = [
    ...('book' in looks ? describeBook(looks.book) : []),
    ...('account' in looks ? describeAccount(looks.account) : []),
    ...('order' in looks ? describeOrderLife(looks.order) : []),
  ]
  const head = lines.length === 0 ? summary(run, seconds) : whenOf(run)
  await print([head, ...lines].join('\n'))
}

const whenOf = ({ lastCommand, timeUs }: LogRun): string =>
  lastCommand === 0
    ? 'before the first command'
    : `behind command ${lastCommand}, ${timeText(timeUs)}`

function summary(
  { beganBehind, commands, eventsEqual, eventsMissing, machine }: LogRun,
  seconds: number,
): string {
  const start = beganBehind === 0 ? '' : `behind the snapshot at command ${beganBehind}: `
  const missing =
    eventsMissing === 0 ? '' : `, ${eventsMissing} more that the journal did not hold yet`
  const state = machine.stateHash()
  return `${start}${commands} commands, ${eventsEqual} events equal${missing}, state ${state}, ${seconds.toFixed(1)} s`
}
