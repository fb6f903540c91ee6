/**
 * When one command in SAMPLE passed each stage of its way, as every thread on it saw it: where the time of an order goes.
 *
 *   read ──▶ sequenced ──▶ committed ──▶ executed ──▶ said ──▶ heard ──▶ written
 *   gateway  sequencer     sequencer     shard        shard    gateway   gateway
 *
 * Shared memory with a place for each command that is sampled, the last PLACES of them; each stage has one writer. It is read when
 * all is at rest. Times are `monotonicUs`.
 *
 * A gateway writes the time of its read into the command's record, where the sequencer's time comes: that has the number then.
 */
import { monotonicUs } from '../thread/monotonic.ts'

export const STAGES = [
  ...['read', 'sequenced', 'committed', 'executed', 'said', 'heard', 'written'],
] as const

export const Stage = {
  Read: 0,
  Sequenced: 1,
  Committed: 2,
  Executed: 3,
  Said: 4,
  Heard: 5,
  Written: 6,
} as const
export type Stage = (typeof Stage)[keyof typeof Stage]

/** Of so many commands one is looked at: reading the clock costs as much as a report. */
export const SAMPLE = 64
const PLACES = 1 << 16
/** A place: the command's sequence, then its stages. */
const PLACE_NUMBERS = 1 + STAGES.length

export type StageMemory = SharedArrayBuffer

export class StageTimes {
  readonly #numbers: Float64Array

  static allocate(): StageMemory {
    return new SharedArrayBuffer(PLACES * PLACE_NUMBERS * Float64Array.BYTES_PER_ELEMENT)
  }

  constructor(memory: StageMemory) {
    this.#numbers = new Float64Array(memory)
  }

  isSampled(sequence: number): boolean {
    return sequence % SAMPLE === 0
  }

  /** The sequencer, for a command that is sampled: its place is its own from now on. */
  begin(sequence: number, readUs: number): void {
    const place = placeOf(sequence)
    this.#numbers.fill(0, place, place + PLACE_NUMBERS)
    this.#numbers[place] = sequence
    // What no gateway has read has a time of the calendar: it passes no stage of a gateway's, and is never whole.
    this.#numbers[place + 1 + Stage.Read] = readUs
    this.mark(sequence, Stage.Sequenced)
  }

  /** That the command has passed this stage now; its first report counts. */
  mark(sequence: number, stage: Stage): void {
    const at = placeOf(sequence) + 1 + stage
    if (this.#numbers[at] === 0) this.#numbers[at] = monotonicUs()
  }

  /** All sampled commands in (`after`, `last`] have passed this stage now. */
  markAll(after: number, last: number, stage: Stage): void {
    for (let sequence = last - (last % SAMPLE); sequence > after; sequence -= SAMPLE) {
      this.mark(sequence, stage)
    }
  }

  /** Of each command that has passed all stages: its sequence and when, µs, in the order of STAGES. The oldest first. */
  *whole(): Generator<{ readonly sequence: number; readonly timesUs: readonly number[] }> {
    const rows: { sequence: number; timesUs: number[] }[] = []
    for (let place = 0; place < this.#numbers.length; place += PLACE_NUMBERS) {
      const [sequence = 0, ...timesUs] = this.#numbers.subarray(place, place + PLACE_NUMBERS)
      if (sequence > 0 && timesUs.every((timeUs) => timeUs > 0)) rows.push({ sequence, timesUs })
    }
    yield* rows.sort((a, b) => a.sequence - b.sequence)
  }
}

const placeOf = (sequence: number): number => ((sequence / SAMPLE) % PLACES) * PLACE_NUMBERS
