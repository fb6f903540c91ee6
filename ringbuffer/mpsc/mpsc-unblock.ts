/**
 * What a dead producer owned, found after its death, whatever it was about to do. Cold, and of the
 * consumer's thread.
 *
 * A producer claims, commits and dies in steps, and between any two of them it may be terminated:
 *
 *                                         what it leaves, should it die before the next step
 *   1  load TAIL                          nothing
 *   2  INTENT = TAIL's position           nothing
 *   3  compare and exchange TAIL          a claim whose length word is still 0: THE WINDOW
 *      (lost: back to 1)                  nothing, and an INTENT at what another has claimed
 *   4  length word = -(units, number)     a claim that says whose it is and how long
 *   5  write payload and type             the same
 *   6  length word = length               a committed record, which the consumer takes
 *   7  INTENT = none                      nothing
 *
 * One producer has one claim at most, and its INTENT says where, from before TAIL moved until the
 * record was committed. So one word is all there is to look at: the length word at the INTENT, if
 * that lies between HEAD and TAIL, where something has been claimed.
 *
 *   positive           committed, by the dead one or by who won the race: nothing to mend
 *   negative           a claim: the dead one's own number makes it padding, another's is let alone
 *   0                  the window. Whoever claimed there has not come to step 4, so its INTENT is
 *                      still this position. If that is the dead one's alone, it was the dead one.
 *                      If it is a living one's too, that one is between two steps of claim(), and
 *                      will soon have said -(units, number) or gone elsewhere: ask again. If it is
 *                      another dead one's, it does not matter which of the two it was
 *
 * How long a claim in the window is, only its end can tell, and the end is where the next claim
 * begins, or TAIL. The next claim's owner has its INTENT there, or has come to step 4 and made the
 * word there something else than 0. Nothing before the end can look so: INTENTs are positions that
 * TAIL once had, which the middle of a claim never is; and in the window nothing is written yet, so
 * the claim is as the consumer left it, zero. A loser's INTENT is none of these two, but it is a
 * position that TAIL had, and so an end.
 *
 * All this rests on the order of looking: TAIL, then INTENTs, then length words. Then whoever
 * claimed before that TAIL has its INTENT seen, or has changed it before it was looked at; and in
 * that case step 4, which comes earlier, is seen in the word.
 *
 * The thread must have exited. One that is only slow may take step 4, 5 or 6 at any time.
 */

import { PADDING_TYPE, TAIL_INDEX, UNIT_SHIFT } from '../ring-layout.ts'
import {
  bitOf,
  claimant,
  claimedUnits,
  intentAt,
  intentIndex,
  lengthIndex,
  type MpscForm,
  NO_INTENT,
  unitsAhead,
} from './mpsc-layout.ts'

export interface Deceased {
  readonly number: number
  /** All producers known to be dead and not settled, this one too: a bit each. */
  readonly dead: number
  /** What lies behind it has been committed and read. */
  readonly head: number
}

/**
 * Makes padding of what the dead producer had claimed and not committed, and forgets its INTENT.
 * False: not to be told yet, since a living one is claiming at the same place; ask again. May be
 * broken off anywhere, and done again.
 */
export const settleDead = (words: Int32Array, form: MpscForm, deceased: Deceased): boolean => {
  const { number, head } = deceased
  const tail = Atomics.load(words, TAIL_INDEX)
  const index = intentIndex(form.capacityBytes, number)
  const intent = Atomics.load(words, index)
  if (intent === NO_INTENT) return true
  const ahead = unitsAhead(intent, head)
  const isClaimed = ahead < ((tail - head) | 0)
  if (isClaimed && !settleAt(words, form, deceased, (head + ahead) | 0, tail)) return false
  Atomics.store(words, index, NO_INTENT)
  return true
}

const settleAt = (
  words: Int32Array,
  form: MpscForm,
  deceased: Deceased,
  position: number,
  tail: number,
): boolean => {
  const rivals = producersAt(words, form, position) // before the length word
  const index = lengthIndex(position, form.capacityBytes >> UNIT_SHIFT)
  const word = Atomics.load(words, index)
  if (word > 0) return true
  if (word < 0) {
    if (claimant(word) === deceased.number) pad(words, index, claimedUnits(word))
    return true
  }
  if ((rivals & ~deceased.dead) !== 0) return false
  pad(words, index, unitsToEnd(words, form, position, tail))
  return true
}

/** The set of all whose INTENT is this position. */
const producersAt = (words: Int32Array, form: MpscForm, position: number): number => {
  let producers = 0
  for (let number = 1; number <= form.producersMax; number += 1) {
    const intent = Atomics.load(words, intentIndex(form.capacityBytes, number))
    if (intent === intentAt(position)) producers |= bitOf(number)
  }
  return producers
}

/** The length of a claim that says nothing of itself, in units. */
const unitsToEnd = (words: Int32Array, form: MpscForm, position: number, tail: number): number => {
  let unitsMax = (tail - position) | 0
  for (let number = 1; number <= form.producersMax; number += 1) {
    const intent = Atomics.load(words, intentIndex(form.capacityBytes, number))
    const ahead = intent === NO_INTENT ? 0 : unitsAhead(intent, position)
    if (ahead > 0 && ahead < unitsMax) unitsMax = ahead
  }
  const capacityUnits = form.capacityBytes >> UNIT_SHIFT
  let units = 1
  while (
    units < unitsMax &&
    Atomics.load(words, lengthIndex(position + units, capacityUnits)) === 0
  )
    units += 1
  return units
}

const pad = (words: Int32Array, index: number, units: number): void => {
  words[index + 1] = PADDING_TYPE
  Atomics.store(words, index, units << UNIT_SHIFT)
}
