/** `tradsys load lobster`: a real NASDAQ day through the TCP port, and its book against the truth. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MarketDataClient } from '../client/market-data.ts'
import type { LocalBook } from '../client/market-data-book.ts'
import { parseAddress } from './address.ts'
import { CliError, ExitCode } from './cli-error.ts'
import { LobsterDay } from './lobster/day.ts'
import { type BookRows, readLobster } from './lobster/files.ts'
import { Trader } from './lobster/trader.ts'
import { type Depth, describeDifference, differences, type Level } from './lobster/truth.ts'
import { type Progress, startProgress } from './progress.ts'
import { type RunningExchange, startExchange } from './start.ts'

export interface LoadLobsterFlags {
  readonly messages: string
  readonly book: string
  readonly url?: string
  readonly marketData?: string
  readonly symbol: string
  readonly compId: string
  readonly compareEvery: number
  readonly events?: number
  readonly json?: boolean
  readonly progress?: boolean
}

/** Prices in the file are dollars × 10,000; the instrument's tick is a cent, its lot a share. */
const FILE_UNITS_PER_TICK = 100
/** After the last answer the feed needs its next interval, or after a restart a new snapshot; then it must be right. */
const FEED_MS_MAX = 30_000
const MISMATCHES_SHOWN_MAX = 20

export async function loadLobster(flags: LoadLobsterFlags): Promise<void> {
  const files = await readLobster({
    messagesPath: flags.messages,
    bookPath: flags.book,
    tick: FILE_UNITS_PER_TICK,
  })
  const day = new LobsterDay(files, 'grouped')
  const venue = flags.url === undefined ? await ownExchange() : givenExchange(flags)
  const rows = Math.min(flags.events ?? files.book.rowCount, files.book.rowCount)
  const progress = startProgress('events', rows, flags)
  try {
    const load = await Load.open(venue, flags)
    const started = performance.now()
    await load.run(day, files.book, rows, progress)
    const seconds = (performance.now() - started) / 1000
    await load.close()
    progress.stop()
    print(load, day, seconds, flags)
  } finally {
    progress.stop()
    await venue.close()
  }
}

interface Venue {
  readonly orderEntry: { readonly host: string; readonly port: number }
  readonly marketDataUrl: string
  close(): Promise<void>
}

async function ownExchange(): Promise<Venue> {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-lobster-'))
  let running: RunningExchange
  try {
    const anyPort = { orderEntryPort: 0, marketDataPort: 0 }
    running = await startExchange({ dataDir: directory, ...anyPort, quiet: true })
  } catch (error) {
    rmSync(directory, { recursive: true })
    throw error
  }
  const { exchange } = running
  return {
    orderEntry: exchange.orderEntry,
    marketDataUrl: `ws://${exchange.marketData.host}:${exchange.marketData.port}`,
    async close() {
      await exchange.stop()
      rmSync(directory, { recursive: true })
    },
  }
}

function givenExchange({ url = '', marketData }: LoadLobsterFlags): Venue {
  const orderEntry = parseAddress('--url', url)
  const feed = marketData === undefined ? undefined : parseAddress('--market-data', marketData)
  const { host, port } = feed ?? { host: orderEntry.host, port: 9001 }
  return { orderEntry, marketDataUrl: `ws://${host}:${port}`, close: async () => undefined }
}

/** One day on its way: the trader, the client's copy of the book, and what was found wrong. */
class Load {
  compared = 0
  mismatches = 0
  events = 0
  readonly trader: Trader
  readonly #feed: MarketDataClient
  readonly #book: LocalBook
  readonly #compareEvery: number

  static async open(venue: Venue, flags: LoadLobsterFlags): Promise<Load> {
    const feed = await MarketDataClient.connect({ url: venue.marketDataUrl })
    try {
      return await Load.#onto(feed, venue, flags)
    } catch (error) {
      await feed.close()
      throw error
    }
  }

