/** The names of shared words in printed schedules. */

import type { ModelMemory } from './model-memory.ts'
import type { SharedBlock } from './shared-views.ts'

const LINE_BYTES = 128
const LINES = ['form', 'TAIL', 'HEAD', 'PROD_WAIT', "producer's counters", "consumer's counters"]

/** Of memory that instrumented source has allocated. */
export const blockOf = (memory: SharedArrayBuffer): SharedBlock => memory as unknown as SharedBlock

export const labelRing = (
  memory: ModelMemory,
  ring: SharedArrayBuffer,
  name = '',
  lines = LINES,
): void => {
  const prefix = name === '' ? '' : `${name}'s `
  memory.label(blockOf(ring).at, (byte) => {
    const line = lines[Math.floor(byte / LINE_BYTES)]
    if (line === undefined) return `${prefix}record+${byte - lines.length * LINE_BYTES}`
    const place = byte % LINE_BYTES === 0 ? line : `${line}+${byte % LINE_BYTES}`
    return line === 'form' ? place : `${prefix}${place}`
  })
}

export const labelBell = (memory: ModelMemory, bell: SharedArrayBuffer, name: string): void => {
  memory.label(blockOf(bell).at, (byte) => (byte === LINE_BYTES ? name : `${name}+${byte}`))
}
