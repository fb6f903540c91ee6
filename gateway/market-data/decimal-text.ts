/**
 * Ticks and lots as decimal strings, exactly: a count times a size, and a point put between the digits.
 *
 *   20001 ticks × TickSize 5, PriceDecimals 3  →  100005  →  "100.005"
 */

/** `count` × `size` in units of 10^-`decimals`, always with all its decimals. */
export function decimalText(count: number, size: number, decimals: number): string {
  const units = count * size
  // Only a sum of lots far beyond any real book leaves the safe range; exact then too, and rare enough for BigInt.
  const digits = Number.isSafeInteger(units) ? String(units) : String(BigInt(count) * BigInt(size))
  return pointed(digits, decimals)
}

function pointed(digits: string, decimals: number): string {
  if (decimals === 0) return digits
  if (digits.startsWith('-')) return `-${pointed(digits.slice(1), decimals)}`
  const padded = digits.padStart(decimals + 1, '0')
  const point = padded.length - decimals
  return `${padded.slice(0, point)}.${padded.slice(point)}`
}
