/**
 * Which levels changed since the last event of a depth stream, and which ids that covers.
 *
 *   id      5          6          7          8               one event: U = 5, u = 8,
 *       bid 100=4  bid 99=2   bid 100=9  bid 99=0            bid 100 → 9 and bid 99 → 0
 *
 * Quantities are not kept: they are read from the book when the event is made, at u. A level that came and went in
 * between still gets its entry, a 0: a client whose snapshot was taken between the two has that level.
 */
export class LevelChanges {
  readonly bids = new Set<number>()
  readonly asks = new Set<number>()
  #firstId = 0
  #lastId = 0

  /** U; 0 when nothing changed. */
  get firstId(): number {
    return this.#firstId
  }

  /** u. */
  get lastId(): number {
    return this.#lastId
  }

  get isEmpty(): boolean {
    return this.#firstId === 0
  }

  get levelCount(): number {
    return this.bids.size + this.asks.size
  }

  touch(sign: 1 | -1, ticks: number, firstId: number, lastId: number): void {
    if (this.#firstId === 0) this.#firstId = firstId
    this.#lastId = lastId
    if (sign === 1) this.bids.add(ticks)
    else this.asks.add(ticks)
  }

  /** Takes in what came right after. */
  append(later: LevelChanges): void {
    if (later.isEmpty) return
    if (this.#firstId === 0) this.#firstId = later.firstId
    this.#lastId = later.lastId
    for (const ticks of later.bids) this.bids.add(ticks)
    for (const ticks of later.asks) this.asks.add(ticks)
  }

  clear(): void {
    this.#firstId = 0
    this.#lastId = 0
    this.bids.clear()
    this.asks.clear()
  }
}
