/** What a litmus test hands to its two real threads (litmus-worker.ts), and gets back. */

export type LitmusName = 'stores before loads' | 'plain stores before loads' | 'payload before flag'

export interface LitmusPlan {
  readonly name: LitmusName
  readonly memory: SharedArrayBuffer
  readonly side: 0 | 1
  readonly forMs: number
}

export interface LitmusReport {
  /** One of each round; what the two threads made of it is put together by the test. */
  readonly registers: Uint8Array
}

export const LITMUS_BYTES = 1024
