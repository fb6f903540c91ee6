/**
 *   frame check ──▶ GROUP CHECK ──▶ reader
 *
 * Whether the group behind a root block is one: its count within the bounds, its entries of a length that we know, all of
 * them within the frame, nothing behind them. A count is believed only when the bytes for it are there.
 */
import {
  MassQuote,
  NewOrderList,
  NewOrderSingle,
  QuoteEntry,
  SessionRejectReason,
} from '../../../protocol/codecs.ts'
import {
  bytesOfGroup,
  entryAt,
  entryBytesOf,
  entryCountOf,
  GROUP_HEADER_BYTES,
  writeGroupHeader,
} from '../../../protocol/groups.ts'
import { copyBytes } from '../../../protocol/text.ts'
import { type Fault, NO_TAG } from '../fault.ts'

/** A group that a client may send. */
interface GroupTerms {
  readonly countMin: number
  readonly countMax: number
  /** Of an entry, in our version. */
  readonly entryBytes: number
  readonly count: Fault
  readonly cut: Fault
}

const terms = (
  name: string,
  tag: number,
  bounds: Pick<GroupTerms, 'countMin' | 'countMax' | 'entryBytes'>,
): GroupTerms => {
  const count = (text: string): Fault => ({
    ...{ tag, reason: SessionRejectReason.IncorrectNumInGroup },
    text: `${name}(${tag}) ${text}`,
  })
  return {
    ...bounds,
    count: count(`must be from ${bounds.countMin} to ${bounds.countMax}`),
    cut: count('is more entries than there are in the frame'),
  }
}

const ORDERS = terms('NoOrders', NewOrderList.NO_ORDERS_TAG, {
  countMin: NewOrderList.NO_ORDERS_MIN,
  countMax: NewOrderList.NO_ORDERS_MAX,
  entryBytes: NewOrderSingle.BLOCK_BYTES,
})
const QUOTES = terms('NoQuoteEntries', MassQuote.NO_QUOTE_ENTRIES_TAG, {
  countMin: MassQuote.NO_QUOTE_ENTRIES_MIN,
  countMax: MassQuote.NO_QUOTE_ENTRIES_MAX,
  entryBytes: QuoteEntry.BLOCK_BYTES,
})

const format = (text: string): Fault => ({
  ...{ tag: NO_TAG, reason: SessionRejectReason.IncorrectDataFormat },
  text,
})
const SHORT_ENTRY = format('blockLength is too short for an entry of this group')
const LONG_ENTRY = format('blockLength is too long for an entry, in this version')
const LONG_FRAME = format('bytes behind the last entry of the group')

/** Of a template whose messages have a group. */
const termsOf = (templateId: number): GroupTerms =>
  templateId === MassQuote.TEMPLATE_ID ? QUOTES : ORDERS

/** The first fault of the group in [at, end), or undefined. `isNewer`: of a version that may have appended something. */
export function groupFault(
  view: DataView,
  templateId: number,
  { at, end, isNewer }: { readonly at: number; readonly end: number; readonly isNewer: boolean },
): Fault | undefined {
  const { countMin, countMax, entryBytes, count, cut } = termsOf(templateId)
  if (end - at < GROUP_HEADER_BYTES) return cut
  const said = entryBytesOf(view, at)
  const entries = entryCountOf(view, at)
  if (entries < countMin || entries > countMax) return count
  if (said < entryBytes) return SHORT_ENTRY
  if (said > entryBytes && !isNewer) return LONG_ENTRY
  const leftOver = end - at - bytesOfGroup(said, entries)
  if (leftOver < 0) return cut
  return leftOver > 0 && !isNewer ? LONG_FRAME : undefined
}

/** Bytes of the group at `at`, which has no fault, as our version has it. */
export const nativeGroupBytes = (templateId: number, view: DataView, at: number): number =>
  bytesOfGroup(termsOf(templateId).entryBytes, entryCountOf(view, at))

/** Writes the group at `at`, which has no fault, as our version has it: what it does not know of each entry is left out. */
export function copyNativeGroup(
  templateId: number,
  from: DataView,
  at: number,
  to: DataView,
  toAt: number,
): void {
  const { entryBytes } = termsOf(templateId)
  const count = entryCountOf(from, at)
  writeGroupHeader(to, toAt, entryBytes, count)
  for (let i = 0; i < count; i++) {
    copyBytes(from, entryAt(from, at, i), to, entryAt(to, toAt, i), entryBytes)
  }
}
