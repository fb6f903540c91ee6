/**
 * Whether what was given will do. It is asked at the edge, once, so that nobody inside needs to ask again; each refusal names the
 * place, what was given, and what to give.
 */

const SHOWN_CHARACTERS_MAX = 60

/** As its author would write it: texts in quotes. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value)
  if (typeof value !== 'string') return String(value)
  const isLong = value.length > SHOWN_CHARACTERS_MAX
  return `'${isLong ? `${value.slice(0, SHOWN_CHARACTERS_MAX)}…` : value}'`
}

export const refused = (where: string, value: unknown, give: string): RangeError =>
  new RangeError(`${where} = ${shown(value)}: give it ${give}`)

/** A hundred and more years: with it a time is a safe integer of µs for as long again. */
const DURATION_MS_MAX = 2 ** 42

export const isDuration = (ms: unknown): boolean =>
  typeof ms === 'number' && ms >= 0 && ms <= DURATION_MS_MAX

/** What to give where one is wanted. */
export const DURATIONS = '0 to 2^42 ms'
