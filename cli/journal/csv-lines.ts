/** Records as CSV (RFC 4180): a column for each field that one of the messages asked for may have; a group is JSON in its cell. */
import type { Message } from '../../protocol/message.ts'
import { MESSAGES } from '../../protocol/schema.ts'
import type { ExportFlags } from './export.ts'
import type { Row, Value } from './row.ts'

const HEAD = ['sequence', 'time', 'timeUs', 'session', 'compId', 'account', 'number', 'message']

export class CsvLines {
  /** In the order of the schema: the same for the same flags, whatever the journal holds. */
  readonly #columns: readonly string[]

  constructor({ events = false, all = false, type }: ExportFlags) {
    const isAskedFor = (message: Message): boolean =>
      type === undefined ? mayBe(message, events, all) : type.includes(message.name)
    const names = MESSAGES.filter(isAskedFor)
      .flatMap(({ fields, group }) => [...fields, ...(group === undefined ? [] : [group])])
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('Reserved'))
    this.#columns = [...(events || all ? ['event'] : []), ...HEAD, ...new Set(names)]
  }

  header(): string {
    return this.#columns.join(',')
  }

  line(row: Row): string {
    return this.#columns.map((column) => cell(row.get(column))).join(',')
  }
}

/** Whether a journal has such messages among its commands, or among its events. */
function mayBe({ name, direction }: Message, events: boolean, all: boolean): boolean {
  // As an event it gives an instrument its number.
  if (direction === 'shards' || name === 'InstrumentDefine') return true
  const isCommand = direction === 'client' || direction === 'command'
  const isEvent = direction === 'event' || (direction === 'exchange' && name !== 'Reject')
  if (all) return isCommand || isEvent
  return events ? isEvent : isCommand
}

function cell(value: Value | undefined): string {
  if (value === undefined) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
