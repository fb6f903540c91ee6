/**
 *   words[at | LEAVES]     ──▶     words[at | 1     ]
 *
 * An exported constant is none to the engine that runs it: V8 reads it from its module's cell each
 * time, in the machine code of a hot loop too, and asks each time whether it is initialised and an
 * integer (seen in perf's annotation of that code). So the build writes the number in its place.
 *
 * Folded are numbers, numbers in objects of nothing else (`Lifetime.Day`) and static ones of classes
 * (`Trade.BLOCK_BYTES`), as far as the text alone says what they are; those that are not exported too, since `2 ** 31 - 1` is a float where it is computed
 * and an integer where it is written, and what is compared with it likewise. A number is padded to the length of what it replaces:
 * source maps stay right. Folding what is folded changes nothing.
 */
import { importsOf, isNode, type Module, type Node, parseModules } from './modules.ts'

/** A constant: its number, or those of its properties. */
type Constant = number | ReadonlyMap<string, number>
type Constants = ReadonlyMap<string, Constant>

/** The texts of modules by path, whose imports among each other are relative; returns the folded ones. */
export function foldConstants(texts: ReadonlyMap<string, string>): Map<string, string> {
  const modules = parseModules(texts)
  const byModule = constantsOf(modules)
  return new Map(
    modules.map((module) => {
      const known = constantsSeenBy(module, byModule)
      return [module.path, known.size === 0 ? module.text : folded(module, known)]
    }),
  )
}

/** By module. A constant may be made of others, so it is looked again until nothing more is found. */
function constantsOf(modules: readonly Module[]): Map<string, Map<string, Constant>> {
  const byModule = new Map(modules.map(({ path }) => [path, new Map<string, Constant>()]))
  let found = 0
  let before: number
  do {
    before = found
    for (const module of modules) {
      const own = byModule.get(module.path)!
      const seen = new Map(constantsSeenBy(module, byModule))
      for (const { name, init } of topConstants(module.program)) {
        const value = own.get(name) ?? constantOf(init, seen)
        if (value === undefined) continue
        if (!own.has(name)) found++
        seen.set(name, value)
        own.set(name, value)
      }
    }
  } while (found > before)
  return byModule
}

interface TopConstant {
  readonly name: string
  readonly init: Node
}

function* topConstants(program: Node): Generator<TopConstant> {
  for (const statement of program.body as Node[]) {
    const isExported = statement.type === 'ExportNamedDeclaration'
    const declaration = (isExported ? statement.declaration : statement) as Node | null
    if (declaration?.type === 'ClassDeclaration') {
      yield { name: (declaration.id as Node).name as string, init: declaration }
      continue
    }
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue
    for (const { id, init } of declaration.declarations as { id: Node; init: Node }[]) {
      if (id.type === 'Identifier') yield { name: id.name as string, init }
    }
  }
}

/** What the module's names mean: its own, what it imports, and `space.NAME` of a whole module. */
function constantsSeenBy(
  module: Module,
  byModule: ReadonlyMap<string, Constants>,
): Map<string, Constant> {
  const seen = new Map<string, Constant>(byModule.get(module.path))
  for (const { from: path, names, space } of importsOf(module)) {
    const from = byModule.get(path)
    if (from === undefined) continue
    for (const { imported, local } of names) {
      const value = from.get(imported.name as string)
      if (value !== undefined) seen.set(local.name as string, value)
    }
    if (space !== undefined) for (const [name, value] of from) seen.set(`${space}.${name}`, value)
  }
  return seen
}

/** What an expression comes to, if its text says so. */
function constantOf(node: Node, seen: Constants): Constant | undefined {
  if (node.type === 'ClassDeclaration') return staticsOf(node, seen)
  return node.type === 'ObjectExpression' ? objectOf(node, seen) : numberOf(node, seen)
}

/** The static fields of a class that are numbers in capitals, which is how constants are spelled. */
function staticsOf(node: Node, seen: Constants): ReadonlyMap<string, number> | undefined {
  const numbers = new Map<string, number>()
  for (const member of (node.body as Node).body as Node[]) {
    const { key, value } = member as { key?: Node; value?: Node | null }
    if (member.type !== 'PropertyDefinition' || member.static !== true) continue
    if (key?.type !== 'Identifier' || !/^[A-Z0-9_]+$/.test(key.name as string)) continue
    const number = value ? numberOf(value, seen) : undefined
    if (number !== undefined) numbers.set(key.name as string, number)
  }
  return numbers.size === 0 ? undefined : numbers
}

function objectOf(node: Node, seen: Constants): ReadonlyMap<string, number> | undefined {
  const numbers = new Map<string, number>()
  for (const property of node.properties as Node[]) {
    const key = property.key as Node | undefined
    if (key?.type !== 'Identifier' || property.computed === true) return undefined
    const value = numberOf(property.value as Node, seen)
    if (value === undefined) return undefined
    numbers.set(key.name as string, value)
  }
  return numbers
}

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '|': (left, right) => left | right,
  '&': (left, right) => left & right,
  '<<': (left, right) => left << right,
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '**': (left, right) => left ** right,
}

