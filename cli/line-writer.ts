/**
 *   records ──▶ LINE WRITER ──▶ stdout, or a file of its own
 *
 * Lines on their way out, in pieces of 64 KiB; the next piece waits until the one before has left. Whoever reads may have
 * seen enough, as `| head` has: that ends the work, and is no error.
 */
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { CliError, ExitCode } from './cli-error.ts'

const PIECE_BYTES = 64 << 10

export class LineWriter {
  readonly #stream: Writable
  readonly #path: string | undefined
  #pending: string[] = []
  #pendingLength = 0
  #hasLeft = false

  /** Without a path: stdout. A file that is there already is not touched. */
  static async open(path?: string): Promise<LineWriter> {
    if (path === undefined || path === '-') return new LineWriter(process.stdout, undefined)
    const stream = createWriteStream(path, { flags: 'wx' })
    await new Promise<void>((resolve, reject) => {
      stream.once('open', () => resolve())
      stream.once('error', (error) => reject(cannotWrite(path, error)))
    })
    return new LineWriter(stream, path)
  }

  private constructor(stream: Writable, path: string | undefined) {
    this.#stream = stream
    this.#path = path
    // What a write fails of, it says to its callback too.
    stream.on('error', () => undefined)
  }

  /** Nobody reads any more. */
  get readerHasLeft(): boolean {
    return this.#hasLeft
  }

  /** Takes a line. Where it answers with a promise, the next one is to wait for that. */
  write(line: string): Promise<void> | undefined {
    this.#pending.push(line, '\n')
    this.#pendingLength += line.length + 1
    return this.#pendingLength < PIECE_BYTES ? undefined : this.#flush()
  }

  /** All is out, or nobody reads it. */
  async end(): Promise<void> {
    await this.#flush()
    if (this.#path === undefined) return
    await new Promise<void>((resolve) => this.#stream.end(() => resolve()))
  }

  #flush(): Promise<void> {
    const piece = this.#pending.join('')
    this.#pending = []
    this.#pendingLength = 0
    if (piece === '' || this.#hasLeft) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#stream.write(piece, (error) => {
        if (error === null || error === undefined) resolve()
        else if ((error as NodeJS.ErrnoException).code === 'EPIPE') {
          this.#hasLeft = true
          resolve()
        } else reject(cannotWrite(this.#path ?? 'stdout', error))
      })
    })
  }
}

/** A result that is said at once, with the newline at its end. Whoever reads may have left already. */
export async function print(text: string): Promise<void> {
  const lines = await LineWriter.open()
  await lines.write(text.replace(/\n$/, ''))
  await lines.end()
}

function cannotWrite(path: string, error: NodeJS.ErrnoException): CliError {
  const isThere = error.code === 'EEXIST'
  return new CliError('cannot-write', ExitCode.Unavailable, {
    what: isThere ? `${path} is there already` : `cannot write ${path} (${error.message})`,
    mend: isThere
      ? 'Remove it, or give another name: nothing is written over'
      : 'Choose a place that this user may write to, with room left',
  })
}
