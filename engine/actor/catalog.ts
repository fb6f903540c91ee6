/**
 * The behaviors of a system, by the names under which a module exports them: a function cannot be sent to a thread, but each
 * thread can load the module that it is in.
 */
import type { AnyBehavior } from '../host/actor-cell.ts'
import { packedBlockBytes } from './message.ts'

export class Catalog {
  readonly #byName = new Map<string, AnyBehavior>()
  readonly #names = new Map<AnyBehavior, string>()

  /** Those of these names that the module exports. Throws where one is missing. */
  static async load(module: string, names: readonly string[]): Promise<Catalog> {
    const exported = (await import(module)) as Readonly<Record<string, unknown>>
    return Catalog.of(
      Object.fromEntries(
        names.map((name) => {
          const behavior = exported[name]
          if (isBehavior(behavior)) return [name, behavior]
          throw new Error(
            `${module} does not export the behavior '${name}': threads find it there or nowhere`,
          )
        }),
      ),
    )
  }

  /** Of these, by name. */
  static of(behaviors: Readonly<Record<string, AnyBehavior>>): Catalog {
    const catalog = new Catalog()
    for (const [name, behavior] of Object.entries(behaviors)) catalog.#add(name, behavior)
    return catalog
  }

  get all(): Iterable<AnyBehavior> {
    return this.#names.keys()
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()]
  }

  nameOf(behavior: AnyBehavior): string {
    const name = this.#names.get(behavior)
    if (name !== undefined) return name
    throw new Error(
      `a behavior of protocol '${behavior.protocol.$name}' is none of the system's: name it among its behaviors`,
    )
  }

  named(name: string): AnyBehavior {
    const behavior = this.#byName.get(name)
    if (behavior === undefined) throw new Error(`no behavior '${name}' in this system`)
    return behavior
  }

  /** Whether it is a request of a protocol of this system, whose sender may wait for an answer. */
  isRequest(schemaId: number, id: number): boolean {
    for (const { protocol } of this.all) {
      if (protocol.$schemaId === schemaId) return protocol.$messages[id - 1]?.isRequest === true
    }
    return false
  }

  /** Of the largest message that has a fixed size. */
  get blockBytesMax(): number {
    let most = packedBlockBytes(0)
    for (const { protocol } of this.all) {
      for (const { blockBytes, answer } of protocol.$messages) {
        most = Math.max(most, blockBytes, answer?.blockBytes ?? 0)
      }
    }
    return most
  }

  #add(name: string, behavior: AnyBehavior): void {
    for (const { protocol } of this.all) checkTold(protocol, behavior.protocol)
    this.#byName.set(name, behavior)
    this.#names.set(behavior, name)
  }
}

/** Records say whose they are by a number that is the name's. */
function checkTold(one: AnyBehavior['protocol'], other: AnyBehavior['protocol']): void {
  if (one.$schemaId !== other.$schemaId || one.$layout === other.$layout) return
  const what =
    one.$name === other.$name
      ? `two protocols are called '${one.$name}'`
      : `the protocols '${one.$name}' and '${other.$name}' have the same number by chance`
  throw new Error(`${what}, and their messages cannot be told apart: rename one`)
}

const isBehavior = (value: unknown): value is AnyBehavior =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { start?: unknown }).start === 'function' &&
  typeof (value as { protocol?: { $schemaId?: unknown } }).protocol?.$schemaId === 'number'
