/** The words of the tables in `book-play.ts`: from a table to an order, from a book's lines back. */
import assert from 'node:assert/strict'
import { type OrderSpec, PLAIN_ORDER } from './book-under-test.ts'

type Words = Partial<OrderSpec>

/** What a word says, with the words after it that it takes. */
const WORDS: Readonly<Record<string, (next: () => string, spec: OrderSpec) => Words>> = {
  '@': (next) => ({ price: Number(next()) }),
  market: () => ({ type: 'market' }),
  'to-limit': () => ({ type: 'market-to-limit' }),
  stop: (next, { price }) => ({
    ...{ type: price > 0 ? 'stop-limit' : 'stop', trigger: Number(next()) },
  }),
  trail: (next) => ({ type: 'trailing-stop', trailTicks: Number(next()) }),
  bps: (_, { trailTicks }) => ({ trailTicks: 0, trailBps: trailTicks }),
  from: (next) => ({ trigger: Number(next()) }),
  peg: (next) => ({ type: 'pegged', peg: next() as OrderSpec['peg'] }),
  offset: (next) => ({ pegOffset: Number(next()) }),
  gtd: (next) => ({ tif: 'gtd', expire: Number(next()) }),
  'post-only': () => ({ postOnly: 'reject' }),
  slide: () => ({ postOnly: 'slide' }),
  hidden: () => ({ hidden: true }),
  display: (next) => ({ display: Number(next()) }),
  min: (next) => ({ minimum: Number(next()) }),
  'all-or-none': () => ({ allOrNone: true }),
  budget: (next) => ({ budget: Number(next()), lots: 0 }),
  group: (next) => ({ group: Number(next()) }),
  stp: (next) => ({ stp: next() as OrderSpec['stp'] }),
}

const TIFS = ['day', 'gtc', 'ioc', 'fok', 'at-open', 'at-close']

const LINKS: Readonly<Record<string, OrderSpec['link']>> = {
  ...{ oco: 'oco', after: 'child', 'after-first': 'child-on-first-fill' },
}

/** `sell A 5 @ 990 stop 995 day`; `idOf` knows the orders that links name. */
export function specOf(
  [verb, , lots, ...rest]: readonly string[],
  id: number,
  idOf: (label: string) => number,
): OrderSpec {
  let spec: OrderSpec = { ...PLAIN_ORDER, id, sign: verb === 'buy' ? 1 : -1, lots: Number(lots) }
  const words = [...rest]
  const next = () => words.shift() ?? ''
  for (let word = next(); word !== ''; word = next()) {
    const [link, say] = [LINKS[word], WORDS[word]]
    if (TIFS.includes(word)) spec = { ...spec, tif: word as OrderSpec['tif'] }
    else if (link !== undefined) spec = { ...spec, link, linkId: idOf(next()) }
    else {
      assert.ok(say, `no such word: ${word}`)
      spec = { ...spec, ...say(next, spec) }
    }
  }
  return spec
}

export interface Telling {
  /** The order that acts, as the table calls it; empty if the market does. */
  readonly actor: string
  readonly labelOf: (id: number) => string
  readonly specOf: (id: number) => OrderSpec
}

/** What its owner did not say of it. */
function accepted(line: string, told: Telling): string[] {
  const [id = 0, price = 0, trigger = 0, lots = 0] = line.match(/\d+/g)!.map(Number)
  const spec = told.specOf(id)
  return [
    ...(price === spec.price ? [] : [`at ${price}`]),
    ...(trigger === spec.trigger ? [] : [`trigger ${trigger}`]),
    ...(lots === spec.lots ? [] : [`lots ${lots}`]),
  ]
}

/** The lines of one command, in words. */
export function inWords(lines: readonly string[], told: Telling): string[] {
  let { actor } = told
  return lines.flatMap((line) => {
    const verb = line.split(' ')[0]!
    const [a = 0, b = 0, c = 0, d = 0] = (line.match(/-?\d+/g) ?? []).map(Number)
    const [one, two] = [told.labelOf(a), told.labelOf(b)]
    const pair = two === actor ? one : `${one}-${two}`
    const who = one === actor ? '' : `${one} `
    if (verb === 'trade') return [`${pair} ${d}@${c}`]
    if (verb === 'prevented') return [`${pair} prevented ${c}`]
    if (verb === 'indicative') return [`indicative ${b}@${a} ${c > 0 ? '+' : ''}${c}`]
    if (verb === 'amended') return [line.endsWith('done') ? 'done' : 'amended']
    if (verb === 'accepted') return accepted(line, told)
    if (verb === 'ended') {
      const reason = line.split(' ')[3]!
      return [reason === 'CanceledByClient' ? `${who}canceled ${b}` : `${who}ended ${b} ${reason}`]
    }
    if (verb === 'restated') return [`${one} restated ${c}@${b}`]
    if (verb === 'triggered') actor = one
    return verb === 'triggered' ? [`${one} triggered`] : [line]
  })
}
