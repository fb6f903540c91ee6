/**
 *   shard ──ring──▶ MARKET-DATA GATEWAY ──▶ WebSocket streams, REST
 *
 * Tells everyone what the shard says about books and trades. It decides nothing and keeps nothing that the shard could
 * not say again. Start reading here:
 *
 *   one turn    ring ─▶ stream hub ─▶ instrument feed ─▶ channels ─▶ outboxes of sessions ─▶ sockets
 *   between     transport ─▶ sessions (subscribe, …)      transport ─▶ REST desk ─▶ books as of the last whole turn
 *   by clock    pacer ─▶ depth and top channels ─▶ outboxes of sessions ─▶ sockets
 *
 * One thread: turns, timers and sockets' callbacks never run at the same time.
 */

import type { Role } from '../../engine/thread/role.ts'
import {
  BookTicker,
  DepthUpdate,
  InstrumentDefine,
  PhaseChanged,
  Trade,
} from '../../protocol/codecs.ts'
import { ENVELOPE_BYTES, TIME_OFFSET } from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import { EMPTY, type RingConsumer } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { InstrumentFeed } from './instrument-feed.ts'
import { MARKET_DATA_LIMITS, type MarketDataLimits } from './limits.ts'
import type { Log } from './log.ts'
import { metricsText } from './metrics-text.ts'
import { type OpenTransport, openTransport } from './open-transport.ts'
import { Pacer } from './pacer.ts'
import { failure, type Health, RestDesk } from './rest-desk.ts'
import { Session, type SessionHost } from './session.ts'
import { type Door, doorOf } from './stream-door.ts'
import { StreamHub } from './stream-hub.ts'
import { StreamMessage } from './stream-message.ts'
import type {
  ClientSocket,
  HttpAnswer,
  HttpRequest,
  Reception,
  Transport,
  UpgradeRequest,
  Visitor,
} from './transport.ts'

export interface MarketDataOptions {
  readonly host: string
  /** 0: any free one, see `port`. */
  readonly port: number
  readonly fromShard: RingConsumer
  readonly health: () => Health
  /** Prometheus text of everyone else's metrics; the gateway appends its own. */
  readonly metrics: () => string
  readonly version: string
  /** Milliseconds since 1970: the pace of the depth streams, and server time. */
  readonly clockMs: () => number
  readonly log: Log
  readonly limits?: Partial<MarketDataLimits>
  /** @default 'uWebSockets.js', and `ws` where that does not load */
  readonly transport?: 'uWebSockets.js' | 'ws' | OpenTransport
  /** Decimals by currency, for the NOTIONAL filter. */
  readonly currencyDecimals?: Readonly<Record<string, number>>
}

/** RFC 6455: the endpoint is going away. */
const GOING_AWAY = 1001

export class MarketDataGateway implements Role, Reception {
  readonly name = 'market-data'
  readonly #options: MarketDataOptions
  readonly #limits: MarketDataLimits
  readonly #hub: StreamHub
  readonly #pacer: Pacer
  readonly #desk: RestDesk
  readonly #sessionHost: SessionHost
  readonly #sessions = new Set<Session>()
  /** Those with something in the outbox. */
  readonly #unsent: Session[] = []
  readonly #instrumentDefine = new InstrumentDefine()
  readonly #depthUpdate = new DepthUpdate()
  readonly #bookTicker = new BookTicker()
  readonly #trade = new Trade()
  readonly #phaseChanged = new PhaseChanged()
  #transport: Transport | undefined
  #pingTimer: NodeJS.Timeout | undefined
  #droppedMessages = 0
  #isClosing = false

