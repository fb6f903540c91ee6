/**
 * How far a long work is, on stderr: a bar on a terminal, else a line now and then once it takes long. Never where
 * --no-progress says no; in CI, lines.
 */
import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  update(done: number): void
  stop(): void
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined }

/** Nobody waits for a line about a work of seconds; one of hours has some hundred lines an hour. */
const LINE_EVERY_MS = 10_000
/** A bar that moves more often is read by nobody. */
const UPDATE_EVERY_MS = 50

/** `what` names the things that are counted, as in 'commands'. */
export function startProgress(
  what: string,
  total: number,
  flags: { readonly progress?: boolean },
): Progress {
  if (flags.progress === false) return SILENT
  const pace = new Pace(total)
  return process.stderr.isTTY && process.env.CI === undefined
    ? startBar(what, pace)
    : startLines(what, pace)
}

function startBar(what: string, pace: Pace): Progress {
  const format = `${what} [{bar}] {percentage}% {value}/{total}, {rate}/s, {left} left`
  const bar = new SingleBar({ format, stream: process.stderr }, Presets.shades_classic)
  bar.start(pace.total, 0, pace.words(0))
  let shown = 0
  let isOn = true
  return {
    update(done) {
      if (!pace.isDue(done, UPDATE_EVERY_MS)) return
      shown = done
      bar.update(done, pace.words(done))
    },
    stop() {
      if (!isOn) return
      isOn = false
      // What came since the last look, where it was the rest.
      if (pace.done > shown) bar.update(pace.done, pace.words(pace.done))
      bar.stop()
    },
  }
}

function startLines(what: string, pace: Pace): Progress {
  return {
    update(done) {
      if (!pace.isDue(done, LINE_EVERY_MS)) return
      const { rate, left } = pace.words(done)
      process.stderr.write(`${what}: ${done} of ${pace.total}, ${rate}/s, ${left} left\n`)
    },
    stop: () => undefined,
  }
}

/** The rate since the start, and what follows from it for the rest. */
export class Pace {
  readonly total: number
  done = 0
  readonly #nowMs: () => number
  readonly #startMs: number
  #toldMs: number

  constructor(total: number, nowMs: () => number = () => performance.now()) {
    this.total = total
    this.#nowMs = nowMs
    this.#startMs = nowMs()
    this.#toldMs = this.#startMs
  }

  /** Whether so long nothing was said; then it is said now. */
  isDue(done: number, everyMs: number): boolean {
    this.done = done
    const now = this.#nowMs()
    if (now - this.#toldMs < everyMs) return false
    this.#toldMs = now
    return true
  }

  words(done: number): { readonly rate: string; readonly left: string } {
    const seconds = (this.#nowMs() - this.#startMs) / 1_000
    const rate = seconds > 0 ? done / seconds : 0
    const left = rate > 0 ? durationText(Math.max(this.total - done, 0) / rate) : '?'
    return { rate: countText(rate), left }
  }
}

/** 950 → 950, 12,345 → 12.3 k, 1,234,567 → 1.23 M. */
function countText(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} G`
  if (count >= 1e6) return `${(count / 1e6).toFixed(2)} M`
  return count >= 1e4 ? `${(count / 1e3).toFixed(1)} k` : String(Math.round(count))
}

function durationText(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
