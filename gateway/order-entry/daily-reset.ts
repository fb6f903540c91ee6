/**
 * When the numbers of all sessions begin again: once a day, at the same time of day, in UTC.
 *
 * Said is which time was due, not that it is now: the log knows for which it was done. So it is said again at a start, and
 * done there only where nobody was running when it was due.
 */

const DAY_US = 86_400_000_000

export class DailyReset {
  readonly #timeOfDayUs: number
  #saidUs = 0

  /** `timeOfDayUs`: µs since midnight, UTC. */
  constructor(timeOfDayUs: number) {
    this.#timeOfDayUs = timeOfDayUs
  }

  /** The latest time that it was due at, µs since 1970, if it was not said yet; else 0. Good once. */
  due(nowUs: number): number {
    const dueUs = nowUs - ((((nowUs - this.#timeOfDayUs) % DAY_US) + DAY_US) % DAY_US)
    if (dueUs <= this.#saidUs) return 0
    this.#saidUs = dueUs
    return dueUs
  }
}
