/** What an actor may do while one of its handlers runs (behavior.ts says what each means). */
import { ENVELOPE_BYTES, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import type { ActorCell, AnyBehavior, PendingAsk } from '../host/actor-cell.ts'
import { writeEnvelope, writeMessage } from '../host/write-message.ts'
import { Engine, WHY_BYTES_MAX } from '../journaled/engine-messages.ts'
import {
  type AskOptions,
  type Behavior,
  BUSY,
  type Context,
  GONE,
  type PendingRequest,
  type Sent,
  type SpawnOptions,
} from './behavior.ts'
import { DURATIONS, isDuration, refused } from './check-given.ts'
import { checkSpawn } from './check-spawn.ts'
import { textWithin } from './fields.ts'
import {
  type AnyMessage,
  blockBytesFor,
  type Definitions,
  type Draft,
  type MessageType,
} from './message.ts'
import { isAsk, mayBeRef, NOBODY, REFS, type Ref } from './ref.ts'

/** In place of an envelope's offset: what runs was not asked for by a message. */
export const NO_MESSAGE = -1

/** What runs an actor: a thread's host, or a shard of journaled ones. */
export interface Runtime {
  readonly timeUs: number
  /** The message at hand: where it lies, and who sent it. */
  readonly view: DataView
  readonly envelope: number
  readonly sender: Ref
  readonly outgoing: Claims
  readonly lifecycle: {
    /** An ask of this actor: the number that its answer will have. */
    addAsk(cell: ActorCell, ask: PendingAsk): number
    dropAsk(cell: ActorCell, number: number): void
    startAskTimer(cell: ActorCell, number: number, timeoutMs: number): void
    spawn(
      behavior: AnyBehavior,
      name: string,
      options: SpawnOptions & { readonly parent: ActorCell },
    ): { readonly ref: Ref }
    /** A child of it, or undefined. */
    childOf(cell: ActorCell, ref: Ref): ActorCell | undefined
    stop(cell: ActorCell): void
    watch(cell: ActorCell, ref: Ref): void
    unwatch(cell: ActorCell, ref: Ref): void
    stash(cell: ActorCell, view: DataView, envelope: number): Sent
    unstash(cell: ActorCell): void
    /** A message to itself, whose envelope and block `view` holds. */
    after(cell: ActorCell, delayMs: number, key: number, view: DataView): void
    cancel(cell: ActorCell, key: number): void
    end(cell: ActorCell): void
  }
}

/** How messages leave. At most one claim is open. */
export interface Claims {
  /** Where the open claim's block is. */
  readonly view: DataView
  /** The block's offset in `view`, or BUSY. */
  claim(from: Ref, to: Ref, type: AnyMessage, blockBytes: number): number
  commit(): Sent
  abort(): void
}

export class ActorContext implements Context<string> {
  readonly self: Ref
  readonly name: string
  readonly #host: Runtime
  readonly #cell: ActorCell

  constructor(host: Runtime, cell: ActorCell) {
    this.#host = host
    this.#cell = cell
    this.self = cell.ref
    this.name = cell.name
  }

  get timeUs(): number {
    return this.#host.timeUs
  }

  get sender(): Ref {
    const { sender } = this.#host
    // An ask from outside has an address for its answer, which `request` says; there is nobody to be told anything else.
    return isAsk(sender) ? NOBODY : sender
  }

  tell(to: Ref, type: MessageType<string, unknown, never, never>, values: unknown): Sent {
    return writeMessage(this.#host.outgoing, this.self, to, type as AnyMessage, values)
  }

  claim<Given>(
    to: Ref,
    type: MessageType<string, unknown, Given, never>,
  ): Draft<Given> | undefined {
    const message = type as unknown as AnyMessage
    if (message.isPacked)
      throw new Error(`${type.protocol}.${type.name} is packed: send it by tell()`)
    const host = this.#host
    const at = host.outgoing.claim(this.self, to, message, message.blockBytes)
    if (at < 0) return undefined
    const draft = message.$draft
    draft.$view = host.outgoing.view
    draft.$at = at
    return draft as unknown as Draft<Given>
  }

  commit(): Sent {
    return this.#host.outgoing.commit()
  }

  ask(
    to: Ref,
    type: MessageType<string, unknown, never, never>,
    values: unknown,
    { timeoutMs, tag = 0 }: AskOptions = NO_OPTIONS,
  ): Sent {
    this.#checkRequest(type as AnyMessage)
    if (!isDuration(timeoutMs)) throw refusedMs(type, 'timeoutMs', timeoutMs)
    if (!Number.isSafeInteger(tag)) throw refused(`${nameOf(type)}: tag`, tag, 'a safe integer')
    const { lifecycle } = this.#host
    const { schemaId, id: requestId } = type
    const number = lifecycle.addAsk(this.#cell, { schemaId, requestId, tag })
    let said: Sent = BUSY
    try {
      said = writeMessage(this.#host.outgoing, this.self, to, type as AnyMessage, values, number)
    } catch (error) {
      lifecycle.dropAsk(this.#cell, number)
      throw error
    }
    if (said === BUSY) lifecycle.dropAsk(this.#cell, number)
    // One that is gone will not answer: its asker hears so at once.
    else lifecycle.startAskTimer(this.#cell, number, said === GONE ? 0 : timeoutMs)
    return said
  }

  #checkRequest({ isRequest, protocol, name }: AnyMessage): void {
    if (!isRequest) throw new Error(`${protocol}.${name} is no request: declare it with request()`)
  }

  reply(type: MessageType<string, unknown, never, unknown>, values: unknown): Sent {
    return this.replyTo(this.request, type, values)
  }

  get request(): PendingRequest {
    const { view, envelope, sender } = this.#host
    if (envelope === NO_MESSAGE) throw hasNoMessage(this.name, 'request')
    // Written out: with each request, and a spread takes longer than all the rest of an answer.
    return {
      from: sender,
      number: view.getUint32(envelope + ENVELOPE_BYTES, true),
      requestId: view.getUint16(envelope + TEMPLATE_ID_OFFSET, true),
    }
  }

  refuse(why: string, { from, number, requestId }: PendingRequest = this.request): Sent {
    const { schemaId } = this.#cell
    const ask = { number, schemaId, requestId }
    const values = { ...ask, why: textWithin(why, WHY_BYTES_MAX), isGone: false }
    return writeMessage(this.#host.outgoing, this.self, from, Engine.Refused as AnyMessage, values)
  }

  replyTo(
    { from, number }: PendingRequest,
    type: MessageType<string, unknown, never, unknown>,
    values: unknown,
  ): Sent {
    this.#checkRequest(type as AnyMessage)
    const answer = type.answer as AnyMessage
    return writeMessage(this.#host.outgoing, this.self, from, answer, values, number)
  }

  spawn<Child extends string, D extends Definitions>(
    behavior: Behavior<Child, D>,
    name: string,
    options: SpawnOptions = {},
  ): Ref<Child> {
    checkSpawn(name, options)
    const parent = this.#cell
    const kind = behavior as unknown as AnyBehavior
    return this.#host.lifecycle.spawn(kind, name, { ...options, parent }).ref as Ref<Child>
  }

  stop(ref: Ref = this.self): void {
    const { lifecycle } = this.#host
    if (ref === this.self) {
      lifecycle.end(this.#cell)
      return
    }
    const child = lifecycle.childOf(this.#cell, ref)
    if (child === undefined) {
      throw new Error(`actor '${this.name}' can stop itself and its children only`)
    }
    lifecycle.stop(child)
  }

  watch(ref: Ref): void {
    this.#host.lifecycle.watch(this.#cell, checkedRef('watch', ref))
  }

  unwatch(ref: Ref): void {
    this.#host.lifecycle.unwatch(this.#cell, checkedRef('unwatch', ref))
  }

  stash(): Sent {
    const { lifecycle, view, envelope } = this.#host
    if (envelope === NO_MESSAGE) throw hasNoMessage(this.name, 'stash()')
    return lifecycle.stash(this.#cell, view, envelope)
  }

  unstash(): void {
    this.#host.lifecycle.unstash(this.#cell)
  }

  after(
    delayMs: number,
    type: MessageType<string, unknown, never>,
    values: unknown,
    key?: number,
  ): void {
    const message = type as AnyMessage
    if (!isDuration(delayMs)) throw refusedMs(type, 'delayMs', delayMs)
    const blockBytes = blockBytesFor(message, values)
    const view = new DataView(new ArrayBuffer(ENVELOPE_BYTES + blockBytes))
    writeEnvelope(view, 0, this.self, this.self, message, blockBytes)
    message.write(view, ENVELOPE_BYTES, values as never)
    const timerKey = key === undefined ? keyOf(type) : checkedKey(key)
    this.#host.lifecycle.after(this.#cell, delayMs, timerKey, view)
  }

  cancel(key: number | MessageType<string, unknown, never>): void {
    const timerKey = typeof key === 'object' ? keyOf(key) : checkedKey(key)
    this.#host.lifecycle.cancel(this.#cell, timerKey)
  }
}

const hasNoMessage = (name: string, what: string): Error =>
  new Error(
    `actor '${name}': no message is at hand for ctx.${what}: it is for handlers of its protocol's messages`,
  )

/** As `terminated` is given it. */
function checkedRef(verb: string, ref: Ref): Ref {
  if (mayBeRef(ref)) return ref >>> 0
  throw refused(verb, ref, REFS)
}

/** For one who forgot them: each is then refused by its name. */
const NO_OPTIONS = {} as AskOptions

type Named = Pick<AnyMessage, 'protocol' | 'name'>

const nameOf = ({ protocol, name }: Named): string => `${protocol}.${name}`

const refusedMs = (type: Named, what: string, ms: unknown): RangeError =>
  refused(`${nameOf(type)}: ${what}`, ms, DURATIONS)

/** Of a timer without a key of its own: one for each message, below all that an actor may choose. */
const keyOf = ({ id }: Pick<AnyMessage, 'id'>): number => -id

function checkedKey(key: number): number {
  if (Number.isSafeInteger(key) && key >= 0) return key
  throw refused("a timer's key", key, 'a safe integer from 0')
}