  /** Serves as soon as it resolves. Throws where the port is not to be had. */
  static async listen(options: MarketDataOptions): Promise<MarketDataGateway> {
    const gateway = new MarketDataGateway(options)
    const limits = gateway.#limits
    gateway.#transport = await openTransport(
      { wanted: options.transport ?? 'uWebSockets.js', log: options.log },
      {
        host: options.host,
        port: options.port,
        inboundBytesMax: limits.inboundBytesMax,
        maxBackpressureBytes: limits.maxBackpressureBytes,
      },
      gateway,
    )
    return gateway
  }

  private constructor(options: MarketDataOptions) {
    this.#options = options
    this.#limits = { ...MARKET_DATA_LIMITS, ...options.limits }
    const { clockMs, health } = options
    this.#hub = new StreamHub({
      owedLevelsMax: this.#limits.owedLevelsMax,
      currencyDecimals: options.currencyDecimals ?? {},
      onBroken: (feed, expectedId, updateId) => this.#reportBroken(feed, expectedId, updateId),
      onUndefined: (instrument) => this.#reportUndefined(instrument),
    })
    this.#pacer = new Pacer({
      clockMs,
      onDue: (paceMs) => this.#hub.flush(paceMs),
      onTimerDone: () => this.#flushSessions(),
    })
    this.#desk = new RestDesk({ hub: this.#hub, clockMs, health, metrics: () => this.#metrics() })
    this.#sessionHost = this.#makeSessionHost()
  }

  get port(): number {
    return this.#transport!.port
  }

  get transport(): Transport['name'] {
    return this.#transport!.name
  }

  /** Connections, whether one of them reads a stream, and what they have not taken yet. */
  get readers(): {
    readonly connections: number
    readonly bufferedBytes: number
    readonly anyStream: boolean
  } {
    let bufferedBytes = 0
    for (const session of this.#sessions) bufferedBytes += session.bufferedBytes
    return { connections: this.#sessions.size, bufferedBytes, anyStream: this.#hub.isRead }
  }

  doWork(): number {
    const { fromShard } = this.#options
    let count = 0
    while (count < this.#limits.recordsPerTurnMax) {
      const at = fromShard.peek()
      if (at === EMPTY) break
      this.#take(fromShard, at)
      fromShard.advance()
      count++
    }
    fromShard.release()
    count += this.#pacer.run()
    this.#flushSessions()
    return count
  }

  hasWork(): boolean {
    return this.#options.fromShard.hasWork() || this.#pacer.isDue
  }

  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    this.#pacer.isArmed = false
    clearInterval(this.#pingTimer)
    const event = `{"e":"serverShutdown","E":${this.#options.clockMs()}}`
    const message = new StreamMessage('!serverShutdown', event)
    for (const session of [...this.#sessions]) session.bye(message, GOING_AWAY, 'server shutdown')
    await this.#sessionsGone()
    await this.#transport?.close()
  }

  answer(request: HttpRequest): HttpAnswer {
    return this.#desk.answer(request)
  }

  refuse(request: UpgradeRequest): HttpAnswer | undefined {
    const door = doorOf(request)
    if (door === undefined) return failure(404, 0, 'Not found.')
    if (this.#isClosing || this.#sessions.size >= this.#limits.connectionsMax) {
      return failure(503, -1008, OVERLOADED)
    }
    if (door.streamNames.length > this.#limits.streamsPerConnectionMax) {
      return failure(400, -1130, "Data sent for parameter 'streams' is not valid.")
    }
    return undefined
  }

  open(socket: ClientSocket, request: UpgradeRequest): Visitor {
    // refuse() has let it in, so it has a door.
    const door = doorOf(request) as Door
    const session = new Session(socket, this.#sessionHost, door.isCombined)
    this.#sessions.add(session)
    this.#pingTimer ??= setInterval(this.#beat, this.#limits.pingIntervalMs)
    session.joinFromUrl(door.streamNames)
    return session
  }

  #take(ring: RingConsumer, at: number): void {
    const { view } = ring
    const blockAt = at + ENVELOPE_BYTES
    switch (ring.recordType) {
      case DepthUpdate.TEMPLATE_ID:
        this.#hub.takeDepth(
          this.#depthUpdate.wrap(view, blockAt),
          readInt64(view, at + TIME_OFFSET),
        )
        break
      case BookTicker.TEMPLATE_ID:
        this.#hub.takeTicker(this.#bookTicker.wrap(view, blockAt))
        break
      case Trade.TEMPLATE_ID:
        this.#hub.takeTrade(this.#trade.wrap(view, blockAt), readInt64(view, at + TIME_OFFSET))
        break
      case InstrumentDefine.TEMPLATE_ID:
        this.#hub.define(this.#instrumentDefine.wrap(view, blockAt))
        break
      case PhaseChanged.TEMPLATE_ID:
        this.#hub.takePhase(this.#phaseChanged.wrap(view, blockAt))
        break
      // No stream tells of the rest: auctions' indications, matches that were prevented, what a newer shard may say.
    }
  }

  #flushSessions(): void {
    for (const session of this.#unsent) session.flush()
    this.#unsent.length = 0
  }

  readonly #beat = (): void => {
    for (const session of [...this.#sessions]) {
      session.onDrain()
      session.beat()
    }
  }

  /** Resolves when the last reader has gone, or when the grace is over. */
  async #sessionsGone(): Promise<void> {
    const stepMs = 5
    for (let waitedMs = 0; this.#sessions.size > 0; waitedMs += stepMs) {
      if (waitedMs >= this.#limits.closeGraceMs) return
      await new Promise((resolve) => setTimeout(resolve, stepMs))
    }
  }

  #metrics(): string {
    const { connections, bufferedBytes } = this.readers
    return metricsText(this.#options.metrics(), {
      connections,
      bufferedBytes,
      droppedMessages: this.#droppedMessages,
      version: this.#options.version,
      transport: this.transport,
    })
  }

  #reportBroken(feed: InstrumentFeed, expectedId: number, updateId: number): void {
    const { symbol } = feed.instrument
    this.#options.log.error(
      { event: 'market-data.book.gap', symbol, expectedId, updateId },
      `${symbol}: update ${updateId} came where ${expectedId} was due: its depth is no longer served. ` +
        'Start the gateway again: the shard then announces the whole book',
    )
  }

  #reportUndefined(instrument: number): void {
    this.#options.log.error(
      { event: 'market-data.instrument.undefined', instrument },
      `instrument ${instrument} has events and no definition: nothing of it is served. ` +
        'The shard must announce its instruments when the gateway starts',
    )
  }

  #sessionClosed(session: Session): void {
    this.#sessions.delete(session)
    if (this.#sessions.size > 0) return
    clearInterval(this.#pingTimer)
    this.#pingTimer = undefined
  }

  /** What sessions may ask of the gateway, and nothing more. */
  #makeSessionHost(): SessionHost {
    const { clockMs, log } = this.#options
    return {
      hub: this.#hub,
      limits: this.#limits,
      clockMs,
      log,
      onOutbox: (session) => this.#unsent.push(session),
      onStreams: () => {
        this.#pacer.isArmed = this.#hub.hasPaced && !this.#isClosing
      },
      onClosed: (session) => this.#sessionClosed(session),
      countDropped: (messages) => {
        this.#droppedMessages += messages
      },
    }
  }
}

const OVERLOADED =
  'Server is currently overloaded with other requests. Please try again in a few minutes.'
