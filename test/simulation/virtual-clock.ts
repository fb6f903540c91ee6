/**
 *   turns ──▶ VIRTUAL CLOCK ──▶ every role's time, every timer
 *
 * The only time of a simulated exchange. Two clocks, as a machine has them: one of the wall, which an operator or NTP may
 * set forwards or backwards, and one that never jumps. Timers go by the second, and fire when the clock is given a turn:
 * as late as the seed has it.
 *
 * `install` puts it in the place of the process's own timers, so that what the exchange arms with setTimeout, setInterval
 * and setImmediate needs no knowledge of being simulated. Nothing of the event loop runs meanwhile: a run has no I/O.
 */
import type { Role } from '../../engine/thread/role.ts'
import type { Draws } from './draws.ts'

const US_PER_MS = 1_000
/** 2023-11-14, and far enough from 0 for any jump back. */
const START_US = 1_700_000_000_000_000

class VirtualTimer {
  readonly run: () => void
  readonly everyMs: number | undefined
  dueMs: number
  isArmed = true

  constructor(run: () => void, dueMs: number, everyMs: number | undefined) {
    this.run = run
    this.dueMs = dueMs
    this.everyMs = everyMs
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

const TIMER_NAMES = [
  ...['setTimeout', 'setInterval', 'setImmediate'],
  ...['clearTimeout', 'clearInterval', 'clearImmediate'],
] as const

export class VirtualClock implements Role {
  readonly name = 'clock'
  readonly #draws: Draws
  readonly #timers = new Set<VirtualTimer>()
  /** How much time a turn takes: a busy seed's turns are short, a quiet one's long. */
  readonly #turnUsMax: number
  #monotonicUs = 0
  #wallOffsetUs = START_US
  /** When the next timer is due, µs; what is armed meanwhile lowers it. */
  #nextDueUs = Number.POSITIVE_INFINITY

  constructor(draws: Draws) {
    this.#draws = draws
    this.#turnUsMax = draws.magnitude(4, 400)
  }

  /** Of the wall, µs since 1970. */
  readonly nowUs = (): number => this.#monotonicUs + this.#wallOffsetUs
  /** Of the wall, ms since 1970: whole ones, as Date.now. */
  readonly nowMs = (): number => Math.floor(this.nowUs() / US_PER_MS)
  /** Of the clock that never jumps. */
  readonly monotonicMs = (): number => this.#monotonicUs / US_PER_MS

  get simulatedUs(): number {
    return this.#monotonicUs
  }

  get timerCount(): number {
    return this.#timers.size
  }

  /** A turn has taken its time. */
  tick(): void {
    this.#monotonicUs += this.#draws.below(this.#turnUsMax) + 1
  }

  pass(us: number): void {
    this.#monotonicUs += us
  }

  /** Somebody sets the clock of the wall. */
  set(byUs: number): void {
    this.#wallOffsetUs += byUs
  }

  /** The process is gone, and its timers with it. */
  dropTimers(): void {
    this.#timers.clear()
    this.#nextDueUs = Number.POSITIVE_INFINITY
  }

  doWork(): number {
    if (this.#monotonicUs < this.#nextDueUs) return 0
    const nowMs = this.monotonicMs()
    const due = [...this.#timers].filter(({ dueMs }) => dueMs <= nowMs)
    due.sort((a, b) => a.dueMs - b.dueMs)
    for (const timer of due) {
      if (!timer.isArmed) continue
      if (timer.everyMs === undefined) this.#disarm(timer)
      else timer.dueMs = nowMs + timer.everyMs
      timer.run()
    }
    this.#look()
    return due.length
  }

  hasWork(): boolean {
    return this.#monotonicUs >= this.#nextDueUs
  }

  /** Always: time has no end. */
  get isQuiet(): boolean {
    return true
  }

  close(): void {
    this.dropTimers()
  }

  /** Until `restore` is called, the process has this clock's timers. */
  install(): () => void {
    const before = TIMER_NAMES.map((name) => [name, globalThis[name]] as const)
    const disarm = (timer: unknown): void => {
      if (timer instanceof VirtualTimer) this.#disarm(timer)
    }
    Object.assign(globalThis, {
      setTimeout: (run: () => void, ms = 1) => this.#arm(run, ms, undefined),
      setInterval: (run: () => void, ms = 1) => this.#arm(run, ms, ms),
      setImmediate: (run: () => void) => this.#arm(run, 0, undefined),
      ...{ clearTimeout: disarm, clearInterval: disarm, clearImmediate: disarm },
    })
    return () => {
      Object.assign(globalThis, Object.fromEntries(before))
    }
  }

  #arm(run: () => void, ms: number, everyMs: number | undefined): VirtualTimer {
    const timer = new VirtualTimer(run, this.monotonicMs() + ms, everyMs)
    this.#timers.add(timer)
    this.#nextDueUs = Math.min(this.#nextDueUs, timer.dueMs * US_PER_MS)
    return timer
  }

  #disarm(timer: VirtualTimer): void {
    timer.isArmed = false
    this.#timers.delete(timer)
  }

  #look(): void {
    this.#nextDueUs = Number.POSITIVE_INFINITY
    for (const { dueMs } of this.#timers) {
      this.#nextDueUs = Math.min(this.#nextDueUs, dueMs * US_PER_MS)
    }
  }
}
