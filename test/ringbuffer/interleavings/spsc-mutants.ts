/**
 * Faults planted into the source of the SPSC ring and the doorbell, and what finds each of them.
 * The numbers are those that the build writes in the place of TAIL_INDEX (32), HEAD_INDEX (64),
 * PROD_WAIT_INDEX (96) and, in the doorbell, STATE_INDEX (32).
 */

import type { Mutation } from './instrument.ts'

export interface Mutant extends Mutation {
  /** The fault, as a sentence. */
  readonly fault: string
  /** What it is caught by: a plan of spsc-plans.ts, and the kind of failure. */
  readonly plan: string
  readonly kind: string
}

const ring = (fault: string, caught: [plan: string, kind: string], change: [string, string]) =>
  mutant('spsc-ring', fault, caught, change)

const bell = (fault: string, caught: [plan: string, kind: string], change: [string, string]) =>
  mutant('doorbell', fault, caught, change)

const mutant = (
  module: string,
  fault: string,
  [plan, kind]: [string, string],
  [find, replace]: [string, string],
): Mutant => ({ module, fault, plan, kind, find, replace })

/** Of the consumer, at PROD_WAIT. */
const LOOK = 'if (Atomics.load(this.#words, 96) === 0) return;'

export const SPSC_MUTANTS: readonly Mutant[] = [
  ring(
    'TAIL is stored plainly',
    ['batches', 'race'],
    ['Atomics.store(this.#words, 32, this.#tail);', 'this.#words[32] = this.#tail;'],
  ),
  ring(
    'HEAD is stored plainly',
    ['full', 'race'],
    ['Atomics.store(this.#words, 64, this.#head);', 'this.#words[64] = this.#head;'],
  ),
  ring(
    'TAIL is loaded plainly',
    ['batches', 'race'],
    ['this.#tailSeen = Atomics.load(this.#words, 32);', 'this.#tailSeen = this.#words[32];'],
  ),
  ring(
    'a claim is published before its payload is written',
    ['batches', 'race'],
    [
      'this.#claimPadBytes = padBytes;',
      `this.#claimPadBytes = padBytes;
     Atomics.store(this.#words, 32, (this.#tail + units) | 0);`,
    ],
  ),
  ring(
    'a commit is published before its header is written',
    ['batches', 'race'],
    [
      'let tail = this.#tail;',
      `let tail = this.#tail;
     const units = (this.#claimPadBytes + this.#claimBytes + 7) >> 3;
     Atomics.store(this.#words, 32, (tail + units) | 0);`,
    ],
  ),
  ring(
    'HEAD is stored before the record is read',
    ['full of payload', 'race'],
    [
      'this.#peekedUnits = units; return at + 8;',
      `this.#peekedUnits = units;
     Atomics.store(this.#words, 64, (this.#head + units) | 0);
     return at + 8;`,
    ],
  ),
  ring(
    'all that was seen is released, not what was read',
    ['full', 'race'],
    [
      'Atomics.store(this.#words, 64, this.#head);',
      'Atomics.store(this.#words, 64, this.#tailSeen);',
    ],
  ),
  ring(
    'one unit more is free than there is',
    ['full', 'race'],
    [
      'return this.#capacityUnits - ((this.#tail - this.#headSeen) | 0);',
      'return this.#capacityUnits + 1 - ((this.#tail - this.#headSeen) | 0);',
    ],
  ),
  ring(
    'free room does not wrap at 2^31',
    ['full at 2^31', 'race'],
    [
      'return this.#capacityUnits - ((this.#tail - this.#headSeen) | 0);',
      'return this.#capacityUnits - (this.#tail - this.#headSeen);',
    ],
  ),
  ring(
    'positions are compared by <',
    ['padding at 2^31', 'exception'],
    [
      'units > ((this.#tailSeen - this.#head) | 0)) { throw corruption(this.#name, at',
      'this.#head + units > this.#tailSeen) { throw corruption(this.#name, at',
    ],
  ),
  ring(
    'a padding has no header',
    ['padding', 'exception'],
    ['this.view.setInt32(padOffset + 0, this.#claimPadBytes, true);', ''],
  ),
  ring(
    'a padding is a record',
    ['padding', 'wrong order'],
    [
      'this.view.setInt32(padOffset + 4, 0, true);',
      'this.view.setInt32(padOffset + 4, type, true);',
    ],
  ),
  ring(
    'the bell is looked at before TAIL is stored',
    ['batches', 'lost wake-up'],
    [
      'Atomics.store(this.#words, 32, this.#tail); this.#consumerBell.ring();',
      'this.#consumerBell.ring(); Atomics.store(this.#words, 32, this.#tail);',
    ],
  ),
  ring(
    'PROD_WAIT is set after the second look at HEAD',
    ['full', 'lost wake-up'],
    [
      'Atomics.store(this.#words, 96, 1); this.#headSeen = Atomics.load(this.#words, 64);',
      'this.#headSeen = Atomics.load(this.#words, 64); Atomics.store(this.#words, 96, 1);',
    ],
  ),
  ring('a release does not look at PROD_WAIT', ['full', 'lost wake-up'], [LOOK, 'return;']),
  ring(
    'a release looks at PROD_WAIT before it stores HEAD',
    ['full, read in runs', 'lost wake-up'],
    [
      `Atomics.store(this.#words, 64, this.#head); ${LOOK}`,
      `const waits = Atomics.load(this.#words, 96);
     Atomics.store(this.#words, 64, this.#head); if (waits === 0) return;`,
    ],
  ),
  ring(
    'a release clears PROD_WAIT behind the ring',
    ['full twice', 'lost wake-up'],
    [
      'Atomics.store(this.#words, 96, 0); this.#producerBell.ring();',
      'this.#producerBell.ring(); Atomics.store(this.#words, 96, 0);',
    ],
  ),
  ring(
    'blocked is what was found full, whatever was released',
    ['full', 'lost wake-up'],
    ['return this.#foundFull && Atomics.load(this.#words, 96) !== 0;', 'return this.#foundFull;'],
  ),
  ring(
    'FULL does not publish what is committed',
    ['longer than the ring', 'lost wake-up'],
    ['this.publish(); Atomics.store(this.#words, 96, 1);', 'Atomics.store(this.#words, 96, 1);'],
  ),
  ring(
    'a successor begins at HEAD',
    ['killed', 'race'],
    ['this.#tail = Atomics.load(this.#words, 32);', 'this.#tail = Atomics.load(this.#words, 64);'],
  ),
  bell(
    'the owner looks for work before it says that it is parked',
    ['batches', 'lost wake-up'],
    [
      'Atomics.store(this.#words, 32, 1); if (hasWork()) {',
      'const work = hasWork(); Atomics.store(this.#words, 32, 1); if (work) {',
    ],
  ),
  bell(
    'an owner with an event loop looks before it says that it is parked',
    ['event loop', 'lost wake-up'],
    [
      'Atomics.store(this.#words, 32, 2); if (hasWork()) {',
      'const work = hasWork(); Atomics.store(this.#words, 32, 2); if (work) {',
    ],
  ),
  bell(
    'the ringer does not notify',
    ['batches', 'lost wake-up'],
    ['{ Atomics.notify(this.#words, 32, 1); } } wake', '{ } } wake'],
  ),
  bell(
    'the ringer notifies and leaves the state',
    ['batches', 'lost wake-up'],
    ['if (Atomics.exchange(this.#words, 32, 0) !== 0) {', '{'],
  ),
  bell(
    'the ringer notifies before it changes the state',
    ['batches', 'lost wake-up'],
    [
      'if (Atomics.exchange(this.#words, 32, 0) !== 0) { Atomics.notify(this.#words, 32, 1); }',
      'Atomics.notify(this.#words, 32, 1); Atomics.store(this.#words, 32, 0);',
    ],
  ),
  bell(
    'the owner sleeps while the state is RUNNING',
    ['batches', 'lost wake-up'],
    ['Atomics.wait(this.#words, 32, 1, timeoutMs)', 'Atomics.wait(this.#words, 32, 0, timeoutMs)'],
  ),
  bell(
    'a waiter that nobody waits for stays listed',
    ['event loop, sooner each time', 'lost wake-up'],
    ['if (this.#outstanding !== undefined) Atomics.notify(this.#words, 32, 1);', ''],
  ),
  bell(
    'a waiter that was let go resets the state',
    ['event loop, sooner each time', 'lost wake-up'],
    ['if (this.#outstanding !== outstanding) return;', ''],
  ),
]

/** Changes that are no faults: they cost a notify or a look more, and nothing is lost. */
export const SPSC_EQUIVALENTS: readonly Mutation[] = [
  // A notify more where two ring at once.
  bell(
    '',
    ['', ''],
    ['if (Atomics.exchange(this.#words, 32, 0) !== 0) {', 'Atomics.store(this.#words, 32, 0); {'],
  ),
  // A notify that nobody waits for, until the next ring resets it.
  bell(
    '',
    ['', ''],
    [
      'const stateBefore = Atomics.exchange(this.#words, 32, 0);',
      'const stateBefore = Atomics.load(this.#words, 32);',
    ],
  ),
  bell(
    '',
    ['', ''],
    [
      'if (hasWork()) { Atomics.store(this.#words, 32, 0); return true; }',
      'if (hasWork()) { return true; }',
    ],
  ),
  // The consumer rings a producer that does not wait.
  ring(
    '',
    ['', ''],
    [
      'if (units <= this.#unitsFree()) { Atomics.store(this.#words, 96, 0); return',
      'if (units <= this.#unitsFree()) { return',
    ],
  ),
]
