/** An example as a user runs it: a process of its own, in a directory that is gone after the test. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Behind dist/test/examples. */
export const checkout = fileURLToPath(new URL('../../..', import.meta.url))

/** A word that is not said by then is never said. */
const WORD_MS_MAX = 30_000

/** A directory for what examples leave; removed when the test is over. */
export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-example-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export class ExampleProcess {
  readonly child: ChildProcessWithoutNullStreams
  readonly lines: string[] = []
  stderr = ''
  readonly #exited: Promise<unknown>

  /** `file`: below the checkout. Killed, if it still runs, when the test is over. */
  constructor(t: TestContext, file: string, args: readonly string[] = []) {
    this.child = spawn(process.execPath, [join(checkout, file), ...args])
    this.#exited = once(this.child, 'close')
    createInterface({ input: this.child.stdout }).on('line', (line) => this.lines.push(line))
    this.child.stderr.on('data', (chunk) => {
      this.stderr += chunk
    })
    // A line that the dead no longer read.
    this.child.stdin.on('error', () => this.child.stdin.destroy())
    t.after(() => this.kill())
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  say(line: string): void {
    this.child.stdin.write(`${line}\n`)
  }

  /** The first line that it has printed, or will print, that looks so. Undefined: it has ended without. */
  async line(pattern: RegExp): Promise<RegExpExecArray | undefined> {
    const endMs = Date.now() + WORD_MS_MAX
    for (let seen = 0; Date.now() < endMs; ) {
      const { isRunning } = this
      for (; seen < this.lines.length; seen++) {
        const found = pattern.exec(this.lines[seen]!)
        if (found !== null) return found
      }
      if (!isRunning) return undefined
      await sleep(2)
    }
    throw new Error(`nothing like ${pattern}: ${this.lines.slice(-5).join(' | ')} ${this.stderr}`)
  }

  /** As the kernel does it, without a word: nothing in it runs any more. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.#exited
  }

  /** Its input is over. Resolves with its exit code. */
  async end(): Promise<number | null> {
    this.child.stdin.end()
    await this.#exited
    return this.child.exitCode
  }
}
