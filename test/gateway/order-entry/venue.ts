/**
 *   client under test ──▶ gateway ──ring──▶ FAKE VENUE ──ring──▶ gateway
 *
 * The exchange behind the gateway, as little of it as the gateway can see: sessions with their numbers, and a report New
 * for each order. All in one thread; `turn()` is one turn of everyone.
 */
import type { KeyObject } from 'node:crypto'
import { Outbox } from '../../../engine/shard/outbox.ts'
import type { ArrivalLimits } from '../../../gateway/order-entry/arrivals.ts'
import type { Encoding } from '../../../gateway/order-entry/encoding.ts'
import { type KeySource, Permission } from '../../../gateway/order-entry/key-ring.ts'
import type { OrderEntryLimits } from '../../../gateway/order-entry/limits.ts'
import { OrderEntryGateway } from '../../../gateway/order-entry/order-entry-gateway.ts'
import {
  GONE,
  NOT_YET,
  type ReportSink,
  type ReportSource,
} from '../../../gateway/order-entry/reports.ts'
import type { ThrottleLimits } from '../../../gateway/order-entry/throttle.ts'
import {
  ExecType,
  ExecutionReport,
  NewOrderSingle,
  OrderMassCancelReport,
  OrderMassCancelRequest,
  OrdStatus,
  Reason,
  SecondLogon,
  SessionClose,
  SessionEnd,
  SessionNamed,
  SessionOpen,
  SessionOpened,
  SessionsReset,
} from '../../../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../../protocol/envelope.ts'
import { SCHEMA_ID, VERSION } from '../../../protocol/schema.ts'
import { copyBytes } from '../../../protocol/text.ts'
import { allocateDoorbell, Doorbell } from '../../../ringbuffer/doorbell.ts'
import { allocateRing } from '../../../ringbuffer/spsc/allocate-ring.ts'
import { EMPTY, FULL, RingConsumer, RingProducer } from '../../../ringbuffer/spsc/spsc-ring.ts'

interface FakeSession {
  readonly number: number
  /** 0: not logged on. */
  connection: number
  nextInbound: number
  /** Private copies of the reports' envelopes and blocks; report n is at index n - 1. */
  readonly reports: DataView[]
}

export interface VenueOptions {
  readonly admission?: 'paper' | 'listed'
  /** Ed25519 public keys by CompID. */
  readonly keys?: ReadonlyMap<string, KeyObject>
  readonly keySource?: KeySource
  readonly throttle?: ThrottleLimits
  readonly limits?: Partial<OrderEntryLimits>
  readonly encoding?: Encoding
  readonly arrivals?: ArrivalLimits
  readonly resetTimeUs?: number
  readonly ringBytes?: number
}

const TAPE = 1

export class Venue {
  gateway!: OrderEntryGateway
  /** Every command, in words: `open ALICE`, `open BOB 1/250`, `reset 2026-01-31T21:30:00.000Z`, `close 1`, `close 1 logout`, `D 1 #3`. */
  readonly commands: string[] = []
  readonly clOrdIds: string[] = []
  /** ClOrdIDs that came as possible resends. */
  readonly possResends: string[] = []
  /** How long each command's root block was, by session. */
  readonly blockBytes = new Map<number, number[]>()
  readonly events: string[] = []
  readonly failures: object[] = []
  /** Sequencer and shard stand still. */
  isHalted = false
  /** The journal is so many reports behind. */
  journalLag = 0
  /** Reads of the journal that one turn has to give out; the sessions that had them, in order. */
  readsPerTurn = Number.POSITIVE_INFINITY
  readonly reads: number[] = []
  /** Reports below this number are kept no more. */
  keptFrom = 1
  /** How many reports are on the only tape: those of sessions whose names begin with TAPED. */
  tapeLength = 0
  isJournalLow = false
  /** Why the next Logon is refused. */
  refuses: number = Reason.None
  skewUs = 0
  aheadMs = 0
  readonly sessions = new Map<string, FakeSession>()
  readonly #accounts: string[] = []
  readonly #bell = new Doorbell(allocateDoorbell())
  #inbox!: RingConsumer
  #outbox!: RingProducer
  #isRunning = true
  readonly #options: VenueOptions

