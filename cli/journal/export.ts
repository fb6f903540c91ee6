/**
 * `tradsys journal export`: records for other programs, with names in place of numbers. Commands, events, or each command
 * with the events that it caused; only those that are asked for.
 */
import { JournalReader } from '../../storage/journal-reader.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { LineWriter } from '../line-writer.ts'
import { recordToJson } from '../message-json.ts'
import { startProgress } from '../progress.ts'
import { csvHeader, csvLine } from './csv-lines.ts'
import { LogNames } from './log-names.ts'
import { firstAt, type LogPoint, lastAt, timeText } from './log-point.ts'
import { type JournalRecord, walkCommands, walkTurns } from './record-walk.ts'

export interface ExportFlags {
  readonly dataDir: string
  readonly events?: boolean
  readonly all?: boolean
  readonly from?: LogPoint
  readonly until?: LogPoint
  readonly count?: number
  readonly type?: readonly string[]
  readonly symbol?: string
  readonly account?: string
  readonly session?: string
  readonly format: 'json' | 'csv'
  readonly out?: string
  readonly progress?: boolean
}

/** A record as it is written. */
export type Row = Readonly<Record<string, unknown>>

export async function exportRecords(flags: ExportFlags): Promise<void> {
  const journal = JournalReader.open(flags.dataDir)
  try {
    const range = { from: firstAt(journal, flags.from), until: lastAt(journal, flags.until) }
    const names = LogNames.before(journal, range.from)
    const lines = await LineWriter.open(flags.out)
    const total = Math.max(range.until - range.from + 1, 0)
    const progress = startProgress('commands', total, flags)
    const filter = new RecordFilter(flags, names)
    let left = flags.count ?? Number.POSITIVE_INFINITY
    if (flags.format === 'csv') await lines.write(csvHeader(flags))
    try {
      const walk = flags.events || flags.all ? walkTurns : walkCommands
      for (const record of walk(journal, range)) {
        if (left === 0 || lines.readerHasLeft) break
        if (!record.isEvent) {
          names.hear(record)
          progress.update(record.number - range.from + 1)
        }
        const row = filter.rowOf(record)
        if (row === undefined) continue
        await lines.write(flags.format === 'csv' ? csvLine(row, flags) : JSON.stringify(row))
        left--
      }
    } finally {
      progress.stop()
    }
    await lines.end()
    refuseUnknown(filter.unknownName(), lines.readerHasLeft)
  } finally {
    journal.close()
  }
}

/** A name that nobody in the log has is a slip of the pen, and not an empty answer. */
function refuseUnknown(unknown: string | undefined, readerHasLeft: boolean): void {
  if (unknown === undefined || readerHasLeft) return
  throw new CliError('export-unknown-name', ExitCode.Failure, {
    what: `the log knows no ${unknown} in this range`,
    mend: "Check its spelling with 'tradsys journal export --type InstrumentDefine,SessionDefine,SessionOpen'",
  })
}

/** Which records are meant, and how each is written. */
class RecordFilter {
  readonly #flags: ExportFlags
  readonly #names: LogNames
  readonly #types: ReadonlySet<string> | undefined
  /** The symbol that the command at hand names: its refusal may not name it again. */
  #commandSymbol: unknown

  constructor(flags: ExportFlags, names: LogNames) {
    this.#flags = flags
    this.#names = names
    this.#types = flags.type === undefined ? undefined : new Set(flags.type)
  }

  /** Undefined: it is not meant. */
  rowOf(record: JournalRecord): Row | undefined {
    const { events: eventsOnly = false, all = false } = this.#flags
    const needsSymbol = this.#flags.symbol !== undefined
    const isKind = all || record.isEvent === eventsOnly
    if (!isKind && !(needsSymbol && !record.isEvent)) return undefined
    const { sequence, timeUs, session, ...message } = recordToJson(record.view, record.at)
    if (!record.isEvent) this.#commandSymbol = message.Symbol
    if (!isKind || !this.#isMeant(message, Number(session))) return undefined
    const { venue } = this.#names
    const compId = venue.sessionName(Number(session))
    const account = venue.accountName(venue.accountOfSession(Number(session)))
    return {
      ...(record.isEvent ? { event: record.number } : {}),
      ...{ sequence, timeUs, time: timeText(Number(timeUs)), session },
      ...(compId === undefined ? {} : { compId, account }),
      ...message,
    }
  }

  /** The flag whose name nobody has, in words. */
  unknownName(): string | undefined {
    const { symbol, account, session } = this.#flags
    const { venue } = this.#names
    if (symbol !== undefined && venue.marketNamed(symbol) === undefined) return `symbol ${symbol}`
    if (account !== undefined && venue.accountNamed(account) === 0) return `account ${account}`
    if (session !== undefined && venue.sessionNamed(session) === 0) return `session ${session}`
    return undefined
  }

  #isMeant(message: Row, session: number): boolean {
    const { symbol, account, session: compId } = this.#flags
    const { venue } = this.#names
    if (this.#types !== undefined && !this.#types.has(String(message.message))) return false
    if (compId !== undefined && compId !== venue.sessionName(session) && compId !== message.CompID)
      return false
    if (account !== undefined) {
      const own = venue.accountName(venue.accountOfSession(session))
      if (own !== account && message.Account !== account) return false
    }
    return symbol === undefined || this.#symbolOf(message) === symbol
  }

  #symbolOf(message: Row): unknown {
    if (message.Symbol !== undefined) return message.Symbol
    if (typeof message.Instrument === 'number') {
      return this.#names.venue.symbolOfInstrument(message.Instrument)
    }
    return message.message === 'OrderCancelReject' ? this.#commandSymbol : undefined
  }
}
