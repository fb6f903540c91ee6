/** What the compiler wrote, as texts and as trees. */
import { dirname, resolve } from 'node:path'
import { parse } from 'acorn'

export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [property: string]: unknown
}

export interface Module {
  readonly path: string
  readonly text: string
  readonly program: Node
}

/** Throws with the path of a text that is no module. */
export function parseModules(texts: ReadonlyMap<string, string>): Module[] {
  return [...texts].map(([path, text]) => ({ path, text, program: programOf(path, text) }))
}

export interface NamedImport {
  readonly imported: Node
  readonly local: Node
}

export interface Import {
  readonly statement: Node
  /** Path of the module that is imported. */
  readonly from: string
  readonly names: readonly NamedImport[]
  /** Of the whole module, where it is imported by one. */
  readonly space: string | undefined
}

/** Imports from other modules of ours, which are relative. */
export function importsOf({ path, program }: Module): Import[] {
  return (program.body as Node[]).flatMap((statement) => {
    if (statement.type !== 'ImportDeclaration') return []
    const source = (statement.source as Node).value as string
    if (!source.startsWith('.')) return []
    const specifiers = statement.specifiers as Node[]
    const names = specifiers
      .filter(({ type }) => type === 'ImportSpecifier')
      .map(({ imported, local }) => ({ imported: imported as Node, local: local as Node }))
    const whole = specifiers.find(({ type }) => type === 'ImportNamespaceSpecifier')
    const space = (whole?.local as Node | undefined)?.name as string | undefined
    return [{ statement, from: resolve(dirname(path), source), names, space }]
  })
}

/** Paths of all modules of ours that must be run before this one. */
export function neededBy({ path, program }: Module): string[] {
  return (program.body as Node[]).flatMap(({ source }) => {
    const from = (source as Node | null | undefined)?.value
    const isOurs = typeof from === 'string' && from.startsWith('.')
    return isOurs ? [resolve(dirname(path), from)] : []
  })
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

function programOf(path: string, text: string): Node {
  try {
    return parse(text, { ecmaVersion: 'latest', sourceType: 'module' }) as unknown as Node
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}: run tsc first`)
  }
}
