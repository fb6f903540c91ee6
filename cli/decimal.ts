/** Decimal numbers as people write them, to integers and back, exactly. */

export interface Decimal {
  /** The digits as an integer: '0.010' is 10 with 3 decimals. */
  readonly mantissa: number
  readonly decimals: number
}

/** Undefined where the text is no plain decimal number, or one whose digits no safe integer holds. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null) return undefined
  const fraction = match[2] ?? ''
  const digits = `${match[1]}${fraction}`.replace(/^0+(?=\d)/, '')
  const mantissa = Number(digits)
  return Number.isSafeInteger(mantissa) ? { mantissa, decimals: fraction.length } : undefined
}

/** `text` in units of 10^-decimals, if it is a whole number of them. */
export function decimalToUnits(text: string, decimals: number): number | undefined {
  const parsed = parseDecimal(text)
  if (parsed === undefined) return undefined
  const shift = decimals - parsed.decimals
  const units = shift >= 0 ? parsed.mantissa * 10 ** shift : parsed.mantissa / 10 ** -shift
  return Number.isSafeInteger(units) ? units : undefined
}

/** `text` as a whole number of `steps` such as ticks or lots, if it is one. */
export function decimalToSteps(text: string, step: Decimal): number | undefined {
  const units = decimalToUnits(text, step.decimals)
  if (units === undefined || step.mantissa === 0) return undefined
  return units % step.mantissa === 0 ? units / step.mantissa : undefined
}
