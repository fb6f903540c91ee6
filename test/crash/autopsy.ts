/**
 * What is in a journal that nobody writes to any more: asked of a child process, which a torn file may kill without harm,
 * and of the product's own command line.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Premises } from '../exchange/premises.ts'

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

const CHILD = fileURLToPath(new URL('./autopsy-child.js', import.meta.url))
/** A flipped bit may lead LMDB round in a circle. */
const CHILD_MS_MAX = 60_000

/**
 * The state that the product's own recovery leads to, by whatever snapshot it chooses; undefined if it refuses. Of a
 * directory in which a snapshot was damaged this is what counts: the frames are whole all the same.
 */
export async function recoveredState(
  premises: Premises,
  directory: string,
): Promise<string | undefined> {
  const place = ['--data-dir', directory, '--json', '--no-progress']
  const { status, stdout } = await premises.run(['replay', '--verify', ...place])
  return status === 0 ? (JSON.parse(stdout) as { stateHash: string }).stateHash : undefined
}

/** 'content' leaves out what needs a machine: requests and state. */
export function autopsy(directory: string, depth: 'all' | 'content' = 'all'): Promise<Autopsy> {
  const child = fork(CHILD, [directory, depth], { execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] })
  return new Promise((resolve, reject) => {
    let answer: Autopsy | undefined
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`the journal in ${directory} was not read within ${CHILD_MS_MAX} ms`))
    }, CHILD_MS_MAX)
    child.on('message', (message: Autopsy) => {
      answer = message
    })
    child.on('error', reject)
    child.on('close', (status, signal) => {
      clearTimeout(timer)
      resolve(answer ?? { problem: `the reader died of ${signal ?? `exit status ${status}`}` })
    })
  })
}
