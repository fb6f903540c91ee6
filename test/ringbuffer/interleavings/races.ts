/**
 * Two accesses to one place, one of them writing, one of them plain, and nothing that orders them:
 * then memory promises nothing. If a program has a race, it has an order of steps in which the two
 * lie side by side. So it is enough to compare each step with the plain accesses that other threads
 * have done since their last atomic one: nothing can have published those.
 *
 * The other way round: what is found is a race, since between the two the first thread did nothing
 * that the second could have seen.
 */

import type { Done } from './model-memory.ts'

export interface Race {
  readonly before: Done
  readonly now: Done
}

export const findRace = (open: readonly Done[], done: readonly Done[]): Race | undefined => {
  for (const before of open) {
    for (const now of done) {
      if (!before.isWrite && !now.isWrite) continue
      if (before.at < now.at + now.bytes && now.at < before.at + before.bytes)
        return { before, now }
    }
  }
  return undefined
}
