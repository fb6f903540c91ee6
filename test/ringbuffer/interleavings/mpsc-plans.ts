import type { MpscPlan } from './mpsc-scenario.ts'

const NEAR_2_31 = 2 ** 31 - 1
const NEAR_2_32 = 2 ** 32 - 1

/** What the MPSC ring is put through, by name; each takes some seconds at most. */
export const MPSC_PLANS: Readonly<Record<string, MpscPlan>> = {
  'two producers': { capacityBytes: 128, moves: [[8], [8]] },
  'three records': { capacityBytes: 64, moves: [[0, 0], [0]] },
  'padding at 2^31': { capacityBytes: 128, startPosition: NEAR_2_31, moves: [[8], [8]] },
  aborts: {
    capacityBytes: 128,
    startPosition: NEAR_2_32 - 1,
    moves: [['abort', 8], [8]],
    batch: 2,
  },
  full: { capacityBytes: 64, startPosition: NEAR_2_32 - 3, lying: 7, batch: 8, moves: [[0], [0]] },
  'one producer, killed': { capacityBytes: 64, moves: [[0, 0]], mortals: [1] },
  'one producer, killed at a padding': {
    capacityBytes: 128,
    startPosition: NEAR_2_32,
    moves: [[8, 0]],
    mortals: [1],
    returnBytes: 8,
  },
  'one producer, killed before a full ring': {
    capacityBytes: 64,
    lying: 8,
    batch: 8,
    moves: [[0, 0]],
    mortals: [1],
  },
  'one of two producers killed': { capacityBytes: 64, moves: [[0], [0]], mortals: [1] },
  'consumer killed': { capacityBytes: 64, moves: [[0], [0]], isConsumerMortal: true },
}

/** For TRADSYS_LONG=1: minutes. */
export const MPSC_LONG_PLANS: Readonly<Record<string, MpscPlan>> = {
  'three producers': { capacityBytes: 64, batch: 3, moves: [[0], [0], [0]] },
  'three records and paddings at 2^32': {
    capacityBytes: 128,
    startPosition: NEAR_2_32,
    moves: [[8, 0], [8]],
  },
  'one of two producers killed, and the consumer': {
    capacityBytes: 64,
    moves: [[0], [0]],
    mortals: [1],
    isConsumerMortal: true,
  },
  'full, and all wait': { capacityBytes: 64, lying: 8, batch: 8, moves: [[0], [0]] },
  'one of two producers killed at a padding': {
    capacityBytes: 128,
    startPosition: NEAR_2_32,
    moves: [[8], [8]],
    mortals: [1],
  },
}
