/**
 * The process that `verifyInChild` forks: verifies one journal, sends the answer, ends. It may die on the way.
 *
 * What stands behind a good snapshot has been run before, and is not needed to go on: with 'tail' it is not looked at.
 */
import * as fs from 'node:fs'
import type { SchemaHashes } from './frame.ts'
import { JournalError, messageOf } from './journal-error.ts'
import { JournalReader } from './journal-reader.ts'
import { listSnapshots } from './snapshot-files.ts'
import { snapshotHead } from './snapshot-head.ts'
import { SnapshotRefused } from './snapshot-refused.ts'
import { type VerifyFrom, verifyJournal } from './verify.ts'
import type { ChildAnswer, VerifyOrder } from './verify-in-child.ts'

function answerFor({ directory, extent, schemaHashes }: VerifyOrder): ChildAnswer {
  try {
    const from = extent === 'tail' ? newestAnchor(directory, schemaHashes) : undefined
    const report = verifyJournal(directory, {
      ...(from === undefined ? {} : { from }),
      onProgress: (report) => process.send?.({ progress: report } satisfies ChildAnswer),
    })
    return { report }
  } catch (error) {
    const code = error instanceof JournalError ? { code: error.code } : {}
    return { error: messageOf(error), ...code }
  }
}

/** Where the newest snapshot stands that is whole and is this journal's; the engine will choose the same one. */
function newestAnchor(directory: string, schemaHash: SchemaHashes): VerifyFrom | undefined {
  for (const { path } of listSnapshots(directory)) {
    try {
      const head = snapshotHead(fs.readFileSync(path), schemaHash)
      if (isOfJournal(directory, head)) return head
    } catch (error) {
      if (!(error instanceof SnapshotRefused)) throw error
    }
  }
  return undefined
}

/** What is wrong with the journal itself is for the verifier to say. */
function isOfJournal(directory: string, { sequence, eventNumber, chainHash }: VerifyFrom): boolean {
  try {
    const reader = JournalReader.open(directory)
    const hash = reader.chainHashAt(sequence)
    const holdsEvents = eventNumber <= reader.lastEvent
    reader.close()
    return holdsEvents && hash !== undefined && Buffer.compare(hash, chainHash) === 0
  } catch (error) {
    if (error instanceof JournalError) return false
    throw error
  }
}

process.send?.(answerFor(JSON.parse(process.argv[2]!) as VerifyOrder))
process.disconnect?.()
