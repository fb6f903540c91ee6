/**
 *   dist/ringbuffer/spsc/spsc-ring.js ── acorn ──▶ the same source over the model memory
 *
 * What runs is what the build wrote, not a model of it. Changed is only what stands between it and
 * being watched:
 *   array[index]        a call that asks whether the array is shared
 *   #field              an ordinary field, `$field`, so that a thread's state can be saved
 *   import, export      a lookup, a list: a module is evaluated once for each model memory
 * Atomics, SharedArrayBuffer and the views are stand-ins by the same names (shared-views.ts).
 */

import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileFunction } from 'node:vm'
import { foldConstants } from '../../../build/fold-constants.ts'
import { isNode, type Module, type Node, neededBy, parseModules } from '../../../build/modules.ts'
import type { ModelMemory } from './model-memory.ts'
import { SharedArray, standIns } from './shared-views.ts'

/** A fault planted into the source, to see whether it is found. */
export interface Mutation {
  /** Name of the module, as 'spsc-ring'. */
  readonly module: string
  /** As the build writes it, constants as numbers, but with single spaces. Occurs once. */
  readonly find: string
  readonly replace: string
}

type Exports = Record<string, unknown>

const RINGBUFFER = fileURLToPath(new URL('../../../ringbuffer', import.meta.url))
const parsed = new Map<string, Module>()

/** Evaluated modules of one model memory. */
export class InstrumentedSource {
  readonly #scope: Record<string, unknown>
  readonly #mutations: readonly Mutation[]
  readonly #evaluated = new Map<string, Exports>()
  readonly #directory: string

  constructor(
    memory: ModelMemory,
    mutations: readonly Mutation[] = [],
    directory: string = RINGBUFFER,
  ) {
    this.#scope = { ...standIns(memory), $get: get, $put: put, $update: update }
    this.#mutations = mutations
    this.#directory = directory
  }

  /** What a module of ringbuffer/ exports. */
  module<T>(name: string): T {
    return this.#evaluate(resolve(this.#directory, `${name}.js`)) as T
  }

  #evaluate(path: string): Exports {
    const known = this.#evaluated.get(path)
    if (known !== undefined) return known
    const mutations = this.#mutations.filter(({ module }) => path.endsWith(`/${module}.js`))
    const module = mutations.length === 0 ? compiled(path) : mutated(compiled(path), mutations)
    const scope = { ...this.#scope, $import: (from: string) => this.#evaluate(from) }
    const evaluate = compileFunction(instrument(module), Object.keys(scope), { filename: path })
    const exports = evaluate(...Object.values(scope)) as Exports
    this.#evaluated.set(path, exports)
    return exports
  }
}

/** A doorbell's counts of sleeps and beats, which gauges read and nobody decides by: states that count have no end. */
const COUNTS = /Atomics\.add\(this\.#words, *\d+ *, 1\)/g

/** With all modules that it needs, since constants may come from there. */
const compiled = (path: string): Module => {
  if (!parsed.has(path)) {
    const texts = new Map<string, string>()
    const paths = [path]
    for (let next = paths.pop(); next !== undefined; next = paths.pop()) {
      if (texts.has(next)) continue
      const text = readFileSync(next, 'utf8')
      texts.set(next, text)
      paths.push(...neededBy(parseModules(new Map([[next, text]]))[0]!))
    }
    const folded = foldConstants(texts)
    for (const [name, text] of folded) {
      if (name.endsWith('/doorbell.js')) folded.set(name, text.replace(COUNTS, '0'))
    }
    for (const module of parseModules(folded)) parsed.set(module.path, module)
  }
  return parsed.get(path)!
}

const mutated = ({ path, text }: Module, mutations: readonly Mutation[]): Module => {
  let result = withSingleSpaces(text)
  for (const { find, replace } of mutations) {
    const count = result.split(find).length - 1
    if (count !== 1) {
      throw new Error(
        `${path}: '${find}' occurs ${count} times: the source has changed, so change the mutation`,
      )
    }
    result = result.replace(find, () => replace)
  }
  return parseModules(new Map([[path, result]]))[0]!
}

/** Comments go: one would swallow the rest of its line. */
const withSingleSpaces = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1')
    .replace(/\s+/g, ' ')
    .replace(/ ([,;)\]])/g, '$1')

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

