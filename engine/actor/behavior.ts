/**
 * What an actor does: a function that is run at its birth and after each restart, and returns a handler for each message of
 * its protocol. Its state is what that function's variables hold; nobody else can reach them.
 *
 * Handlers run one at a time and to their end. They have no clock, no chance, no I/O and no `await`: time is
 * `ctx.timeUs`, and whatever takes long is asked of another (ctx.ask) and comes back as a message.
 */
import type { SnapshotTransfer } from '../recovery/snapshot-transfer.ts'
import type { Definitions, Draft, MessageType, Protocol, RequestType, TypeOf } from './message.ts'
import type { Ref } from './ref.ts'
import type { Strategy } from './supervision.ts'

/** It was sent: it is in the receiver's mailbox, or on its way there in order. */
export const SENT = 0
/**
 * There is no room now. A handler that gets this from a send gives it back, before it has changed anything or sent
 * anything: then it gets the same message again, when there is room. Meanwhile only its timers come.
 */
export const BUSY = -2
/** Nobody is there any more: it went to the dead letters. */
export const GONE = -3

/** What became of a send: SENT, BUSY or GONE. */
export type Sent = typeof SENT | typeof BUSY | typeof GONE

/** What a handler returns: nothing, or what a send of it said. */
// biome-ignore lint/suspicious/noConfusingVoidType: most handlers return nothing, and an arrow may return what a call of none does
export type Handled = Sent | void

type GotOf<T> = T extends MessageType<string, infer Got, never, never> ? Got : never

/** One for each message of the protocol. */
export type Handlers<D extends Definitions> = {
  readonly [K in keyof D]: (message: GotOf<TypeOf<string, D[K]>>) => Handled
}

/** What an actor may have besides its handlers. A name that is none of these is refused at its birth. */
export interface Hooks {
  /** All state, once, for both ways (snapshot-transfer.ts): for actors that are journaled, moved or snapshotted. */
  transfer?(snapshot: SnapshotTransfer): void
  /** An actor that it watches is gone. Told again where it returns BUSY. */
  terminated?(ref: Ref): Handled
  /** Answers to what it asked, each made by `answerTo`. */
  readonly answers?: readonly AnswerHandler[]
  /** Its state is about to be thrown away, and its function to be run again. Sends nothing. */
  restarting?(error: unknown): void
  /** It has had its last message. Sends nothing. */
  stopped?(): void
}

/** What `answerTo` makes: for `answers`, and for nothing else. */
export interface AnswerHandler {
  readonly type: MessageType<string, unknown, never, unknown>
  readonly handle: (answer: unknown, tag: number) => Handled
}

/**
 * How an actor takes the answers to a request that it asks by `ctx.ask`. `answer` is undefined where none came in time;
 * `tag` is what it gave when it asked.
 */
export function answerTo<Name extends string, Got, Given, Answer>(
  type: RequestType<Name, Got, Given, Answer>,
  handle: (answer: Answer | undefined, tag: number) => Handled,
): AnswerHandler {
  return { type, handle } as unknown as AnswerHandler
}

/** Of an ask by an actor. */
export interface AskOptions {
  /** 0 to 2^42, fractions too. After so long the answer's handler is given undefined. */
  readonly timeoutMs: number
  /** A safe integer that comes back with the answer. @default 0 */
  readonly tag?: number
}

/** Of an actor, wherever it is spawned. Plain data: it is kept for its restarts and, where it is journaled, in the log. */
export interface SpawnOptions {
  /** What happens when a handler of it throws. @default restart, ten times in ten seconds at most; journaled: resume */
  readonly supervise?: Strategy
  /**
   * Of messages that wait, 1 to 2^30, rounded up to a power of two from 1 KiB; beyond it senders are told BUSY. @default
   * 64 KiB
   */
  readonly mailboxBytes?: number
  /** What comes where the mailbox is full. @default 'backpressure' */
  readonly overflow?: Overflow
}

/** `backpressure`: the sender is told BUSY. `drop-newest`: it goes to the dead letters, and the sender is told SENT. */
export type Overflow = 'backpressure' | 'drop-newest'

/** An actor's own hands. Only to be used while one of its handlers runs. */
export interface Context<Name extends string> {
  /** Its own address, good for as long as it lives. */
  readonly self: Ref<Name>
  /** As it was spawned; a child's behind its parent's and a slash. */
  readonly name: string
  /** µs since 1970, never running backwards: of the turn, and for a journaled actor of the message. */
  readonly timeUs: number
  /** Which actor sent the message at hand; NOBODY where it came from outside, told or asked: `request` says whom to answer. */
  readonly sender: Ref

