/** Records as CSV (RFC 4180): a column for each field that one of the messages asked for may have. */

import type { Message } from '../../protocol/message.ts'
import { MESSAGES } from '../../protocol/schema.ts'
import type { ExportFlags, Row } from './export.ts'

const HEAD = ['sequence', 'time', 'timeUs', 'session', 'compId', 'account', 'number', 'message']

export const csvHeader = (flags: ExportFlags): string => columnsOf(flags).join(',')

export const csvLine = (row: Row, flags: ExportFlags): string =>
  columnsOf(flags)
    .map((column) => cell(row[column]))
    .join(',')

let known: { readonly flags: ExportFlags; readonly columns: readonly string[] } | undefined

function columnsOf(flags: ExportFlags): readonly string[] {
  if (known?.flags !== flags) known = { flags, columns: makeColumns(flags) }
  return known.columns
}

/** In the order of the schema. The same for the same flags, whatever the journal holds. */
function makeColumns({ events = false, all = false, type }: ExportFlags): readonly string[] {
  const isAskedFor = (message: Message): boolean =>
    type === undefined ? mayBe(message, events, all) : type.includes(message.name)
  const fields = MESSAGES.filter(isAskedFor).flatMap((message) => message.fields)
  const names = fields.map(({ name }) => name).filter((name) => !name.startsWith('Reserved'))
  return [...(events || all ? ['event'] : []), ...HEAD, ...new Set(names)]
}

function mayBe({ name, direction }: Message, events: boolean, all: boolean): boolean {
  // Said by the exchange as an event, to give an instrument its number.
  const isEither = direction === 'shards' || name === 'InstrumentDefine'
  if (isEither) return true
  const isCommand = direction === 'client' || direction === 'command'
  const isEvent = direction === 'event' || (direction === 'exchange' && name !== 'Reject')
  return all ? isCommand || isEvent : events ? isEvent : isCommand
}

function cell(value: unknown): string {
  if (value === undefined) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
