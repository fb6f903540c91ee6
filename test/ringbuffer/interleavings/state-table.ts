/**
 * States by number, found again by what they consist of: a row of integers each. There are millions
 * of them, so they lie in typed arrays: 50 bytes a state, where objects took 700.
 */

/** Integers in a row, more and more of them. */
export class IntList {
  length = 0
  #values = new Int32Array(1024)

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Int32Array(2 * this.length)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[this.length] = value
    this.length += 1
  }

  at(index: number): number {
    return this.#values[index]!
  }
}

export class StateTable {
  count = 0
  readonly #width: number
  readonly #rows = new IntList()
  /** Open addressing: the number of a state plus 1, or 0. A power of two, at most half full. */
  #slots = new Int32Array(1 << 12)

  constructor(width: number) {
    this.#width = width
  }

  /** Equal to `count` beforehand if the state is new. */
  numberOf(row: readonly number[]): number {
    let slot = this.#hash((column) => row[column]!)
    for (let at = this.#slots[slot]!; at !== 0; at = this.#slots[slot]!) {
      if (this.#isRow(at - 1, row)) return at - 1
      slot = (slot + 1) & (this.#slots.length - 1)
    }
    for (const value of row) this.#rows.push(value)
    this.count += 1
    this.#slots[slot] = this.count
    if (2 * this.count > this.#slots.length) this.#grow()
    return this.count - 1
  }

  rowOf(number: number): number[] {
    return Array.from({ length: this.#width }, (_, column) => this.#cell(number, column))
  }

  #cell(number: number, column: number): number {
    return this.#rows.at(number * this.#width + column)
  }

  #isRow(number: number, row: readonly number[]): boolean {
    for (let column = 0; column < this.#width; column += 1) {
      if (this.#cell(number, column) !== row[column]) return false
    }
    return true
  }

  #hash(valueAt: (column: number) => number): number {
    let hash = 0
    for (let column = 0; column < this.#width; column += 1) {
      hash = Math.imul(hash ^ valueAt(column), 0x9e3779b1)
      hash ^= hash >>> 15
    }
    return hash & (this.#slots.length - 1)
  }

  #grow(): void {
    this.#slots = new Int32Array(2 * this.#slots.length)
    for (let number = 0; number < this.count; number += 1) {
      let slot = this.#hash((column) => this.#cell(number, column))
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1)
      this.#slots[slot] = number + 1
    }
  }
}
