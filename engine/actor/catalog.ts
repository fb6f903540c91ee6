/**
 * The behaviors of a system, by the names under which a module exports them: a function cannot be sent to a thread, but each
 * thread can load the module that it is in.
 */
import type { AnyBehavior } from '../host/actor-cell.ts'
import { Engine } from '../journaled/engine-messages.ts'
import { Root } from '../journaled/root-protocol.ts'
import { refused } from './check-given.ts'
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
    for (const [name, behavior] of Object.entries(behaviors)) {
      if (!isBehavior(behavior)) {
        throw refused(`behaviors.${name}`, behavior, A_BEHAVIOR)
      }
      catalog.checkApart(behavior.protocol)
      catalog.#add(name, behavior)
    }
    return catalog
  }

  /**
   * Throws where messages of that protocol would be taken for another's: records say whose they are by 16 bits, which are made of
   * the protocol's name.
   */
  checkApart({ $name, $schemaId, $layout }: AnyBehavior['protocol']): void {
    const others = [Engine, Root, ...[...this.all].map(({ protocol }) => protocol)]
    for (const other of others) {
      if (other.$schemaId !== $schemaId || other.$layout === $layout) continue
      const what =
        other.$name === $name
          ? `two protocols are called '${$name}'`
          : `protocols '${other.$name}' and '${$name}' have the same schema id, ${$schemaId}`
      throw new RangeError(`${what}, and their messages cannot be told apart: rename one`)
    }
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
    if (!isBehavior(behavior)) throw refused('behavior', behavior, A_BEHAVIOR)
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
    this.#byName.set(name, behavior)
    this.#names.set(behavior, name)
  }
}

/** What to give where one is wanted. */
export const A_BEHAVIOR = 'one that behavior(protocol, start) made'

export const isBehavior = (value: unknown): value is AnyBehavior =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { start?: unknown }).start === 'function' &&
  typeof (value as { protocol?: { $schemaId?: unknown } }).protocol?.$schemaId === 'number'
