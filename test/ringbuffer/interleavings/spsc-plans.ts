import type { ThereAndBackPlan, TwoRingsPlan } from './bells-scenario.ts'
import type { SpscPlan } from './spsc-scenario.ts'

const NEAR_2_31 = 2 ** 31 - 1
const NEAR_2_32 = 2 ** 32 - 1
/** They fill a ring of 64 B; with a payload of 8, one of 128 B. */
const RECORDS = Array<number>(8).fill(0)
const LONG_RECORDS = Array<number>(8).fill(8)

/**
 * What the SPSC ring is put through, by name. Rings of 64 B have room for eight records without
 * payload, rings of 128 B for a payload of two words, and for paddings: a position of 15 modulo 16
 * leaves one unit before the end.
 */
export const SPSC_PLANS: Readonly<Record<string, SpscPlan>> = {
  batches: { capacityBytes: 128, moves: [8, 'publish', 0, 8, 'publish', 8, 'publish'] },
  'batches of 2': {
    capacityBytes: 128,
    moves: [8, 8, 'publish', 0, 'publish', 8, 'publish'],
    batch: 2,
  },
  padding: {
    capacityBytes: 128,
    startPosition: 15,
    moves: [8, 'publish', 'abort', 0, 8, 'publish', 8, 'publish'],
    batch: 2,
  },
  'padding at 2^31': {
    capacityBytes: 128,
    startPosition: NEAR_2_31,
    moves: [8, 'publish', 'abort', 0, 8, 'publish', 8, 'publish'],
  },
  'padding at 2^32': {
    capacityBytes: 128,
    startPosition: NEAR_2_32,
    moves: ['abort', 8, 0, 'publish', 8, 'publish', 8, 'publish'],
    batch: 2,
  },
  full: { capacityBytes: 64, lying: RECORDS.slice(1), moves: [0, 0, 'publish', 0, 'publish'] },
  'full at 2^31': {
    capacityBytes: 64,
    startPosition: NEAR_2_31 - 4,
    lying: RECORDS,
    moves: [0, 0, 'publish'],
    batch: 2,
  },
  'full at 2^32': {
    capacityBytes: 64,
    startPosition: NEAR_2_32 - 4,
    lying: RECORDS,
    moves: [0, 0, 'publish'],
    batch: 2,
  },
  'full twice': { capacityBytes: 64, lying: RECORDS, moves: [0, 0, 0, 'publish'] },
  'full of payload': {
    capacityBytes: 128,
    lying: LONG_RECORDS,
    moves: [8, 8, 'publish'],
    batch: 2,
  },
  'longer than the ring': { capacityBytes: 64, moves: [...RECORDS, 0, 'publish'], batch: 2 },
  'full, read in runs': {
    capacityBytes: 128,
    lying: LONG_RECORDS,
    moves: ['append', 8, 'append', 'publish'],
    readsRuns: true,
    batch: 8,
  },
  'event loop': {
    capacityBytes: 128,
    moves: [8, 'publish', 0, 8, 'publish', 8, 'publish'],
    waits: 'event loop',
  },
  'event loop with other events': {
    capacityBytes: 128,
    moves: [8, 'publish', 0, 'publish', 8, 'publish'],
    waits: 'event loop',
    events: 2,
  },
  'event loop, sooner each time': {
    capacityBytes: 128,
    moves: [8, 'publish', 0, 'publish'],
    waits: 'sooner each time',
    events: 2,
  },
  'asleep and in the event loop in turn': {
    capacityBytes: 128,
    moves: [8, 'publish', 0, 'publish', 8, 'publish'],
    waits: 'in turn',
  },
  timeouts: {
    capacityBytes: 64,
    lying: RECORDS.slice(1),
    moves: [0, 0, 'publish'],
    waits: 'with a timeout',
  },
  killed: {
    capacityBytes: 128,
    startPosition: NEAR_2_32,
    moves: [8, 'publish', 0, 8, 'publish'],
    successorMoves: [8, 0, 'publish'],
    waits: 'with a timeout',
  },
  'killed before a full ring': {
    capacityBytes: 64,
    lying: RECORDS.slice(1),
    moves: [0, 0, 'publish'],
    successorMoves: [0, 'publish'],
    waits: 'with a timeout',
  },
}

/**
 * What the rings do not promise, and what their users have a timeout for: no wake-up is lost for
 * longer than that. Without it these end in a lost wake-up, each by its name.
 */
export const SPSC_LIMITS: Readonly<Record<string, SpscPlan>> = {
  // State says RUNNING already, so nobody who comes later notifies either.
  'a ringer killed between its exchange and its notify leaves the owner asleep': {
    capacityBytes: 128,
    moves: [8, 'publish'],
    successorMoves: [8, 'publish'],
  },
  // The waiter of the event loop stands first in the queue, and a ring notifies one.
  'an owner that sleeps while it is listed in its event loop is not woken': {
    capacityBytes: 128,
    moves: [8, 'publish', 0, 'publish', 8, 'publish'],
    waits: 'in turn',
    events: 1,
  },
}

const LONG = process.env.TRADSYS_LONG === '1'

export const TWO_RINGS_PLANS: Readonly<Record<string, TwoRingsPlan>> = {
  'two records each': { left: [0, 'publish', 0, 'publish'], right: [0, 0, 'publish'] },
  'at 2^32': {
    left: [0, 'publish', 0, 'publish', ...(LONG ? ([0, 'publish'] as const) : [])],
    right: [0, 'publish', 0, 'publish', ...(LONG ? ([0, 'publish'] as const) : [])],
    startPosition: NEAR_2_32,
  },
}

export const THERE_AND_BACK_PLANS: Readonly<Record<string, ThereAndBackPlan>> = {
  'empty rings': { full: [], questions: LONG ? 5 : 3 },
  'the ring there is full': { full: ['there'], questions: 2, startPosition: NEAR_2_31 - 7 },
  'the ring back is full': { full: ['back'], questions: LONG ? 3 : 2 },
  'both are full': { full: ['there', 'back'], questions: LONG ? 3 : 2 },
}
