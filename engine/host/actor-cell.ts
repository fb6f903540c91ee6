/** One actor on its thread: what it does, what waits for it, who depends on it. Others see only its address. */
import type { Behavior, Context, Handled, Hooks, SpawnOptions } from '../actor/behavior.ts'
import { ANSWER_BIT, type Definitions, type Flyweight } from '../actor/message.ts'
import { isJournaled, type Ref } from '../actor/ref.ts'
import {
  DEFAULT_STRATEGY,
  Failures,
  JOURNALED_STRATEGY,
  type Strategy,
} from '../actor/supervision.ts'
import { joined, Mailbox } from './mailbox.ts'
import type { Arrival } from './moving.ts'

/** Whatever behavior, once it stands among others. */
export type AnyBehavior = Behavior<string, Definitions>

export type Handler = (message: never) => Handled

/**
 * It runs; it waits for room to send; it rests after a failure; it has ended itself, and ends when its handler returns; it is
 * over; it is journaled, and set aside until the next start.
 */
export const Condition = {
  ...{ Ready: 0, Blocked: 1, Resting: 2, Ending: 3, Stopped: 4 },
  Suspended: 5,
} as const
export type Condition = (typeof Condition)[keyof typeof Condition]

const HOOKS: readonly string[] = [
  ...(['transfer', 'terminated', 'answers', 'restarting', 'stopped'] satisfies (keyof Hooks)[]),
]

/** Bytes of messages that wait, unless the actor asks for others: some hundred messages. */
export const MAILBOX_BYTES = 64 * 1024

export interface CellOptions {
  readonly ref: Ref
  readonly name: string
  readonly behavior: AnyBehavior
  readonly options: SpawnOptions
  readonly parent: ActorCell | undefined
}

export class ActorCell {
  readonly ref: Ref
  readonly name: string
  readonly behavior: AnyBehavior
  readonly options: SpawnOptions
  readonly parent: ActorCell | undefined
  readonly mailbox: Mailbox
  /** Where what is sent to it goes: its mailbox, unless it is still on its way here. */
  inbox: Mailbox
  arrival: Arrival | undefined
  readonly dropsNewest: boolean
  readonly schemaId: number
  readonly strategy: Strategy
  readonly failures: Failures
  /** By message id. */
  readonly readers: readonly (Flyweight | undefined)[]
  handlers: readonly (Handler | undefined)[] = []
  hooks: Hooks = {}
  /** Set once, by whoever makes it. */
  context!: Context<string>

  condition: Condition = Condition.Ready
  /** It stands among those that have something to do, before this one. */
  isScheduled = false
  next: ActorCell | undefined
  /** Of a journaled actor: the message at hand has failed before. */
  hasFailed = false
  /** Messages that were handled, restarts that there were, over its whole life. */
  handled = 0
  restarts = 0

  children: Set<ActorCell> | undefined
  /** Who is to be told of its end. */
  watchers: Set<Ref> | undefined
  watching: Set<Ref> | undefined
  /** What it keeps for later; and what it has kept and wants now, before all that waits. */
  stashed: Mailbox | undefined
  unstashed: Mailbox | undefined
  /** What it has kept since and wants now too, before the rest of that: for as long as a handler runs off it. */
  released: Mailbox | undefined
  /** Timers by key, and asks by number, that are still to come. */
  timers: Map<number, number> | undefined
  asks: Map<number, PendingAsk> | undefined

  constructor({ ref, name, behavior, options, parent }: CellOptions) {
    this.ref = ref
    this.name = name
    this.behavior = behavior
    this.options = options
    this.parent = parent
    this.mailbox = new Mailbox(options.mailboxBytes ?? MAILBOX_BYTES)
    this.inbox = this.mailbox
    this.dropsNewest = options.overflow === 'drop-newest'
    this.schemaId = behavior.protocol.$schemaId
    this.strategy = options.supervise ?? (isJournaled(ref) ? JOURNALED_STRATEGY : DEFAULT_STRATEGY)
    this.failures = new Failures(this.strategy)
    this.readers = [
      undefined,
      ...behavior.protocol.$messages.map(({ isPacked, $reader }) =>
        isPacked ? undefined : $reader,
      ),
    ]
  }

  /** 'bank.Deposit', for reports; undefined for what is not of its protocol. */
  messageName(id: number): string | undefined {
    const type = this.behavior.protocol.$messages[(id & ~ANSWER_BIT) - 1]
    return type === undefined ? undefined : `${type.protocol}.${type.name}`
  }

  /** What made it throw before, it has handled now. */
  recovered(): void {
    this.hasFailed = false
    this.failures.messageDone()
  }

  get hasWaiting(): boolean {
    return this.mailbox.count > 0 || this.unstashed !== undefined
  }

  /** Where its next message is. */
  get waiting(): Mailbox {
    if (this.unstashed === undefined) return this.mailbox
    if (this.released !== undefined) {
      this.unstashed = joined(this.released, this.unstashed)
      this.released = undefined
    }
    if (this.unstashed.count > 0) return this.unstashed
    this.unstashed = undefined
    return this.mailbox
  }

  /** Runs its function: a state anew. Throws what that throws, or where a handler is missing, or something is none. */
  start(): void {
    const made = this.behavior.start(this.context)
    const { protocol } = this.behavior
    for (const name of Object.keys(made)) {
      if (Object.hasOwn(protocol, name) || HOOKS.includes(name)) continue
      const what = `'${name}' is neither a message of '${protocol.$name}' nor a hook`
      throw new Error(`actor '${this.name}': ${what}: a hook is one of ${HOOKS.join(', ')}`)
    }
    this.hooks = made
    this.handlers = [
      undefined,
      ...this.behavior.protocol.$messages.map(({ name }) => {
        const handler = made[name] as Handler | undefined
        if (typeof handler === 'function') return handler
        const where = `actor '${this.name}': no handler for ${this.behavior.protocol.$name}.${name}`
        throw new Error(`${where}: give its behavior one`)
      }),
    ]
  }
}

export interface PendingAsk {
  /** Which of the answers' handlers. */
  readonly schemaId: number
  readonly requestId: number
  readonly tag: number
  /** Its answer was given back, and is to come again: it is in time, however long that takes. */
  readonly isAnswered?: boolean
}
