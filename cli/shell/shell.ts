/**
 *   terminal ──lines──▶ SHELL ──▶ verbs ──▶ trader ──▶ exchange
 *            ◀─ reports, as they come ──┘
 *
 * `tradsys shell`: one session, for a person. The prompt says who trades, whether the connection stands, and how many
 * orders are open. A pipe in place of the terminal is read line by line, each done before the next: the same shell for
 * scripts, without a prompt, and with status 1 where a line failed.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { OrderEntryError } from '../../client/client.ts'
import { MarketDataClient } from '../../client/market-data.ts'
import { describeError, ExitCode } from '../cli-error.ts'
import { type ProfileFlags, tradeOf } from '../order/profile.ts'
import { lineOf } from '../order/report-line.ts'
import { Trader } from '../order/trader.ts'
import { complete } from './completion.ts'
import { type ShellDesk, VERBS, verbNamed } from './verbs.ts'

/** A person goes home at night: the shell is there in the morning. */
const RECONNECT_MS_MAX = 24 * 3_600_000
const HISTORY_LINES = 1_000
const LEAVE = /^(quit|exit|q)$/i

/** Where it reads and writes: a terminal on both sides, or not. */
export interface ShellStreams {
  readonly input: Readable & { readonly isTTY?: boolean }
  readonly output: Writable & { readonly isTTY?: boolean }
}

export async function shell(
  flags: ProfileFlags,
  streams: ShellStreams = { input: process.stdin, output: process.stdout },
): Promise<void> {
  const { connection, marketDataUrl } = tradeOf(flags)
  const running = new Shell(streams, marketDataUrl)
  const trader = await Trader.logOn({
    ...{ connection, reconnectMsMax: RECONNECT_MS_MAX },
    onReport: (facts) => running.say(lineOf(facts)),
    onNews: (text) => running.say(`-- ${text}`),
  })
  try {
    await running.run(trader)
  } finally {
    await running.close()
    await trader.logout()
  }
}

class Shell {
  readonly #input: Readable
  readonly #output: Writable
  readonly #isTerminal: boolean
  readonly #marketDataUrl: string
  #trader: Trader | undefined
  #lines: Interface | undefined
  #market: Promise<MarketDataClient> | undefined
  /** A line is being done: what is told meanwhile stands before the next prompt by itself. */
  #isBusy = true

  constructor({ input, output }: ShellStreams, marketDataUrl: string) {
    this.#input = input
    this.#output = output
    this.#isTerminal = input.isTTY === true && output.isTTY === true
    this.#marketDataUrl = marketDataUrl
  }

  /** Until `quit`, or the end of the lines. */
  async run(trader: Trader): Promise<void> {
    this.#trader = trader
    const desk: ShellDesk = {
      trader,
      say: (line) => this.say(line),
      book: (symbol, count) => this.#book(symbol, count),
    }
    const lines = this.#open(trader)
    if (this.#isTerminal) this.say("'help' lists what may be said, Tab completes it, 'quit' leaves")
    this.#prompt()
    for await (const line of lines) {
      const [first, ...words] = line.trim().split(/\s+/)
      if (first !== undefined && LEAVE.test(first)) break
      this.#isBusy = true
      if (first !== undefined && first !== '' && !first.startsWith('#')) {
        await this.#do(desk, first, words)
      }
      this.#prompt()
    }
    lines.close()
  }

  /** One line, above what is being typed. */
  say(line: string): void {
    if (!this.#isTerminal || this.#isBusy) {
      this.#output.write(`${line}\n`)
      return
    }
    cursorTo(this.#output, 0)
    clearLine(this.#output, 0)
    this.#output.write(`${line}\n`)
    this.#prompt()
  }

  async close(): Promise<void> {
    // Whoever asked for a book has heard that there is none.
    const market = await this.#market?.catch(() => undefined)
    await market?.close()
  }

  async #do(desk: ShellDesk, first: string, words: readonly string[]): Promise<void> {
    try {
      await VERBS[verbNamed(first)]!.run(desk, words)
    } catch (error) {
      // A person has seen it; a script has nothing else to go by.
      if (!this.#isTerminal) process.exitCode = ExitCode.Failure
      // A refusal of an order was told as the report that it is.
      if (!wasTold(error)) this.say(describeError(error).line)
    }
  }

  #open(trader: Trader): Interface {
    const lines = createInterface({
      ...{ input: this.#input, output: this.#output, terminal: this.#isTerminal },
      ...{ history: this.#isTerminal ? readHistory() : [], historySize: HISTORY_LINES },
      removeHistoryDuplicates: true,
      completer: (line: string) => {
        const ids = [...trader.openOrders.values()].map(({ clOrdId }) => clOrdId)
        return complete(line, { symbols: trader.symbols, ids })
      },
    })
    this.#lines = lines
    lines.on('history', writeHistory)
    lines.on('SIGINT', () => {
      if (lines.line === '') this.say("'quit' leaves")
      else lines.write(null, { ctrl: true, name: 'u' })
    })
    return lines
  }

  #prompt(): void {
    this.#isBusy = false
    if (!this.#isTerminal || this.#lines === undefined || this.#trader === undefined) return
    const { compId, isLoggedOn, openOrders } = this.#trader
    const state = isLoggedOn ? '' : ' (not connected)'
    this.#lines.setPrompt(`${compId}${state} ${openOrders.size} open> `)
    this.#lines.prompt(true)
  }

  async #book(symbol: string, count: number): ReturnType<ShellDesk['book']> {
    this.#market ??= MarketDataClient.connect({ url: this.#marketDataUrl })
    // What failed is tried anew the next time.
    this.#market.catch(() => {
      this.#market = undefined
    })
    const book = await (await this.#market).book(symbol)
    return { bids: book.levels('bids', count), asks: book.levels('asks', count) }
  }
}

const wasTold = (error: unknown): boolean =>
  error instanceof OrderEntryError && error.code === 'refused' && !isAnswerToQuestion(error)

/** Of a status: nobody tells it but the error. */
const isAnswerToQuestion = ({ answer }: OrderEntryError): boolean =>
  answer !== undefined && 'lastRptRequested' in answer && answer.lastRptRequested === 1

const historyPath = (): string => process.env.TRADSYS_HISTORY ?? join(homedir(), '.tradsys_history')

/** The latest first, as readline wants it. */
function readHistory(): string[] {
  try {
    return readFileSync(historyPath(), 'utf8').split('\n').filter(Boolean)
  } catch {
    return [] // there is none yet
  }
}

function writeHistory(lines: readonly string[]): void {
  try {
    writeFileSync(historyPath(), `${lines.join('\n')}\n`, { mode: 0o600 })
  } catch {
    return // whoever may not write there has a history for this time only
  }
}
