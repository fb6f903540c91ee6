/** What may come where the cursor is: verbs, then symbols, ids and words by the verb. For readline. */
import { VERBS } from './verbs.ts'

/** What there is to name. */
export interface CompletionNames {
  readonly symbols: readonly string[]
  /** Client order ids of the open orders. */
  readonly ids: readonly string[]
}

const ORDER_WORDS = [
  ...['gtc', 'day', 'ioc', 'fok', 'open', 'close', 'until=', 'stop=', 'trail=', 'peg='],
  ...['display=', 'min=', 'aon', 'post-only', 'slide', 'stp=', 'id='],
]

/** The words that fit, and the one that they would take the place of. */
export function complete(line: string, names: CompletionNames): [string[], string] {
  const words = line.trimStart().split(/\s+/)
  const last = words.at(-1)!
  const fitting = candidates(words, names).filter((word) =>
    word.toLowerCase().startsWith(last.toLowerCase()),
  )
  return [fitting.map((word) => (word.endsWith('=') ? word : `${word} `)), last]
}

/** `words`: the last one is being written. */
function candidates(words: readonly string[], { symbols, ids }: CompletionNames): string[] {
  const place = words.length - 1
  if (place === 0) return [...Object.keys(VERBS), 'quit']
  switch (words[0]!.toLowerCase()) {
    case 'buy':
    case 'sell':
      if (place === 1) return []
      return place === 2 ? [...symbols] : ORDER_WORDS
    case 'cancel':
      if (place === 1) return [...ids, 'all']
      return place === 2 && words[1] === 'all' ? [...symbols] : []
    case 'replace':
      return place === 1 ? [...ids] : []
    case 'status':
      if (place === 1) return [...ids]
      return place === 2 ? [...symbols] : []
    case 'orders':
    case 'book':
      return place === 1 ? [...symbols] : []
    case 'help':
      return place === 1 ? Object.keys(VERBS) : []
    default:
      return []
  }
}
