/**
 * What an engine says to the MEB flow, and the hash of it that is published. A report is a record
 * of integers, written while the clock runs; lines and hash are made of the records afterwards.
 *
 *   word   0        1       2        3            4         5         6       7
 *        +--------+-------+--------+------------+---------+---------+-------+-------+
 *        |  kind  |  seq  |  side  |  id/maker  |  taker  |  price  |  qty  |   0   |
 *        +--------+-------+--------+------------+---------+---------+-------+-------+
 *
 * 32 bytes, so that a record never lies on two cache lines of a ring. A word that the line of its
 * kind does not have is not looked at.
 */
import { LineDigest } from './line-digest.ts'
import type { MebScenario } from './meb.ts'

export const REPORT_WORDS = 8
export const KIND = 0
export const SEQ = 1
export const SIDE = 2
/** Of the order that the report is about; of a fill, the resting one. */
export const ID = 3
/** Of a fill: the order that arrived or was modified. */
export const TAKER = 4
export const PRICE = 5
export const QTY = 6

export const MebReportKind = {
  /** A new order, before it matches. */
  Accepted: 0,
  /** At the resting order's price. */
  Fill: 1,
  /** With the price at which it rested; also what an IOC order could not fill, with its limit. */
  Cancelled: 2,
  /** With the message's price and quantity; before or after the fills of the same message. */
  Modified: 3,
  CancelRefused: 4,
  ModifyRefused: 5,
} as const

/** By kind: the words of its line, in the order of the line. */
const LINES: readonly (readonly number[])[] = [
  [KIND, SEQ, SIDE, ID, PRICE, QTY],
  [KIND, SEQ, PRICE, QTY, ID, TAKER],
  [KIND, SEQ, SIDE, ID, PRICE],
  [KIND, SEQ, SIDE, ID, PRICE, QTY],
  [KIND, SEQ, ID],
  [KIND, SEQ, ID],
]

/**
 * What the reports of a whole run must come to: MEB_SEED and MEB_ORDERS. The first two are published,
 * the others are the naive book's of the tests, which gives the first two as well.
 */
export const MEB_REPORT_DIGESTS: Readonly<Record<MebScenario, string>> = {
  static: '9803843ee404fc29c9a0aa5614f8f0d5a58b5c44fcac9ef89067886fcaaa30d1',
  normal: 'e9b2e3926854410b01a035aeb25dd05f1e597c233be8263de9eb49b6713d367e',
  'swing-25': '61a84be9469661bd039e00dbc9a7c011e70b6ace37aadfe60045ea083b05f4df',
  'swing-40': '3cb0175e7982ff09ea220d1feaee3844cf9116a5ce455757879dea1d880b9b9f',
  'flash-crash': 'cff8d3f94b709fc64a8b2058a6ca4fb6920364904796e46906895e362d2bb16b',
}

/**
 * SHA-256 of the lines of `reports`, whole records as they were said. Lines are sorted by message
 * and kind, stably, and joined by newlines. The records of one message stand together, and messages
 * in order, or this throws.
 */
export function mebReportDigest(reports: Int32Array): string {
  const digest = new LineDigest()
  let from = 0
  while (from < reports.length) {
    const end = endOfMessage(reports, from)
    for (let kind = 0; kind < LINES.length; kind++) {
      for (let at = from; at < end; at += REPORT_WORDS) {
        if (reports[at + KIND] === kind) writeLine(digest, reports, at)
      }
    }
    from = end
  }
  return digest.hex('')
}

/** How many reports there are of each kind, 0 to 5: where to look first if a digest differs. */
export function mebReportCounts(reports: Int32Array): number[] {
  const counts = LINES.map(() => 0)
  for (let at = 0; at < reports.length; at += REPORT_WORDS) counts[reports[at + KIND]!]!++
  return counts
}

/** The line of the record at word `at`. */
export function mebReportLine(reports: Int32Array, at: number): string {
  return LINES[reports[at + KIND]!]!.map((word) => reports[at + word]).join(',')
}

function endOfMessage(reports: Int32Array, from: number): number {
  const seq = reports[from + SEQ]!
  let end = from
  while (end < reports.length && reports[end + SEQ] === seq) {
    if (LINES[reports[end + KIND]!] === undefined) {
      throw new Error(`no report is of kind ${reports[end + KIND]}`)
    }
    end += REPORT_WORDS
  }
  if (end < reports.length && reports[end + SEQ]! < seq) {
    throw new Error(`a report on message ${reports[end + SEQ]} after one on ${seq}`)
  }
  return end
}

function writeLine(digest: LineDigest, reports: Int32Array, at: number): void {
  const words = LINES[reports[at + KIND]!]!
  for (let i = 0; i < words.length; i++) digest.field(reports[at + words[i]!]!)
  digest.endLine()
}
