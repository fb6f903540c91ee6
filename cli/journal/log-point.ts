/**
 * A place in the log, as it is given on the command line: the sequence of a command, or a time.
 *
 *   4711 · 2026-11-28 · 2026-11-28T14:30 · 2026-11-28T14:30:46.123456Z · 2026-11-28T15:30:46+01:00
 *
 * Times are ISO 8601; without a zone they are UTC, as all that is printed.
 */
import { InvalidArgumentError } from 'commander'
import { commandsOf, firstNumber, timeUsOf, type WalkedJournal } from './record-walk.ts'

/** Lives through JSON. */
export type LogPoint = { readonly sequence: number } | { readonly timeUs: number }

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6}))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?)?$/

const US_PER_MINUTE = 60_000_000

/** For commander. */
export function logPoint(text: string): LogPoint {
  if (/^\d+$/.test(text)) {
    const sequence = Number(text)
    if (sequence >= 1 && Number.isSafeInteger(sequence)) return { sequence }
    throw new InvalidArgumentError('Commands are numbered from 1.')
  }
  const timeUs = parseTimeUs(text)
  if (timeUs !== undefined) return { timeUs }
  throw new InvalidArgumentError(
    'It must be the sequence of a command, or a time such as 2026-11-28T14:30:46.123456Z (no zone: UTC).',
  )
}

/** Microseconds since 1970, or undefined: no such time. */
export function parseTimeUs(text: string): number | undefined {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((n) => Number(n ?? 0))
  const ms = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
  const date = new Date(ms)
  // The 31st of a month with 30 days, the hour 24: Date would move on to the next.
  const isSame =
    date.getUTCMonth() === month! - 1 &&
    date.getUTCDate() === day! &&
    date.getUTCHours() === hour! &&
    date.getUTCMinutes() === minute!
  if (!isSame) return undefined
  const fractionUs = Number((match[7] ?? '').padEnd(6, '0'))
  return ms * 1_000 + fractionUs - zoneMinutes(match[8] ?? 'Z') * US_PER_MINUTE
}

function zoneMinutes(zone: string): number {
  if (/^z$/i.test(zone)) return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return zone.startsWith('-') ? -minutes : minutes
}

/** Microseconds since 1970 as ISO 8601, in UTC and with all six digits. */
export function timeText(timeUs: number): string {
  const ms = Math.floor(timeUs / 1_000)
  const us = String(timeUs - ms * 1_000).padStart(3, '0')
  return new Date(ms).toISOString().replace('Z', `${us}Z`)
}

/** Sequence of the first command at the point or behind it. */
export function firstAt(journal: WalkedJournal, point: LogPoint | undefined): number {
  if (point === undefined) return 1
  if ('sequence' in point) return point.sequence
  return firstNumber(commandsOf(journal), (command) => timeUsOf(command) >= point.timeUs)
}

/** Sequence of the last command that is not behind the point; 0 if all are. */
export function lastAt(journal: WalkedJournal, point: LogPoint | undefined): number {
  if (point === undefined) return journal.lastCommand
  if ('sequence' in point) return Math.min(point.sequence, journal.lastCommand)
  return firstNumber(commandsOf(journal), (command) => timeUsOf(command) > point.timeUs) - 1
}
