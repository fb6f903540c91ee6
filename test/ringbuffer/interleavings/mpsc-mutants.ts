/**
 * Faults planted into the source of the MPSC ring, and what finds each of them. The numbers are
 * those that the build writes in the place of TAIL_INDEX (32), HEAD_INDEX (64), ROOM_WAIT_INDEX (96),
 * RELEASE_INDEX (128) and LENGTHS_INDEX (192).
 */

import type { Mutant } from './spsc-mutants.ts'

const mutant = (
  module: string,
  fault: string,
  [plan, kind]: [string, string],
  [find, replace]: [string, string],
): Mutant => ({ module, fault, plan, kind, find, replace })

const ring = (fault: string, caught: [plan: string, kind: string], change: [string, string]) =>
  mutant('mpsc-ring', fault, caught, change)

const unblock = (fault: string, caught: [plan: string, kind: string], change: [string, string]) =>
  mutant('mpsc-unblock', fault, caught, change)

const COMMIT = 'Atomics.store(this.#words, 192 + (offset >> 2), lengthBytes);'
const ZERO = 'this.#units.fill(0, from, Math.min(to, this.#capacityUnits));'
const CLAIM = 'if (Atomics.compareExchange(words, 32, tail, tailNext) !== tail) continue;'
const INTENT = 'Atomics.store(words, this.#intentIndex, intentAt(tail));'
const NO_INTENT = 'Atomics.store(this.#words, this.#intentIndex, 0); this.#consumerBell.ring();'

export const MPSC_MUTANTS: readonly Mutant[] = [
  ring(
    'a record is committed before its type is written',
    ['two producers', 'race'],
    [
      'this.view.setInt32(offset + 4, type, true); this.#claimBytes = 0;',
      `${COMMIT} this.view.setInt32(offset + 4, type, true); this.#claimBytes = 0;`,
    ],
  ),
  ring(
    'a length is stored plainly',
    ['two producers', 'race'],
    [COMMIT, 'this.#words[192 + (offset >> 2)] = lengthBytes;'],
  ),
  ring(
    'a claim reads TAIL and stores it',
    ['two producers', 'race'],
    [CLAIM, 'Atomics.store(words, 32, tailNext);'],
  ),
  ring(
    'a claim says that it is committed',
    ['two producers', 'race'],
    ['claimWord(units, this.number)', 'units << 3'],
  ),
  ring('what is released is not zeroed', ['two producers', 'wrong end'], [ZERO, '']),
  ring(
    'only what lies before the end of the ring is zeroed',
    ['padding at 2^31', 'wrong end'],
    ['this.#units.fill(0, 0, to - this.#capacityUnits);', ';'],
  ),
  ring(
    'HEAD is stored before what it releases is zeroed',
    ['full', 'race'],
    [ZERO, `Atomics.store(this.#words, 64, this.#head); ${ZERO}`],
  ),
  ring(
    'the bell is rung before the length is stored',
    ['two producers', 'lost wake-up'],
    [
      `${COMMIT} ${NO_INTENT}`,
      `this.#consumerBell.ring(); ${COMMIT} Atomics.store(this.#words, this.#intentIndex, 0);`,
    ],
  ),
  ring(
    'a claim may run over the ring’s end',
    ['padding at 2^31', 'exception'],
    ['const isPadding = units > unitsToEnd;', 'const isPadding = false;'],
  ),
  ring(
    'one unit more is free than there is',
    ['full', 'race'],
    [
      'return this.#capacityUnits - ((tail - this.#headSeen) | 0);',
      'return this.#capacityUnits + 1 - ((tail - this.#headSeen) | 0);',
    ],
  ),
  ring(
    'ROOM_WAIT is set after the second look at HEAD',
    ['full', 'lost wake-up'],
    [
      'Atomics.or(this.#words, 96, this.#bit); this.#headSeen = Atomics.load(this.#words, 64);',
      'this.#headSeen = Atomics.load(this.#words, 64); Atomics.or(this.#words, 96, this.#bit);',
    ],
  ),
  ring(
    'of all who wait for room one is rung',
    ['full, and all wait', 'lost wake-up'],
    ['while (waiting !== 0) {', 'if (waiting !== 0) {'],
  ),
  ring(
    'RELEASE is not stored',
    ['consumer killed', 'lost wake-up'],
    ['Atomics.store(this.#words, 128, this.#head);', ''],
  ),
  ring(
    'the INTENT is stored behind the claim',
    ['one producer, killed', 'lost wake-up'],
    [
      `${INTENT} const unitsTaken = isPadding ? unitsToEnd : units; const tailNext = (tail + unitsTaken) | 0; ${CLAIM}`,
      `const unitsTaken = isPadding ? unitsToEnd : units; const tailNext = (tail + unitsTaken) | 0; ${CLAIM} ${INTENT}`,
    ],
  ),
  ring(
    'the INTENT is forgotten before the commit',
    ['one producer, killed', 'lost wake-up'],
    [
      `${COMMIT} Atomics.store(this.#words, this.#intentIndex, 0);`,
      `Atomics.store(this.#words, this.#intentIndex, 0); ${COMMIT}`,
    ],
  ),
  unblock(
    'a living rival is not asked',
    ['one of two producers killed', 'race'],
    ['if ((rivals & ~deceased.dead) !== 0) return false;', ''],
  ),
  unblock(
    'another’s claim is made padding',
    ['one of two producers killed', 'race'],
    ['if (claimant(word) === deceased.number) pad', 'pad'],
  ),
  unblock(
    'a claim in the window reaches up to TAIL',
    ['one of two producers killed', 'race'],
    [
      'if (ahead > 0 && ahead < unitsMax) unitsMax = ahead; } const capacityUnits = form.capacityBytes >> 3; let units = 1;',
      '} const capacityUnits = form.capacityBytes >> 3; let units = unitsMax;',
    ],
  ),
  unblock(
    'a claim in the window ends at a length word only',
    ['one of two producers killed', 'race'],
    ['if (ahead > 0 && ahead < unitsMax) unitsMax = ahead;', ''],
  ),
  unblock(
    'a claim in the window ends at an INTENT only',
    ['one of two producers killed', 'lost wake-up'],
    [
      'while (units < unitsMax && Atomics.load(words, lengthIndex(position + units, capacityUnits)) === 0) units += 1;',
      'units = unitsMax;',
    ],
  ),
  unblock(
    'the length word is looked at before the INTENTs',
    ['one of two producers killed', 'lost wake-up'],
    [
      'const rivals = producersAt(words, form, position); const index = lengthIndex(position, form.capacityBytes >> 3); const word = Atomics.load(words, index);',
      'const index = lengthIndex(position, form.capacityBytes >> 3); const word = Atomics.load(words, index); const rivals = producersAt(words, form, position);',
    ],
  ),
]
