/** The outside of a worker: the main thread's handle on it. */
import { Worker } from 'node:worker_threads'
import * as Comlink from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import type { Doorbell } from '../../ringbuffer/doorbell.ts'
import type { IdleStrategy } from '../../ringbuffer/idle-strategy.ts'
import type {
  Log,
  ThreadControl,
  ThreadFailure,
  ThreadLog,
  ThreadUsage,
  WorkerStart,
} from './worker-thread.ts'

export interface ThreadHostOptions<Settings> {
  /** The module that calls `serveThread`. */
  readonly entry: URL
  readonly start: WorkerStart<Settings>
  readonly bell: Doorbell
  readonly log: Log
  /** Of its heap; beyond it the thread ends, and no other. @default Node's own */
  readonly heapMiB?: number
  /** The thread is of no use any more; said once. */
  readonly onFailure: (error: ThreadError) => void
}

export class ThreadHost {
  readonly name: string
  readonly #worker: Worker
  readonly #control: Comlink.Remote<ThreadControl>
  readonly #bell: Doorbell
  /** Rejects when the thread is of no use any more: an answer that is waited for will not come. */
  readonly #end: Promise<never>
  readonly #fail: (failure: ThreadFailure['failure']) => void
  #failed = false
  #stopping = false
  #isReleased = false

  constructor(options: ThreadHostOptions<unknown>) {
    this.name = options.start.thread
    this.#bell = options.bell
    this.#worker = new Worker(options.entry, {
      workerData: options.start,
      ...(options.heapMiB === undefined
        ? {}
        : { resourceLimits: { maxOldGenerationSizeMb: options.heapMiB } }),
      name: `tradsys:${this.name}`,
    })
    this.#control = Comlink.wrap<ThreadControl>(nodeEndpoint(this.#worker))
    let end: (error: ThreadError) => void = () => undefined
    this.#end = new Promise((_, reject) => {
      end = reject
    })
    // Whoever waits for an answer hears of it; most often nobody does.
    this.#end.catch(() => undefined)
    this.#fail = (failure) => {
      const error = new ThreadError(failure)
      if (!this.#failed && !this.#stopping) {
        this.#failed = true
        options.onFailure(error)
      }
      end(error)
    }
    this.#worker.on('message', (message: unknown) => {
      if (isFailure(message)) this.#fail(message.failure)
      if (isLog(message)) {
        options.log(message.event, { thread: this.name, ...message.fields }, message.level)
      }
    })
    this.#worker.on('error', (error) => {
      const { message, stack } = error as Error
      this.#fail({ message, ...(stack === undefined ? {} : { stack }) })
    })
    this.#worker.on('exit', (code) => {
      this.#fail({ message: `the thread ended by itself with ${code}` })
    })
  }

  /** It is of no use any more, and `onFailure` was told so. */
  get hasFailed(): boolean {
    return this.#failed
  }

  /** Undefined, or why the thread runs on any CPU. */
  pin(): Promise<string | undefined> {
    return this.#ask(() => this.#control.pin())
  }

  /** Returns why it could not be so, or undefined. */
  runInRealTime(): Promise<string | undefined> {
    return this.#ask(() => this.#control.runInRealTime())
  }

  /** Builds one of its roles; resolves with the role's info, rejects with a ThreadError of what the role says is wrong. */
  async prepare(role: string): Promise<unknown> {
    const prepared = await this.#ask(() => this.#control.prepare(role))
    if (prepared.failure !== undefined) throw new ThreadError(prepared.failure)
    return prepared.info
  }

  /** One of a role's own requests; rejects with what it throws. */
  request(role: string, name: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.#ask(() => this.#control.request(role, name, args))
  }

  release(role: string): Promise<void> {
    return this.#ask(() => this.#control.release(role))
  }

  setIdle(idle: IdleStrategy): Promise<void> {
    return this.#ask(() => this.#control.setIdle(idle))
  }

  usage(): Promise<ThreadUsage> {
    return this.#ask(() => this.#control.usage())
  }

  drain(): Promise<void> {
    return this.#ask(() => this.#control.drain())
  }

  run(): Promise<void> {
    return this.#ask(() => this.#control.run())
  }

  /** Somebody has seen that it is of no use any more: nobody waits for its answers from here on. */
  giveUp({ message, code }: { readonly message: string; readonly code: string }): void {
    this.#fail({ message, code })
  }

  /** A thread that was stopped is quiet for good. */
  async isQuiet(): Promise<boolean> {
    return this.#stopping || (await this.#ask(() => this.#control.isQuiet()))
  }

  /**
   * Ends its cycle, closes its roles, ends the worker, also where one of these fails. A thread that has failed already is
   * only ended.
   */
  async stop(): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    try {
      if (!this.#failed) await this.#ask(() => this.#control.stop())
    } finally {
      this.#isReleased = true
      this.#control[Comlink.releaseProxy]()
      await this.#worker.terminate()
    }
  }

  /** A thread asleep on its doorbell does not hear its port, and one that is gone does not answer. */
  #ask<T>(ask: () => Promise<T>): Promise<T> {
    // Its port would say that it is closed, and not why.
    if (this.#isReleased) return this.#end
    // Posted first: who is woken before that may sleep again and not have heard of it.
    const answer = ask()
    this.#bell.request()
    return Promise.race([answer, this.#end])
  }
}

/** An error that a worker had, with its code and the worker's stack. */
export class ThreadError extends Error {
  readonly code: string | undefined

  constructor({ message, code, stack }: ThreadFailure['failure']) {
    super(message)
    this.code = code
    if (stack !== undefined) this.stack = stack
  }
}

const isLog = (message: unknown): message is ThreadLog =>
  typeof message === 'object' && message !== null && 'event' in message

const isFailure = (message: unknown): message is ThreadFailure =>
  typeof message === 'object' && message !== null && 'failure' in message