const instrument = ({ path, program, text }: Module): string => {
  const names: string[] = []
  const edits = [...editsOf({ path, names }, program, undefined)]
  // Stable: of two insertions at one place, the outer node's comes first.
  edits.sort((a, b) => a.from - b.from)
  let result = "'use strict';"
  let from = 0
  for (const edit of edits) {
    result += text.slice(from, edit.from) + edit.text
    from = edit.to
  }
  // A comment may be at the end, hence the line.
  return `${result}${text.slice(from)}\nreturn { ${names.join(', ')} };`
}

interface Place {
  readonly path: string
  /** Of all that the module exports. */
  readonly names: string[]
}

function* editsOf(place: Place, node: Node, parent: Node | undefined): Generator<Edit> {
  if (node.type === 'ImportDeclaration') {
    yield importEdit(place, node)
    return
  }
  if (/^Export/.test(node.type)) yield exportEdit(place, node)
  if (node.type === 'PrivateIdentifier') {
    // acorn's name has no '#'.
    yield { from: node.start, to: node.end, text: `$${node.name as string}` }
  }
  if (node.type === 'AssignmentExpression' && isIndexed(node.left)) {
    yield* assignmentEdits(node)
    yield* editsWithin(place, node.left)
    yield* editsOf(place, node.right as Node, node)
    return
  }
  if (node.type === 'UpdateExpression' && isIndexed(node.argument)) {
    throw untold(place, node, 'counted up or down: write += 1')
  }
  if (isIndexed(node)) {
    if (parent?.type === 'CallExpression' && parent.callee === node) {
      throw untold(place, node, 'called: give it a name first')
    }
    yield* accessEdits('$get(', node)
    yield { from: node.end - 1, to: node.end, text: ')' }
  }
  yield* editsWithin(place, node)
}

function* editsWithin(place: Place, node: Node): Generator<Edit> {
  for (const child of Object.values(node).flat()) {
    if (isNode(child)) yield* editsOf(place, child, node)
  }
}

/** `object[property]` without its last bracket. */
function* accessEdits(call: string, { start, object, property }: Node): Generator<Edit> {
  yield { from: start, to: start, text: call }
  yield { from: (object as Node).end, to: (property as Node).start, text: ', ' }
}

function* assignmentEdits({ left, right, operator, end }: Node): Generator<Edit> {
  const { property } = left as Node
  const sign = (operator as string).slice(0, -1)
  yield* accessEdits(sign === '' ? '$put(' : '$update(', left as Node)
  const from = (property as Node).end
  const [before, after] = sign === '' ? [', ', ')'] : [`, ($old) => $old ${sign} (`, '))']
  yield { from, to: (right as Node).start, text: before }
  yield { from: end, to: end, text: after }
}

const importEdit = ({ path }: Place, node: Node): Edit => {
  const from = resolve(dirname(path), (node.source as Node).value as string)
  const names = (node.specifiers as Node[]).map(({ imported, local }) => {
    return `${(imported as Node).name as string}: ${(local as Node).name as string}`
  })
  const text = `const { ${names.join(', ')} } = $import(${JSON.stringify(from)});`
  return { from: node.start, to: node.end, text }
}

const exportEdit = (place: Place, node: Node): Edit => {
  const declaration = node.declaration as Node | null | undefined
  if (node.type !== 'ExportNamedDeclaration' || !declaration) {
    throw untold(place, node, 'exported: export it where it is declared')
  }
  const { id, declarations } = declaration as { id?: Node; declarations?: { id: Node }[] }
  const ids = id === undefined ? declarations!.map((one) => one.id) : [id]
  place.names.push(...ids.map(({ name }) => name as string))
  return { from: node.start, to: declaration.start, text: '' }
}

const isIndexed = (node: unknown): node is Node =>
  isNode(node) && node.type === 'MemberExpression' && node.computed === true

const untold = ({ path }: Place, { start }: Node, what: string): Error =>
  new Error(`${path}, character ${start}: the checker does not know how this is ${what}`)

const get = (array: Record<number, unknown> | SharedArray, index: number): unknown =>
  array instanceof SharedArray ? array.get(index) : array[index]

const put = <T>(array: Record<number, unknown> | SharedArray, index: number, value: T): T => {
  if (array instanceof SharedArray) array.put(index, value as number)
  else array[index] = value
  return value
}

const update = (
  array: Record<number, unknown> | SharedArray,
  index: number,
  next: (old: unknown) => unknown,
): unknown => put(array, index, next(get(array, index)))
