/** A schedule as text: who did what, and what it answered. */

import type { Done, ModelMemory } from './model-memory.ts'
import type { Choice, Role } from './thread-step.ts'

export interface Move {
  readonly thread: number
  readonly choice: Choice
  readonly done: readonly Done[]
}

/** One line for each step: `producer   store ring TAIL 4  · write record 8 ← 1`. */
export const describeSchedule = (
  memory: ModelMemory,
  roles: readonly Role[],
  moves: readonly Move[],
): string => {
  const width = Math.max(...roles.map(({ name }) => name.length))
  const lines = moves.map(({ thread, choice, done }, index) => {
    const name = roles[thread]!.name.padEnd(width)
    // What never changes tells nothing.
    const telling = done.filter(({ at }) => !memory.nameOf(at).startsWith('form'))
    const deeds = telling.map((one) => describe(memory, one))
    if (choice.kind === 'time out') deeds.unshift('its time runs out')
    if (choice.kind === 'event') deeds.unshift('another event of its loop')
    if (choice.kind === 'die') deeds.unshift('dies')
    if (choice.kind === 'run and die') deeds.push('dies')
    if (deeds.length === 0) deeds.push('falls asleep, or its event loop runs')
    return `${String(index + 1).padStart(4)}  ${name}  ${deeds.join(' · ')}`
  })
  return lines.join('\n')
}

const describe = (memory: ModelMemory, { kind, at, given, answer }: Done): string => {
  const place = memory.nameOf(at)
  if (kind === 'write' || kind === 'store') return `${kind} ${place} ← ${given}`
  const shown = typeof answer === 'object' ? answer.key : answer
  return given === '' ? `${kind} ${place} → ${shown}` : `${kind} ${place} (${given}) → ${shown}`
}
