/**
 * Puts what was committed on the disk, and says so in the head mark, while its thread goes on:
 *
 *   commits ───────────────────────────────────────▶
 *      └─ begin ── fdatasync ── write the mark ─┘        Node's file threads
 *
 * The answers come through the event loop of the thread. A thread that never goes there must sync by itself.
 */
import * as fs from 'node:fs'
import type { HeadMark, Mark } from './head-mark.ts'

export class BehindSync {
  readonly #mark: HeadMark
  #isUnderWay = false
  #failure: Error | undefined
  #whenDone: (() => void)[] = []

  constructor(mark: HeadMark) {
    this.#mark = mark
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  /** What went wrong, for ever: nothing that was begun can be relied on any more. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** `mark` speaks of what is committed now. Without `handle` that is on the disk already. */
  begin(mark: Mark, handle: number | undefined): void {
    this.#isUnderWay = true
    const writeMark = (error: Error | null): void => {
      if (error === null) this.#mark.writeBehind(mark, this.#done)
      else this.#done(error)
    }
    if (handle === undefined) writeMark(null)
    else fs.fdatasync(handle, writeMark)
  }

  /** Runs `then` once no file is in use here any more: at once, or when the answer comes. */
  afterwards(then: () => void): void {
    if (this.#isUnderWay) this.#whenDone.push(then)
    else then()
  }

  readonly #done = (error: Error | null): void => {
    this.#isUnderWay = false
    if (error !== null) this.#failure ??= error
    const waiting = this.#whenDone
    this.#whenDone = []
    for (const then of waiting) then()
  }
}
