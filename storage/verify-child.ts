/**
 * The process that `verifyInChild` forks: verifies one journal, sends the answer, ends. It may die on the way.
 *
 * What stands behind a good snapshot has been run before, and is not needed to go on: with 'tail' it is not looked at.
 */
import type { SchemaHashes } from './frame.ts'
import { JournalError, messageOf } from './journal-error.ts'
import { JournalReader } from './journal-reader.ts'
import { listSnapshots } from './snapshot-files.ts'
import { headOfFitting } from './snapshot-fit.ts'
import { isOrphaned, tellParent } from './tell-parent.ts'
import { type JournalReport, type VerifyFrom, verifyJournal } from './verify.ts'
import type { ChildAnswer, VerifyOrder } from './verify-in-child.ts'

function answerFor({ directory, extent, schemaHashes }: VerifyOrder): ChildAnswer {
  try {
    const from = extent === 'tail' ? newestAnchor(directory, schemaHashes) : undefined
    const report = verifyJournal(directory, {
      ...(from === undefined ? {} : { from }),
      onProgress: tellProgress,
    })
    return { report }
  } catch (error) {
    const { code } = error as { code?: unknown }
    return { error: messageOf(error), ...(typeof code === 'string' ? { code } : {}) }
  }
}

function tellProgress(progress: JournalReport): void {
  if (isOrphaned()) process.exit()
  tellParent({ progress } satisfies ChildAnswer)
}

/** Where the newest snapshot stands that is whole and is this journal's. */
function newestAnchor(directory: string, schemaHash: SchemaHashes): VerifyFrom | undefined {
  let journal: JournalReader
  try {
    journal = JournalReader.open(directory)
  } catch (error) {
    // What is wrong with the journal itself is for the verifier to say.
    if (error instanceof JournalError) return undefined
    throw error
  }
  try {
    for (const { path } of listSnapshots(directory)) {
      const head = headOfFitting(path, journal, schemaHash)
      if (head !== undefined) return head
    }
    return undefined
  } finally {
    journal.close()
  }
}

tellParent(answerFor(JSON.parse(process.argv[2]!) as VerifyOrder), () => process.exit())
