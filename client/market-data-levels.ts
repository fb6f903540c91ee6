/** One side of a client's book: levels in ticks and lots, the best one last. */
export interface Level {
  readonly priceTicks: number
  readonly lots: number
}

export class LocalLevels {
  /** 1: bids, the higher the better; -1: asks. */
  readonly #sign: 1 | -1
  /** Ascending in sign × ticks. */
  #levels: Level[] = []

  constructor(sign: 1 | -1) {
    this.#sign = sign
  }

  /** All levels anew. */
  replace(levels: readonly Level[]): void {
    this.#levels = [...levels].sort((a, b) => (a.priceTicks - b.priceTicks) * this.#sign)
  }

  /** 0 lots take the level away; one that is not there may be taken away too. */
  set(level: Level): void {
    const index = this.#indexOf(level.priceTicks)
    const isThere = this.#levels[index]?.priceTicks === level.priceTicks
    if (level.lots > 0) this.#levels.splice(index, isThere ? 1 : 0, level)
    else if (isThere) this.#levels.splice(index, 1)
  }

  get best(): Level | undefined {
    return this.#levels.at(-1)
  }

  /** At most `count`, best first. */
  top(count: number): Level[] {
    return this.#levels.slice(-count).reverse()
  }

  #indexOf(priceTicks: number): number {
    let low = 0
    let high = this.#levels.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#levels[middle]!.priceTicks - priceTicks) * this.#sign < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