  /**
   * Sends a message, given as a plain object, which stays the caller's. Throws a RangeError where a field does not fit;
   * then nothing is sent.
   */
  tell<To extends string, Got, Given, Answer>(
    to: Ref<To>,
    type: MessageType<NoInfer<To>, Got, Given, Answer>,
    values: NoInfer<Given>,
  ): Sent
  /**
   * The same in place and without an object: all fields are the caller's to write, what stands in them is of an earlier
   * message; then `commit`, which may say GONE. Undefined: BUSY.
   */
  claim<To extends string, Got, Given, Answer>(
    to: Ref<To>,
    type: MessageType<NoInfer<To>, Got, Given, Answer>,
  ): Draft<Given> | undefined
  /** Sends what was claimed last: its bytes are the receiver's from here on. Throws where no claim is open. */
  commit(): Sent

  /**
   * Sends a request; the answer, or undefined, comes to the handler that `answers` has for it, once. Where it is BUSY
   * none comes.
   */
  ask<To extends string, Got, Given, Answer>(
    to: Ref<To>,
    type: RequestType<NoInfer<To>, Got, Given, Answer>,
    values: NoInfer<Given>,
    options: AskOptions,
  ): Sent
  /** Answers the request at hand, whose type is given. Once; later answers to it find nobody. */
  reply<Got, Given, Answer>(
    type: RequestType<Name, Got, Given, Answer>,
    values: NoInfer<Answer>,
  ): Sent
  /** What `replyTo` needs to answer the request at hand later, from another handler. */
  readonly request: PendingRequest
  /** Answers a request that was kept. Throws a RangeError where a field does not fit. */
  replyTo<Got, Given, Answer>(
    request: PendingRequest,
    type: RequestType<Name, Got, Given, Answer>,
    values: NoInfer<Answer>,
  ): Sent

  /**
   * Says that there will be no answer: who asked from outside gets an error of that text, an actor undefined. @default
   * to the request at hand
   */
  refuse(why: string, request?: PendingRequest): Sent

  /** A child, on this actor's own thread: it ends with its parent. Throws where the name is taken, or an option will not do. */
  spawn<Child extends string, D extends Definitions>(
    behavior: Behavior<Child, D>,
    name: string,
    options?: SpawnOptions,
  ): Ref<Child>
  /** Ends an actor: itself, or a child. It gets no further message; what waits goes to the dead letters. */
  stop(ref?: Ref): void
  /** From its end on, or at once if it is gone, `terminated` is called. */
  watch(ref: Ref): void
  /** `terminated` is not called for it any more. */
  unwatch(ref: Ref): void

  /** Keeps the message at hand, in order. Throws a StashFull where it would keep more than its mailbox may hold. */
  stash(): Sent
  /** All that was kept comes before anything else that waits, in the order in which it came. */
  unstash(): void

  /**
   * A message to itself after `delayMs`, which may be a fraction. One of the same key that is still to come is called off.
   * Throws a RangeError where the delay is none, or longer than 2^42 ms.
   * @param key an integer from 0. @default one for each message type: one of another type is not called off
   */
  after<Got, Given>(
    delayMs: number,
    type: MessageType<Name, Got, Given>,
    values: NoInfer<Given>,
    key?: number,
  ): void
  /**
   * The timer of that key, or the one of that message without a key, does not fire any more, also where its time has
   * come already.
   */
  cancel(key: number | MessageType<Name, unknown, never>): void
}

/** Plain data: it may be kept, and handed over with the rest of a state. */
export interface PendingRequest {
  /** The actor that asked; or an ask from outside, and then for `replyTo` and `refuse` only. */
  readonly from: Ref
  /** What the answer repeats. */
  readonly number: number
  readonly requestId: number
}

/** A protocol and what is done about its messages: what `behavior` makes and systems spawn. */
export interface Behavior<Name extends string, D extends Definitions> {
  readonly protocol: Protocol<Name, D>
  /** Run at each birth and restart; returns the handlers. */
  readonly start: (ctx: Context<Name>) => Handlers<D> & Hooks
}

/** That it has nothing but handlers and hooks: a misspelt hook would never be called. */
type Exact<Made, D extends Definitions> = {
  readonly [K in Exclude<keyof Made, keyof D | keyof Hooks>]: never
}

/**
 * `start` is run at the actor's birth and after each restart; its variables are the actor's state. What it returns has a
 * handler for each message.
 */
export function behavior<
  const Name extends string,
  const D extends Definitions,
  Made extends Handlers<D> & Hooks,
>(
  protocol: Protocol<Name, D>,
  start: (ctx: Context<Name>) => Made & Exact<Made, D>,
): Behavior<Name, D> {
  return { protocol, start }
}
