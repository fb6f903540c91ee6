/** What was thrown, as text. Anything can be thrown, also what throws when it is asked what it is. */

/** 'RangeError: too much'. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown)
  } catch (error) {
    return `${typeof thrown} that cannot be shown (${error instanceof TypeError ? 'it has no text' : 'its toString throws'})`
  }
}

/** Where it was thrown, if it says so. */
export function stackOf(thrown: unknown): string | undefined {
  try {
    const stack = thrown instanceof Error ? thrown.stack : undefined
    return typeof stack === 'string' ? stack : undefined
  } catch {
    return undefined // a getter that throws: then it does not say
  }
}

/** By which a strategy chooses. */
export function nameOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.name) : typeof thrown
  } catch {
    return 'Error' // a getter that throws, of an error it is
  }
}
