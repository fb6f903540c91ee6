/**
 * One thread's life: give each role its turn, again and again; when none has work look a little longer, then sleep until
 * the doorbell rings. The only `try` around roles, and the only place that knows how a thread idles, are here.
 *
 * Every now and then the cycle goes through Node's event loop, also on a thread without sockets, so that requests of the
 * control plane (inspect, drain, stop) are heard while it is busy.
 */
import type { Doorbell } from '../../ringbuffer/doorbell.ts'
import { Idler, type IdleStrategy } from '../../ringbuffer/idle-strategy.ts'
import type { ThreadPlan } from './plan.ts'
import type { Role } from './role.ts'

/** Without an event loop's turn between them: its round costs about a microsecond, and so long may a request wait. */
const TURNS_MS_MAX = 1
/** The clock costs as much as a small turn. */
const TURNS_PER_CLOCK = 8

export interface DutyCycleOptions {
  readonly plan: ThreadPlan
  /** Given turns in this order. The caller may add roles and take some away, but not while one has its turn. */
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
  /** Its roles have sockets: it sleeps in its event loop. */
  readonly #hasSockets: boolean
  #strategy: IdleStrategy
  #idler: Idler
  /** Of the doorbell's requests, those that the event loop has had its turn for. */
  #requestsHeard = 0
  #started = false

  constructor(options: DutyCycleOptions) {
    this.#options = options
    this.#roles = options.roles
    this.#bell = options.bell
    this.#strategy = options.plan.idle
    this.#hasSockets = this.#strategy.kind === 'event-loop'
    this.#idler = new Idler(this.#bell, this.#strategy)
  }

  /** From its next turn without work on it idles so. Throws where sockets would not be heard any more, or need not be. */
  set idle(strategy: IdleStrategy) {
    if ((strategy.kind === 'event-loop') !== this.#hasSockets) {
      const which = this.#hasSockets ? "has sockets: give it 'event-loop'" : 'has no sockets'
      throw new Error(
        `thread '${this.#options.plan.name}' cannot idle by '${strategy.kind}': it ${which}`,
      )
    }
    this.#strategy = strategy
    this.#idler = new Idler(this.#bell, strategy)
    this.#bell.ring()
  }

  get idle(): IdleStrategy {
    return this.#strategy
  }

  /** Roles may still be added. Asked again: nothing. */
  start(): void {
    if (this.#started) return
    this.#started = true
    this.#toEventLoop()
  }

  /**
   * Ends the cycle between two turns and closes the roles, the last of the plan first: it fed on the others. Resolves when
   * they are closed, also where the cycle has ended by itself; rejects with what the first of them could not finish.
   * `isFailing`: something has thrown beside the cycle.
   */
  stop(isFailing = false): Promise<void> {
    this.#end ??= this.#lastTurn().then(() => this.#closeRoles(isFailing))
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
    if (this.#hasSockets) this.#cycleWithSockets()
    else this.#cycleAlone()
  }

  /** What was asked up to here is heard there; what is asked later keeps the thread awake. */
  #toEventLoop(): void {
    this.#requestsHeard = this.#bell.requests
    setImmediate(this.#turn)
  }

  /** A turn, and then the sockets' turn. */
  #cycleWithSockets(): void {
    if (this.#giveTurn() > 0) {
      this.#idler.worked()
      this.#toEventLoop()
      return
    }
    const rung = this.#idler.idleInEventLoop(this.#hasWork, this.#sleepMsMax)
    if (rung === undefined) this.#toEventLoop()
    else void rung.then(this.#turn)
  }

  /** Turns in a row and, without work, looks, before the thread sleeps or a request of the control plane is heard. */
  #cycleAlone(): void {
    const endMs = performance.now() + TURNS_MS_MAX
    for (let turn = 1; ; turn++) {
      if (this.#giveTurn() > 0) {
        this.#idler.worked()
      } else if (!this.#idler.mayStillSpin()) {
        this.#idler.idle(this.#hasWork, this.#sleepMsMax)
        break
      }
      if (turn % TURNS_PER_CLOCK === 0 && performance.now() >= endMs) break
    }
    this.#toEventLoop()
  }

  /** Each role's. Returns how much work there was. */
  #giveTurn(): number {
    let work = 0
    for (const role of this.#roles) work += role.doWork()
    return work
  }

  /** The longest sleep that all roles can stand. */
  get #sleepMsMax(): number {
    let sleepMs = Number.POSITIVE_INFINITY
    for (const role of this.#roles) sleepMs = Math.min(sleepMs, role.wakeWithinMs ?? sleepMs)
    return sleepMs
  }

  readonly #hasWork = (): boolean => {
    if (this.#onLastTurn !== undefined || this.#bell.requests !== this.#requestsHeard) return true
    for (const role of this.#roles) if (role.hasWork()) return true
    return false
  }

  /**
   * Sockets must be given back even now: a worker that ends with an open uWebSockets app aborts the whole process. Whoever
   * stops the cycle meanwhile waits for that too.
   */
  async #fail(error: unknown): Promise<void> {
    // What closing says after that is most often the same trouble again: the first error is the one to tell.
    this.#end = this.#closeRoles(true).catch(() => undefined)
    await this.#end
    this.#options.onFailure(error)
  }

  /** Closes them all, whatever one of them says. */
  async #closeRoles(isFailing: boolean): Promise<void> {
    const failures: unknown[] = []
    for (const role of [...this.#roles].reverse()) {
      try {
        await role.close(isFailing)
      } catch (failure) {
        failures.push(failure)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
