/**
 *   client ──TCP──▶ ORDER ENTRY ──ring──▶ sequencer ──ring──▶ shard ──ring──▶ ORDER ENTRY ──TCP──▶ client
 *
 * The door for orders. Turns bytes into messages and reports into bytes, holds each client to the rules of its session,
 * and never looks at a book. The wire is protocol/WIRE.md.
 *
 *   a chunk has come     inlet ▸ reader ▸ number ▸ field check ▸ ring, published once a chunk
 *   a turn (doWork)      ring ▸ by session ▸ outlets, each flushed once a turn; then who waits for room, then who is behind
 *   a tick               deadlines and heartbeats
 *
 * What is kept for a client is bounded: two buffers, and what its socket has not taken. A full ring to the sequencer
 * stops the reading of sockets; a slow reader is cut off, and finds in the journal what it has missed.
 */
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { StageTimes } from '../../engine/shard/stage-times.ts'
import { monotonicUsAt } from '../../engine/thread/monotonic.ts'
import type { Role } from '../../engine/thread/role.ts'
import { Reason, SessionNamed, SessionOpened, SessionStatus } from '../../protocol/codecs.ts'
import { ENVELOPE_BYTES, SESSION_OFFSET } from '../../protocol/envelope.ts'
import { EMPTY, type RingConsumer, type RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { ARRIVAL_LIMITS, type ArrivalLimits, Arrivals } from './arrivals.ts'
import { Audience } from './audience.ts'
import { CommandWriter } from './command-writer.ts'
import { Connection, type ConnectionMeans } from './connection.ts'
import { DailyReset } from './daily-reset.ts'
import { Doors, type TlsTerms } from './doors.ts'
import type { Encoding } from './encoding.ts'
import { KeyRing, type KeySource } from './key-ring.ts'
import { ORDER_ENTRY_LIMITS, type OrderEntryLimits } from './limits.ts'
import { LogonCheck } from './logon-check.ts'
import type { PeerSocket } from './peer-socket.ts'
import { ReportTimes } from './report-times.ts'
import { isReport, type ReportSource } from './reports.ts'
import { Resender } from './resender.ts'
import { SBE } from './sbe/sbe-encoding.ts'
import type { Session } from './session.ts'
import { SEQUENCES_RESET } from './session-faults.ts'
import { SpareBuffers } from './spare-buffers.ts'
import { type ThrottleLimits, Throttles } from './throttle.ts'
import { Turn } from './turn.ts'

export interface OrderEntryOptions {
  readonly host: string
  /** 0: any; see `address`. */
  readonly port: number
  /** Beside it, by TLS. */
  readonly tls?: TlsTerms
  /** Of the clients' bytes and ours. @default SBE, protocol/WIRE.md */
  readonly encoding?: Encoding
  /** The exchange's own name: TargetCompID of every Logon. */
  readonly compId: string
  readonly toSequencer: RingProducer
  readonly fromShard: RingConsumer
  /** The gateway's from here on: it closes it. */
  readonly readReports: ReportSource
  /** Paper: an unknown session gets an account with paper money. Listed: only sessions with a key may log on. */
  readonly admission: 'paper' | 'listed'
  readonly keys: KeySource
  /** Wall clock, µs since 1970. */
  readonly clockUs: () => number
  /** A clock that never jumps, ms, for deadlines. @default performance.now */
  readonly monotonicMs?: () => number
  readonly log: (event: string, fields: object) => void
  readonly limits?: Partial<OrderEntryLimits>
  /** @default nothing is counted */
  readonly throttle?: ThrottleLimits
  /** How often an address may come. @default ARRIVAL_LIMITS */
  readonly arrivals?: ArrivalLimits
  /** When all numbers begin again each day, µs since midnight, UTC. @default never */
  readonly resetTimeUs?: number
  /** The journal's disk is down to its reserve: new orders are refused, cancels taken. @default never */
  readonly isJournalLow?: () => boolean
  /** @default nobody asks where the time goes */
  readonly stageTimes?: StageTimes | undefined
}

export class OrderEntryGateway implements Role {
  readonly name = 'order-entry'
  /** Undefined: whoever has sockets brings them to `accept`. */
  #doors: Doors | undefined
  readonly #limits: OrderEntryLimits
  readonly #fromShard: RingConsumer
  readonly #turn: Turn
  readonly #means: ConnectionMeans
  readonly #throttles: Throttles
  readonly #dailyReset: DailyReset | undefined
  readonly #arrivals: Arrivals
  readonly #opened = new SessionOpened()
  /** Every connection, by the number that SessionOpen carries: until its socket is closed and the shard knows it. */
  readonly #connections = new Map<number, Connection>()
  readonly #audience: Audience
  readonly #waitingForRoom = new Set<Connection>()
  readonly #resender: Resender
  readonly #ticker: NodeJS.Timeout
  #connectionNumber = 0
  /** From when nobody new is let in: all sockets are closed. */
  #closed: Promise<void> | undefined

  /** Resolves when clients can connect; rejects with the system's error where the port cannot be had. */
  static async listen(options: OrderEntryOptions): Promise<OrderEntryGateway> {
    const gateway = new OrderEntryGateway(options)
    const { host, port, tls, log } = options
    const { logonDeadlineMs, connectionsMax } = gateway.#limits
    try {
      gateway.#doors = await Doors.open({
        ...{ plain: { host, port }, tls, log },
        ...{ handshakeMs: logonDeadlineMs, connectionsMax },
        admits: (address) => gateway.#admits(address),
        onConnection: (socket) => gateway.accept(socket),
      })
    } catch (error) {
      clearInterval(gateway.#ticker)
      throw error
    }
    return gateway
  }

  /** Without a port: whoever has sockets brings them to `accept`. */
  static unlistened(options: Omit<OrderEntryOptions, 'host' | 'port'>): OrderEntryGateway {
    return new OrderEntryGateway(options)
  }

  private constructor(options: Omit<OrderEntryOptions, 'host' | 'port'>) {
    const { compId, log } = options
    const keys = new KeyRing(options.keys, (error) =>
      log('keys-unreadable', { error: error.message }),
    )
    const limits = { ...ORDER_ENTRY_LIMITS, ...options.limits }
    this.#throttles = new Throttles(options.throttle ?? {})
    this.#limits = limits
    this.#fromShard = options.fromShard
    this.#turn = new Turn(options.clockUs, options.monotonicMs ?? (() => performance.now()))
    const { stageTimes } = options
    this.#audience = new Audience(new ReportTimes(stageTimes))
    const turnUs = (): number => monotonicUsAt(this.#turn.nowMs)
    this.#means = {
      encoding: options.encoding ?? SBE,
      spares: new SpareBuffers(),
      compId,
      turn: this.#turn,
      commands: new CommandWriter(options.toSequencer, stageTimes && turnUs),
      logonCheck: new LogonCheck({
        compId,
        keys,
        keyNeeded: options.admission === 'listed',
        clockSkewUsMax: limits.clockSkewUsMax,
        sendingTimeUsMax: limits.sendingTimeUsMax,
        startedUs: this.#turn.nowUs,
        logonsRememberedMax: limits.logonsRememberedMax,
      }),
      keys,
      throttles: this.#throttles,
      reports: options.readReports,
      sourceOf: (session) => this.#audience.sourceOf(session),
      logonDeadlineMs: limits.logonDeadlineMs,
      sessionNumberMax: limits.sessionNumberMax,
      sendingTimeUsMax: limits.sendingTimeUsMax,
      isJournalLow: options.isJournalLow ?? (() => false),
      paperAccounts: options.admission === 'paper',
      limits,
      log,
      onChange: (connection) => this.#onChange(connection),
      onAsked: (connection) => this.#onAsked(connection),
      onWritable: () => this.#resender.soon(),
    }
    this.#resender = new Resender({
      reports: options.readReports,
      inTurn: (work) => this.#inTurn(work),
      guarded: (connection, work) => this.#guarded(connection, work),
    })
    this.#arrivals = new Arrivals(options.arrivals ?? ARRIVAL_LIMITS)
    this.#dailyReset =
      options.resetTimeUs === undefined ? undefined : new DailyReset(options.resetTimeUs)
    this.#inTurn(() => this.#resetNumbers())
    this.#ticker = setInterval(() => this.#onTick(), limits.tickMs).unref()
  }

  /** Where it listens. */
  get address(): AddressInfo {
    if (this.#doors === undefined) throw new Error('order entry without a port has no address')
    return this.#doors.address
  }

  /** Where it listens by TLS. */
  get tlsAddress(): AddressInfo | undefined {
    return this.#doors?.tlsAddress
  }

  /** Sockets that are open or whose seat is not yet given back. */
  get connectionCount(): number {
    return this.#connections.size
  }

  #admits(address: string): boolean {
    this.#turn.begin()
    return this.#arrivals.admits(address, this.#turn.nowMs)
  }

  /** A client has connected. */
  accept(socket: PeerSocket): void {
    const count = this.#connections.size
    if (count >= this.#limits.connectionsMax || !this.#hasRoomForStranger()) {
      // A socket without an 'error' listener would take the thread with it.
      socket.on('error', (error) => this.#means.log('connection-error', { error: error.message }))
      socket.destroy()
      this.#means.log('connection-refused', { count })
      return
    }
    this.#turn.begin()
    this.#connectionNumber = (this.#connectionNumber + 1) >>> 0
    const connection = new Connection(socket, this.#connectionNumber, this.#means)
    this.#connections.set(connection.number, connection)
  }

  doWork(): number {
    this.#turn.begin()
    const work = this.#takeFromShard() + this.#retryWaiting() + this.#resender.resend()
    this.#means.commands.publish()
    return work
  }

  hasWork(): boolean {
    if (this.#fromShard.hasWork()) return true
    if (this.#waitingForRoom.size > 0 && !this.#means.commands.isBlocked) return true
    return this.#resender.hasWork()
  }

  /** Lets nobody new in and reads no socket: what was taken so far is all that there is to answer. */
  drain(): void {
    this.#closed ??= this.#doors?.close() ?? Promise.resolve()
    this.#turn.begin()
    for (const connection of this.#connections.values()) {
      this.#guarded(connection, () => connection.drain())
    }
  }

  /** Says Logout to everyone, gives their seats back, and waits for the sockets, `lingerMs` at most. */
  async close(): Promise<void> {
    clearInterval(this.#ticker)
    this.#resender.stop()
    this.drain()
    for (const connection of this.#connections.values()) {
      connection.session.end(SessionStatus.LogoutComplete, 'The exchange is stopping')
      this.#guarded(connection, () => connection.settle())
    }
    this.#means.commands.publish()
    const deadline = setTimeout(() => {
      for (const connection of this.#connections.values()) connection.destroy('stopping')
    }, this.#limits.lingerMs)
    await this.#closed
    clearTimeout(deadline)
    this.#means.reports.close()
  }

  *#sessions(): Generator<Session> {
    for (const { session } of this.#connections.values()) yield session
  }

  /**
   * Whether one more may be here who has never been logged on. Where there are too many, the one that has said nothing for
   * longest goes: whoever means it says its Logon at once, so a siege of silent ones shuts nobody out.
   */
  #hasRoomForStranger(): boolean {
    let count = 0
    let longest: Connection | undefined
    for (const connection of this.#connections.values()) {
      const { phase } = connection.session
      if (connection.seat.session !== 0 || phase === 'CUT') continue
      count++
      if (phase === 'CONNECTED') longest ??= connection
    }
    if (count < this.#limits.strangersMax) return true
    longest?.destroy('made room for another')
    return longest !== undefined
  }

  #takeFromShard(): number {
    const ring = this.#fromShard
    let count = 0
    while (count < this.#limits.recordsPerTurn) {
      const at = ring.peek()
      if (at === EMPTY) break
      this.#onRecord(ring.recordType, ring.view, at)
      ring.advance()
      count++
    }
    ring.release()
    this.#audience.endTurn((connection) => this.#guarded(connection, () => connection.settle()))
    return count
  }

  /** Hot: once for each record. What is not for a session's client (market data, announcements) is passed over. */
  #onRecord(templateId: number, view: DataView, at: number): void {
    const session = view.getUint32(at + SESSION_OFFSET, true)
    if (isReport(templateId)) {
      this.#audience.tell(session, view, at)
    } else if (templateId === SessionNamed.TEMPLATE_ID) {
      this.#audience.name(view, at + ENVELOPE_BYTES)
    } else if (templateId === SessionOpened.TEMPLATE_ID) {
      const opened = this.#opened.wrap(view, at + ENVELOPE_BYTES)
      const connection = this.#connections.get(opened.connection)
      if (connection === undefined) return
      this.#giveWay(session, connection)
      this.#guarded(connection, () => connection.onOpened(opened, session))
      this.#onAnswered(connection)
    }
  }

  /** Where the shard has opened a session that is live here: its older connection was taken over. */
  #giveWay(session: number, newer: Connection): void {
    const older = this.#audience.of(session)
    if (older === undefined || older === newer || this.#opened.reason !== Reason.None) return
    older.session.end(SessionStatus.LogoutComplete, 'Another logon has taken over this session')
    this.#guarded(older, () => older.settle())
  }

  /** It stands in the ring who takes a session over: nothing of those who have it may come behind. */
  #onAsked(newer: Connection): void {
    const { takesOver, compId } = newer.seat
    if (!takesOver) return
    for (const older of this.#connections.values()) {
      if (older !== newer && older.seat.compId === compId && !older.session.isOver) {
        older.hold(newer)
      }
    }
  }

  #onAnswered(newer: Connection): void {
    if (!newer.seat.takesOver) return
    for (const older of this.#connections.values()) {
      this.#guarded(older, () => older.release(newer))
    }
  }

  #retryWaiting(): number {
    if (this.#waitingForRoom.size === 0 || this.#means.commands.isBlocked) return 0
    let work = 0
    for (const connection of this.#waitingForRoom) {
      this.#guarded(connection, () => {
        work += connection.retry()
      })
    }
    return work
  }

  #inTurn(work: () => void): void {
    this.#turn.begin()
    work()
    this.#means.commands.publish()
  }

  #onTick(): void {
    this.#inTurn(() => {
      this.#means.keys.refresh(this.#turn.nowMs)
      this.#throttles.sweep(this.#turn.nowMs, this.#sessions())
      this.#resetNumbers()
      this.#means.commands.sayReset()
      for (const connection of this.#connections.values()) {
        this.#guarded(connection, () => connection.onTick())
      }
    })
  }

  /** Who is logged on, or about to be, has numbers of before: they are to log on anew, behind the reset. */
  #resetNumbers(): void {
    const dueUs = this.#dailyReset?.due(this.#turn.nowUs) ?? 0
    if (dueUs === 0) return
    for (const connection of this.#connections.values()) {
      const { session } = connection
      if (session.phase !== 'ACTIVE' && session.phase !== 'OPENING') continue
      session.end(SessionStatus.SequenceReset, SEQUENCES_RESET)
      this.#guarded(connection, () => connection.settle())
    }
    this.#means.commands.sessionsReset(dueUs)
    this.#means.log('numbers-reset', { due: new Date(dueUs / 1_000).toISOString() })
  }

  /** Keeps the lists true. */
  #onChange(connection: Connection): void {
    if (connection.waitsForRoom) this.#waitingForRoom.add(connection)
    else this.#waitingForRoom.delete(connection)
    this.#resender.look(connection)
    this.#audience.look(connection)
    if (connection.isGone) this.#connections.delete(connection.number)
  }

  #guarded(connection: Connection, work: () => void): void {
    try {
      work()
    } catch (error) {
      connection.fail(error)
      this.#onChange(connection)
    }
  }
}
