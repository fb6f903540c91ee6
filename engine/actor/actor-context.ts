/** What an actor may do while one of its handlers runs (behavior.ts says what each means). */
import { ENVELOPE_BYTES } from '../../protocol/envelope.ts'
import { type ActorCell, type AnyBehavior, Condition } from './actor-cell.ts'
import type { ActorHost } from './actor-host.ts'
import {
  type AskOptions,
  type Behavior,
  BUSY,
  type Context,
  GONE,
  type PendingRequest,
  SENT,
  type Sent,
  type SpawnOptions,
} from './behavior.ts'
import { Mailbox } from './mailbox.ts'
import {
  type AnyMessage,
  type Definitions,
  type Draft,
  type MessageType,
  pack,
  packedBlockBytes,
} from './message.ts'
import { INDEX_MASK, type Ref } from './ref.ts'
import { writeMessage } from './write-message.ts'

export class ActorContext implements Context<string> {
  readonly self: Ref
  readonly name: string
  readonly #host: ActorHost
  readonly #cell: ActorCell

  constructor(host: ActorHost, cell: ActorCell) {
    this.#host = host
    this.#cell = cell
    this.self = cell.ref
    this.name = cell.name
  }

  get timeUs(): number {
    return this.#host.timeUs
  }

  get sender(): Ref {
    return this.#host.sender
  }

  tell(to: Ref, type: MessageType<string, unknown, never, never>, values: unknown): Sent {
    return writeMessage(this.#host, this.self, to, type as AnyMessage, values)
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
    { timeoutMs, tag = 0 }: AskOptions,
  ): Sent {
    this.#checkRequest(type as AnyMessage)
    const { lifecycle } = this.#host
    const { schemaId, id: requestId } = type
    const number = lifecycle.addAsk(this.#cell, { schemaId, requestId, tag })
    const said = writeMessage(this.#host, this.self, to, type as AnyMessage, values, number)
    if (said === BUSY) this.#cell.asks!.delete(number)
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
    return { from: sender, number: view.getUint32(envelope + ENVELOPE_BYTES, true) }
  }

  replyTo(
    { from, number }: PendingRequest,
    type: MessageType<string, unknown, never, unknown>,
    values: unknown,
  ): Sent {
    this.#checkRequest(type as AnyMessage)
    const answer = type.answer as AnyMessage
    return writeMessage(this.#host, this.self, from, answer, values, number)
  }

  spawn<Child extends string, D extends Definitions>(
    behavior: Behavior<Child, D>,
    name: string,
    options: SpawnOptions = {},
  ): Ref<Child> {
    const parent = this.#cell
    const kind = behavior as unknown as AnyBehavior
    return this.#host.lifecycle.spawn(kind, name, { ...options, parent }).ref as Ref<Child>
  }

  stop(ref: Ref = this.self): void {
    if (ref === this.self) {
      this.#cell.condition = Condition.Ending
      return
    }
    const child = this.#host.cells[ref & INDEX_MASK]
    if (child?.ref !== ref || child.parent !== this.#cell) {
      throw new Error(`actor '${this.name}' can stop itself and its children only`)
    }
    this.#host.lifecycle.stop(child)
  }

  watch(ref: Ref): void {
    this.#host.lifecycle.watch(this.#cell, ref)
  }

  unwatch(ref: Ref): void {
    this.#host.lifecycle.unwatch(this.#cell, ref)
  }

  stash(): Sent {
    const cell = this.#cell
    const { view, envelope } = this.#host
    cell.stashed ??= new Mailbox(cell.mailbox.bytesMax)
    return cell.stashed.append(view, envelope) ? SENT : BUSY
  }

  unstash(): void {
    this.#host.unstash(this.#cell)
  }

  after(
    delayMs: number,
    type: MessageType<string, unknown, never>,
    values: unknown,
    key = 0,
  ): void {
    const message = type as AnyMessage
    const blockBytes = message.isPacked ? packedBlockBytes(pack(values).length) : message.blockBytes
    const view = new DataView(new ArrayBuffer(ENVELOPE_BYTES + blockBytes))
    this.#host.outgoing.writeEnvelope(view, 0, this.self, this.self, message, blockBytes)
    message.write(view, ENVELOPE_BYTES, values as never)
    this.#host.lifecycle.after(this.#cell, delayMs, key, view)
  }

  cancel(key: number): void {
    this.#cell.timers?.delete(key)
  }
}
