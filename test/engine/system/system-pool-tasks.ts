/** Functions for a pool of threads, and the protocol that they answer. */
import { setTimeout as sleep } from 'node:timers/promises'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'

export const Squares = protocol('squares', {
  Of: request({ number: u32 }, { square: u32 }),
  /** The same after so long. */
  Slow: request({ number: u32, ms: u32 }, { square: u32 }),
  Throw: request({}, { square: u32 }),
  Wrong: request({}, { square: u32 }),
})

export const Of = ({ number }: { number: number }) => ({ square: number * number })

export async function Slow({ number, ms }: { number: number; ms: number }) {
  await sleep(ms)
  return { square: number * number }
}

export function Throw(): never {
  throw new Error('no square today')
}

/** Nothing that fits into the answer. */
export const Wrong = () => ({ square: -1 })
