/**
 * What is in a journal that nobody writes to any more, and what the product's recovery makes of it: asked of child
 * processes, which a torn file may kill without harm.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Autopsy {
  /** Why the journal is refused, in one line. */
  readonly problem?: string
  readonly commands?: number
  /** Of the last command, µs. */
  readonly timeUs?: number
  /** SHA-256 of all frames. */
  readonly content?: string
  /** The traders' requests in the journal's order, a line each (request-flow.ts). */
  readonly requests?: readonly string[]
  /** Of a machine that ran all commands without a stop. */
  readonly stateHash?: string | undefined
}

/** Where the product's own recovery leads to: by the newest good snapshot, as a start of the exchange does. */
export interface Recovered {
  /** Why it refuses, in one line. */
  readonly problem?: string
  readonly stateHash?: string
  /** The last command of the snapshot that it began with; undefined: with the log's first command. */
  readonly snapshot?: number | undefined
  /** Snapshots that it passed over, and why. */
  readonly refused?: readonly string[]
}

/** What the child is asked for: `content` leaves out what needs a machine, requests and state. */
export type Depth = 'all' | 'content' | 'recovery'

const CHILD = fileURLToPath(new URL('./autopsy-child.js', import.meta.url))
/** A flipped bit may lead LMDB round in a circle. */
const CHILD_MS_MAX = 60_000

export const autopsy = (directory: string, depth: 'all' | 'content' = 'all'): Promise<Autopsy> =>
  ask<Autopsy>(directory, depth)

export const recovered = (directory: string): Promise<Recovered> => ask(directory, 'recovery')

function ask<Answer extends { readonly problem?: string }>(
  directory: string,
  depth: Depth,
): Promise<Answer> {
  const child = fork(CHILD, [directory, depth], { execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] })
  return new Promise((resolve, reject) => {
    let answer: Answer | undefined
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`the journal in ${directory} was not read within ${CHILD_MS_MAX} ms`))
    }, CHILD_MS_MAX)
    child.on('message', (message: Answer) => {
      answer = message
    })
    child.on('error', reject)
    child.on('close', (status, signal) => {
      clearTimeout(timer)
      const problem = `the reader died of ${signal ?? `exit status ${status}`}`
      resolve(answer ?? ({ problem } as Answer))
    })
  })
}
