/**
 *   import { putInt64 } from './words.js';     ──▶     import { putInt64 as putInt64$ } from './words.js'; const putInt64 = putInt64$;
 *
 * What is imported is read from the other module's cell at each use, and where it is called the machine code then compares it with the function
 * that it was the last time, though that was inlined long ago: five instructions at each of a hundred small calls that
 * an order makes. A constant of the module itself is known for ever, and costs nothing.
 *
 * Left alone are modules that import each other in a circle (the constant would be made too early), imports behind other statements
 * (likewise), what is exported again, and variables (what they are now is not what they are later). Lines stay lines: source maps stay right but for the
 * columns of imports. Binding what is bound changes nothing.
 */
import {
  type Import,
  importsOf,
  isNode,
  type Module,
  type Node,
  neededBy,
  parseModules,
} from './modules.ts'

/** The local name of an import that is bound to a constant. */
const MARK = '$'

/** The texts of modules by path, whose imports among each other are relative; returns the bound ones. */
export function bindImports(texts: ReadonlyMap<string, string>): Map<string, string> {
  const modules = new Map(parseModules(texts).map((module) => [module.path, module]))
  const isCircular = circlesOf(modules)
  return new Map(
    [...modules.values()].map((module) => {
      const { path, program } = module
      const first = (program.body as Node[]).find(({ type }) => type !== 'ImportDeclaration')
      const imports = importsOf(module).filter(
        ({ from, statement }) =>
          statement.start < (first?.start ?? program.end) && !isCircular(path, from),
      )
      return [path, bound(module, imports, modules)]
    }),
  )
}

function bound(
  { program, text }: Module,
  imports: Import[],
  modules: ReadonlyMap<string, Module>,
): string {
  let result = ''
  let from = 0
  const write = (until: number, more: string): void => {
    result += text.slice(from, until) + more
    from = until
  }
  const used = new Set(namesIn(program))
  for (const name of exportedAgain(program)) used.delete(name)
  for (const { statement, from: path, names } of imports) {
    const constant = constantsOf(modules.get(path))
    const bindings: string[] = []
    for (const { imported, local } of names) {
      const name = local.name as string
      const isMarked = name.endsWith(MARK) || used.has(`${name}${MARK}`)
      if (isMarked || !constant.has(imported.name as string) || !used.has(name)) continue
      write(local.end, imported.start === local.start ? ` as ${name}${MARK}` : MARK)
      bindings.push(`${name} = ${name}${MARK}`)
    }
    if (bindings.length > 0)
      write(statement.end, `${isEnded(text, statement) ? '' : ';'} const ${bindings.join(', ')};`)
  }
  return result + text.slice(from)
}

const isEnded = (text: string, { end }: Node): boolean => text[end - 1] === ';'

/** A binding would be exported in the place of what is imported, and be there later. */
const exportedAgain = ({ body }: Node): string[] =>
  (body as Node[]).flatMap(({ specifiers, type }) => {
    if (type !== 'ExportNamedDeclaration') return []
    return (specifiers as { local: Node }[]).map(({ local }) => local.name as string)
  })

/** All names in a tree but those of imports: what is imported and in none of them is not used any more. */
function* namesIn(node: Node): Generator<string> {
  if (node.type === 'ImportDeclaration') return
  if (node.type === 'Identifier') yield node.name as string
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* namesIn(child)
}

/** Names that a module exports where it declares them, and that stay what they are. */
function constantsOf(module: Module | undefined): Set<string> {
  const body = (module?.program.body ?? []) as Node[]
  const names = body.flatMap(({ type, declaration }) => {
    const { kind, id, declarations } = (declaration ?? {}) as Partial<Node>
    if (type !== 'ExportNamedDeclaration' || kind === 'let' || kind === 'var') return []
    const ids = (declarations as { id: Node }[] | undefined)?.map((one) => one.id) ?? [id as Node]
    return ids.map((one) => one?.name as string | undefined)
  })
  return new Set(names.filter((name) => name !== undefined))
}

/** Whether one module is needed, directly or not, by another that it imports. */
function circlesOf(modules: ReadonlyMap<string, Module>): (path: string, from: string) => boolean {
  const needs = new Map([...modules].map(([path, module]) => [path, neededBy(module)]))
  const reached = new Map<string, ReadonlySet<string>>()
  const reach = (path: string): ReadonlySet<string> => {
    const seen = new Set<string>()
    const left = [path]
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      for (const needed of needs.get(next) ?? []) {
        if (!seen.has(needed)) left.push(needed)
        seen.add(needed)
      }
    }
    reached.set(path, seen)
    return seen
  }
  return (path, from) => (reached.get(from) ?? reach(from)).has(path)
}
