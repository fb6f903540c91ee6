/**
 * Where a text stops being JSON: line and column, from 1, as the dialect's error wants them. JSON.parse does not say so
 * on every Node. Only called for texts that JSON.parse has refused; their length is bounded by the transport.
 */
export interface JsonFault {
  readonly line: number
  readonly column: number
}

/** Deeper than any request; a deeper one is at fault where it passes this. */
const DEPTH_MAX = 64
const SCALAR =
  /"(?:[^"\\\t\r\n]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const STRING = /"(?:[^"\\\t\r\n]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const SPACE = /[ \t\r\n]*/y

export function jsonFault(text: string): JsonFault {
  const scan = new Scan(text)
  if (scan.value(0)) scan.space()
  const before = text.slice(0, scan.at).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

class Scan {
  at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  space(): void {
    this.#take(SPACE)
  }

  /** False: at fault, and `at` says where. */
  value(depth: number): boolean {
    this.space()
    const opening = this.#text[this.at]
    if (opening !== '{' && opening !== '[') return this.#take(SCALAR)
    if (depth === DEPTH_MAX) return false
    this.at++
    this.space()
    const closing = opening === '{' ? '}' : ']'
    if (this.#skip(closing)) return true
    do {
      if (opening === '{' && !this.#key()) return false
      if (!this.value(depth + 1)) return false
      this.space()
    } while (this.#skip(','))
    return this.#skip(closing)
  }

  #key(): boolean {
    this.space()
    if (!this.#take(STRING)) return false
    this.space()
    return this.#skip(':')
  }

  #skip(character: string): boolean {
    if (this.#text[this.at] !== character) return false
    this.at++
    return true
  }

  #take(form: RegExp): boolean {
    form.lastIndex = this.at
    if (!form.test(this.#text)) return false
    this.at = form.lastIndex
    return true
  }
}
