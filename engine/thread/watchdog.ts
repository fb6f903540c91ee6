/**
 * Watches threads from outside: one that neither beats nor sleeps hangs, in an endless loop or in a call to a disk that does
 * not come back.
 *
 * So no beat for long is a hang, unless the thread says that it sleeps.
 */
import type { Doorbell } from '../../ringbuffer/doorbell.ts'

export interface WatchedThread {
  readonly name: string
  readonly bell: Doorbell
}

export interface WatchdogOptions {
  readonly threads: readonly WatchedThread[]
  /** A thread without a beat for so long hangs. */
  readonly hangsAfterMs: number
  /** Called once for a thread. */
  readonly onHang: (thread: string, silentMs: number) => void
}

/** Looks in the time after which a thread hangs. */
const LOOKS = 10

export class Watchdog {
  readonly #options: WatchdogOptions
  readonly #timer: NodeJS.Timeout
  readonly #beats: number[]
  /** How many looks in a row each was silent for. */
  readonly #silent: number[]

  constructor(options: WatchdogOptions) {
    this.#options = options
    this.#beats = options.threads.map(({ bell }) => bell.heartbeat)
    this.#silent = options.threads.map(() => 0)
    this.#timer = setInterval(() => this.#look(), options.hangsAfterMs / LOOKS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Counts looks, not time: if this process was stopped, or had no CPU, nobody was silent meanwhile. */
  #look(): void {
    const { threads, hangsAfterMs, onHang } = this.#options
    for (const [index, { name, bell }] of threads.entries()) {
      const beats = bell.heartbeat
      // One that sleeps has nothing to do, however long.
      const isSilent = beats === this.#beats[index] && !bell.isParked
      this.#beats[index] = beats
      this.#silent[index] = isSilent ? this.#silent[index]! + 1 : 0
      if (this.#silent[index] === LOOKS) onHang(name, hangsAfterMs)
    }
  }
}

/** What it was doing will not come to an end; and what is in its hands cannot be passed on. */
export class ThreadHangs extends Error {
  readonly code = 'thread.hangs'

  constructor(thread: string, silentMs: number) {
    super(
      `thread '${thread}' has done nothing for ${silentMs / 1000} s. Likely cause: code that does not come to an end, or a ` +
        'disk that does not answer. Look at what ran there last, at the disk and the kernel log; a start recovers from what is durable.',
    )
  }
}
