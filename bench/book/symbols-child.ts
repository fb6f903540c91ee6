/**
 * The fresh process of `bench book --workload symbols`: many books over one store of orders, as a venue has
 * them, filled to a steady number of orders. Argument: a SymbolsRun as JSON; prints one JSON line.
 *
 * Fifteen times of sixteen an order, any one, is cancelled and enters again at another price up to twenty
 * ticks from the middle; the sixteenth time an order of one lot takes what is best. Reports are dropped.
 */
import { inlineMore } from '../../engine/thread/inlining.ts'
import { BookDriver } from './book-driver.ts'
import { type BookMessages, IS_SELL, MESSAGE_WORDS, Verb } from './book-messages.ts'
import { collectGarbage, type Passes, timePasses } from './passes.ts'
import { chooseCpus, pinTo } from './pinning.ts'
import { NullSink } from './report-sinks.ts'

export interface SymbolsRun {
  readonly symbols: number
  /** Orders that rest in all books together. */
  readonly resting: number
  readonly messages: number
}

export interface SymbolsRunResult extends Passes {
  /** What the process has more of, once the books are filled: resident, and as V8 counts it. */
  readonly rssBytes: number
  readonly bytes: number
}

const MIDDLE_TICKS = 1_000
const AWAY_TICKS_MAX = 20
const LOTS_MAX = 100

/** Marsaglia's xorshift of 32 bits. */
class Chance {
  #state = 2_463_534_242

  /** From 0 to below `bound`. */
  below(bound: number): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x
    return (x >>> 0) % bound
  }
}

interface SpreadFlow {
  readonly messages: BookMessages
  /** By message: the index of its book. */
  readonly bookOf: Int32Array
}

/** Writes messages one behind the other; order `id` is always of the same book and side. */
class Spread {
  readonly #symbols: number
  readonly #resting: number
  readonly #words: Int32Array
  readonly #bookOf: Int32Array
  readonly #chance: Chance
  #count = 0

  constructor({ symbols, resting }: SymbolsRun, most: number, chance: Chance) {
    this.#symbols = symbols
    this.#resting = resting
    this.#words = new Int32Array(most * MESSAGE_WORDS)
    this.#bookOf = new Int32Array(most)
    this.#chance = chance
  }

  get count(): number {
    return this.#count
  }

  enter(id: number): void {
    const isSell = Math.floor((id - 1) / this.#symbols) % 2
    const away = 1 + this.#chance.below(AWAY_TICKS_MAX)
    const price = MIDDLE_TICKS + (isSell === 1 ? away : -away)
    const lots = 1 + this.#chance.below(LOTS_MAX)
    this.#write(Verb.New | (isSell * IS_SELL), id, lots, price, (id - 1) % this.#symbols)
  }

  change(): void {
    const id = 1 + this.#chance.below(this.#resting)
    if (this.#chance.below(16) === 0) {
      const isSell = this.#chance.below(2)
      const price = isSell === 1 ? 1 : 2 * MIDDLE_TICKS
      const verb = Verb.ImmediateOrCancel | (isSell * IS_SELL)
      // It never rests, so all of them may have one id, beyond those of the others.
      this.#write(verb, this.#resting + 1, 1, price, (id - 1) % this.#symbols)
      return
    }
    this.#write(Verb.Cancel, id, 0, 0, (id - 1) % this.#symbols)
    this.enter(id)
  }

  flow(): SpreadFlow {
    const words = this.#words.slice(0, this.#count * MESSAGE_WORDS)
    const messages = { count: this.#count, idMax: this.#resting + 1, words }
    return { messages, bookOf: this.#bookOf.slice(0, this.#count) }
  }

  #write(verb: number, id: number, lots: number, price: number, book: number): void {
    const i = this.#count++
    this.#words.set([verb, id, lots, price], i * MESSAGE_WORDS)
    this.#bookOf[i] = book
  }
}

function makeFlows(run: SymbolsRun): { readonly fill: SpreadFlow; readonly steady: SpreadFlow } {
  const chance = new Chance()
  const fill = new Spread(run, run.resting, chance)
  for (let id = 1; id <= run.resting; id++) fill.enter(id)
  const steady = new Spread(run, run.messages + 1, chance)
  while (steady.count < run.messages) steady.change()
  return { fill: fill.flow(), steady: steady.flow() }
}

function take(driver: BookDriver, { messages, bookOf }: SpreadFlow): void {
  driver.takeAcross(messages, bookOf, { from: 0, to: messages.count })
}

function memory(): { readonly rssBytes: number; readonly bytes: number } {
  collectGarbage()
  // What a column was before it grew is given back by the second one only.
  collectGarbage()
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage()
  return { rssBytes: rss, bytes: heapUsed + Math.max(external, arrayBuffers) }
}

const run = JSON.parse(process.argv[2]!) as SymbolsRun
inlineMore()
pinTo(chooseCpus()?.book)
const { fill, steady } = makeFlows(run)
const before = memory()
const options = { idMax: run.resting + 1, slots: 1, books: run.symbols }
const driver = new BookDriver(new NullSink(), options)
take(driver, fill)
const after = memory()
const passes = await timePasses(steady.messages.count, () => () => take(driver, steady))
const bytes = after.bytes - before.bytes
const result: SymbolsRunResult = { ...passes, bytes, rssBytes: after.rssBytes - before.rssBytes }
process.stdout.write(`${JSON.stringify(result)}\n`)
