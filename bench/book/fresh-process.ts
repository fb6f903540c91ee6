/** A run of a bench in a process of its own: nothing that ran before it has warmed or littered it. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export interface ChildOptions {
  readonly script: string
  /** Further flags of node. */
  readonly flags?: readonly string[]
}

/** Runs `script`, a module beside this one, with `run` as JSON; returns the JSON that it prints. */
export async function runFresh<T>({ script, flags = [] }: ChildOptions, run: object): Promise<T> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const args = ['--expose-gc', ...flags, path, JSON.stringify(run)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout) as T
}
