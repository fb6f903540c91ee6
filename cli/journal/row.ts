/**
 * A record on its way out, as names and values in the order in which they were set. One for all records of a run: an export has
 * millions of them, and an object with thirty fields for each would leave most of the time to the garbage collector.
 */
import type { Entries } from '../message-json.ts'

export type Value = string | number | Entries

/** Most texts are names and ids, and need no escapes. */
const PLAIN = /^[\w .:+-]*$/

export class Row {
  readonly #names: string[] = []
  readonly #values: Value[] = []
  readonly #prefixes = new Map<string, string>()
  #count = 0

  clear(): void {
    this.#count = 0
  }

  set(name: string, value: Value | undefined): void {
    if (value === undefined) return
    this.#names[this.#count] = name
    this.#values[this.#count++] = value
  }

  get(name: string): Value | undefined {
    for (let i = 0; i < this.#count; i++) if (this.#names[i] === name) return this.#values[i]
    return undefined
  }

  some(isMeant: (value: Value) => boolean): boolean {
    for (let i = 0; i < this.#count; i++) if (isMeant(this.#values[i]!)) return true
    return false
  }

  /** One JSON object. */
  json(): string {
    let text = ''
    for (let i = 0; i < this.#count; i++) {
      const value = this.#values[i]!
      text += this.#prefix(this.#names[i]!)
      if (typeof value === 'number') text += value
      else {
        const isPlain = typeof value === 'string' && PLAIN.test(value)
        text += isPlain ? `"${value}"` : JSON.stringify(value)
      }
    }
    return `{${text.slice(1)}}`
  }

  #prefix(name: string): string {
    let prefix = this.#prefixes.get(name)
    if (prefix === undefined) {
      prefix = `,${JSON.stringify(name)}:`
      this.#prefixes.set(name, prefix)
    }
    return prefix
  }
}
