/**
 * A case of the crash suite, and what one call of it counts.
 *
 *   suite ── seed, strikes wanted ──▶ CASE ──▶ Tally: strikes, lost, doubled, undetected, failed
 *
 * A call opens a site of its own, strikes once or several times, and clears up, whatever happens. The same seed draws the
 * same moments and places; what the threads of the exchange are doing just then, the machine decides.
 */
import { randomFrom } from '../storage/journal-fixture.ts'

export interface CrashCase {
  readonly name: string
  /** Strikes in the long form, and in the one that `npm test` runs: 0 leaves it out there. */
  readonly strikes: { readonly long: number; readonly short: number }
  /** Why this machine cannot run it, or undefined. */
  readonly missing?: () => string | undefined | Promise<string | undefined>
  /** Strikes up to `strikesMax` times, at least once. */
  run(scene: Scene, strikesMax: number): Promise<void>
}

type Ending = () => void | Promise<void>

/** One call: its seed, its findings, and what is to be cleared up behind it. */
export class Scene {
  readonly seed: number
  readonly tally = new Tally()
  /** Draws that the seed decides. */
  readonly random: () => number
  /** Nothing new may begin: it would outlive the scene. */
  isOver = false
  readonly #endings: Ending[] = []

  constructor(seed: number) {
    this.seed = seed
    this.random = randomFrom(seed)
  }

  /** A whole number from `min` to below `end`. */
  between(min: number, end: number): number {
    return min + Math.floor(this.random() * (end - min))
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length)]!
  }

  /** Done when the call is over; the last one said is the first one done. */
  after(ending: Ending): void {
    this.#endings.push(ending)
  }

  /** All of them, whatever one says. */
  async clear(): Promise<void> {
    this.isOver = true
    for (let ending = this.#endings.pop(); ending !== undefined; ending = this.#endings.pop()) {
      try {
        await ending()
      } catch (error) {
        this.tally.fail('clearing up', [String(error)])
      }
    }
  }
}

/** Of each kind of finding only so many are told word by word. */
const TOLD_MAX = 3

export class Tally {
  strikes = 0
  lost = 0
  doubled = 0
  undetected = 0
  failed = 0
  /** Findings, a line each. */
  readonly findings: string[] = []
  /** What else the table should say, by label, added up. */
  readonly notes = new Map<string, number>()
  /** Set where the machine or the exchange has not what the case is about. */
  skipped: string | undefined

  note(label: string, count: number): void {
    this.notes.set(label, (this.notes.get(label) ?? 0) + count)
  }

  lose(where: string, lines: readonly string[]): void {
    this.lost += lines.length
    this.#tell('lost', where, lines)
  }

  double(where: string, lines: readonly string[]): void {
    this.doubled += lines.length
    this.#tell('doubled', where, lines)
  }

  miss(where: string, lines: readonly string[]): void {
    this.undetected += lines.length
    this.#tell('undetected', where, lines)
  }

  /** Anything else that is not as it must be. */
  fail(where: string, lines: readonly string[]): void {
    this.failed += lines.length
    this.#tell('failed', where, lines)
  }

  add(other: Tally): void {
    this.strikes += other.strikes
    this.lost += other.lost
    this.doubled += other.doubled
    this.undetected += other.undetected
    this.failed += other.failed
    this.findings.push(...other.findings)
    for (const [label, count] of other.notes) this.note(label, count)
    this.skipped ??= other.skipped
  }

  get isClean(): boolean {
    return this.lost + this.doubled + this.undetected + this.failed === 0
  }

  #tell(kind: string, where: string, lines: readonly string[]): void {
    for (const line of lines.slice(0, TOLD_MAX)) this.findings.push(`${kind}: ${where}: ${line}`)
    const more = lines.length - TOLD_MAX
    if (more > 0) this.findings.push(`${kind}: ${where}: and ${more} more`)
  }
}
