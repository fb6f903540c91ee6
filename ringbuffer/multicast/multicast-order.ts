/**
 *   reader 0 (journal) ──▶ ┐
 *                          ├──▶ reader 2 (shard)        behind: [[], [], [0, 1]]
 *   reader 1 (replica) ──▶ ┘
 *
 * Which reader of a multicast ring stays behind which, as sets (multicast-layout.ts). Cold: asked
 * when a ring is made, and when a reader leaves or joins.
 */

import { READERS_MAX } from './multicast-layout.ts'

/**
 * By reader: the set of all that it stays behind, those that these stay behind among them. So when
 * one in the middle leaves, those behind it still know whom it was behind. Throws a RangeError
 * where a reader is unknown, or would wait for itself.
 */
export const orderOf = (name: string, behind: readonly (readonly number[])[]): number[] => {
  const cause = `multicast '${name}'`
  if (behind.length < 1 || behind.length > READERS_MAX) {
    throw new RangeError(`${cause}: ${behind.length} readers: give it 1 to ${READERS_MAX}`)
  }
  const sets = behind.map((leaders, reader) => {
    const unknown = leaders.find((leader) => !(leader in behind))
    if (unknown === undefined) return leaders.reduce((set, leader) => set | (1 << leader), 0)
    throw new RangeError(
      `${cause}: reader ${reader} is to stay behind reader ${unknown}, but there are only ` +
        `0 to ${behind.length - 1}: give it one of these`,
    )
  })
  // After so many rounds the longest chain has been followed to its end.
  for (const _ of sets) {
    for (const [reader, set] of sets.entries()) {
      for (const leader of membersOf(set)) sets[reader] = sets[reader]! | sets[leader]!
    }
  }
  const waiting = [...sets.keys()].filter((reader) => (sets[reader]! & (1 << reader)) !== 0)
  if (waiting.length === 0) return sets
  throw new RangeError(
    `${cause}: readers ${waiting.join(', ')} would wait for themselves, each being behind ` +
      'another of them or behind itself: let one of them follow the producer alone',
  )
}

/** Those of a set that nobody else of it is behind: the last ones of each chain. */
export const lastOf = (set: number, behind: readonly number[]): number => {
  let overtaken = 0
  for (const reader of membersOf(set)) overtaken |= behind[reader]!
  return set & ~overtaken
}

/** Those of `gate` whose HEADs are the limit of `reader`; none: TAIL is. */
export const leadersOf = (reader: number, gate: number, behind: readonly number[]): number =>
  lastOf(behind[reader]! & gate, behind)

/** Those whose limit moves when `reader`'s HEAD does. */
export const followersOf = (reader: number, gate: number, behind: readonly number[]): number => {
  let followers = 0
  for (const other of behind.keys()) {
    const leads = (leadersOf(other, gate, behind) & (1 << reader)) !== 0
    if (leads) followers |= gate & (1 << other)
  }
  return followers
}

/**
 * Those whose limit is TAIL, or will be once they are attached: so where nobody is behind anybody,
 * these are all, and stay so.
 */
export const followersOfTail = (gate: number, behind: readonly number[]): number => {
  let followers = 0
  for (const reader of behind.keys()) {
    if ((behind[reader]! & gate) === 0) followers |= 1 << reader
  }
  return followers
}

/** The readers of a set, in ascending order. */
export const membersOf = (set: number): number[] => {
  const members: number[] = []
  for (let reader = 0; reader < READERS_MAX; reader += 1) {
    if ((set & (1 << reader)) !== 0) members.push(reader)
  }
  return members
}
