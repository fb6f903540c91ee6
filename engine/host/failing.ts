/**
 * What goes wrong on one thread: handlers that throw, and messages that reach nobody. Cold beside actor-host.ts, which catches
 * what is thrown.
 */
import { NUMBER_OFFSET, SESSION_OFFSET, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import { type DeadLetterReason, DeadLetters } from '../actor/dead-letters.ts'
import { INDEX_MASK, type Ref } from '../actor/ref.ts'
import type { ActorCell } from './actor-cell.ts'
import type { ActorHost } from './actor-host.ts'
import { type Mailbox, TRIES_OFFSET } from './mailbox.ts'

export class Failing {
  readonly deadLetters = new DeadLetters()
  readonly #host: ActorHost

  constructor(host: ActorHost) {
    this.#host = host
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
    const verdict = cell.failures.verdict(error, host.timeUs, tries)
    cell.failures.note(verdict, host.timeUs)
    if (verdict.isPoison) {
      this.buryRecord('failed', view, envelope, error)
      mailbox?.advance()
    } else {
      view.setUint16(envelope + TRIES_OFFSET, tries + 1, true)
      if (mailbox === undefined) host.putAside(cell, view, envelope)
    }
    host.lifecycle.failed(cell, verdict, error)
  }

  /** The same beside its messages: a timer, an end that it was told of; `message` is what that was about. */
  actionThrew(cell: ActorCell, error: unknown, message: DataView | undefined): void {
    const host = this.#host
    host.outgoing.forget()
    if (message !== undefined) this.buryRecord('failed', message, 0, error)
    const verdict = cell.failures.verdict(error, host.timeUs, 0)
    cell.failures.note(verdict, host.timeUs)
    host.lifecycle.failed(cell, verdict, error)
  }

  bury(reason: DeadLetterReason, to: Ref, from: Ref, message: string, error?: unknown): void {
    const { timeUs, links, cells } = this.#host
    this.deadLetters.add({
      ...{ reason, to, from, message, timeUs },
      toName: links.table.nameOf(to, cells[to & INDEX_MASK]),
      ...(error === undefined ? {} : { error: String(error) }),
    })
  }

  /** The record at `envelope` of `view` reaches nobody. */
  buryRecord(reason: DeadLetterReason, view: DataView, envelope: number, error?: unknown): void {
    const to = view.getUint32(envelope + SESSION_OFFSET, true)
    const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    const cell = this.#host.cells[to & INDEX_MASK]
    const name = (cell?.ref === to ? cell.messageName(id) : undefined) ?? `message ${id}`
    this.bury(reason, to, view.getUint32(envelope + NUMBER_OFFSET, true), name, error)
  }
}