  static async #onto(feed: MarketDataClient, venue: Venue, flags: LoadLobsterFlags): Promise<Load> {
    const { tickSize, stepSize } = await feed.instrument(flags.symbol)
    if (Number(tickSize) !== 0.01 || Number(stepSize) !== 1) {
      throw new CliError('load-instrument', ExitCode.Configuration, {
        what: `${flags.symbol} has tick ${tickSize} and lot ${stepSize}; a LOBSTER day needs 0.01 and 1`,
        mend: 'Choose another --symbol, or define one so',
      })
    }
    const book = await feed.book(flags.symbol)
    if (book.levels('bids', 1).length + book.levels('asks', 1).length > 0) {
      throw new CliError('load-book-not-empty', ExitCode.Failure, {
        what: `the book of ${flags.symbol} holds orders already, so it cannot be held against the truth`,
        mend: 'Use a new data directory or another --symbol',
      })
    }
    let load: Load | undefined
    const onMismatch = (what: string): void => load?.mismatch(what)
    const { compId, symbol } = flags
    const trader = await Trader.connect({ ...venue.orderEntry, compId, symbol, onMismatch })
    load = new Load(trader, feed, book, flags.compareEvery)
    return load
  }

  private constructor(
    trader: Trader,
    feed: MarketDataClient,
    book: LocalBook,
    compareEvery: number,
  ) {
    this.trader = trader
    this.#feed = feed
    this.#book = book
    this.#compareEvery = compareEvery
  }

  mismatch(what: string): void {
    this.mismatches++
    if (this.mismatches <= MISMATCHES_SHOWN_MAX) process.stderr.write(`mismatch: ${what}\n`)
  }

  async run(day: LobsterDay, truth: BookRows, rows: number, progress: Progress): Promise<void> {
    let compareAt = this.#compareEvery
    let lastRow = -1
    let comparedRow = -1
    for (const { row, actions } of day.steps()) {
      if (row >= rows) break
      for (const action of actions) await this.trader.send(action)
      lastRow = row
      this.events = row + 1
      if (this.events >= compareAt) {
        await this.#compare(truth, row)
        comparedRow = row
        progress.update(this.events)
        compareAt = this.events + this.#compareEvery
      }
    }
    if (lastRow > comparedRow) await this.#compare(truth, lastRow)
    progress.update(this.events)
  }

  async close(): Promise<void> {
    await this.trader.close()
    await this.#feed.close()
  }

  /** Nothing is under way once all is answered: what the feed says then has to become the truth, and to stay it. */
  async #compare(truth: BookRows, row: number): Promise<void> {
    await this.trader.settled()
    this.compared++
    const endMs = performance.now() + FEED_MS_MAX
    for (;;) {
      const found = differences(truth, row, this.#depth())
      if (this.#book.isLive && found.length === 0) return
      if (performance.now() > endMs) {
        this.mismatch(found.length > 0 ? describeDifference(found[0]!) : `row ${row}: no live feed`)
        return
      }
      await sleep(2)
    }
  }

  #depth(): Depth {
    const side = (name: 'bids' | 'asks'): Level[] =>
      this.#book.levels(name, 1_000).map(({ priceTicks, lots }): Level => [priceTicks, lots])
    return { bids: side('bids'), asks: side('asks') }
  }
}

function print(load: Load, day: LobsterDay, seconds: number, flags: LoadLobsterFlags): void {
  const { events, compared, trader } = load
  const { unresolvedIds, fills, fifoHeadFills, takers, exactTakers, exceptions } = day.counts
  const takersWrong = exactTakers - trader.takersExact
  const mismatches = load.mismatches + day.counts.otherDifferences
  const result = {
    ...{ events, compared, mismatches, unresolvedIds, fills, fifoHeadFills },
    ...{ takers, takersExact: trader.takersExact, exceptions },
    ...{ requests: trader.requests, reconnects: trader.reconnects },
    seconds: Number(seconds.toFixed(3)),
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else {
    const verdict = mismatches === 0 ? 'no mismatch' : `${mismatches} MISMATCHES`
    process.stdout.write(
      `${events} events, ${compared} comparisons, ${verdict}; ${fills} fills, ${fifoHeadFills} of the head of their queue; ` +
        `${trader.requests} requests in ${seconds.toFixed(1)} s\n`,
    )
  }
  if (mismatches > 0 || takersWrong > 0 || unresolvedIds > 0) process.exitCode = ExitCode.Failure
}
