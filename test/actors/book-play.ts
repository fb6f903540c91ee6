/**
 * Plays a table of commands against each book there is, and holds what the book says against what
 * the table says.
 *
 *   sell A 100 @ 1001 display 30   → rests                A is its name in the table; it is GTC
 *   buy B 70 @ 1001 ioc            → A 30@1001, A 30@1001, A 10@1001
 *   buy C 40 market                → at 1011, A 30@1001, ended 10 UnfilledMarket
 *   sell S 5 @ 990 stop 995 day    → waits
 *   amend A 50 @ 1002              → amended              `amend A 50` leaves its price
 *   cancel A                       → canceled 50
 *   phase halt                                            without an arrow nothing more is said
 *   time 20                        → S ended 5 DateReached
 *   book 5@900 / 50@1002                                  all lots, best first, bids and asks
 *   queue sell A 30/100 B 50/50                           as it would trade: tip / open
 *   where S                        → stop trigger=995 price=990 open=5
 *
 * Words for orders: @ N, market, to-limit, stop T, trail N, trail N bps, from T, peg KIND, offset N;
 * day, gtd T, ioc, fok, at-open, at-close; post-only, slide, hidden, display N, min N, all-or-none,
 * budget N; group N, stp MODE; oco X, after X, after-first X. #7 is an order that nobody knows.
 *
 * A trade is `MAKER LOTS@PRICE` if the order that acts just now takes, else `MAKER-TAKER LOTS@PRICE`;
 * `ended …` is said of the one that acts, `X ended …` of another. What an accepted order did not
 * say itself is told: `at PRICE`, `trigger PRICE`, `lots LOTS`. A line that begins with an arrow
 * goes on with the line above.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BookRules, BookUnderTest, OrderSpec, Phase } from './book-under-test.ts'
import { NaiveBook } from './naive-book.ts'
import { inWords, specOf } from './order-words.ts'

type MakeBook = (rules: BookRules) => BookUnderTest

/** The books that the tables hold for. */
export const BOOKS: readonly (readonly [name: string, make: MakeBook])[] = [
  ['naive', (rules) => new NaiveBook(rules)],
]

export const PLAIN_RULES: BookRules = {
  ...{ priceMin: 1, priceMax: 1_000_000, protectionBps: 100, referencePrice: 0 },
  ...{ bandBps: 0, bandPolicy: 'cancel', matching: 'time', topOrder: false, allocationMin: 0 },
  phase: 'continuous',
}

class Player {
  readonly #book: BookUnderTest
  readonly #specs: OrderSpec[] = []
  readonly #labels: string[] = []
  #now = 1

  constructor(book: BookUnderTest) {
    this.#book = book
  }

  run(line: string): void {
    const [left = '', ...right] = line.split('→').map((part) => part.trim())
    const words = left.split(/\s+/)
    const [verb, label = ''] = words
    const expected = right.join(' ').replace(/\s+/g, ' ')
    if (verb === 'book') assert.equal(`book ${this.#depth()}`.trim(), left, line)
    else if (verb === 'queue') assert.equal(this.#queue(label), words.slice(2).join(' '), line)
    else if (verb === 'where') assert.equal(this.#where(label), expected, line)
    else assert.equal(this.#command(words).join(', '), expected, line)
  }

  #command(words: string[]): string[] {
    const [verb, label = '', lots, , price = 0] = words
    if (verb === 'phase') return this.#tell(this.#book.setPhase(label as Phase)).slice(1)
    if (verb === 'cancel') return this.#tell(this.#book.cancel(this.#id(label)), label)
    if (verb === 'time') {
      this.#now = Number(label)
      return this.#tell(this.#book.expire(this.#now))
    }
    if (verb === 'amend') {
      const lines = this.#book.amend(this.#id(label), Number(price), Number(lots))
      return this.#withPlace(this.#tell(lines, label), label)
    }
    const spec = specOf(words, this.#specs.length + 1, (other) => this.#id(other))
    this.#specs.push(spec)
    this.#labels.push(label)
    return this.#withPlace(this.#tell(this.#book.enter(spec, this.#now), label), label)
  }

  #tell(lines: readonly string[], actor = ''): string[] {
    return inWords(lines, {
      actor,
      labelOf: (id) => this.#labels[id - 1] ?? `#${id}`,
      specOf: (id) => this.#specs[id - 1]!,
    })
  }

  /** Where the order is after all that, unless that goes without saying. */
  #withPlace(told: string[], label: string): string[] {
    const [place = ''] = this.#where(label).split(' ')
    const isAmended = told.includes('amended')
    const acted = told.some((word) => /^[^ -]+ (\d+@\d+|prevented \d+)$/.test(word))
    const open = /open=(\d+)/.exec(this.#where(label))?.[1]
    const rests = acted ? `rests ${open}` : 'rests'
    const words: Record<string, string> = { bid: rests, ask: rests, parked: 'parked' }
    const word = words[place] ?? (place === '' ? '' : 'waits')
    if (word === '' || (isAmended && !acted) || told[0]?.startsWith('refused')) return told
    const isLast = told.findIndex((each) => /^(phase|indicative) /.test(each))
    return told.toSpliced(isLast === -1 ? told.length : isLast, 0, word)
  }

  #id(label: string): number {
    return label.startsWith('#') ? Number(label.slice(1)) : this.#labels.lastIndexOf(label) + 1
  }

  /** The order's line of the state, with names for numbers. */
  #where(label: string): string {
    const line = new RegExp(`^(bid|ask|stop|parked|child) ${this.#id(label)} (.*)$`, 'm')
    const [, place, rest = ''] = line.exec(this.#book.state()) ?? []
    if (place === undefined) return ''
    return `${place} ${rest.replace(/^of (\d+)/, (_, id) => `of ${this.#labels[id - 1]}`)}`
  }

  #side(name: string): { id: number; price: number; open: number; tip: number }[] {
    const line = new RegExp(`^${name} (\\d+) (\\d+) open=(\\d+) tip=(\\d+)`, 'gm')
    return [...this.#book.state().matchAll(line)].map((match) => {
      const [id, price, open, tip] = match.slice(1).map(Number) as [number, number, number, number]
      return { id, price, open, tip }
    })
  }

  #queue(side: string): string {
    return this.#side(side === 'buy' ? 'bid' : 'ask')
      .map(({ id, tip, open }) => `${this.#labels[id - 1]} ${tip}/${open}`)
      .join(' ')
  }

  #depth(): string {
    const [bids, asks] = ['bid', 'ask'].map((side) => {
      const levels = new Map<number, number>()
      for (const { price, open } of this.#side(side)) {
        levels.set(price, (levels.get(price) ?? 0) + open)
      }
      return [...levels].map(([price, lots]) => `${lots}@${price}`).join(' ')
    })
    return `${bids} / ${asks}`.trim()
  }
}

/** Throws at the first line of the table that the book answers otherwise. */
export function playBook(book: BookUnderTest, table: string): void {
  const player = new Player(book)
  const lines = table.replace(/\n\s*→/g, ' → ').split('\n')
  for (const line of lines) if (line.trim() !== '') player.run(line.trim())
}

/** A test for each table and each book; a table is called by the sentence that it shows. */
export function playAll(
  area: string,
  tables: Readonly<Record<string, string>>,
  rules: Partial<BookRules> = {},
): void {
  for (const [sentence, table] of Object.entries(tables)) {
    for (const [name, make] of BOOKS) {
      test(`${area}: ${sentence} (${name})`, () =>
        playBook(make({ ...PLAIN_RULES, ...rules }), table))
    }
  }
}
