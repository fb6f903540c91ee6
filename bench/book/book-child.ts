/**
 * The fresh process of `bench book` for one flow through the book and one sink. Argument: a BookRun as
 * JSON; prints one JSON line.
 *
 *   timed passes ─▶ once more, off the clock, reports kept: are those that were drained the book's?
 */

import { NIL } from '../../actors/order-store.ts'
import { inlineMore } from '../../engine/thread/inlining.ts'
import { mebReportDigest, REPORT_WORDS } from '../workloads/meb-reports.ts'
import { BookDriver } from './book-driver.ts'
import { type BookMessages, readMessages } from './book-messages.ts'
import { type Passes, timePasses } from './passes.ts'
import { chooseCpus, pinTo } from './pinning.ts'
import { type DrainedPass, ReportDrain } from './report-drain.ts'
import { CollectingSink, NullSink, type ReportSink } from './report-sinks.ts'
import { addWords } from './report-sum.ts'

export type SinkName = 'ring' | 'null'

export interface BookRun {
  /** The words of the messages. */
  readonly file: string
  readonly idMax: number
  readonly slots: number
  readonly sink: SinkName
  /** Whether the hash of the reports is wanted. */
  readonly hash: boolean
}

export interface BookRunResult extends Passes {
  readonly messages: number
  readonly reports: number
  readonly fills: number
  readonly lots: number
  /** Bids, asks. */
  readonly left: readonly [SideLeft, SideLeft]
  readonly hash?: string
  /** Why a thread ran on any CPU. */
  readonly unpinned?: string
}

export interface SideLeft {
  readonly orders: number
  readonly levels: number
  readonly lots: number
  readonly best?: number
}

class BookBench {
  readonly #run: BookRun
  readonly #messages: BookMessages
  readonly #drain: ReportDrain | undefined
  readonly #null = new NullSink()

  constructor(run: BookRun, messages: BookMessages, drain: ReportDrain | undefined) {
    this.#run = run
    this.#messages = messages
    this.#drain = drain
  }

  async measure(): Promise<BookRunResult> {
    const { count } = this.#messages
    const drained: DrainedPass[] = []
    const passes = await timePasses(count, () => {
      const driver = this.#makeDriver(this.#drain?.sink ?? this.#null)
      return () => {
        driver.take(this.#messages, 0, count)
        if (this.#drain !== undefined) drained.push(this.#drain.finishPass())
      }
    })
    return { messages: count, ...passes, ...this.#check(drained) }
  }

  /** The same reports once more, kept: what was drained must be these. */
  #check(drained: readonly DrainedPass[]): Omit<BookRunResult, 'messages' | keyof Passes> {
    const sink = new CollectingSink()
    const driver = this.#makeDriver(sink)
    driver.take(this.#messages, 0, this.#messages.count)
    const { reports } = sink
    const kept = {
      reports: reports.length / REPORT_WORDS,
      sum: addWords(0, reports, 0, reports.length),
    }
    for (const pass of drained) {
      if (pass.reports !== kept.reports || pass.sum !== kept.sum) {
        const [read, said] = [JSON.stringify(pass), JSON.stringify(kept)]
        throw new Error(`bench: ${read} was read from the ring, but the book said ${said}`)
      }
    }
    return {
      reports: kept.reports,
      fills: driver.fills,
      lots: driver.lots,
      left: [sideLeft(driver, 1), sideLeft(driver, -1)],
      ...(this.#run.hash ? { hash: mebReportDigest(reports) } : {}),
    }
  }

  #makeDriver(sink: ReportSink): BookDriver {
    const { idMax, slots } = this.#run
    return new BookDriver(sink, { idMax, slots })
  }
}

function sideLeft(driver: BookDriver, sign: number): SideLeft {
  const side = driver.books[0]!.side(sign)
  let [orders, levels, lots] = [0, 0, 0]
  for (let level = side.best; level !== NIL; level = side.worse(level)) {
    levels++
    orders += side.count(level)
    lots += side.lots(level)
  }
  const best = side.best !== NIL ? { best: side.priceTicks(side.best) } : {}
  return { orders, levels, lots, ...best }
}

const run = JSON.parse(process.argv[2]!) as BookRun
inlineMore()
const cpus = chooseCpus()
const { pinned, reason } = pinTo(cpus?.book)
const drain = run.sink === 'ring' ? await ReportDrain.start(cpus?.drain) : undefined
const result = await new BookBench(run, readMessages(run.file, run.idMax), drain).measure()
const why = pinned ? drain?.pinned.reason : reason
const unpinned = why === undefined ? {} : { unpinned: why }
process.stdout.write(`${JSON.stringify({ ...result, ...unpinned })}\n`)
await drain?.stop()
