/**
 *   tsc ──▶ dist ──▶ FOLD CONSTANTS ──▶ BIND IMPORTS ──▶ dist
 *
 * The last step of the build: what V8 would ask at each use, though no use can change it, is written into the
 * modules once.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bindImports } from './bind-imports.ts'
import { foldConstants } from './fold-constants.ts'
import { parseModules } from './modules.ts'

/** Finishes all modules beneath a directory, in place. */
function finishDirectory(directory: string): void {
  const texts = new Map<string, string>()
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = resolve(join(directory, name))
    if (path.endsWith('.js')) texts.set(path, readFileSync(path, 'utf8'))
  }
  const finished = bindImports(foldConstants(texts))
  parseModules(finished) // a fault of this step is to show here, and not where a module is loaded
  for (const [path, text] of finished) {
    if (text !== texts.get(path)) writeFileSync(path, text)
  }
}

finishDirectory(fileURLToPath(new URL('..', import.meta.url)))
