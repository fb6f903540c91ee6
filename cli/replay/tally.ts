/** How often each of something was. */
export class Tally {
  readonly counts = new Map<string, number>()

  add(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }

  isSame(other: Tally): boolean {
    const { counts } = other
    return (
      counts.size === this.counts.size && [...counts].every(([n, c]) => this.counts.get(n) === c)
    )
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.counts)
  }

  toString(): string {
    const words = [...this.counts].map(([name, count]) => `${count} ${name}`)
    return words.length === 0 ? 'nothing' : words.join(', ')
  }
}
