/**
 *   clock, commands counted ──▶ SNAPSHOT SCHEDULE ──fork──▶ exchange-snapshot-child.ts ──▶ snapshots/
 *
 * When the exchange's journal has a snapshot taken of it. It is taken by a process of its own from the journal: the exchange
 * itself is not asked, and does not stop for it.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface SnapshotOrder {
  readonly directory: string
  /** 16 hex digits. */
  readonly buildHash: string
  /** What the journal may grow to before its oldest segments go. @default no bound */
  readonly keepBytes?: number
}

/** What was taken, and where it stands in the log. */
export interface SnapshotNews {
  readonly path: string
  readonly bytes: number
  /** Of the last command that it has seen. */
  readonly sequence: number
  /** Of that command. */
  readonly timeUs: number
  readonly eventNumber: number
  readonly stateHash: string
  /** SHA-256 of the journal's frame that ends with that command. */
  readonly chainHash: string
  /** By their first commands. */
  readonly segmentsDeleted: readonly number[]
}

/** What the child sends: how far it is, and last what came of it. */
export type SnapshotAnswer =
  | { readonly sequence: number }
  | { readonly taken: SnapshotNews | null; readonly refused: readonly string[] }
  | { readonly error: string; readonly code?: string }

export class SnapshotFailed extends Error {
  readonly code: string

  constructor(message: string, code = 'snapshot.failed') {
    super(message)
    this.code = code
  }
}

export interface SnapshotRunOptions {
  /** Called now and then with the last command that was run again. */
  readonly onProgress?: (sequence: number) => void
  /** Snapshots that were there and could not be used, and why. */
  readonly onRefused?: (why: string) => void
  /** For whoever wants to end it early. */
  readonly onStart?: (child: ChildProcess) => void
}

/** Takes one; null: nothing is new since the newest. Rejects with SnapshotFailed. */
export function takeExchangeSnapshot(
  order: SnapshotOrder,
  { onProgress, onRefused, onStart }: SnapshotRunOptions = {},
): Promise<SnapshotNews | null> {
  const script = new URL(`./exchange-snapshot-child${extname(import.meta.url)}`, import.meta.url)
  const child = fork(fileURLToPath(script), [JSON.stringify(order)], {
    execArgv: [],
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  onStart?.(child)
  return new Promise((resolve, reject) => {
    let end: Exclude<SnapshotAnswer, { sequence: number }> | undefined
    child.on('message', (answer: SnapshotAnswer) => {
      if ('sequence' in answer) onProgress?.(answer.sequence)
      else end = answer
    })
    child.on('error', reject)
    child.on('exit', (status, signal) => {
      if (end === undefined) {
        reject(
          new SnapshotFailed(`snapshot: its process ended with ${signal ?? `status ${status}`}`),
        )
      } else if ('error' in end) {
        reject(new SnapshotFailed(end.error, end.code))
      } else {
        for (const why of end.refused) onRefused?.(why)
        resolve(end.taken)
      }
    })
  })
}

export interface SnapshotScheduleOptions extends SnapshotOrder {
  readonly everyCommands: number
  /** Never more often, and when there is less to do, not before. */
  readonly everySeconds: number
  /** Of this run. */
  readonly commandsSoFar: () => number
  readonly onTaken: (news: SnapshotNews & { readonly seconds: number }) => void
  readonly onRefused: (why: string) => void
  readonly onFailure: (failure: SnapshotFailed) => void
}

const LOOK_MS = 1_000
/** With little going on one comes so many times later. */
const SELDOM = 10

export class SnapshotSchedule {
  readonly #options: SnapshotScheduleOptions
  readonly #timer: NodeJS.Timeout
  #child: ChildProcess | undefined
  #isBusy = false
  #commandsThen = 0
  #takenAtMs = performance.now()

  constructor(options: SnapshotScheduleOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#isBusy = true
    this.#child?.kill('SIGKILL')
  }

  #look(): void {
    const commands = this.#options.commandsSoFar()
    const news = commands - this.#commandsThen
    const seconds = (performance.now() - this.#takenAtMs) / 1000
    const { everyCommands, everySeconds } = this.#options
    if (this.#isBusy || news === 0 || seconds < everySeconds) return
    if (news < everyCommands && seconds < SELDOM * everySeconds) return
    this.#commandsThen = commands
    void this.#take()
  }

  async #take(): Promise<void> {
    this.#isBusy = true
    const startMs = performance.now()
    try {
      const { directory, buildHash, keepBytes, onRefused } = this.#options
      const order = { directory, buildHash, ...(keepBytes === undefined ? {} : { keepBytes }) }
      const taken = await takeExchangeSnapshot(order, {
        onRefused,
        onStart: (child) => {
          this.#child = child
        },
      })
      const seconds = (performance.now() - startMs) / 1000
      if (taken !== null) this.#options.onTaken({ ...taken, seconds })
    } catch (failure) {
      if (this.#child?.killed !== true) this.#options.onFailure(failure as SnapshotFailed)
    } finally {
      this.#takenAtMs = performance.now()
      this.#isBusy = this.#child?.killed === true
      this.#child = undefined
    }
  }
}
