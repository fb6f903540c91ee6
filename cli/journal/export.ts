/**
 * `tradsys journal export`: records for other programs, with names in place of numbers. Commands, events, or each command
 * with the events that it caused; only those that are asked for.
 */
import { JournalReader } from '../../storage/journal-reader.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { LineWriter } from '../line-writer.ts'
import { forEachField, messageName } from '../message-json.ts'
import { startProgress } from '../progress.ts'
import { CsvLines } from './csv-lines.ts'
import { LogNames } from './log-names.ts'
import { firstAt, type LogPoint, lastAt, timeText } from './log-point.ts'
import {
  type JournalRecord,
  numberOf,
  sequenceOf,
  sessionOf,
  templateIdOf,
  timeUsOf,
  walkCommands,
  walkTurns,
} from './record-walk.ts'
import { Row, type Value } from './row.ts'

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
    const csv = flags.format === 'csv' ? new CsvLines(flags) : undefined
    if (csv !== undefined) await lines.write(csv.header())
    try {
      const walk = flags.events || flags.all ? walkTurns : walkCommands
      for (const record of walk(journal, range)) {
        if (left === 0 || lines.readerHasLeft) break
        if (!record.isEvent) {
          names.hear(record)
          progress.update(record.number - range.from + 1)
        }
        if (!filter.take(record)) continue
        await lines.write(csv?.line(filter.row) ?? filter.row.json())
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
  readonly row = new Row()
  readonly #flags: ExportFlags
  readonly #names: LogNames
  readonly #sessions = new Map<number, SessionNames>()
  readonly #setField = (name: string, value: Value): void => this.row.set(name, value)
  readonly #types: ReadonlySet<string> | undefined
  /** The symbol that the command at hand names: its refusal may not name it again. */
  #commandSymbol: Value | undefined

  constructor(flags: ExportFlags, names: LogNames) {
    this.#flags = flags
    this.#names = names
    this.#types = flags.type === undefined ? undefined : new Set(flags.type)
  }

  /** Whether a record is meant; then `row` holds it. */
  take(record: JournalRecord): boolean {
    const { events: eventsOnly = false, all = false, symbol } = this.#flags
    const isKind = all || record.isEvent === eventsOnly
    if (!isKind && (record.isEvent || symbol === undefined)) return false
    const name = messageName(templateIdOf(record))
    const isType = isKind && (this.#types === undefined || this.#types.has(name))
    if (!isType && record.isEvent) return false
    this.#read(record, name)
    if (!record.isEvent) this.#commandSymbol = this.row.get('Symbol')
    return isType && this.#isMeant(sessionOf(record), name)
  }

  #read(record: JournalRecord, message: string): void {
    const { row } = this
    const session = sessionOf(record)
    const timeUs = timeUsOf(record)
    const { compId, account } = this.#namesOf(session)
    row.clear()
    if (record.isEvent) row.set('event', record.number)
    row.set('sequence', sequenceOf(record))
    row.set('timeUs', timeUs)
    row.set('time', timeText(timeUs))
    row.set('session', session)
    row.set('compId', compId)
    row.set('account', account)
    row.set('number', numberOf(record))
    row.set('message', message)
    forEachField(record.view, record.at, this.#setField)
  }

  /** A session is of one account for ever, so it is looked up once it is known. */
  #namesOf(session: number): SessionNames {
    const known = this.#sessions.get(session)
    if (known !== undefined) return known
    const { venue } = this.#names
    const compId = venue.sessionName(session)
    if (compId === undefined) return NO_NAMES
    const account = venue.accountName(venue.accountOfSession(session))
    const names = { compId, account }
    this.#sessions.set(session, names)
    return names
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

  #isMeant(session: number, message: string): boolean {
    const { symbol, account, session: compId } = this.#flags
    const names = this.#namesOf(session)
    const { row } = this
    if (compId !== undefined && compId !== names.compId && compId !== row.get('CompID'))
      return false
    if (account !== undefined && account !== names.account && account !== row.get('Account')) {
      return false
    }
    if (symbol === undefined || this.#symbolOf(message) === symbol) return true
    // Of one that names several, in its group.
    return this.row.some((value) => {
      return typeof value === 'object' && value.some((entry) => entry.Symbol === symbol)
    })
  }

  #symbolOf(message: string): Value | undefined {
    const instrument = this.row.get('Instrument')
    return (
      this.row.get('Symbol') ??
      (typeof instrument === 'number'
        ? this.#names.venue.symbolOfInstrument(instrument)
        : message === 'OrderCancelReject'
          ? this.#commandSymbol
          : undefined)
    )
  }
}

interface SessionNames {
  readonly compId: string | undefined
  readonly account: string | undefined
}

const NO_NAMES: SessionNames = { compId: undefined, account: undefined }
