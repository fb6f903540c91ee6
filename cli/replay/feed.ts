/**
 *   journal's events ──▶ FEED ──ring──▶ market-data gateway ──▶ WebSocket, REST
 *
 * `tradsys replay --feed PORT`: the market data of a log, served again at the log's pace by the gateway that serves it live. A
 * reader finds the book as it was where the replay begins, and every stream from there on.
 */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { sendRecord } from '../../engine/shard/records.ts'
import { allocateMesh, Mesh } from '../../engine/thread/mesh.ts'
import { MarketDataGateway } from '../../gateway/market-data/market-data-gateway.ts'
import { isReport } from '../../gateway/order-entry/reports.ts'
import { CommandRefused, NewOrderSingle, SessionOpened, WakeUp } from '../../protocol/codecs.ts'
import type { RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import type { JournalReader } from '../../storage/journal-reader.ts'
import {
  type CommandRange,
  type JournalRecord,
  sequenceOf,
  templateIdOf,
  timeUsOf,
  walkCommands,
  walkEvents,
} from '../journal/record-walk.ts'
import { print } from '../line-writer.ts'
import { messageName } from '../message-json.ts'
import { startProgress } from '../progress.ts'
import { packageVersion } from '../version.ts'
import { Ending } from './ending.ts'
import { Pacemaker, type Speed } from './pacemaker.ts'
import { type LogRun, runLog } from './run.ts'
import { Tally } from './tally.ts'

export interface FeedOptions extends CommandRange {
  /** 0: any free one. */
  readonly port: number
  readonly speed: Speed
  /** Begins when somebody reads a stream. */
  readonly waits: boolean
  readonly json?: boolean
  /** Of the journal, for the snapshots beside it. */
  readonly dataDir: string
  readonly progress?: boolean
}

const HOST = '127.0.0.1'
const RING_BYTES = 4 << 20
/** Events between two looks at the sockets: what they come to in a stream stays below what makes a reader a slow one. */
const EVENTS_PER_TURN_MAX = 128
/** Nobody waits for a replay, so it may wait for whoever reads it. */
const BUFFERED_BYTES_MAX = 16 << 10
const IDLE_MS = 2
/** A sleep is to end soon after somebody wants the end. */
const SLEEP_MS_MAX = 50
/** The slowest stream goes each second: the last changes are to be in it. */
const LAST_STREAM_MS = 1_100

export async function feed(journal: JournalReader, options: FeedOptions): Promise<void> {
  const from = firstOfInterest(journal, options)
  const log = { directory: options.dataDir, journal }
  const run = runLog(log, { ...options, until: from - 1, mayBeginLater: true })
  const stage = await Stage.open(run, options)
  const ending = new Ending()
  const started = performance.now()
  try {
    await stage.sayWhere()
    await stage.play(journal, { from, until: options.until }, ending)
  } finally {
    await stage.close()
    ending.close()
  }
  await stage.sayWhatWas((performance.now() - started) / 1_000)
  if (ending.exitCode !== undefined) process.exitCode = ending.exitCode
}

/** Until the first order comes there is nothing to see but definitions, which a reader needs before it can name a stream. */
function firstOfInterest(journal: JournalReader, range: CommandRange): number {
  for (const command of walkCommands(journal, range)) {
    if (templateIdOf(command) === NewOrderSingle.TEMPLATE_ID) return command.number
  }
  return Math.max(Math.min(range.from, range.until + 1), 1)
}

/** The gateway, and the ring that fills it. */
class Stage {
  readonly #sent = new Tally()
  readonly #options: FeedOptions
  readonly #gateway: MarketDataGateway
  readonly #ring: RingProducer

  /** Serves the book as the run left it. */
  static async open(run: LogRun, options: FeedOptions): Promise<Stage> {
    const channel = { from: 'replay', to: 'market-data', capacityBytes: RING_BYTES }
    const mesh = new Mesh(allocateMesh([channel], []))
    const gateway = await MarketDataGateway.listen({
      ...{ host: HOST, port: options.port, version: packageVersion() },
      fromShard: mesh.consumer('replay', 'market-data'),
      health: () => ({ live: true, ready: true, failing: [] }),
      metrics: () => '',
      clockMs: Date.now,
      log: { info: () => undefined, warn: say, error: say },
      limits: { recordsPerTurnMax: EVENTS_PER_TURN_MAX },
      currencyDecimals: run.venue.currencies(),
    })
    const stage = new Stage(gateway, mesh.producer('replay', 'market-data'), options)
    await stage.#announce(run)
    return stage
  }

  private constructor(gateway: MarketDataGateway, ring: RingProducer, options: FeedOptions) {
    this.#gateway = gateway
    this.#ring = ring
    this.#options = options
  }

  async play(journal: JournalReader, range: CommandRange, ending: Ending): Promise<void> {
    const isOver = (): boolean => ending.isWanted
    if (this.#options.waits) await this.#untilRead(isOver)
    const total = Math.max(range.until - range.from + 1, 0)
    const progress = startProgress('commands', total, this.#options)
    const pacemaker = new Pacemaker(this.#options.speed)
    let untilTurn = EVENTS_PER_TURN_MAX
    try {
      for (const event of walkEvents(journal, range)) {
        if (isOver()) return
        if (!isMarketData(event)) continue
        await this.#untilDue(pacemaker, timeUsOf(event), isOver)
        await this.#push(event)
        this.#sent.add(messageName(templateIdOf(event)))
        if (--untilTurn === 0) {
          await this.#turn()
          untilTurn = EVENTS_PER_TURN_MAX
        }
        progress.update(sequenceOf(event) - range.from + 1)
      }
    } finally {
      progress.stop()
    }
    await this.#lastTurns(isOver)
  }

  async sayWhere(): Promise<void> {
    const address = `${HOST}:${this.#gateway.port}`
    await print(
      this.#options.json
        ? JSON.stringify({ marketData: address })
        : `Market data   ws://${address}/ws\nREST          http://${address}/api/v3/exchangeInfo\n`,
    )
    if (!this.#options.waits) return
    process.stderr.write('begins when the first reader has subscribed to a stream\n')
  }

  async sayWhatWas(seconds: number): Promise<void> {
    const sent = this.#sent
    const text = `sent  ${sent} in ${seconds.toFixed(1)} s`
    await print(this.#options.json ? JSON.stringify({ sent, seconds }) : text)
  }

  close(): Promise<void> {
    return this.#gateway.close()
  }

  /** The definitions and books as they are: what a shard says to a gateway that starts. */
  async #announce({ machine, outbox }: LogRun): Promise<void> {
    const from = outbox.endBytes
    machine.announce()
    for (let at = from; at < outbox.endBytes; at = outbox.next(at)) {
      const record = { isEvent: true, number: 0, view: outbox.view, at }
      if (isMarketData(record)) await this.#push(record)
    }
    await this.#turn()
  }

  async #push({ view, at }: JournalRecord): Promise<void> {
    const { buffer, byteOffset, byteLength } = view
    const bytes = new Uint8Array(buffer, byteOffset, byteLength)
    const longs = new BigInt64Array(buffer, byteOffset, byteLength >> 3)
    while (!sendRecord(this.#ring, { bytes, view, longs }, at)) await this.#turn()
  }

  /** The gateway takes what is there, and sockets what it says; whoever is behind is waited for. */
  async #turn(): Promise<void> {
    this.#ring.publish()
    do {
      const work = this.#gateway.doWork()
      await turn()
      if (work === 0 && this.#isBehind) await sleep(IDLE_MS)
    } while (this.#gateway.hasWork() || this.#isBehind)
  }

  get #isBehind(): boolean {
    return this.#gateway.readers.bufferedBytes > BUFFERED_BYTES_MAX
  }

  async #untilDue(pacemaker: Pacemaker, timeUs: number, isOver: () => boolean): Promise<void> {
    for (;;) {
      const waitMs = pacemaker.waitMs(timeUs)
      if (waitMs <= 0 || isOver()) return
      await this.#turn()
      await sleep(Math.min(waitMs, SLEEP_MS_MAX))
    }
  }

  async #untilRead(isOver: () => boolean): Promise<void> {
    while (!this.#gateway.readers.anyStream && !isOver()) {
      await this.#turn()
      await sleep(IDLE_MS)
    }
  }

  async #lastTurns(isOver: () => boolean): Promise<void> {
    const endMs = performance.now() + LAST_STREAM_MS
    do {
      await this.#turn()
      await sleep(IDLE_MS)
    } while (performance.now() < endMs && !isOver())
  }
}

/** What live goes to the market-data gateway. */
function isMarketData(event: JournalRecord): boolean {
  const templateId = templateIdOf(event)
  if (isReport(templateId)) return false
  return (
    templateId !== SessionOpened.TEMPLATE_ID &&
    templateId !== CommandRefused.TEMPLATE_ID &&
    templateId !== WakeUp.TEMPLATE_ID
  )
}

function say(_fields: object, text: string): void {
  process.stderr.write(`market data: ${text}\n`)
}
