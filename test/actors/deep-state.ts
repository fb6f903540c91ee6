/**
 * Looks into two machines with the eyes of a debugger, private fields too, and says where they
 * differ: so a part that a snapshot forgets shows, whether or not any command would ever meet it.
 */
import { Session } from 'node:inspector'
import * as codecs from '../../protocol/codecs.ts'

interface Remote {
  readonly type: string
  readonly subtype?: string
  readonly className?: string
  readonly value?: unknown
  readonly unserializableValue?: string
  readonly objectId?: string
}

interface Property {
  readonly name: string
  readonly value?: Remote
}

/** Views on a message at hand, what memory commands speak into, and whom it is said to. */
const NO_STATE = new Set([...Object.keys(codecs), 'Outbox', 'DataView', 'Function'])

/** Runs in the machine's own world: of a map, set or column all that it holds, of others nothing. */
const CONTENT = `function () {
  const plain = (value) =>
    value instanceof DataView ? [...new Uint8Array(value.buffer)]
    : Array.isArray(value) ? value.map(plain)
    : typeof value === 'object' && value !== null ? value.number ?? '?' : String(value)
  if (ArrayBuffer.isView(this)) return this.length + ':' + this.join()
  if (this instanceof Map) return JSON.stringify([...this].map(([key, value]) => [key, plain(value)]))
  if (this instanceof Set) return JSON.stringify([...this].map(plain))
  return undefined
}`

const SEEN = `function () {
  const seen = globalThis.deepStateSeen
  if (seen.has(this)) return true
  seen.add(this)
  return false
}`

export class DeepState {
  readonly #session = new Session()
  readonly #exceptions: ReadonlySet<string>
  readonly #differences: string[] = []
  /** Fields that were compared. */
  count = 0

  /** `exceptions`: `Class.field`, fields that mean nothing between two commands. */
  constructor(exceptions: readonly string[]) {
    this.#exceptions = new Set(exceptions)
    this.#session.connect()
  }

  /** Paths of fields that differ, with both values. */
  differences(one: object, other: object): string[] {
    const world = globalThis as {
      deepStateSeen?: WeakSet<object>
      deepState?: readonly object[] | undefined
    }
    world.deepStateSeen = new WeakSet()
    world.deepState = [one, other]
    const [left, right] = [0, 1].map((i) => this.#evaluate(`globalThis.deepState[${i}]`))
    this.#compare('machine', left!, right!)
    world.deepState = undefined
    return this.#differences
  }

  close(): void {
    this.#session.disconnect()
  }

  #compare(path: string, one: Remote, other: Remote): void {
    if (one.type !== 'object' || one.objectId === undefined) {
      this.count++
      const [left, right] = [textOf(one), textOf(other)]
      if (left !== right) this.#differences.push(`${path}: ${left}, ${right}`)
      return
    }
    if (other.objectId === undefined || one.className !== other.className) {
      this.#differences.push(`${path}: ${one.className}, ${other.className ?? textOf(other)}`)
      return
    }
    if (NO_STATE.has(one.className!) || this.#call(one, SEEN) === true) return
    const [left, right] = [this.#call(one, CONTENT), this.#call(other, CONTENT)]
    if (left !== undefined) {
      this.count++
      if (left !== right)
        this.#differences.push(`${path}: ${shortest(String(left), String(right))}`)
      return
    }
    this.#compareFields(path, one, other)
  }

  #compareFields(path: string, one: Remote, other: Remote): void {
    const theirs = new Map(this.#fields(other).map((field) => [field.name, field.value]))
    for (const { name, value } of this.#fields(one)) {
      if (value === undefined || value.type === 'function') continue
      if (this.#exceptions.has(`${one.className}.${name}`)) continue
      const where = `${path}.${name}`
      const there = theirs.get(name)
      if (there === undefined) this.#differences.push(`${where}: only in one`)
      else this.#compare(where, value, there)
    }
  }

  #fields(object: Remote): Property[] {
    const { result, privateProperties = [] } = this.#post('Runtime.getProperties', {
      objectId: object.objectId,
      ownProperties: true,
    }) as { result: Property[]; privateProperties?: Property[] }
    return [...result.filter(({ name }) => name !== '__proto__'), ...privateProperties]
  }

  #call(object: Remote, functionDeclaration: string): unknown {
    const parameters = { objectId: object.objectId, functionDeclaration, returnByValue: true }
    return (this.#post('Runtime.callFunctionOn', parameters) as { result: Remote }).result.value
  }

  #evaluate(expression: string): Remote {
    return (this.#post('Runtime.evaluate', { expression }) as { result: Remote }).result
  }

  /** The answer comes before `post` returns: both sides are this thread. */
  #post(method: string, parameters: object): unknown {
    let answer: unknown
    this.#session.post(method, parameters, (error, result) => {
      if (error !== null) throw error
      answer = result
    })
    return answer
  }
}

const textOf = ({ value, unserializableValue, type }: Remote): string =>
  unserializableValue ?? (value === undefined ? type : String(value))

/** Two long texts from where they differ. */
function shortest(one: string, other: string): string {
  let at = 0
  while (one[at] === other[at]) at++
  const from = Math.max(at - 20, 0)
  return `${one.slice(from, at + 40)} … ${other.slice(from, at + 40)}`
}
