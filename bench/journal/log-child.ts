/**
 * The fresh process of `bench journal` that makes a journal, or reads one as verify, replay and recovery do.
 * Argument: a LogRun as JSON; prints one JSON line.
 */

import { recover } from '../../engine/recovery/recovery.ts'
import { inlineMore } from '../../engine/thread/inlining.ts'
import { EXCHANGE_KIND } from '../../exchange-kind.ts'
import { verifyJournal } from '../../storage/verify.ts'
import { verifyInChild } from '../../storage/verify-in-child.ts'
import { type MadeJournal, makeJournal } from './made-journal.ts'

export type LogRun =
  | ({ readonly task: 'make' } & MadeJournal)
  | { readonly task: 'verify' | 'replay' | 'recover'; readonly directory: string }

export interface LogRunResult {
  readonly seconds: number
  readonly commands: number
  /** Of frames that were read. */
  readonly bytes: number
  /** The most that this process has had. */
  readonly memoryBytes: number
}

type Work = Pick<LogRunResult, 'commands' | 'bytes'>

async function work(run: LogRun): Promise<Work> {
  const { directory } = run
  switch (run.task) {
    case 'make':
      makeJournal(run)
      return { commands: run.commands, bytes: 0 }
    case 'verify': {
      const { commands, bytes, firstProblem } = verifyJournal(directory)
      if (firstProblem !== undefined) throw new Error(`bench: ${firstProblem.what}`)
      return { commands, bytes }
    }
    case 'replay': {
      const { outcome } = recover({ directory, kind: EXCHANGE_KIND, useSnapshots: false })
      return { commands: outcome.commands, bytes: 0 }
    }
    case 'recover': {
      // As a start does it: while the machine recovers, a process of its own verifies what it reads.
      const tailOf = EXCHANGE_KIND.schemaHash
      const verified = verifyInChild(directory, { tailOf })
      const { outcome, snapshot } = recover({ directory, kind: EXCHANGE_KIND })
      const report = await verified
      if (report.firstProblem !== undefined) throw new Error(`bench: ${report.firstProblem.what}`)
      if (snapshot === undefined) throw new Error('bench: recovery found no snapshot')
      return { commands: outcome.commands, bytes: report.bytes }
    }
  }
}

const run = JSON.parse(process.argv[2]!) as LogRun
inlineMore()
const startMs = performance.now()
const done = await work(run)
const seconds = (performance.now() - startMs) / 1000
// libuv gives it in KiB.
const memoryBytes = process.resourceUsage().maxRSS * 1024
const result: LogRunResult = { ...done, seconds, memoryBytes }
process.stdout.write(`${JSON.stringify(result)}\n`)