function numberOf(node: Node, seen: Constants): number | undefined {
  if (node.type === 'Literal') return typeof node.value === 'number' ? node.value : undefined
  if (node.type === 'Identifier' || node.type === 'MemberExpression') return numberNamed(node, seen)
  if (node.type === 'UnaryExpression') {
    const value = numberOf(node.argument as Node, seen)
    if (value === undefined) return undefined
    if (node.operator === '-') return -value
    return node.operator === '~' ? ~value : undefined
  }
  if (node.type !== 'BinaryExpression') return undefined
  const operator = OPERATORS[node.operator as string]
  const left = numberOf(node.left as Node, seen)
  const right = numberOf(node.right as Node, seen)
  if (operator === undefined || left === undefined || right === undefined) return undefined
  return operator(left, right)
}

/** `NAME`, `Group.Name`, `space.NAME` or `space.Group.Name`. */
function numberNamed(node: Node, seen: Constants): number | undefined {
  const path = pathOf(node)
  if (path === undefined) return undefined
  const constant = seen.get(path)
  if (typeof constant === 'number') return constant
  const dot = path.lastIndexOf('.')
  const group = dot < 0 ? undefined : seen.get(path.slice(0, dot))
  return typeof group === 'object' ? group.get(path.slice(dot + 1)) : undefined
}

function pathOf(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name as string
  if (node.type !== 'MemberExpression' || node.computed === true) return undefined
  const property = node.property as Node
  const object = pathOf(node.object as Node)
  if (object === undefined || property.type !== 'Identifier') return undefined
  return `${object}.${property.name}`
}

function folded({ path, text, program }: Module, known: Constants): string {
  const names = new Set([...known.keys()].map((name) => name.split('.')[0]!))
  const written = new Set(targetsIn(program))
  let result = ''
  let from = 0
  for (const node of [...uses(program)].sort((a, b) => a.start - b.start)) {
    if (node.type === 'Declaration') {
      // It would be folded as if it were the constant: the one who wrote it can rename it.
      if (!names.has(node.name as string)) continue
      throw new Error(`${path}: ${node.name} is a constant here and a variable too: rename one`)
    }
    const value = numberNamed(node, known)
    if (value === undefined) continue
    if (written.has(node.start)) {
      throw new Error(
        `${path}: ${pathOf(node)} is a constant, and written to: spell it as a variable`,
      )
    }
    const number = value < 0 || Object.is(value, -0) ? `(${value})` : `${value}`
    result += text.slice(from, node.start) + number.padEnd(node.end - node.start)
    from = node.end
  }
  return result + text.slice(from)
}

/**
 * Names that are read, in any order, a path (`a.b.c`) as one; and, as Declaration, names that are
 * given to something within a function or block.
 */
function* uses(node: Node, isTop = true): Generator<Node> {
  if (node.type === 'ImportDeclaration' || node.type === 'ExportSpecifier') return
  if (pathOf(node) !== undefined) {
    yield node
    return
  }
  yield* declaredBy(node, isTop)
  for (const [key, child] of Object.entries(node)) {
    const isName = (key === 'key' || key === 'property') && node.computed !== true
    const isWritten = key === 'id' || key === 'params' || key === 'param' || key === 'label'
    // `{ LEAVES }` is a key and a use in one: it is left as it is.
    if (isName || isWritten || (key === 'value' && node.shorthand === true)) continue
    const isStillTop = isTop && /^(Program|ExportNamedDeclaration|VariableDecl)/.test(node.type)
    for (const one of Array.isArray(child) ? child : [child]) {
      if (isNode(one)) yield* uses(one, isStillTop)
    }
  }
}

/** Where in the text what is assigned to, or counted up or down, begins. */
function* targetsIn(node: Node): Generator<number> {
  if (node.type === 'AssignmentExpression') yield (node.left as Node).start
  if (node.type === 'UpdateExpression') yield (node.argument as Node).start
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* targetsIn(child)
}

/** What a module declares itself is no variable beside its constants; a function's parameters always are. */
function* declaredBy({ id, param, params }: Node, isTop: boolean): Generator<Node> {
  for (const pattern of [isTop ? undefined : id, param, params].flat()) {
    if (isNode(pattern)) yield* namesIn(pattern)
  }
}

function* namesIn(pattern: Node): Generator<Node> {
  if (pattern.type === 'Identifier') yield { ...pattern, type: 'Declaration' }
  const parts = [
    pattern.left,
    pattern.argument,
    pattern.value,
    pattern.elements,
    pattern.properties,
  ]
  for (const part of parts.flat()) if (isNode(part)) yield* namesIn(part)
}
