/**
 *   SUPERVISOR ── detach, attach ──▶ GATE ──▶ the producer, and readers behind others
 *
 * Who counts as a reader of a multicast ring. A reader whose thread has ended holds up the producer
 * for ever, and those behind it, until its supervisor decides:
 *
 *   nothing may be lost    leave it attached, and make another MulticastReader of its number: that
 *                          one goes on at its HEAD, and reads again what was not released
 *   the others come first  detach it: they go on as if it had never been there; a successor, once
 *                          attached again, begins with what is published from then on
 *
 * One thread at a time does this, for readers without a thread: until a reader's thread has ended
 * (its 'exit' event), and once its successor has begun, its HEAD is not the supervisor's.
 */

import { misuse } from '../ring-faults.ts'
import type { MulticastBells } from './multicast-bells.ts'
import {
  GATE_INDEX,
  headIndexOf,
  type MulticastForm,
  PROD_WAIT_INDEX,
  readMulticastForm,
  TAIL_INDEX,
} from './multicast-layout.ts'
import { leadersOf, membersOf } from './multicast-order.ts'

export class MulticastGate {
  readonly #form: MulticastForm
  readonly #words: Int32Array
  readonly #bells: MulticastBells

  constructor(memory: SharedArrayBuffer, bells: MulticastBells) {
    this.#form = readMulticastForm(memory)
    this.#words = new Int32Array(memory)
    this.#bells = bells
  }

  /** Throws where there is no such reader. */
  isAttached(reader: number): boolean {
    if (!(reader in this.#form.behind)) {
      const mend = `give it one of 0 to ${this.#form.readers - 1}`
      throw misuse(this.#form.name, `there is no reader ${reader}`, mend)
    }
    return (Atomics.load(this.#words, GATE_INDEX) & (1 << reader)) !== 0
  }

  /**
   * After its thread has ended: nobody waits for it any more. A reader behind it then follows the
   * others that it is behind, and those that this one was behind. Detached already: nothing.
   */
  detachReader(reader: number): void {
    if (!this.isAttached(reader)) return
    Atomics.and(this.#words, GATE_INDEX, ~(1 << reader))
    // Never before: whoever parked in between would still have waited for it.
    this.#ringWhoWaitsFor(reader)
  }

  /**
   * Before its successor begins: it counts again, from the newest that it may see. Throws where it
   * is attached: then its HEAD is kept, and a successor goes on there without this.
   */
  attachReader(reader: number): void {
    if (this.isAttached(reader)) {
      const mend = 'start its successor, which goes on at its HEAD, or detach it first'
      throw misuse(this.#form.name, `reader ${reader} is attached`, mend)
    }
    // Of its own, its HEAD may be so old that a position 2^31 units later looks like one before it.
    Atomics.store(this.#words, headIndexOf(reader), this.#limitOf(reader))
    Atomics.or(this.#words, GATE_INDEX, 1 << reader)
    // Whoever looked at the HEADs without it did so before this second look: nobody's copy is
    // newer.
    Atomics.store(this.#words, headIndexOf(reader), this.#limitOf(reader))
    this.#ringWhoWaitsFor(reader)
  }

  #limitOf(reader: number): number {
    const { behind } = this.#form
    const tail = Atomics.load(this.#words, TAIL_INDEX)
    let used = 0
    for (const leader of membersOf(
      leadersOf(reader, Atomics.load(this.#words, GATE_INDEX), behind),
    )) {
      const head = Atomics.load(this.#words, headIndexOf(leader))
      used = Math.max(used, (tail - head) | 0)
    }
    return (tail - used) | 0
  }

  #ringWhoWaitsFor(reader: number): void {
    const bit = 1 << reader
    const waitedFor = Atomics.and(this.#words, PROD_WAIT_INDEX, ~bit)
    if (waitedFor === bit) this.#bells.producerBell.ring()
    for (const [other, set] of this.#form.behind.entries()) {
      if ((set & bit) !== 0) this.#bells.readerBells[other]!.ring()
    }
  }
}
