/**
 *   actor or outside ── ask ──▶ COMPUTE POOL ── task ──▶ Piscina's threads
 *                        ◀───── answer ────────────────┘
 *
 * For what takes a core for milliseconds and more, and would keep the actors of its thread waiting: a request is handed to a
 * function of a module, on a thread of a pool, and what that returns is the answer. To whoever asks it is an actor like any; it
 * lives on the thread that the system was started on. It has no state, and no order: answers come as they are ready.
 */
import { Piscina } from 'piscina'
import type { Context, PendingRequest } from '../actor/behavior.ts'
import { type Behavior, BUSY, behavior, SENT } from '../actor/behavior.ts'
import { type Check, checkOptions, isInteger, isModule } from '../actor/check-given.ts'
import type { AnyMessage, Definitions, MessageType, Protocol } from '../actor/message.ts'
import { textOf } from '../actor/thrown.ts'

export interface PoolOptions {
  /** Exports a function for each message of the protocol, by its name: it takes the request's values and returns the answer's. */
  readonly from: string | URL
  /** @default one for each CPU but one */
  readonly threads?: number
  /** Requests that wait for a thread, and answers that wait for room; beyond it the pool's own mailbox fills, and who asks is told BUSY. @default 1,024 */
  readonly queueMax?: number
}

const QUEUE_MAX = 1024

const POOL: Readonly<Record<keyof PoolOptions, Check>> = {
  from: isModule,
  threads: isInteger(1),
  queueMax: isInteger(0),
}

export class ComputePool<Name extends string, D extends Definitions> {
  readonly behavior: Behavior<Name, D>
  readonly #piscina: Piscina
  readonly #queueMax: number
  /** Something was sent between two turns, or there is room again. */
  readonly #onReady: () => void
  /** Answers that found no room, `queueMax` at most and one for each thread. They are tried again by the one timer, in order. */
  readonly #unsent: (() => boolean)[] = []
  #again: NodeJS.Timeout | undefined

  /** Throws where the protocol has a message that is no request: nobody would hear of its end. */
  constructor(protocol: Protocol<Name, D>, options: PoolOptions, onReady: () => void) {
    checkOptions(`pool of '${protocol.$name}'`, options, POOL, ['from'])
    const { from, threads, queueMax = QUEUE_MAX } = options
    for (const { isRequest, name } of protocol.$messages) {
      if (!isRequest)
        throw new Error(`${protocol.$name}.${name} is no request: a pool has nothing else`)
    }
    this.#queueMax = queueMax
    this.#onReady = onReady
    this.#piscina = new Piscina({
      filename: String(from),
      ...(threads === undefined ? {} : { maxThreads: threads }),
      minThreads: 0,
    })
    this.behavior = behavior(protocol, (ctx) => {
      const handlers = protocol.$messages.map((type) => [
        type.name,
        (message: { copy(): object }) => this.#take(ctx, type, message),
      ])
      return Object.fromEntries(handlers) as never
    })
  }

  async close(): Promise<void> {
    clearTimeout(this.#again)
    await this.#piscina.destroy()
  }

  #take(ctx: Context<Name>, type: AnyMessage, message: { copy(): object }) {
    if (this.#piscina.queueSize + this.#unsent.length >= this.#queueMax) return BUSY
    const { request } = ctx
    this.#piscina.run(message.copy(), { name: type.name }).then(
      (answer: unknown) => this.#send(() => this.#reply(ctx, request, type, answer)),
      (error: unknown) => this.#send(() => ctx.refuse(textOf(error), request) !== BUSY),
    )
    return SENT
  }

  #reply(ctx: Context<Name>, request: PendingRequest, type: AnyMessage, answer: unknown): boolean {
    try {
      const of = type as unknown as MessageType<Name, unknown, never, unknown>
      return ctx.replyTo(request, of, answer) !== BUSY
    } catch (error) {
      // What the function returned is no answer.
      return ctx.refuse(textOf(error), request) !== BUSY
    }
  }

  /** Now, or as soon as there is room. */
  #send(send: () => boolean): void {
    this.#unsent.push(send)
    if (this.#again === undefined) this.#sendAll()
  }

  readonly #sendAll = (): void => {
    this.#again = undefined
    while (this.#unsent.length > 0 && this.#unsent[0]!()) this.#unsent.shift()
    this.#onReady()
    if (this.#unsent.length > 0) this.#again = setTimeout(this.#sendAll, 1)
  }
}
