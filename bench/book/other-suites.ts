/** The workloads of `bench book` that are not one book alone: a shard, many books, and a peer's book. */
import { type Figure, figure } from '../figures.ts'
import type { MebScenario } from '../workloads/meb.ts'
import type { BookOutcome } from './book-suite.ts'
import { withFlows } from './book-suite.ts'
import { mebFlow } from './flows.ts'
import { runFresh } from './fresh-process.ts'
import type { Passes } from './passes.ts'
import type { ShardRun, ShardRunResult } from './shard-child.ts'
import type { SymbolsRun, SymbolsRunResult } from './symbols-child.ts'

interface SuiteOptions {
  readonly seed: number
  readonly orders?: number
  readonly runs: number
  readonly onRun?: (name: string) => void
}

const PER_SECOND = { unit: 'messages/s', better: 'more' } as const
const less = (unit: string) => ({ unit, better: 'less' }) as const

/** 140 bytes a command: 70 MB of them. */
const SHARD_ORDERS = 250_000

/** Question: how many commands a second does a shard's thread take, account and risk in front of the book? */
export const runShard = ({ seed, orders = SHARD_ORDERS, runs, onRun }: SuiteOptions) =>
  withFlows(async (directory): Promise<BookOutcome> => {
    const { file, idMax } = mebFlow(directory, { scenario: 'normal', seed, orders })
    const run: ShardRun = { file, idMax }
    const results: ShardRunResult[] = []
    for (let i = 0; i < runs; i++) {
      onRun?.(`shard, run ${i + 1} of ${runs}`)
      results.push(await runFresh<ShardRunResult>({ script: './shard-child.js' }, run))
    }
    const rates = results.flatMap(({ warmPerSecond }) => warmPerSecond)
    const cold = results.map(({ coldPerSecond }) => coldPerSecond)
    const collections = results.map((result) => result.collections)
    const events = results.map((result) => result.events / result.commands)
    const perSecond = { unit: 'commands/s', better: 'more' } as const
    const figures = {
      'shard.msgs_per_s': figure(rates, perSecond),
      'shard.ns_per_msg': figure(
        rates.map((rate) => 1e9 / rate),
        less('ns/command'),
      ),
      'shard.cold.msgs_per_s': figure(cold, perSecond),
      'shard.collections': figure(collections, less('in the window')),
      'shard.events': figure(events, less('events/command')),
    }
    const unpinned = results.find((result) => result.unpinned !== undefined)?.unpinned
    return { figures, hashes: [], ...(unpinned === undefined ? {} : { unpinned }) }
  })

const SYMBOLS = 10_000
const ORDERS_PER_SYMBOL = 100
const SYMBOLS_MESSAGES = 2_000_000

/**
 * Question: what does a message cost more, and how much memory is there, when it may be for any of 10,000
 * books? Beside it one book as each of them, and one with all the orders in it, each in a process of its own.
 */
export async function runSymbols({ orders, runs, onRun }: SuiteOptions): Promise<BookOutcome> {
  const resting = orders ?? SYMBOLS * ORDERS_PER_SYMBOL
  const symbols = Math.max(1, Math.min(SYMBOLS, Math.floor(resting / ORDERS_PER_SYMBOL)))
  const messages = orders === undefined ? SYMBOLS_MESSAGES : Math.min(SYMBOLS_MESSAGES, 4 * orders)
  const cases: Record<string, SymbolsRun> = {
    one: { symbols: 1, resting: Math.ceil(resting / symbols), messages },
    'one-deep': { symbols: 1, resting, messages },
    all: { symbols, resting, messages },
  }
  const results: Record<string, SymbolsRunResult[]> = {}
  for (let i = 0; i < runs; i++) {
    for (const [name, run] of Object.entries(cases)) {
      onRun?.(`symbols, ${name}, run ${i + 1} of ${runs}`)
      const result = await runFresh<SymbolsRunResult>({ script: './symbols-child.js' }, run)
      results[name] = [...(results[name] ?? []), result]
    }
  }
  const figures: Record<string, Figure> = {}
  for (const [name, list] of Object.entries(results)) {
    const ns = list.flatMap(({ warmPerSecond }) => warmPerSecond.map((rate) => 1e9 / rate))
    figures[`symbols.${name}.ns_per_msg`] = figure(ns, less('ns/message'))
  }
  const median = (name: string): number => figures[`symbols.${name}.ns_per_msg`]!.median
  const all = results.all!
  figures['symbols.ratio'] = figure([median('all') / median('one')], less('× one symbol'))
  // Of books alike in all but how many they are: a small one lies in the cache whole, a million orders do not.
  const sameOrders = median('all') / median('one-deep')
  figures['symbols.ratio_same_orders'] = figure(
    [sameOrders],
    less('× one symbol of as many orders'),
  )
  figures['symbols.bytes'] = figure(
    all.map(({ bytes }) => bytes),
    less('bytes, heap and external'),
  )
  figures['symbols.rss_bytes'] = figure(
    all.map(({ rssBytes }) => rssBytes),
    less('bytes, resident'),
  )
  return { figures, hashes: [] }
}

/** Messages of the flow's beginning: the peer takes seconds for them. */
const PEER_MESSAGES = 100_000

/** Both books on the same messages, in turn, their reports dropped. */
export const runPeer = (options: SuiteOptions & { readonly scenario: MebScenario }) =>
  withFlows(async (directory): Promise<Record<string, Figure>> => {
    const { scenario, seed, orders, runs, onRun } = options
    const bounds = { scenario, seed, orders, messagesMax: PEER_MESSAGES }
    const { file, idMax, slots } = mebFlow(directory, bounds)
    const rates: { ours: number[]; peer: number[] } = { ours: [], peer: [] }
    for (let i = 0; i < runs; i++) {
      onRun?.(`nodejs-order-book on meb.${scenario}, run ${i + 1} of ${runs}`)
      const ours = { file, idMax, slots, sink: 'null', hash: false }
      rates.ours.push(
        ...(await runFresh<Passes>({ script: './book-child.js' }, ours)).warmPerSecond,
      )
      const peer = { file, idMax }
      rates.peer.push(
        ...(await runFresh<Passes>({ script: './peer-child.js' }, peer)).warmPerSecond,
      )
    }
    const ours = figure(rates.ours, PER_SECOND)
    const peer = figure(rates.peer, PER_SECOND)
    return {
      'peer.nodejs-order-book.msgs_per_s': peer,
      'peer.ours.msgs_per_s': ours,
      'peer.nodejs-order-book.ratio': figure([ours.median / peer.median], {
        unit: '× its rate',
        better: 'more',
      }),
    }
  })

/** Whether the peer is there; it is a development dependency only. */
export function hasPeer(): boolean {
  try {
    import.meta.resolve('nodejs-order-book')
    return true
  } catch {
    return false
  }
}
