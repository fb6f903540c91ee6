/**
 * Whoever is no actor: sends from outside, and the promises of those who have asked. On the thread that the system was
 * started on.
 */
import { ENVELOPE_BYTES, SCHEMA_ID_OFFSET, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import { BUSY, GONE, SENT, type Sent } from '../actor/behavior.ts'
import { DURATIONS, isDuration, refused } from '../actor/check-given.ts'
import type { AnyMessage } from '../actor/message.ts'
import { askRef, NOBODY, type Ref } from '../actor/ref.ts'
import { type Timer, Timers } from '../actor/timers.ts'
import type { ActorHost } from '../host/actor-host.ts'
import { writeMessage } from '../host/write-message.ts'
import { ENGINE_SCHEMA, Engine, REFUSED_CODES } from '../journaled/engine-messages.ts'
import type { Role } from '../thread/role.ts'

/** Asks under way at most: what is held for them is bounded. */
const ASKS_MAX = 1 << 20
/** Bits of an ask's number in an address. */
const NUMBER_MASK = 0x7fffffff

/** What is waited for where nothing else is said. */
const ASK_TIMEOUT_MS = 5_000

interface AskFor {
  readonly timeoutMs?: number
}

interface Waiter {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

interface Ask extends Waiter {
  readonly type: AnyMessage
}

interface Deadline extends Timer {
  readonly what: string
  readonly timeoutMs: number
}

export function checkAskOptions(options: AskFor): void {
  // With each ask: a list of its keys would be one more object.
  for (const key in options) {
    if (key !== 'timeoutMs') throw new RangeError(`ask: no option '${key}': it takes timeoutMs`)
  }
}

export class AskTimeout extends Error {
  readonly code = 'ask.timeout'

  constructor(what: string, timeoutMs: number) {
    super(
      `${what} was not answered within ${timeoutMs} ms: its actor is busy, gone, or does not reply`,
    )
  }
}

export class Outside implements Role {
  readonly name = 'outside'
  readonly #host: ActorHost
  readonly #nowUs: () => number
  readonly #asks = new Map<number, Ask>()
  readonly #timers = new Timers<Deadline>(({ number }) => this.#asks.has(number))
  #number = 0
  #isClosed = false

  constructor(host: ActorHost, nowUs: () => number) {
    this.#host = host
    this.#nowUs = nowUs
  }

  tell(to: Ref, type: AnyMessage, values: unknown): Sent {
    return writeMessage(this.#host.outgoing, NOBODY, to, type, values)
  }

  ask(to: Ref, type: AnyMessage, values: unknown, options: AskFor): Promise<unknown> {
    return new Promise((resolve, reject) => {
      checkAskOptions(options)
      const { timeoutMs = ASK_TIMEOUT_MS } = options
      this.begin(to, type, values, { timeoutMs, resolve, reject })
    })
  }

  /** What its answers repeat: a journaled actor may answer whoever asked the process before by the same number. */
  get #start(): number {
    return this.#host.links.table.firstGeneration
  }

  /** The same without a promise: one of the two is called, once. */
  begin(
    to: Ref,
    type: AnyMessage,
    values: unknown,
    { timeoutMs, resolve, reject }: Waiter & { readonly timeoutMs: number },
  ): void {
    const what = `${type.protocol}.${type.name}`
    if (!type.isRequest) throw new Error(`${what} is no request: declare it with request()`)
    if (!isDuration(timeoutMs)) throw refused(`${what}: timeoutMs`, timeoutMs, DURATIONS)
    if (this.#isClosed) {
      reject(stopped(what))
      return
    }
    if (this.#asks.size === ASKS_MAX) {
      throw new Error(`${ASKS_MAX} asks are under way: wait for some`)
    }
    this.#number = (this.#number + 1) & NUMBER_MASK
    const number = this.#number
    const said = writeMessage(this.#host.outgoing, askRef(number), to, type, values, this.#start)
    if (said !== SENT) {
      reject(notSent(what, said))
      return
    }
    this.#asks.set(number, { type: type.answer as AnyMessage, resolve, reject })
    this.#timers.add({ number, dueUs: this.#nowUs() + timeoutMs * 1000, what, timeoutMs })
  }

  /** The record at `envelope` is an answer. False: nobody waits for it any more. */
  answer(to: Ref, view: DataView, envelope: number): boolean {
    const number = to & NUMBER_MASK
    const isOfThisStart = view.getInt32(envelope + ENVELOPE_BYTES, true) === this.#start
    const ask = isOfThisStart ? this.#asks.get(number) : undefined
    if (ask !== undefined && isRefusal(view, envelope)) {
      this.#asks.delete(number)
      ask.reject(refusal(ask.type, view, envelope))
      return true
    }
    const isIts =
      ask?.type.id === view.getUint16(envelope + TEMPLATE_ID_OFFSET, true) &&
      ask.type.schemaId === view.getUint16(envelope + SCHEMA_ID_OFFSET, true)
    if (ask === undefined || !isIts) return false
    this.#asks.delete(number)
    const reader = ask.type.$reader
    reader.$view = view
    reader.$at = envelope + ENVELOPE_BYTES
    ask.resolve(reader.copy())
    return true
  }

  doWork(): number {
    const nowUs = this.#nowUs()
    if (this.#timers.nextUs > nowUs) return 0
    let done = 0
    for (
      let due = this.#timers.takeDue(nowUs);
      due !== undefined;
      due = this.#timers.takeDue(nowUs)
    ) {
      const ask = this.#asks.get(due.number)
      if (ask === undefined) continue
      this.#asks.delete(due.number)
      ask.reject(new AskTimeout(due.what, due.timeoutMs))
      done++
    }
    return done
  }

  hasWork(): boolean {
    return this.#timers.nextUs <= this.#nowUs()
  }

  get wakeWithinMs(): number {
    return Math.max(0, (this.#timers.nextUs - this.#nowUs()) / 1000)
  }

  /** Nobody answers any more. */
  close(): void {
    this.#isClosed = true
    for (const { reject, type } of this.#asks.values()) {
      reject(stopped(`${type.protocol}.${type.name}`))
    }
    this.#asks.clear()
  }
}

interface Refused {
  readonly why: string
  readonly schemaId: number
  readonly requestId: number
  readonly isGone: boolean
}

const isRefusal = (view: DataView, envelope: number): boolean =>
  view.getUint16(envelope + SCHEMA_ID_OFFSET, true) === ENGINE_SCHEMA &&
  view.getUint16(envelope + TEMPLATE_ID_OFFSET, true) === Engine.Refused.id

const stopped = (what: string): Error => new Error(`${what}: the system was stopped before it came`)

function refusal({ protocol, name }: AnyMessage, view: DataView, envelope: number): Error {
  const reader = Engine.Refused.$reader
  reader.$view = view
  reader.$at = envelope + ENVELOPE_BYTES
  const { why, schemaId, requestId, isGone } = reader.copy() as Refused
  const asked = `${protocol}.${name.replace('.answer', '')}`
  if (isGone) return notTaken(asked)
  const code = (schemaId === ENGINE_SCHEMA && REFUSED_CODES[requestId]) || 'ask.refused'
  const what = code === 'ask.refused' ? 'was refused' : 'was not answered'
  return Object.assign(new Error(`${asked} ${what}: ${why}`), { code })
}

/** It was sent, and found nobody. */
const notTaken = (what: string): Error =>
  Object.assign(new Error(`${what} was not taken: its actor is gone`), { code: 'ask.gone' })

function notSent(what: string, said: Sent): Error {
  const why = said === BUSY ? 'its way is full: ask again later' : 'its actor is gone'
  return Object.assign(new Error(`${what} was not sent: ${why}`), {
    code: said === GONE ? 'ask.gone' : 'ask.busy',
  })
}
