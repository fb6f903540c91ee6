/**
 * One of two real threads that play a litmus program again and again, in step with each other, for
 * a while. What the checker takes for granted is looked at here where it is given: in V8 and the CPU.
 */

import { parentPort, workerData } from 'node:worker_threads'
import type { LitmusPlan, LitmusReport } from './litmus-plan.ts'

const ROUNDS_MAX = 20_000_000

/** Each word on lines of its own, or the CPU would not reorder at all. */
const [X, Y] = [0, 64]
/** Of each side: the round that it is ready for. Then a word that ends it all. */
const READY = [128, 192] as const
const STOP = 224

const { name, memory, side, forMs } = workerData as LitmusPlan
const words = new Int32Array(memory)
const registers = new Uint8Array(ROUNDS_MAX)
const mine = side === 0 ? X : Y
const theirs = side === 0 ? Y : X

/** Stores the round in one's own word, then looks whether the other has done so. */
const playStores = (round: number): number => {
  Atomics.store(words, mine, round)
  return Atomics.load(words, theirs) === round ? 1 : 0
}

const playPlainStores = (round: number): number => {
  words[mine] = round
  return words[theirs] === round ? 1 : 0
}

/** 0: the flag was not up; 1: it was, and the payload there; 2: it was, and the payload was not. */
const playPayload = (round: number): number => {
  if (side === 0) {
    words[X] = round
    Atomics.store(words, Y, round)
    return 0
  }
  if (Atomics.load(words, Y) !== round) return 0
  return words[X] === round ? 1 : 2
}

const programs = {
  'stores before loads': playStores,
  'plain stores before loads': playPlainStores,
  'payload before flag': playPayload,
}

/** Both at the same round; false when the other has stopped. */
const meet = (round: number): boolean => {
  Atomics.store(words, READY[side], round)
  while (Atomics.load(words, READY[1 - side]!) < round) {
    if (Atomics.load(words, STOP) !== 0) return false
  }
  return true
}

const play = programs[name]
const endMs = performance.now() + forMs
let rounds = 0
while (rounds < ROUNDS_MAX && meet(rounds + 1)) {
  registers[rounds] = play(rounds + 1)
  rounds += 1
  if (rounds % 64 === 0 && performance.now() > endMs) break
}
Atomics.store(words, STOP, 1)
parentPort!.postMessage({ registers: registers.slice(0, rounds) } satisfies LitmusReport)
