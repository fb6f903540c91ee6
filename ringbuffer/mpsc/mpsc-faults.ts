/** What a ring with many producers says when there are too many of them, or too few of their bells: the cause, then the mend. Cold. */

/** Undefined where the number of producers will do. */
export const producersFault = (
  name: string,
  producersMax: number,
  most: number,
): RangeError | undefined => {
  if (Number.isInteger(producersMax) && producersMax >= 1 && producersMax <= most) return undefined
  return new RangeError(
    `ring '${name}': ${producersMax} producers: give it 1 to ${most}, others a second ring`,
  )
}

/** Undefined where a ring allocated for `producersMax` producers has this number. */
export const producerNumberFault = (
  name: string,
  number: number,
  producersMax: number,
): RangeError | undefined => {
  if (Number.isInteger(number) && number >= 1 && number <= producersMax) return undefined
  return new RangeError(
    `ring '${name}': producer ${number}: its numbers are 1 to ${producersMax}: ` +
      'give it one of these, or the ring a larger producersMax',
  )
}

export const bellsFault = (name: string, bells: number, producersMax: number): RangeError =>
  new RangeError(
    `ring '${name}': ${bells} doorbells for ${producersMax} producers: ` +
      "give it each producer's, number 1 first",
  )
