/**
 * `verifyJournal` in a process of its own: reading a page that the file has lost is a SIGBUS, which kills the child and is
 * told as damage. What a start of the exchange uses.
 */
import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SchemaHashes } from './frame.ts'
import { PROBLEM_MEND } from './frame-view.ts'
import type { JournalProblem, JournalReport, VerifyOptions } from './verify.ts'

/** What the child sends: how far it is, and last a report, or the one line of an error and its stable code. */
export type ChildAnswer =
  | { readonly progress: Readonly<JournalReport> }
  | { readonly report: JournalReport }
  | { readonly error: string; readonly code?: string }

/** All of it; or what stands behind the newest good snapshot of these messages, where there is one. */
export type Extent = 'all' | 'tail'

export interface VerifyOrder {
  readonly directory: string
  readonly extent: Extent
  readonly schemaHashes: readonly string[]
}

export interface ChildOptions extends Pick<VerifyOptions, 'onProgress'> {
  /** Of the snapshots that may stand for the journal before them. @default none: all is verified */
  readonly tailOf?: SchemaHashes
}

export function verifyInChild(
  directory: string,
  { onProgress, tailOf }: ChildOptions = {},
): Promise<JournalReport> {
  const script = fileURLToPath(
    new URL(`./verify-child${extname(import.meta.url)}`, import.meta.url),
  )
  // Not the parent's flags: --test or --inspect would make something else of the child.
  const order: VerifyOrder = {
    ...{ directory, extent: tailOf === undefined ? 'all' : 'tail' },
    schemaHashes: String(tailOf ?? '').split(','),
  }
  const child = fork(script, [JSON.stringify(order)], {
    execArgv: [],
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  return new Promise((resolve, reject) => {
    let answer: Exclude<ChildAnswer, { progress: unknown }> | undefined
    child.on('message', (message: ChildAnswer) => {
      if ('progress' in message) onProgress?.(message.progress)
      else answer = message
    })
    child.on('error', reject)
    child.on('exit', (status, signal) => {
      if (answer === undefined) resolve(killedReport(signal ?? `exit status ${status}`))
      else if ('report' in answer) resolve(answer.report)
      else reject(Object.assign(new Error(answer.error), { code: answer.code }))
    })
  })
}

function killedReport(by: string): JournalReport {
  const what = `the verifier died of ${by} while reading`
  const mend = PROBLEM_MEND['journal-damaged']
  const firstProblem: JournalProblem = { kind: 'file', firstSequence: 0, what, mend }
  const nothing = {
    segments: 0,
    after: 0,
    firstCommand: 1,
    commands: 0,
    events: 0,
    frames: 0,
    bytes: 0,
  }
  return { ok: false, ...nothing, firstProblem }
}
