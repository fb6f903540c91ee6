/**
 *   market-data client ──▶ MARKET-DATA SOCKET ──▶ gateway, /stream
 *
 * One connection that is kept: it connects again, waits longer each time, and subscribes again to what was wanted.
 * Requests are gathered: the gateway closes a connection that sends more than five messages a second.
 */
import { WebSocket } from 'ws'

export interface MarketDataSocketOptions {
  /** As ws://127.0.0.1:9443 */
  readonly url: string
  readonly backoffMsMin: number
  readonly backoffMsMax: number
  readonly onEvent: (stream: string, data: unknown) => void
  /** The streams are subscribed at the gateway: after each connect, and after each subscribe() that added some. */
  readonly onSubscribed: (streams: readonly string[]) => void
  /** The connection is gone; another will be tried. */
  readonly onLost: (error: Error) => void
  /** The gateway refuses these streams. */
  readonly onRefused: (streams: readonly string[], error: Error) => void
}

/** Four a second: with the pong to the gateway's ping it stays below five. */
const REQUEST_INTERVAL_MS = 250

interface Request {
  readonly method: 'SUBSCRIBE' | 'UNSUBSCRIBE'
  readonly streams: readonly string[]
}

export class MarketDataSocket {
  readonly #options: MarketDataSocketOptions
  readonly #wanted = new Set<string>()
  /** What this connection has still to be asked for, the latest wish for each stream. */
  readonly #unsent = new Map<string, Request['method']>()
  readonly #pending = new Map<number, Request>()
  #ws: WebSocket | undefined
  #requestId = 0
  #requestTimer: NodeJS.Timeout | undefined
  #reconnectTimer: NodeJS.Timeout | undefined
  #lastRequestMs = 0
  #backoffMs: number
  #isClosed = false

  constructor(options: MarketDataSocketOptions) {
    this.#options = options
    this.#backoffMs = options.backoffMsMin
  }

  /** The first connection: resolves when it is open, rejects where it fails. Later ones are retried without an end. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => this.#open(resolve, reject))
  }

  subscribe(stream: string): void {
    this.#wanted.add(stream)
    this.#ask(stream, 'SUBSCRIBE')
  }

  unsubscribe(stream: string): void {
    this.#wanted.delete(stream)
    this.#ask(stream, 'UNSUBSCRIBE')
  }

  /** Resolves when the connection is closed. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#requestTimer)
    clearTimeout(this.#reconnectTimer)
    const ws = this.#ws
    if (ws === undefined || ws.readyState === WebSocket.CLOSED) return
    const closed = new Promise<void>((resolve) => ws.once('close', () => resolve()))
    ws.close()
    const impatience = setTimeout(() => ws.terminate(), 1000)
    await closed
    clearTimeout(impatience)
  }

  #open(onOpen?: () => void, onFailure?: (error: Error) => void): void {
    const ws = new WebSocket(`${this.#options.url}/stream`, { perMessageDeflate: false })
    this.#ws = ws
    let lastError = new Error('the connection was closed')
    let wasOpen = false
    ws.on('open', () => {
      wasOpen = true
      this.#backoffMs = this.#options.backoffMsMin
      for (const stream of this.#wanted) this.#unsent.set(stream, 'SUBSCRIBE')
      this.#scheduleRequests()
      onOpen?.()
    })
    ws.on('message', (message) => this.#take(JSON.parse(message.toString())))
    ws.on('error', (error) => {
      lastError = error
    })
    ws.on('close', () => {
      clearTimeout(this.#requestTimer)
      this.#requestTimer = undefined
      this.#pending.clear()
      this.#unsent.clear()
      if (this.#isClosed) return
      if (!wasOpen && onFailure !== undefined) onFailure(lastError)
      else this.#reconnect(lastError)
    })
  }

  #reconnect(error: Error): void {
    this.#options.onLost(error)
    // Up to a quarter more, so that the clients of a gateway that was restarted do not all come at once.
    const waitMs = this.#backoffMs * (1 + Math.random() / 4)
    this.#backoffMs = Math.min(this.#backoffMs * 2, this.#options.backoffMsMax)
    this.#reconnectTimer = setTimeout(() => this.#open(), waitMs)
  }

  #ask(stream: string, method: Request['method']): void {
    if (this.#ws?.readyState !== WebSocket.OPEN) return
    this.#unsent.set(stream, method)
    this.#scheduleRequests()
  }

  #scheduleRequests(): void {
    if (this.#unsent.size === 0 || this.#requestTimer !== undefined) return
    const waitMs = Math.max(0, this.#lastRequestMs + REQUEST_INTERVAL_MS - performance.now())
    this.#requestTimer = setTimeout(() => this.#sendRequest(), waitMs)
  }

  /** One message at a time: all that is to be subscribed, else all that is to be given up. */
  #sendRequest(): void {
    this.#requestTimer = undefined
    this.#lastRequestMs = performance.now()
    const asked = [...this.#unsent]
    const method = asked.some((ask) => ask[1] === 'SUBSCRIBE') ? 'SUBSCRIBE' : 'UNSUBSCRIBE'
    const streams = asked.filter((ask) => ask[1] === method).map((ask) => ask[0])
    for (const stream of streams) this.#unsent.delete(stream)
    const id = ++this.#requestId
    this.#pending.set(id, { method, streams })
    this.#ws?.send(JSON.stringify({ method, params: streams, id }))
    this.#scheduleRequests()
  }

  #take(message: Reply): void {
    if (message.stream !== undefined) {
      this.#options.onEvent(message.stream, message.data)
      return
    }
    const request = this.#pending.get(message.id ?? 0)
    if (request === undefined) return
    this.#pending.delete(message.id ?? 0)
    if (request.method === 'UNSUBSCRIBE') return
    const wanted = request.streams.filter((stream) => this.#wanted.has(stream))
    if (message.code === undefined) {
      this.#options.onSubscribed(wanted)
      return
    }
    for (const stream of wanted) this.#wanted.delete(stream)
    this.#options.onRefused(wanted, new Error(`market data: ${message.msg}`))
  }
}

/** An event in its wrapper, or the reply to a request. */
interface Reply {
  readonly stream?: string
  readonly data?: unknown
  readonly id?: number | null
  readonly code?: number
  readonly msg?: string
}
