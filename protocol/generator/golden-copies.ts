/** Golden bytes of copies: reports as a drop copy session gets them, with whose they are behind their own fields. */
import { INT64_NULL } from '../integers.ts'
import { writeText } from '../text.ts'
import {
  COPY_COMP_ID_OFFSET,
  COPY_SOURCE_BYTES,
  WIRE_HEADER_BYTES,
  writeWireHeader,
} from '../wire-frame.ts'
import { type GoldenVector, goldenVectors } from './golden.ts'

/** The reports that are copied: those about orders. */
const COPIED: ReadonlySet<string> = new Set([
  ...['ExecutionReport', 'OrderCancelReject', 'OrderMassCancelReport'],
])
const SOURCE = { Account: 'ACCOUNT-1', OnBehalfOfCompID: 'SESSION-1' }

export interface GoldenCopy extends GoldenVector {
  readonly possDup: boolean
  readonly source: typeof SOURCE
}

/** Each twice: told for the first time, and again. */
export const goldenCopies = (): readonly GoldenCopy[] =>
  goldenVectors()
    .filter(({ message }) => COPIED.has(message))
    .map((vector, index) => goldenCopy(vector, index % 2 === 1))

function goldenCopy(vector: GoldenVector, possDup: boolean): GoldenCopy {
  const report = Buffer.from(vector.hex, 'hex').subarray(WIRE_HEADER_BYTES)
  const bytes = new Uint8Array(WIRE_HEADER_BYTES + report.length + COPY_SOURCE_BYTES)
  const view = new DataView(bytes.buffer)
  const { templateId, msgSeqNum, sendingTime } = vector
  const block = writeWireHeader(view, 0, {
    ...{ templateId, msgSeqNum, sendingTime, possDup, isCopy: true },
    blockBytes: report.length + COPY_SOURCE_BYTES,
    origSendingTime: possDup ? sendingTime - 1 : INT64_NULL,
  })
  bytes.set(report, block)
  const source = block + report.length
  writeText(view, source, COPY_COMP_ID_OFFSET, SOURCE.Account)
  const compIdBytes = COPY_SOURCE_BYTES - COPY_COMP_ID_OFFSET
  writeText(view, source + COPY_COMP_ID_OFFSET, compIdBytes, SOURCE.OnBehalfOfCompID)
  return { ...vector, possDup, source: SOURCE, hex: Buffer.from(bytes).toString('hex') }
}
