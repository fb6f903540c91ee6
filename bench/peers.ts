/**
 * Peers that a bench is held against, in the same run. They are development dependencies: one that is not there is named
 * and left out.
 */
import { createRequire } from 'node:module'
import { type Figure, figure } from './figures.ts'

const require = createRequire(import.meta.url)

export function hasPackage(name: string): boolean {
  try {
    require.resolve(name)
    return true
  } catch {
    return false
  }
}

export const missingPackage = (name: string): string =>
  `${name} is not installed, and left out (npm install --include=dev)`

/** `T`: as much of it as the bench uses. */
export const loadPackage = <T>(name: string): T => require(name) as T

/** Of figures, by name: which of a peer's is held against which of ours. */
export type Pairs = Readonly<Record<string, string>>

/** For each pair that is there, how much better ours is: its rate over theirs, or their time over ours. */
export function ratios(
  figures: Readonly<Record<string, Figure>>,
  pairs: Pairs,
): Record<string, Figure> {
  const found: Record<string, Figure> = {}
  for (const [theirs, ours] of Object.entries(pairs)) {
    const [peer, own] = [figures[theirs], figures[ours]]
    if (peer === undefined || own === undefined) continue
    const isRate = peer.unit.endsWith('/s')
    if (own.unit !== peer.unit)
      throw new Error(`bench: ${ours} is in ${own.unit}, ${theirs} in ${peer.unit}`)
    const ratio = isRate ? own.median / peer.median : peer.median / own.median
    const unit = isRate ? '× its rate' : '× as fast'
    found[`${theirs}.ratio`] = figure([ratio], { unit, better: 'more' })
  }
  return found
}
