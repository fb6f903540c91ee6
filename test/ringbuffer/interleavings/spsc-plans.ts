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
  'event loop': { capacityBytes: 128, moves: [8, 'publish', 0, 8, 'publish'], waits: 'event loop' },
  timeouts: {
    capacityBytes: 64,
    lying: RECORDS.slice(1),
    moves: [0, 0, 'publish'],
    waits: 'park with a timeout',
  },
  killed: {
    capacityBytes: 128,
    startPosition: NEAR_2_32,
    moves: [8, 'publish', 0, 8, 'publish'],
    successorMoves: [8, 0, 'publish'],
    waits: 'park with a timeout',
  },
  'killed before a full ring': {
    capacityBytes: 64,
    lying: RECORDS.slice(1),
    moves: [0, 0, 'publish'],
    successorMoves: [0, 'publish'],
    waits: 'park with a timeout',
  },
}
