/** `tradsys journal verify` and `dump`: read-only, also beside a running exchange. */
import { JournalReader } from '../storage/journal-reader.ts'
import { journalBytes } from '../storage/segment-files.ts'
import type { JournalReport } from '../storage/verify.ts'
import { verifyInChild } from '../storage/verify-in-child.ts'
import { ExitCode } from './cli-error.ts'
import { recordToJson } from './message-json.ts'
import { startProgress } from './progress.ts'

export async function verify(flags: {
  readonly dataDir: string
  readonly json?: boolean
  readonly progress?: boolean
}): Promise<void> {
  const started = performance.now()
  const progress = startProgress('verify bytes', journalBytes(flags.dataDir), flags)
  const report = await verifyInChild(flags.dataDir, {
    onProgress: ({ bytes }) => progress.update(bytes),
  }).finally(() => progress.stop())
  const seconds = (performance.now() - started) / 1000
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...report, seconds })}\n`)
  else process.stdout.write(describe(report, seconds))
  if (!report.ok) process.exitCode = ExitCode.Journal
}

function describe(report: JournalReport, seconds: number): string {
  const { commands, events, frames, bytes, firstProblem } = report
  const counted = `${commands} commands and ${events} events in ${frames} frames, ${bytes} bytes`
  if (firstProblem === undefined) return `whole: ${counted}, ${seconds.toFixed(1)} s\n`
  const { kind, firstSequence, what, mend } = firstProblem
  return `DAMAGED at ${kind} from ${firstSequence}: ${what}\n${mend}\ngood before it: ${counted}\n`
}

/** Whoever reads may have seen enough, as `| head -1` has: that ends the dump, and is no error. */
function letReaderLeave(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

export function dump(flags: {
  readonly dataDir: string
  readonly from: number
  readonly count?: number
  readonly events?: boolean
}): void {
  const journal = JournalReader.open(flags.dataDir)
  process.stdout.on('error', letReaderLeave)
  const frames = flags.events ? journal.events(flags.from) : journal.commands(flags.from)
  let left = flags.count ?? Number.POSITIVE_INFINITY
  for (const frame of frames) {
    let number = frame.firstSequence
    for (let at = frame.firstRecord; at >= 0 && left > 0; at = frame.nextRecord(at), number++) {
      if (number < flags.from) continue
      const event = flags.events ? { event: number } : {}
      process.stdout.write(`${JSON.stringify({ ...event, ...recordToJson(frame.view, at) })}\n`)
      left--
    }
    if (left === 0 || process.stdout.errored !== null) break
  }
  journal.close()
}
