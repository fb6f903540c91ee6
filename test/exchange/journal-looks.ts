/** What a stopped exchange's directory says of itself: by the command line, and by the journal's own reader. */
import assert from 'node:assert/strict'
import { ExecType, ExecutionReport, NewOrderSingle } from '../../protocol/codecs.ts'
import {
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import type { FrameView } from '../../storage/frame-view.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import type { Premises } from './premises.ts'

/** `journal verify` and `replay --verify` both say that it is whole. Returns the state that it leads to. */
export async function assertWhole(
  premises: Premises,
  where: string,
): Promise<{ readonly stateHash: string }> {
  const place = ['--data-dir', premises.dataDir, '--json']
  const [verified, replayed] = await Promise.all([
    premises.run(['journal', 'verify', ...place]),
    premises.run(['replay', '--verify', ...place]),
  ])
  assert.equal(verified.status, 0, `${where}: verify: ${verified.stdout}${verified.stderr}`)
  assert.equal((JSON.parse(verified.stdout) as { ok: boolean }).ok, true, where)
  assert.equal(replayed.status, 0, `${where}: replay: ${replayed.stdout}${replayed.stderr}`)
  return JSON.parse(replayed.stdout) as { stateHash: string }
}

/** How often each order stands in the journal as a command, by session and ClOrdID. */
export function ordersEntered(dataDir: string): Map<string, number> {
  const order = new NewOrderSingle()
  return count(dataDir, 'commands', NewOrderSingle.TEMPLATE_ID, (view, at) => {
    return order.wrap(view, at).clOrdId
  })
}

/** How often each order was journaled as accepted, by session and ClOrdID. */
export function ordersAccepted(dataDir: string): Map<string, number> {
  const report = new ExecutionReport()
  return count(dataDir, 'events', ExecutionReport.TEMPLATE_ID, (view, at) => {
    report.wrap(view, at)
    return report.execType === ExecType.New ? report.clOrdId : undefined
  })
}

export const doubled = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].filter(([, times]) => times > 1).map(([id, times]) => `${id} × ${times}`)

function count(
  dataDir: string,
  table: 'commands' | 'events',
  templateId: number,
  idOf: (view: DataView, block: number) => string | undefined,
): Map<string, number> {
  const counts = new Map<string, number>()
  const journal = JournalReader.open(dataDir)
  try {
    for (const frame of journal[table]()) {
      for (const at of recordsOf(frame)) {
        const envelope = at + RECORD_HEADER_BYTES
        if (frame.view.getUint16(envelope + TEMPLATE_ID_OFFSET, true) !== templateId) continue
        const clOrdId = idOf(frame.view, at + RECORD_BLOCK_OFFSET)
        if (clOrdId === undefined) continue
        const id = `${frame.view.getUint32(envelope + SESSION_OFFSET, true)}/${clOrdId}`
        counts.set(id, (counts.get(id) ?? 0) + 1)
      }
    }
  } finally {
    journal.close()
  }
  return counts
}

function* recordsOf(frame: FrameView): Generator<number> {
  for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at)) yield at
}
