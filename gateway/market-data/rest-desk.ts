/**
 *   client ──GET──▶ transport ──▶ REST DESK ──▶ books, instruments, health
 *
 * Answers what can be asked without a subscription. It is asked between two turns of the gateway, and books change by
 * whole turns: a snapshot stands exactly where the streams stand.
 */
import { exchangeInfoJson, type ListedInstrument } from './exchange-info.ts'
import type { InstrumentFeed } from './instrument-feed.ts'
import { bookJson } from './stream-events.ts'
import type { StreamHub } from './stream-hub.ts'
import type { HttpAnswer, HttpRequest } from './transport.ts'

export interface Health {
  readonly live: boolean
  readonly ready: boolean
  /** The parts that are not ready. */
  readonly failing: readonly string[]
}

export interface RestDeskOptions {
  readonly hub: StreamHub
  readonly clockMs: () => number
  readonly health: () => Health
  readonly metrics: () => string
}

const DEPTH_LIMIT_DEFAULT = 100
/** Some 200 KiB of JSON, made in a millisecond. A larger limit is answered with this many. */
const DEPTH_LIMIT_MAX = 5_000
const SYMBOLS_FORM = /^\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\]$/

export class RestDesk {
  readonly #options: RestDeskOptions
  /** The last snapshot of each instrument that was asked for. */
  readonly #snapshots = new Map<
    InstrumentFeed,
    { readonly updateId: number; readonly levelsMax: number; readonly answer: HttpAnswer }
  >()

  constructor(options: RestDeskOptions) {
    this.#options = options
  }

  answer(request: HttpRequest): HttpAnswer {
    const route = this.#routes[request.path]
    if (route === undefined) return failure(404, 0, 'Not found.')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return failure(405, 0, 'Method not allowed.')
    }
    return route(new URLSearchParams(request.query))
  }

  readonly #routes: Readonly<Record<string, (query: URLSearchParams) => HttpAnswer>> = {
    // No prototype: a path like '/constructor' is no route.
    __proto__: null as never,
    '/api/v3/ping': () => json(200, '{}'),
    '/api/v3/time': () => json(200, `{"serverTime":${this.#options.clockMs()}}`),
    '/api/v3/depth': (query) => this.#depth(query),
    '/api/v3/exchangeInfo': (query) => this.#exchangeInfo(query),
    '/healthz': () => this.#healthz(),
    '/readyz': () => this.#readyz(),
    '/metrics': () => ({
      status: 200,
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      body: this.#options.metrics(),
    }),
  }

  #depth(query: URLSearchParams): HttpAnswer {
    const symbol = query.get('symbol')
    if (!symbol) return missing('symbol')
    const feed = this.#options.hub.feedOf(symbol)
    if (feed === undefined) return invalidSymbol()
    const limitText = query.get('limit') ?? String(DEPTH_LIMIT_DEFAULT)
    if (!/^[1-9]\d{0,8}$/.test(limitText)) return notValid('limit')
    // Rather none than a wrong one: a gap was found in what the shard said.
    if (feed.book.isBroken) {
      return failure(503, -1000, 'An unknown error occurred while processing the request.')
    }
    return this.#snapshot(feed, Math.min(Number(limitText), DEPTH_LIMIT_MAX))
  }

  /** Said again as it was while the book has not changed: a deep one takes a millisecond to write. */
  #snapshot(feed: InstrumentFeed, levelsMax: number): HttpAnswer {
    const updateId = feed.book.lastUpdateId
    const last = this.#snapshots.get(feed)
    if (last?.updateId === updateId && last.levelsMax === levelsMax) return last.answer
    const answer = json(200, bookJson(feed.instrument, feed.book, levelsMax))
    this.#snapshots.set(feed, { updateId, levelsMax, answer })
    return answer
  }

  #exchangeInfo(query: URLSearchParams): HttpAnswer {
    const { hub, clockMs } = this.#options
    const one = query.get('symbol')
    const several = query.get('symbols')
    if (one !== null && several !== null) {
      return failure(400, -1128, 'Combination of optional parameters invalid.')
    }
    if (one === '') return missing('symbol')
    if (several !== null && !SYMBOLS_FORM.test(several)) {
      const form = SYMBOLS_FORM.source
      return failure(
        400,
        -1100,
        `Illegal characters found in parameter 'symbols'; legal range is '${form}'.`,
      )
    }
    const names: readonly string[] | undefined =
      one !== null ? [one] : several !== null ? JSON.parse(several) : undefined
    const listed: ListedInstrument[] = []
    for (const name of names ?? []) {
      const feed = hub.feedOf(name)
      if (feed === undefined) return invalidSymbol()
      listed.push(feed)
    }
    if (names === undefined) listed.push(...hub.feeds)
    return json(
      200,
      exchangeInfoJson(listed, (currency) => hub.decimalsOf(currency), clockMs()),
    )
  }

  #healthz(): HttpAnswer {
    return this.#options.health().live
      ? json(200, '{"status":"ok"}')
      : json(503, '{"status":"failing"}')
  }

  #readyz(): HttpAnswer {
    const { ready, failing } = this.#options.health()
    const own = this.#ownFailing()
    if (ready && own.length === 0) return json(200, '{"status":"ready"}')
    return json(503, JSON.stringify({ status: 'not ready', failing: [...failing, ...own] }))
  }

  #ownFailing(): string[] {
    const { hub } = this.#options
    const broken = [...hub.feeds]
      .filter((feed) => feed.book.isBroken)
      .map((feed) => `market data of ${feed.instrument.symbol}: updates are missing`)
    const undefinedOnes = [...hub.undefinedInstruments].map(
      (number) => `market data of instrument ${number}: never defined`,
    )
    return [...broken, ...undefinedOnes]
  }
}

export const json = (status: number, body: string): HttpAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body,
})

/** The dialect's error. Code 0 where it has none. */
export const failure = (status: number, code: number, text: string): HttpAnswer =>
  json(status, JSON.stringify({ code, msg: text }))

const missing = (name: string): HttpAnswer =>
  failure(400, -1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)

const notValid = (name: string): HttpAnswer =>
  failure(400, -1130, `Data sent for parameter '${name}' is not valid.`)

const invalidSymbol = (): HttpAnswer => failure(400, -1121, 'Invalid symbol.')
