/**
 * The naive book under random flows, watched from outside: it is the measure of the fast one, so
 * something else has to be the measure of it. `BOOK_FLOW_TABLE=1` prints what the flows reached.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apply, BookFlow, drawRules } from './book-flow.ts'
import { BookWatcher } from './book-watcher.ts'
import { NaiveBook } from './naive-book.ts'

const SEEDS = 100
const COMMANDS = 300

/** What has happened at least so often, or the flow proves nothing about it. */
const LEAST: Readonly<Record<string, number>> = {
  ...{ accepted: 10_000, trade: 4_000, triggered: 1_500, restated: 3_000, indicative: 1_000 },
  ...{ amended: 2_000, 'amended done': 40, prevented: 100 },
  ...{ 'ended CanceledByClient': 1_000, 'ended DateReached': 400, 'ended DayEnded': 400 },
  ...{ 'ended LinkedOrder': 1_000, 'ended ParentEnded': 250, 'ended PhaseForbids': 3 },
  ...{ 'ended PriceBand': 120, 'ended SelfTrade': 500, 'ended WouldTrade': 30 },
  ...{ 'ended UnfilledAuction': 200, 'ended UnfilledIoc': 500, 'ended UnfilledMarket': 1_000 },
  ...{ 'ended UnfilledMinimum': 1_000, 'refused InvalidInstruction': 600 },
  ...{ 'refused LinkedOrder': 200, 'refused ParentEnded': 25, 'refused PhaseForbids': 800 },
  ...{ 'refused NoLiquidity': 250, 'refused NoReferencePrice': 15, 'refused WouldTrade': 60 },
  ...{ 'refused QuantityOutOfRange': 150, 'refused UnknownOrder': 400 },
  ...{ 'phase continuous': 300, 'phase halt': 35, 'phase closed': 100, 'phase pre-open': 40 },
  ...{ 'phase opening-auction': 40, 'phase closing-auction': 150, 'phase volatility-auction': 80 },
}

/** `ended 7 20 SelfTrade` is an `ended SelfTrade`, `trade 1 2 101 5` a `trade`. */
function kindOf(line: string): string {
  const [verb = '', , , reason = ''] = line.split(' ')
  if (verb === 'ended') return `ended ${reason}`
  if (verb === 'refused' || verb === 'phase') return line
  return line.endsWith(' done') ? 'amended done' : verb
}

function play(seed: number, count: (kind: string) => void): void {
  const rules = drawRules(seed)
  const book = new NaiveBook(rules)
  const flow = new BookFlow(seed, rules)
  const watcher = new BookWatcher(rules)
  for (let i = 0; i < COMMANDS; i++) {
    const command = flow.next()
    const lines = apply(book, command)
    try {
      watcher.see(command, lines, book.state())
    } catch (cause) {
      const said = `${JSON.stringify(command)}\n${lines.join('\n')}\n${book.state()}`
      throw new Error(`seed ${seed}, command ${i}: ${said}`, { cause })
    }
    flow.hear(lines)
    for (const line of lines) count(kindOf(line))
  }
}

test('naive book: random flows lose nothing, cross nothing and pass nobody over', () => {
  const counts = new Map<string, number>()
  for (let seed = 1; seed <= SEEDS; seed++) {
    play(seed, (kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1))
  }
  const table = [...counts].sort().map(([kind, count]) => `${String(count).padStart(6)} ${kind}`)
  if (process.env.BOOK_FLOW_TABLE) console.log(table.join('\n'))
  for (const [kind, least] of Object.entries(LEAST)) {
    assert.ok((counts.get(kind) ?? 0) >= least, `${kind}: under ${least}\n${table.join('\n')}`)
  }
})
