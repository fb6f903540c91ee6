/**
 * What is always true of the machine, whatever it is asked: random commands of every kind, watched
 * from outside. A failure prints fast-check's seed, its path and the shortest story that it found.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ExecType } from '../../protocol/codecs.ts'
import { type ExchangeHarness, FIRST_US } from './exchange-harness.ts'
import { FeedBooks } from './feed-book.ts'
import { type Draw, DrawnFlow, draws } from './machine-draws.ts'
import * as watch from './machine-watchers.ts'
import { openPlayground } from './market-play.ts'

const UNITS = 3_000
const TERMS = { bandBps: 300, referencePrice: 100, protectionBps: 300, auctionSeconds: 5 }
const RUNS = 150

/** Plays a list of draws under a watcher; returns how many fills there were. */
function play(list: readonly Draw[], watcherOf: (exchange: ExchangeHarness) => watch.Watcher) {
  const exchange = openPlayground({ units: UNITS, terms: TERMS })
  const flow = new DrawnFlow()
  const watcher = watcherOf(exchange)
  let fills = 0
  for (const draw of list) {
    const second = Math.floor((exchange.timeUs - FIRST_US) / 1_000_000)
    const { name, session, fields, entries, seconds } = flow.commandOf(draw, second)
    if (seconds > 0) exchange.waitUntil(exchange.timeUs + 1_000_000 * seconds)
    const events = exchange.send(name, session, fields, entries)
    flow.hear(events)
    watcher.see(name, fields, events)
    fills += events.filter(({ execType }) => execType === ExecType.Trade).length
  }
  return fills
}

function always(sentence: string, watcherOf: (exchange: ExchangeHarness) => watch.Watcher): void {
  test(`always: ${sentence}`, () => {
    let fills = 0
    const property = fc.property(draws, (list) => {
      fills += play(list, watcherOf)
    })
    fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: 3_000 })
    assert.ok(fills > 100, `only ${fills} fills: nothing was watched`)
  })
}

always('the audit is silent, and the book that the feed tells is the book', (exchange) => {
  const books = new FeedBooks(exchange)
  return { see: (_name, _fields, events) => books.hear(events) }
})
always('money is what came in and what fills did to it, per account and currency', (exchange) => {
  return new watch.MoneyWatcher(exchange, UNITS)
})
always('ordered is filled, open and canceled, in each report of an order', () => {
  return new watch.QuantityWatcher()
})
always('nobody trades beyond his price, the maker’s counts, and none is outside the band', () => {
  return new watch.PriceWatcher(TERMS)
})
always('a better price trades first, and at one price the older order', () => {
  return new watch.QueueWatcher()
})
always('the book is not crossed while its market trades', () => new watch.CrossedWatcher())
always('a refusal has its reason, and changes nothing', () => new watch.RefusalWatcher())
