/** `tradsys journal verify`: is every byte still what was written? Read-only, also beside a running exchange. */
import { journalBytes } from '../../storage/segment-files.ts'
import type { JournalReport } from '../../storage/verify.ts'
import { verifyInChild } from '../../storage/verify-in-child.ts'
import { ExitCode } from '../cli-error.ts'
import { print } from '../line-writer.ts'
import { startProgress } from '../progress.ts'

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
  await print(flags.json ? JSON.stringify({ ...report, seconds }) : describe(report, seconds))
  if (!report.ok) process.exitCode = ExitCode.Journal
}

function describe(report: JournalReport, seconds: number): string {
  const { commands, events, frames, bytes, firstProblem } = report
  const counted = `${commands} commands and ${events} events in ${frames} frames, ${bytes} bytes`
  if (firstProblem === undefined) return `whole: ${counted}, ${seconds.toFixed(1)} s\n`
  const { kind, firstSequence, what, mend } = firstProblem
  return `DAMAGED at ${kind} from ${firstSequence}: ${what}\n${mend}\ngood before it: ${counted}\n`
}
