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

/** Throws where the value will not do; `where` says whose it is. */
export type Check = (where: string, value: unknown) => void

/** What an options object takes, by name. */
export type Checks = Readonly<Record<string, Check>>

const MOST = Number.MAX_SAFE_INTEGER

export const isInteger =
  (from: number, to = MOST): Check =>
  (where, value) => {
    if (Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to) return
    throw refused(where, value, `an integer from ${from}${to === MOST ? '' : ` to ${to}`}`)
  }

export const isOneOf =
  (...good: readonly string[]): Check =>
  (where, value) => {
    if (good.includes(value as string)) return
    throw refused(where, value, `one of ${good.map(shown).join(', ')}`)
  }

export const isText: Check = (where, value) => {
  if (typeof value !== 'string' || value === '') throw refused(where, value, 'a text, not empty')
}

export const isModule: Check = (where, value) => {
  if (!(value instanceof URL)) isText(where, value)
}

export const isFunction: Check = (where, value) => {
  if (typeof value !== 'function') throw refused(where, value, 'a function')
}

export const isTime: Check = (where, value) => {
  if (!isDuration(value)) throw refused(where, value, DURATIONS)
}

export const isListOf =
  (check: Check): Check =>
  (where, value) => {
    if (!Array.isArray(value)) throw refused(where, value, 'an array')
    for (const [i, one] of value.entries()) check(`${where}[${i}]`, one)
  }

export const isObjectOf =
  (checks: Checks, required: readonly string[] = []): Check =>
  (where, value) =>
    checkOptions(where, value, checks, required)

/** `where` is '' or says whose options they are. What is undefined is as if it were not there. */
export function checkOptions(
  where: string,
  given: unknown,
  checks: Checks,
  required: readonly string[] = [],
): void {
  const known = Object.keys(checks).join(', ')
  if (typeof given !== 'object' || given === null) {
    throw refused(where === '' ? 'options' : where, given, `an object of ${known}`)
  }
  const values = given as Readonly<Record<string, unknown>>
  const placeOf = (key: string): string => (where === '' ? key : `${where}: ${key}`)
  for (const key of Object.keys(values)) {
    if (Object.hasOwn(checks, key)) continue
    throw new RangeError(`${placeOf(key)}: there is no such option: it takes ${known}`)
  }
  for (const [key, check] of Object.entries(checks)) {
    if (values[key] !== undefined || required.includes(key)) check(placeOf(key), values[key])
  }
}
