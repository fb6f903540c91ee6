/** A journal with one wrong byte is not looked into: the one line that says so. */
import { journalBytes } from '../../storage/segment-files.ts'
import { verifyInChild } from '../../storage/verify-in-child.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { startProgress } from '../progress.ts'

/** Verifies every frame, in a process of its own. */
export async function refuseDamaged(
  dataDir: string,
  flags: { readonly progress?: boolean },
): Promise<void> {
  const progress = startProgress('verify bytes', journalBytes(dataDir), flags)
  const { firstProblem } = await verifyInChild(dataDir, {
    onProgress: ({ bytes }) => progress.update(bytes),
  }).finally(() => progress.stop())
  if (firstProblem === undefined) return
  const { kind, firstSequence, what, mend } = firstProblem
  throw new CliError('journal-damaged', ExitCode.Journal, {
    what: `the journal in ${dataDir} is damaged at ${kind} from ${firstSequence}: ${what}`,
    mend: mend.replace(/\.$/, ''),
  })
}
