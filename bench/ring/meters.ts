/** How a thread takes its times: rates over slices of a run, and round trips. What comes first warms up V8, and is dropped. */

/** Of a run. */
const SLICES = 8
const WARM_SLICES = 2

export class RateMeter {
  readonly #sliceMs: number
  readonly #rates: number[] = []
  #count = 0
  #sinceMs = 0

  constructor(seconds: number) {
    this.#sliceMs = (seconds * 1000) / SLICES
  }

  /** So many are there by now: to be called every few thousand of them. */
  mark(count: number): void {
    const nowMs = performance.now()
    if (this.#sinceMs === 0) {
      this.#sinceMs = nowMs
      this.#count = count
      return
    }
    const ms = nowMs - this.#sinceMs
    if (ms < this.#sliceMs) return
    this.#rates.push(((count - this.#count) * 1000) / ms)
    this.#sinceMs = nowMs
    this.#count = count
  }

  /** Things a second, for each slice that was warm. */
  get perSecond(): readonly number[] {
    return this.#rates.slice(Math.max(0, Math.min(WARM_SLICES, this.#rates.length - 1)))
  }
}

const TRIPS_KEPT = 1 << 20

/**
 * A look at the clock costs half of what a record takes to another core and back, and would be a part of it. So where trips are that
 * fast, the clock is read once in `perLook` of them, and what is kept is their mean; the median is over these.
 */
export class TripMeter {
  readonly perLook: number
  readonly #ms = new Float64Array(TRIPS_KEPT)
  #count = 0

  constructor(perLook: number) {
    this.perLook = perLook
  }

  /** So many `perLook` trips have taken so long. */
  add(ms: number): void {
    this.#ms[this.#count++ % TRIPS_KEPT] = ms / this.perLook
  }

  /** The median of one trip in milliseconds; the first quarter was to warm up. */
  get medianMs(): number {
    const kept = Math.min(this.#count, TRIPS_KEPT)
    const warm = this.#count > TRIPS_KEPT ? 0 : kept >> 2
    const sorted = this.#ms.slice(warm, kept).sort()
    return sorted[sorted.length >> 1] ?? Number.NaN
  }
}
