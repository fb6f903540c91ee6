/**
 * One side of a ping-pong between two doorbells: `turn` counts up, even numbers are the first
 * side's to answer. Reports how often the time ran out, which says that a ring was lost.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { Doorbell } from '../../ringbuffer/doorbell.ts'

export interface PingPongPlan {
  readonly kind: 'wait' | 'event loop'
  readonly turn: SharedArrayBuffer
  readonly mine: SharedArrayBuffer
  readonly theirs: SharedArrayBuffer
  /** Which numbers are mine: 0 even, 1 odd. */
  readonly parity: 0 | 1
  readonly turns: number
  readonly timeoutMs: number
}

export interface PingPongReport {
  readonly parks: number
  readonly timeouts: number
}

const plan = workerData as PingPongPlan
const turn = new Int32Array(plan.turn)
const mine = new Doorbell(plan.mine)
const theirs = new Doorbell(plan.theirs)
let parks = 0
let timeouts = 0

const isOver = (): boolean => Atomics.load(turn, 0) >= plan.turns
const isMine = (): boolean => isOver() || (Atomics.load(turn, 0) & 1) === plan.parity

const answer = (): void => {
  while (isMine() && !isOver()) {
    Atomics.add(turn, 0, 1)
    theirs.ring()
  }
}

const playParked = (): void => {
  for (answer(); !isOver(); answer()) {
    parks += 1
    if (!mine.park(plan.timeoutMs, isMine)) timeouts += 1
  }
}

const playInEventLoop = async (): Promise<void> => {
  const keptAlive = setInterval(() => mine.beat(), 1_000)
  for (answer(); !isOver(); answer()) {
    const startMs = performance.now()
    const rung = mine.parkInEventLoop(plan.timeoutMs, isMine)
    if (rung === undefined) continue
    parks += 1
    await rung
    if (performance.now() - startMs >= plan.timeoutMs) timeouts += 1
  }
  clearInterval(keptAlive)
}

if (plan.kind === 'wait') playParked()
else await playInEventLoop()
theirs.ring()
parentPort!.postMessage({ parks, timeouts } satisfies PingPongReport)
