/**
 *   any thread ── ring() ──▶ DOORBELL ──▶ the one thread that owns it, asleep or not
 *
 * One per thread, for all the rings that thread reads and for all the space it waits for. It
 * promises that no wake-up is lost, if both sides keep the order: the ringer publishes first and
 * rings then; the owner says that it is parked first and looks for work then. Of two such threads
 * at least one sees the other.
 *
 *   byte 0            128            256                     384            512
 *        +--------------+--------------+-----------------------+--------------+
 *        |    empty     | state i32    | beats i32  parks i32  | requests i32 |
 *        +--------------+--------------+-----------------------+--------------+
 *
 * The first line is empty because the allocator promises no alignment: whatever lies before this
 * memory stays off our lines. The counts have a line of their own, or each beat would take `state`
 * out of every producer's cache.
 */

/** Two 64-byte lines: the adjacent-line prefetcher pulls pairs. */
const LINE_BYTES = 128
const STATE_INDEX = LINE_BYTES / 4
const HEARTBEAT_INDEX = (2 * LINE_BYTES) / 4
const PARKS_INDEX = HEARTBEAT_INDEX + 1
const REQUESTS_INDEX = (3 * LINE_BYTES) / 4
const DOORBELL_BYTES = 4 * LINE_BYTES

const RUNNING = 0
const PARKED = 1
const PARKED_IN_EVENT_LOOP = 2

export const allocateDoorbell = (): SharedArrayBuffer => new SharedArrayBuffer(DOORBELL_BYTES)

/** What rings use of a bell: that of one thread, or of whichever thread reads them now. */
export type Bell = Pick<Doorbell, 'ring' | 'park'>

export class Doorbell {
  readonly #words: Int32Array<SharedArrayBuffer>
  #outstanding: Promise<void> | undefined
  #outstandingTimeoutMs = 0

  constructor(memory: SharedArrayBuffer) {
    if (memory.byteLength !== DOORBELL_BYTES) {
      throw new RangeError(
        `doorbell: ${memory.byteLength} B is no doorbell: take the memory from allocateDoorbell()`,
      )
    }
    this.#words = new Int32Array(memory)
  }

  /**
   * Any thread, after it has published what the owner should see. Costs one atomic load while the
   * owner runs: a notify takes a lock that the whole process shares, so it is kept for an owner who
   * sleeps.
   */
  ring(): void {
    if (Atomics.load(this.#words, STATE_INDEX) === RUNNING) return
    if (Atomics.exchange(this.#words, STATE_INDEX, RUNNING) !== RUNNING) {
      Atomics.notify(this.#words, STATE_INDEX, 1)
    }
  }

  /**
   * As `ring`, for whoever takes the place of a thread that died: that one may have owed a ring, or
   * died in one, having said that the owner runs and not yet woken it, and `ring` would believe it.
   * Takes the process-wide lock.
   */
  wake(): void {
    Atomics.store(this.#words, STATE_INDEX, RUNNING)
    Atomics.notify(this.#words, STATE_INDEX, 1)
  }

  /**
   * Owner: sleep until rung, at most `timeoutMs`, unless `hasWork` says that something is there.
   * The whole thread stops, its event loop too. True: woken, or work found; false: the time is up.
   * True is an invitation to look, no proof: a late notify, meant for an earlier park, wakes as
   * well.
   */
  park(timeoutMs: number, hasWork: () => boolean): boolean {
    Atomics.store(this.#words, STATE_INDEX, PARKED)
    if (hasWork()) {
      Atomics.store(this.#words, STATE_INDEX, RUNNING)
      return true
    }
    Atomics.add(this.#words, PARKS_INDEX, 1)
    const outcome = Atomics.wait(this.#words, STATE_INDEX, PARKED, timeoutMs)
    // The bell may ring just as the time runs out: then it was rung.
    const stateBefore = Atomics.exchange(this.#words, STATE_INDEX, RUNNING)
    return outcome !== 'timed-out' || stateBefore === RUNNING
  }

  /**
   * Owner with sockets: as `park`, but the event loop goes on. Undefined: work is there, do not
   * wait. Otherwise a promise that resolves when rung, or after `timeoutMs` at the latest, perhaps
   * earlier: look, then park again. There is never more than one waiter, each being a node under
   * the process-wide lock: while one is outstanding, its promise comes back.
   *
   * The promise does not keep the process alive (nodejs/node#44729): the owner holds a socket, port
   * or timer that does.
   */
  parkInEventLoop(timeoutMs: number, hasWork: () => boolean): Promise<void> | undefined {
    Atomics.store(this.#words, STATE_INDEX, PARKED_IN_EVENT_LOOP)
    if (hasWork()) {
      Atomics.store(this.#words, STATE_INDEX, RUNNING)
      return undefined
    }
    // The waiter of an earlier call is still listed, whatever `state` was in between, and a ring
    // reaches it.
    if (this.#outstanding !== undefined && this.#outstandingTimeoutMs <= timeoutMs) {
      return this.#outstanding
    }
    // It would sleep longer than is wanted now: let it go, and list a new one.
    if (this.#outstanding !== undefined) Atomics.notify(this.#words, STATE_INDEX, 1)
    return this.#listWaiter(timeoutMs)
  }

  /**
   * Any thread, after it has posted the owner a message to its event loop, which no ring knows of:
   * counts it and rings. The owner that finds another count than before it went through its event
   * loop goes through it again, rather than to sleep.
   */
  request(): void {
    Atomics.add(this.#words, REQUESTS_INDEX, 1)
    this.ring()
  }

  /** Requests so far, modulo 2^32. */
  get requests(): number {
    return Atomics.load(this.#words, REQUESTS_INDEX)
  }

  /** Whether the owner sleeps, in either way. */
  get isParked(): boolean {
    return Atomics.load(this.#words, STATE_INDEX) !== RUNNING
  }

  /** Owner, once a duty cycle: a supervisor that sees no beat and no parking sees a hung thread. */
  beat(): void {
    Atomics.add(this.#words, HEARTBEAT_INDEX, 1)
  }

  /** Beats so far, modulo 2^32. */
  get heartbeat(): number {
    return Atomics.load(this.#words, HEARTBEAT_INDEX) >>> 0
  }

  /**
   * How often the owner went to sleep so far, for whichever ring, as reader or as producer, modulo
   * 2^32: many beside few records say that it is woken for each of them.
   */
  get parks(): number {
    return Atomics.load(this.#words, PARKS_INDEX) >>> 0
  }

  #listWaiter(timeoutMs: number): Promise<void> | undefined {
    const wait = Atomics.waitAsync(this.#words, STATE_INDEX, PARKED_IN_EVENT_LOOP, timeoutMs)
    if (!wait.async) {
      // Rung between the look and the wait (or a timeout of 0): there is something to see.
      Atomics.store(this.#words, STATE_INDEX, RUNNING)
      this.#outstanding = undefined
      return undefined
    }
    Atomics.add(this.#words, PARKS_INDEX, 1)
    const outstanding: Promise<void> = wait.value.then(() => {
      if (this.#outstanding !== outstanding) return
      this.#outstanding = undefined
      Atomics.store(this.#words, STATE_INDEX, RUNNING)
    })
    this.#outstanding = outstanding
    this.#outstandingTimeoutMs = timeoutMs
    return outstanding
  }
}