  static async start(options: VenueOptions = {}): Promise<Venue> {
    const venue = new Venue(options)
    await venue.#startGateway()
    void venue.#run()
    return venue
  }

  private constructor(options: VenueOptions) {
    this.#options = options
  }

  async #startGateway(): Promise<void> {
    const bell = this.#bell
    const bells = { consumerBell: bell, producerBell: bell }
    const inward = allocateRing({ capacityBytes: this.#options.ringBytes ?? 1 << 20, name: 'in' })
    const outward = allocateRing({ capacityBytes: 1 << 22, name: 'out' })
    this.#inbox = new RingConsumer(inward, bells)
    this.#outbox = new RingProducer(outward, bells)
    this.gateway = await OrderEntryGateway.listen({
      host: '127.0.0.1',
      port: 0,
      compId: 'TRADSYS',
      toSequencer: new RingProducer(inward, bells),
      fromShard: new RingConsumer(outward, bells),
      readReports: this.#source(),
      admission: this.#options.admission ?? 'paper',
      keys: this.#options.keySource ?? keySourceOf(this.#options.keys ?? new Map()),
      ...(this.#options.encoding === undefined ? {} : { encoding: this.#options.encoding }),
      ...(this.#options.resetTimeUs === undefined
        ? {}
        : { resetTimeUs: this.#options.resetTimeUs }),
      ...(this.#options.arrivals === undefined ? {} : { arrivals: this.#options.arrivals }),
      ...(this.#options.throttle === undefined ? {} : { throttle: this.#options.throttle }),
      isJournalLow: () => this.isJournalLow,
      clockUs: () => Date.now() * 1_000 + this.skewUs,
      monotonicMs: () => performance.now() + this.aheadMs,
      limits: { tickMs: 20, lingerMs: 300, ...this.#options.limits },
      log: (event, fields) => {
        this.events.push(event)
        if (event === 'connection-failed') this.failures.push(fields)
      },
    })
  }

  get port(): number {
    return this.gateway.address.port
  }

  async stop(): Promise<void> {
    await this.gateway.close()
    this.#isRunning = false
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      if (!this.isHalted) this.#takeCommands()
      while (this.gateway.doWork() > 0) this.gateway.hasWork()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #takeCommands(): void {
    for (let at = this.#inbox.peek(); at !== EMPTY; at = this.#inbox.peek()) {
      this.#apply(this.#inbox.view, at)
      this.#inbox.advance()
    }
    this.#inbox.release()
    this.#outbox.publish()
  }

  #apply(view: DataView, at: number): void {
    const templateId = view.getUint16(at + TEMPLATE_ID_OFFSET, true)
    const session = view.getUint32(at + SESSION_OFFSET, true)
    const number = view.getUint32(at + NUMBER_OFFSET, true)
    if (templateId === SessionOpen.TEMPLATE_ID) {
      const blockBytes = view.getUint16(at + BLOCK_LENGTH_OFFSET, true)
      this.#open(new SessionOpen().wrap(view, at + ENVELOPE_BYTES, blockBytes))
    } else if (templateId === SessionClose.TEMPLATE_ID) {
      const { connection, sessionEnd } = new SessionClose().wrap(view, at + ENVELOPE_BYTES)
      this.commands.push(`close ${session}${sessionEnd === SessionEnd.LoggedOut ? ' logout' : ''}`)
      for (const known of this.sessions.values()) {
        if (known.number === session && known.connection === connection) known.connection = 0
      }
    } else if (templateId === SessionsReset.TEMPLATE_ID) {
      this.#reset(new SessionsReset().wrap(view, at + ENVELOPE_BYTES).resetTime)
    } else {
      const msgType = String.fromCharCode(templateId & 0xff, templateId >> 8).replace('\0', '')
      this.commands.push(`${msgType} ${session} #${number}`)
      const known = [...this.sessions.values()].find((s) => s.number === session)
      if (known === undefined || known.nextInbound > number) throw new Error(`number ${number}`)
      known.nextInbound = number + 1
      const blockBytes = view.getUint16(at + BLOCK_LENGTH_OFFSET, true)
      this.blockBytes.get(session)!.push(blockBytes)
      const order = new NewOrderSingle().wrap(view, at + ENVELOPE_BYTES, blockBytes)
      if (templateId === NewOrderSingle.TEMPLATE_ID && order.possResend !== 0) {
        this.possResends.push(order.clOrdId)
      }
      if (templateId === OrderMassCancelRequest.TEMPLATE_ID) this.#massCancelled(known, order)
      else this.report(known, order)
    }
  }

  #reset(resetTime: number): void {
    this.commands.push(`reset ${new Date(resetTime / 1_000).toISOString()}`)
    for (const session of this.sessions.values()) {
      session.nextInbound = 1
      session.reports.length = 0
    }
  }

  #open(open: SessionOpen): void {
    const { compId, cancelOnDisconnectType: type, codTimeoutWindow: window } = open
    this.commands.push(`open ${compId}${type + window > 0 ? ` ${type}/${window}` : ''}`)
    let session = this.sessions.get(compId)
    if (session === undefined) {
      session = { number: this.sessions.size + 1, connection: 0, nextInbound: 1, reports: [] }
      this.sessions.set(compId, session)
      this.blockBytes.set(session.number, [])
    }
    const reason: number =
      compId === 'NOBODY'
        ? Reason.UnknownSession
        : this.refuses !== Reason.None
          ? this.refuses
          : session.connection !== 0 && open.secondLogon !== SecondLogon.TakesOver
            ? Reason.SessionLive
            : Reason.None
    this.refuses = Reason.None
    if (reason === Reason.None) session.connection = open.connection
    if (reason === Reason.None && open.resetSeqNumFlag === 1) {
      session.nextInbound = 1
      session.reports.length = 0
    }
    const events = this.#record(
      SessionOpened.TEMPLATE_ID,
      SessionOpened.BLOCK_BYTES,
      session.number,
      0,
    )
    const opened = new SessionOpened().wrap(events, ENVELOPE_BYTES)
    opened.connection = open.connection
    opened.nextInbound = session.nextInbound
    opened.nextOutbound = session.reports.length + 1
    opened.account = this.accountOf(compId)
    opened.reason = reason
    if (open.dropCopyFlag === 1) {
      opened.account = TAPE
      opened.nextOutbound = this.tapeLength + 1
    }
    this.#send(events)
  }

  sessionName(number: number): string {
    return [...this.sessions].find(([, session]) => session.number === number)?.[0] ?? ''
  }

  /** Says whose reports those of a session are. */
  name(compId: string, account: string): void {
    const { TEMPLATE_ID, BLOCK_BYTES } = SessionNamed
    const record = this.#record(TEMPLATE_ID, BLOCK_BYTES, 0, 0)
    const named = new SessionNamed().wrap(record, ENVELOPE_BYTES)
    named.session = this.sessions.get(compId)!.number
    named.compId = compId
    named.account = account
    this.#send(record)
    this.#outbox.publish()
  }

  /** Sessions of one account begin alike, up to a dash; each other has its own. */
  accountOf(compId: string): number {
    const name = compId.split('-')[0]!
    let account = this.#accounts.indexOf(name) + 1
    if (account === 0) account = this.#accounts.push(name)
    return account
  }

  /** One report to the session, whether anyone is logged on or not. */
  report(session: FakeSession, order: NewOrderSingle): void {
    this.clOrdIds.push(order.clOrdId)
    const number = session.reports.length + 1
    const { TEMPLATE_ID, BLOCK_BYTES } = ExecutionReport
    const record = this.#record(TEMPLATE_ID, BLOCK_BYTES, session.number, number)
    const report = new ExecutionReport().wrap(record, ENVELOPE_BYTES)
    report.clOrdId = order.clOrdId
    report.execId = number
    if (this.sessionName(session.number).startsWith('TAPED')) {
      report.accountTape = TAPE
      this.tapeLength++
    }
    report.execType = ExecType.New
    report.ordStatus = OrdStatus.New
    session.reports.push(record)
    this.#send(record)
  }

  /** Of no order: this venue keeps none. */
  #massCancelled(session: FakeSession, { clOrdId }: NewOrderSingle): void {
    const number = session.reports.length + 1
    const { TEMPLATE_ID, BLOCK_BYTES } = OrderMassCancelReport
    const record = this.#record(TEMPLATE_ID, BLOCK_BYTES, session.number, number)
    new OrderMassCancelReport().wrap(record, ENVELOPE_BYTES).clOrdId = clOrdId
    session.reports.push(record)
    this.#send(record)
  }

  /** Reports without an order, `count` of them, all at once. */
  say(compId: string, count: number): void {
    const order = new NewOrderSingle().wrap(new DataView(new ArrayBuffer(128)), 0)
    order.clOrdId = 'unasked'
    const session = this.sessions.get(compId)
    if (session === undefined) throw new Error(`no session ${compId}`)
    for (let i = 0; i < count; i++) this.report(session, order)
    this.#outbox.publish()
  }

  #record(templateId: number, blockBytes: number, session: number, number: number): DataView {
    const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
    outbox.begin(number, 1_700_000_000_000_000 + number)
    outbox.open(templateId, blockBytes, session, number)
    const length = outbox.view.getInt32(RECORD_LENGTH_OFFSET, true) - RECORD_HEADER_BYTES
    return new DataView(
      outbox.bytes.slice(RECORD_HEADER_BYTES, RECORD_HEADER_BYTES + length).buffer,
    )
  }

  #send(record: DataView): void {
    const at = this.#outbox.claim(record.byteLength)
    if (at === FULL) throw new Error('the ring to the gateway is full')
    copyBytes(record, 0, this.#outbox.view, at, record.byteLength)
    this.#outbox.commit(record.getUint16(TEMPLATE_ID_OFFSET, true))
  }

  #source(): ReportSource {
    let readsLeft = 0
    return {
      beginTurn: () => {
        readsLeft = this.readsPerTurn
      },
      get isSpent() {
        return readsLeft === 0
      },
      read: (session: number, fromNumber: number, limit: number, sink: ReportSink): number => {
        readsLeft--
        this.reads.push(session)
        const reports = [...this.sessions.values()].find((s) => s.number === session)?.reports ?? []
        if (fromNumber < this.keptFrom) {
          sink.onGone(this.keptFrom)
          return GONE
        }
        const end = Math.min(reports.length - this.journalLag, fromNumber - 1 + limit)
        for (let i = fromNumber - 1; i < end; i++) sink.onReport(reports[i]!, 0, i + 1)
        return Math.max(end - fromNumber + 1, NOT_YET)
      },
      forget: () => undefined,
      close: () => undefined,
    }
  }
}

/** Keys that may do everything, and never change. */
export const keySourceOf = (keys: ReadonlyMap<string, KeyObject>): KeySource => ({
  stamp: () => '',
  read: () =>
    [...keys].map(([session, publicKey]) => ({
      ...{ id: '', session, publicKey, permission: Permission.Trade },
    })),
})

/** Only what hangs waits so long: a machine that is busy with other things takes ten times what an idle one does. */
const UNTIL_MS_MAX = 30_000

/** Resolves when it is so; the error names what was waited for. */
export async function until(
  what: string,
  isSo: () => boolean,
  msMax = UNTIL_MS_MAX,
): Promise<void> {
  const endMs = performance.now() + msMax
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`not within ${msMax} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
