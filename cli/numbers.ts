/** Numbers given as flags: what is none, or out of its range, is a mistake of usage. */
import { InvalidArgumentError } from 'commander'

/** A parser for commander, of whole numbers from `min` up to and including `max`. */
export function wholeNumber({
  min,
  max = Number.MAX_SAFE_INTEGER,
}: {
  readonly min: number
  readonly max?: number
}): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`
    throw new InvalidArgumentError(`It must be a whole number, ${range}.`)
  }
}

export const portNumber = wholeNumber({ min: 0, max: 65_535 })
