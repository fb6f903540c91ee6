/**
 * The process that `verifyInChild` forks: verifies one journal, sends the answer, ends. It may die on the way.
 */
import { messageOf } from './journal-error.ts'
import { type ChildAnswer, verifyJournal } from './verify.ts'

function answerFor(directory: string): ChildAnswer {
  try {
    return { report: verifyJournal(directory) }
  } catch (error) {
    return { error: messageOf(error) }
  }
}

process.send?.(answerFor(process.argv[2] ?? ''))
process.disconnect?.()
