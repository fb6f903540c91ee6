/**
 * One thread's life: give each role its turn, again and again; when none has work look a little longer, then sleep until
 * the doorbell rings. The only `try` around roles, and the only place that knows how a thread idles, are here.
 *
 * Every now and then the cycle goes through Node's event loop, also on a thread without sockets, so that requests of the
 * control plane (inspect, drain, stop) are heard while it is busy.
 */
import type { Doorbell } from '../ringbuffer/doorbell.ts'
import type { ThreadPlan } from './plan.ts'
import type { Role } from './role.ts'

/** Turns in a row before the event loop gets its turn: its round costs about a microsecond, a turn at load some ten. */
const TURNS_MAX = 32
/** Of turns in a row where each takes long: so long may an operator's request wait, and one turn. */
const TURNS_MS_MAX = 5

/** Of looks in a row without an event loop's turn between them: so long may an operator's request wait. */
const SPIN_MS_MAX = 1
const LOOKS_PER_CLOCK = 16

export interface DutyCycleOptions {
  readonly plan: ThreadPlan
  readonly roles: readonly Role[]
  readonly bell: Doorbell
  /** A role threw: the cycle has ended, and its roles were closed as far as they could be. */
  readonly onFailure: (error: unknown) => void
}

export class DutyCycle {
  readonly #options: DutyCycleOptions
  readonly #roles: readonly Role[]
  readonly #bell: Doorbell
  /** Called between two turns, once somebody wants the end. */
  #onLastTurn: (() => void) | undefined
  /** The one end of this cycle, whoever asked for it, and however often. */
  #end: Promise<void> | undefined
  #idleSinceMs = 0
  #started = false

  constructor(options: DutyCycleOptions) {
    this.#options = options
    this.#roles = options.roles
    this.#bell = options.bell
  }

  /** Roles may still be added. Asked again: nothing. */
  start(): void {
    if (this.#started) return
    this.#started = true
    setImmediate(this.#turn)
  }

  /**
   * Ends the cycle between two turns and closes the roles, the last of the plan first: it fed on the others. Resolves when
   * they are closed, also where the cycle has ended by itself; rejects with what the first of them could not finish.
   */
  stop(): Promise<void> {
    this.#end ??= this.#lastTurn().then(() => this.#closeRoles())
    return this.#end
  }

  #lastTurn(): Promise<void> {
    if (!this.#started) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onLastTurn = resolve
      this.#bell.ring()
    })
  }

  /** Whether no role holds anything that it has not passed on. */
  get isQuiet(): boolean {
    return this.#roles.every((role) => role.isQuiet ?? !role.hasWork())
  }

  readonly #turn = (): void => {
    try {
      this.#cycle()
    } catch (error) {
      void this.#fail(error)
    }
  }

  #cycle(): void {
    this.#bell.beat()
    if (this.#onLastTurn !== undefined) {
      this.#onLastTurn()
      return
    }
    if (this.#giveTurns()) {
      this.#idleSinceMs = 0
      setImmediate(this.#turn)
      return
    }
    if (this.#spins()) {
      setImmediate(this.#turn)
      return
    }
    this.#park()
  }

  /** True if there was work, so there may be more. */
  #giveTurns(): boolean {
    const turnsMax = this.#options.plan.hasSockets ? 1 : TURNS_MAX
    let endMs = 0
    for (let turn = 0; turn < turnsMax; turn++) {
      let work = 0
      for (const role of this.#roles) work += role.doWork()
      if (work === 0) return turn > 0
      // Not looked at by a thread that finds nothing to do.
      const nowMs = performance.now()
      if (endMs === 0) endMs = nowMs + TURNS_MS_MAX
      else if (nowMs >= endMs) return true
    }
    return true
  }

  /**
   * Looks again, for as long as the plan lets it. True: there was work, or the event loop is to have its turn before the next
   * look. Between two looks at the clock there are some at the rings: the clock is the dearer of the two.
   */
  #spins(): boolean {
    const { hasSockets, idle } = this.#options.plan
    const startedMs = performance.now()
    if (this.#idleSinceMs === 0) this.#idleSinceMs = startedMs
    const endMs = this.#idleSinceMs + idle.spinUs / 1000
    if (startedMs >= endMs) return false
    if (hasSockets) return true
    const untilMs = Math.min(endMs, startedMs + SPIN_MS_MAX)
    do {
      for (let look = 0; look < LOOKS_PER_CLOCK; look++) if (this.#giveTurns()) return true
    } while (performance.now() < untilMs)
    return untilMs < endMs
  }

  #park(): void {
    this.#idleSinceMs = 0
    const { plan } = this.#options
    let sleepMs = plan.idle.parkMsMax
    for (const role of this.#roles) sleepMs = Math.min(sleepMs, role.wakeWithinMs ?? sleepMs)
    if (plan.hasSockets) {
      const rung = this.#bell.parkInEventLoop(sleepMs, this.#hasWork)
      if (rung === undefined) setImmediate(this.#turn)
      else void rung.then(this.#turn)
      return
    }
    this.#bell.park(sleepMs, this.#hasWork)
    setImmediate(this.#turn)
  }

  readonly #hasWork = (): boolean => {
    if (this.#onLastTurn !== undefined) return true
    for (const role of this.#roles) if (role.hasWork()) return true
    return false
  }

  /**
   * Sockets must be given back even now: a worker that ends with an open uWebSockets app aborts the whole process. Whoever
   * stops the cycle meanwhile waits for that too.
   */
  async #fail(error: unknown): Promise<void> {
    // What closing says after that is most often the same trouble again: the first error is the one to tell.
    this.#end = this.#closeRoles().catch(() => undefined)
    await this.#end
    this.#options.onFailure(error)
  }

  /** Closes them all, whatever one of them says. */
  async #closeRoles(): Promise<void> {
    const failures: unknown[] = []
    for (const role of [...this.#roles].reverse()) {
      try {
        await role.close()
      } catch (failure) {
        failures.push(failure)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
