/**
 * The process that `verifyInChild` forks: verifies one journal, sends the answer, ends. It may die on the way.
 */
import { JournalError, messageOf } from './journal-error.ts'
import { verifyJournal } from './verify.ts'
import type { ChildAnswer } from './verify-in-child.ts'

function answerFor(directory: string): ChildAnswer {
  try {
    return {
      report: verifyJournal(directory, {
        onProgress: (report) => process.send?.({ progress: report } satisfies ChildAnswer),
      }),
    }
  } catch (error) {
    const code = error instanceof JournalError ? { code: error.code } : {}
    return { error: messageOf(error), ...code }
  }
}

process.send?.(answerFor(process.argv[2] ?? ''))
process.disconnect?.()
