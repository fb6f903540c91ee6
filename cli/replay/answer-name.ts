/** What an answer is counted as: what happened, and where it was refused why. */
import {
  ExecType,
  ExecutionReport,
  ListStatus,
  MassQuoteAcknowledgement,
  OrderCancelReject,
  OrderMassCancelReport,
  Reason,
} from '../../protocol/codecs.ts'
import { RECORD_BLOCK_OFFSET } from '../../protocol/envelope.ts'
import { reasonRow } from '../../protocol/reasons.ts'
import { type JournalRecord, templateIdOf } from '../journal/record-walk.ts'
import { enumName } from '../message-json.ts'

export function reportName(execType: number, reason: number): string {
  const name = enumName('ExecType', execType)
  return execType === ExecType.Rejected ? `${name}: ${reasonRow(reason).name}` : name
}

export const cancelRejectName = (reason: number): string =>
  `cancel refused: ${reasonRow(reason).name}`

export const massCancelName = (reason: number): string =>
  reason === Reason.None ? 'mass cancel done' : `mass cancel refused: ${reasonRow(reason).name}`

export const listName = (reason: number): string =>
  reason === Reason.None ? 'list accepted' : `list refused: ${reasonRow(reason).name}`

export const quotesName = (reason: number): string =>
  reason === Reason.None ? 'quotes answered' : `quotes refused: ${reasonRow(reason).name}`

/** Of an event of the log; undefined: it answers no client. */
export function answerName(event: JournalRecord): string | undefined {
  const block = event.at + RECORD_BLOCK_OFFSET
  switch (templateIdOf(event)) {
    case ExecutionReport.TEMPLATE_ID: {
      const { execType, reason } = new ExecutionReport().wrap(event.view, block)
      return reportName(execType, reason)
    }
    case OrderCancelReject.TEMPLATE_ID:
      return cancelRejectName(new OrderCancelReject().wrap(event.view, block).reason)
    case OrderMassCancelReport.TEMPLATE_ID:
      return massCancelName(new OrderMassCancelReport().wrap(event.view, block).reason)
    case ListStatus.TEMPLATE_ID:
      return listName(new ListStatus().wrap(event.view, block).reason)
    case MassQuoteAcknowledgement.TEMPLATE_ID:
      return quotesName(new MassQuoteAcknowledgement().wrap(event.view, block).reason)
    default:
      return undefined
  }
}
