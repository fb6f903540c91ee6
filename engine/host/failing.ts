/**
 * What goes wrong on one thread: handlers that throw, and messages that reach nobody. What is decided about them is told of. Cold
 * beside actor-host.ts, which catches what is thrown.
 */
import {
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SCHEMA_ID_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../protocol/envelope.ts'
import { type DeadLetter, type DeadLetterReason, DeadLetters } from '../actor/dead-letters.ts'
import { ANSWER_BIT } from '../actor/message.ts'
import { INDEX_MASK, isAsk, NOBODY, type Ref } from '../actor/ref.ts'
import { type Verdict, wantsEscalation } from '../actor/supervision.ts'
import { stackOf, textOf } from '../actor/thrown.ts'
import { refusalOf } from '../journaled/engine-messages.ts'
import type { JournaledDirective } from '../journaled/verdict-event.ts'
import { type ActorCell, Condition } from './actor-cell.ts'
import type { ActorHost } from './actor-host.ts'
import { Bounded, type HostEvent } from './host-event.ts'
import { type Mailbox, TRIES_OFFSET } from './mailbox.ts'

/** In a second, of each thread: enough to see what happens. */
const FAILURES_TOLD = 10
const LETTERS_TOLD = 1

/** It had ended itself before it threw: there is nothing to decide. */
const ENDS: Verdict = { directive: 'stop', isPoison: true, restMs: 0 }

const WHYS: Readonly<Record<DeadLetterReason, string>> = {
  gone: 'its actor is gone',
  failed: 'its handler threw',
  'mailbox-full': "its actor's mailbox is full",
  'not-understood': 'its actor does not understand it',
  late: 'nobody waits for it',
  suspended: 'its actor is set aside',
}

/** What `actor-failed` says beyond where and how often. */
type Failure = Omit<Extract<HostEvent, { kind: 'actor-failed' }>, 'kind' | 'thread' | 'untold'>

export class Failing {
  readonly deadLetters: DeadLetters
  readonly #host: ActorHost
  readonly #failures: Bounded<Failure>
  readonly #letters: Bounded<DeadLetter>

  constructor(host: ActorHost) {
    this.#host = host
    const { name: thread, options } = host
    this.#failures = new Bounded(FAILURES_TOLD, (failure, untold) =>
      options.onEvent?.({ kind: 'actor-failed', thread, ...failure, untold }),
    )
    this.#letters = new Bounded(LETTERS_TOLD, (letter, untold) =>
      options.onEvent?.({ kind: 'dead-letter', thread, letter, untold }),
    )
    this.deadLetters = new DeadLetters((letter) => this.#letters.say(letter, host.nowUs))
  }

  /**
   * The message at `envelope` has made it throw: that was the last of its tries, or one more is to come from its mailbox.
   * `mailbox`: where it lies; undefined: in a ring, and is taken from there.
   */
  handlerThrew(
    cell: ActorCell,
    error: unknown,
    view: DataView,
    envelope: number,
    mailbox: Mailbox | undefined,
  ): void {
    const host = this.#host
    host.outgoing.forget()
    const tries = view.getUint16(envelope + TRIES_OFFSET, true)
    const verdict = this.decide(cell, error, messageOf(cell, view, envelope), tries)
    if (verdict.isPoison) {
      this.buryRecord('failed', view, envelope, error)
      mailbox?.advance()
    } else {
      view.setUint16(envelope + TRIES_OFFSET, tries + 1, true)
      if (mailbox === undefined) host.putAside(cell, view, envelope)
    }
    host.lifecycle.failed(cell, verdict, error)
  }

  /** The same beside its messages: a timer, whose message is given, or the end of an ask. */
  actionThrew(cell: ActorCell, error: unknown, message: DataView | undefined): void {
    const host = this.#host
    host.outgoing.forget()
    if (message !== undefined) this.buryRecord('failed', message, 0, error)
    const what = message === undefined ? 'the end of an ask' : messageOf(cell, message, 0)
    host.lifecycle.failed(cell, this.decide(cell, error, what), error)
  }

  /** What its strategy says of a failure. Without a parent it fails alone, unless somebody has asked for more. */
  decide(cell: ActorCell, error: unknown, message: string, tries = 0, isHopeless = false): Verdict {
    const { nowUs } = this.#host
    let verdict = cell.failures.verdict(error, nowUs, tries)
    if (cell.condition === Condition.Ending) verdict = ENDS
    // What cannot even begin cannot go on.
    if (isHopeless && verdict.directive === 'resume')
      verdict = { ...verdict, directive: 'escalate' }
    const isAlone = cell.parent === undefined && !wantsEscalation(cell.strategy, error)
    if (verdict.directive === 'escalate' && isAlone) verdict = ENDS
    cell.failures.note(verdict, nowUs)
    this.tell(cell, error, message, verdict.directive)
    return verdict
  }

  tell(
    { name, restarts }: ActorCell,
    thrown: unknown,
    message: string,
    directive: JournaledDirective,
  ): void {
    const [error, stack] = [textOf(thrown), stackOf(thrown)]
    const place = stack === undefined ? {} : { stack }
    const failure = { name, message, error, ...place, directive, restarts }
    this.#failures.say(failure, this.#host.nowUs)
  }

  /** When there is more to tell. */
  get nextUs(): number {
    return Math.min(this.#failures.nextUs, this.#letters.nextUs)
  }

  /** What was held back, a second being over, or the end being there. */
  tellHeld(nowUs = Number.POSITIVE_INFINITY): void {
    if (this.#failures.nextUs <= nowUs) this.#failures.tellHeld()
    if (this.#letters.nextUs <= nowUs) this.#letters.tellHeld()
  }

  bury(reason: DeadLetterReason, to: Ref, from: Ref, message: string, error?: unknown): void {
    const { timeUs, links, cells } = this.#host
    this.deadLetters.add({
      ...{ reason, to, from, message, timeUs },
      toName: links.table.nameOf(to, cells[to & INDEX_MASK]),
      ...(error === undefined ? {} : { error: textOf(error) }),
    })
  }

  /** The record at `envelope` of `view` reaches nobody. */
  buryRecord(reason: DeadLetterReason, view: DataView, envelope: number, error?: unknown): void {
    const to = view.getUint32(envelope + SESSION_OFFSET, true)
    const cell = this.#host.cells[to & INDEX_MASK]
    const name = messageOf(cell?.ref === to ? cell : undefined, view, envelope)
    this.bury(reason, to, view.getUint32(envelope + NUMBER_OFFSET, true), name, error)
    this.refuse(reason, view, envelope, error)
  }

  /** Whoever waits for an answer to what is a dead letter now is told that there will be none. */
  refuse(reason: DeadLetterReason, view: DataView, envelope: number, error?: unknown): void {
    const asker: Ref = view.getUint32(envelope + NUMBER_OFFSET, true)
    if (asker === NOBODY || reason === 'late') return
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    const schemaId = view.getUint16(envelope + SCHEMA_ID_OFFSET, true)
    const { catalog } = this.#host.options
    // From outside only requests have a sender; an actor may tell one too, and then it has no number.
    const isAsked = isAsk(asker)
      ? (id & ANSWER_BIT) === 0
      : catalog.isRequest(schemaId, id) && view.getUint32(envelope + ENVELOPE_BYTES, true) !== 0
    if (!isAsked) return
    const code = reason === 'gone' ? 'ask.gone' : reason === 'failed' ? 'ask.failed' : 'ask.refused'
    const why = error === undefined ? WHYS[reason] : `${WHYS[reason]}: ${textOf(error)}`
    this.#host.lifecycle.send(asker, refusalOf(view, envelope, code, why))
  }
}

/** 'bank.Deposit', where that is known. */
export function messageOf(cell: ActorCell | undefined, view: DataView, envelope: number): string {
  const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
  return cell?.messageName(id) ?? `message ${id}`
}
