/**
 * Where messages end that reach nobody. Each is counted by its reason, and the last of them are kept, so that somebody who
 * misses a message finds out what became of it.
 */
import type { Ref } from './ref.ts'

/**
 * gone: its receiver has ended, or never was; mailbox-full: it drops what is newest; failed: its handler threw, and it was not
 * given again; not-understood: another protocol's; late: an answer that nobody waits for any more; suspended: its receiver is set aside.
 */
export type DeadLetterReason =
  | 'gone'
  | 'mailbox-full'
  | 'failed'
  | 'not-understood'
  | 'late'
  | 'suspended'

/** One message that reached nobody, as it is told of: its fields are not kept. */
export interface DeadLetter {
  readonly reason: DeadLetterReason
  readonly to: Ref
  /** NOBODY, or the address of an ask, where it came from outside. */
  readonly from: Ref
  /** Its receiver's name, where it has or had one here. */
  readonly toName: string
  /** 'bank.Deposit', where its receiver is known; else the record's numbers. */
  readonly message: string
  /** µs since 1970: when it was buried. */
  readonly timeUs: number
  /** What the handler threw. */
  readonly error?: string
}

/** The newest ones: enough to see what happens, a bound on what it costs. */
const KEPT = 100

export class DeadLetters {
  readonly #kept: DeadLetter[] = []
  readonly #counts = new Map<DeadLetterReason, number>()
  readonly #listener: ((letter: DeadLetter) => void) | undefined

  constructor(listener?: (letter: DeadLetter) => void) {
    this.#listener = listener
  }

  add(letter: DeadLetter): void {
    this.#counts.set(letter.reason, this.count(letter.reason) + 1)
    this.#kept.push(letter)
    if (this.#kept.length > KEPT) this.#kept.shift()
    this.#listener?.(letter)
  }

  count(reason: DeadLetterReason): number {
    return this.#counts.get(reason) ?? 0
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }

  /** The oldest first. */
  get kept(): readonly DeadLetter[] {
    return this.#kept
  }
}
