/** The names of the streams that exist: `btcusdt@trade`, `btcusdt@depth5@100ms`. Symbols are in lower case here only. */

export type PaceMs = 100 | 1000

export interface Stream {
  readonly name: string
  /** As the instrument has it: upper case. */
  readonly symbol: string
  /** `top`: the best `levelsMax` levels, whole, each time. */
  readonly kind: 'trade' | 'bookTicker' | 'depth' | 'top'
  /** Of depth and top. */
  readonly paceMs: PaceMs
  /** Of top; 0 for the others. */
  readonly levelsMax: number
}

/** One spelling for each symbol: beyond ASCII two characters may share an upper case ('ſ' and 's', 'ı' and 'i'). */
const FORM = /^([a-z0-9_-]{1,16})@(?:(trade|bookTicker)|depth(5|10|20)?(@100ms)?)$/

/** Undefined: no such stream, whatever the symbol. */
export function parseStreamName(name: string): Stream | undefined {
  const found = FORM.exec(name)
  if (found === null) return undefined
  const [, symbol = '', event, levels, fast] = found
  return {
    name,
    symbol: symbol.toUpperCase(),
    kind: event !== undefined ? (event as 'trade' | 'bookTicker') : levels ? 'top' : 'depth',
    paceMs: fast === undefined ? 1000 : 100,
    levelsMax: Number(levels ?? 0),
  }
}
