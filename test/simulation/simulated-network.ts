/**
 *   client end ══ bytes, cut anywhere ══▶ server end ('data', 'end', 'close')
 *              ◀═══════════════════════
 *
 * Connections without a kernel. Bytes wait in a pipe for each way until the network has a turn; the seed says whose they are,
 * how many come in one piece, which connection stalls, and which breaks: then what was under way arrives in part or not
 * at all. Nothing is delivered from within a call: as with sockets, everything comes in a turn of its own.
 */
import type { Role } from '../../engine/thread/role.ts'
import type { PeerSocket } from '../../gateway/order-entry/peer-socket.ts'
import type { Draws } from './draws.ts'

/** What a kernel takes in advance of the reader. */
const KERNEL_BYTES = 32 << 10
const CHUNK_BYTES_MAX = 64 << 10

/** What the client does with its end. */
export interface ClientEnd {
  onBytes(chunk: Buffer): void
  /** The server has closed its half, behind all that it wrote. */
  onEnd(): void
  /** The connection is gone. */
  onBroken(): void
}

class Pipe {
  readonly #chunks: Buffer[] = []
  bytes = 0

  push(chunk: Uint8Array): void {
    this.#chunks.push(Buffer.from(chunk))
    this.bytes += chunk.length
  }

  unshift(chunk: Uint8Array): void {
    this.#chunks.unshift(Buffer.from(chunk))
    this.bytes += chunk.length
  }

  /** Up to so many bytes, of one chunk or several. */
  take(bytesMax: number): Buffer {
    const taken: Buffer[] = []
    let left = bytesMax
    while (left > 0 && this.#chunks.length > 0) {
      const chunk = this.#chunks[0]!
      if (chunk.length <= left) this.#chunks.shift()
      else this.#chunks[0] = chunk.subarray(left)
      taken.push(chunk.subarray(0, left))
      left -= Math.min(left, chunk.length)
    }
    this.bytes -= bytesMax - left
    return taken.length === 1 ? taken[0]! : Buffer.concat(taken)
  }

  /** Keeps the oldest so many. */
  keep(bytes: number): void {
    const kept = this.take(bytes)
    this.#chunks.length = 0
    this.bytes = 0
    if (kept.length > 0) this.push(kept)
  }
}

type SocketEvent = 'data' | 'end' | 'drain' | 'error' | 'close'

export class SimulatedConnection implements PeerSocket {
  readonly #client: ClientEnd
  readonly #toServer = new Pipe()
  readonly #toClient = new Pipe()
  readonly #listeners = new Map<SocketEvent, (value: never) => void>()
  #isPaused = false
  #isServerEnded = false
  #isClientEnded = false
  #hasSeenClientEnd = false
  #hasSeenServerEnd = false
  #isBroken = false
  #needsDrain = false
  #isClosed = false
  /** A planted fault: what is written arrives twice, now and then. */
  readonly #isDoubling: boolean
  #writes = 0
  /** Turns of the network that pass it by, and those in which its client reads nothing. */
  stalledTurns = 0
  slowTurns = 0

  constructor(client: ClientEnd, isDoubling: boolean) {
    this.#client = client
    this.#isDoubling = isDoubling
  }

  /** The most that ever waited for the client. */
  unsentBytesMax = 0

  // --- the server's end

  get destroyed(): boolean {
    return this.#isBroken
  }

  get writable(): boolean {
    return !this.#isBroken && !this.#isServerEnded
  }

  get writableLength(): number {
    return Math.max(0, this.#toClient.bytes - KERNEL_BYTES)
  }

  write(bytes: Uint8Array): void {
    if (!this.writable) return
    this.#toClient.push(bytes)
    if (this.#isDoubling && ++this.#writes % 50 === 0) this.#toClient.push(bytes)
    if (this.writableLength > 0) this.#needsDrain = true
    this.unsentBytesMax = Math.max(this.unsentBytesMax, this.writableLength)
  }

  end(): void {
    this.#isServerEnded = true
  }

  destroy(): void {
    this.#isBroken = true
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
  }

  unshift(chunk: Buffer): void {
    this.#toServer.unshift(chunk)
  }

  on(event: SocketEvent, listener: (value: never) => void): void {
    this.#listeners.set(event, listener)
  }

  // --- the client's end

  send(bytes: Uint8Array): void {
    if (!this.#isClientEnded && !this.#isBroken) this.#toServer.push(bytes)
  }

  get unsentBytes(): number {
    return this.#toServer.bytes
  }

  endByClient(): void {
    this.#isClientEnded = true
  }

  // --- the network's

  /** Cut off: of what was under way a part arrives, or nothing. */
  break(draws: Draws): void {
    if (this.#isBroken) return
    this.#isBroken = true
    this.#toServer.keep(0)
    this.#toClient.keep(draws.below(this.#toClient.bytes + 1))
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  get hasWork(): boolean {
    if (this.#isClosed) return false
    if (this.#isBroken || this.#toClient.bytes > 0) return true
    if (this.#toServer.bytes > 0) return !this.#isPaused
    return (
      (this.#isClientEnded && !this.#hasSeenClientEnd && !this.#isPaused) ||
      (this.#isServerEnded && !this.#hasSeenServerEnd) ||
      (this.#hasSeenServerEnd && this.#hasSeenClientEnd)
    )
  }

  /** One piece one way, or news of an end. */
  carry(draws: Draws, bytesMax: number): void {
    if (this.#isBroken) {
      this.#carryLast()
      return
    }
    if (
      this.#toServer.bytes > 0 &&
      !this.#isPaused &&
      (this.#toClient.bytes === 0 || this.slowTurns > 0 || draws.oneIn(2))
    ) {
      this.#emit('data', this.#toServer.take(bytesMax))
    } else if (this.#toClient.bytes > 0) {
      if (this.slowTurns > 0) return
      this.#client.onBytes(this.#toClient.take(bytesMax))
      if (this.#needsDrain && this.writableLength === 0) {
        this.#needsDrain = false
        this.#emit('drain')
      }
    } else if (this.#isServerEnded && !this.#hasSeenServerEnd) {
      this.#hasSeenServerEnd = true
      this.#client.onEnd()
    } else if (
      this.#isClientEnded &&
      this.#toServer.bytes === 0 &&
      !this.#hasSeenClientEnd &&
      !this.#isPaused
    ) {
      this.#hasSeenClientEnd = true
      this.#emit('end')
    } else if (this.#hasSeenServerEnd && this.#hasSeenClientEnd) {
      this.#close()
    }
  }

  #carryLast(): void {
    if (this.#toClient.bytes > 0) {
      this.#client.onBytes(this.#toClient.take(KERNEL_BYTES))
      this.#toClient.keep(0)
    }
    this.#close()
  }

  #close(): void {
    this.#isClosed = true
    this.#isBroken = true
    this.#client.onBroken()
    this.#emit('close')
  }

  #emit(event: SocketEvent, value?: Buffer): void {
    const listener = this.#listeners.get(event) as ((value?: Buffer) => void) | undefined
    listener?.(value)
  }
}

export class SimulatedNetwork implements Role {
  readonly name = 'network'
  readonly #draws: Draws
  /** Once in so many turns a connection breaks, or stands still; 0: never. */
  readonly #breakEvery: number
  readonly #stallEvery: number
  readonly #cutBytes: number
  readonly #isDoubling: boolean
  #connections: SimulatedConnection[] = []
  isCalm = false
  /** The most that ever waited for a client. */
  unsentBytesMax = 0

  constructor(draws: Draws, isDoubling: boolean) {
    this.#draws = draws
    this.#isDoubling = isDoubling
    this.#breakEvery = draws.pick([0, 3_000, 20_000])
    this.#stallEvery = draws.pick([0, 200, 2_000])
    this.#cutBytes = draws.pick([80, 1_000, CHUNK_BYTES_MAX, CHUNK_BYTES_MAX])
  }

  get connections(): readonly SimulatedConnection[] {
    return this.#connections
  }

  connect(client: ClientEnd): SimulatedConnection {
    const connection = new SimulatedConnection(client, this.#isDoubling)
    this.#connections.push(connection)
    return connection
  }

  doWork(): number {
    const draws = this.#draws
    let work = 0
    for (const connection of this.#connections) {
      if (this.isCalm) connection.slowTurns = 0
      else if (this.#disturb(connection)) continue
      if (!connection.hasWork) continue
      const bytesMax = draws.oneIn(3) ? 1 + draws.below(this.#cutBytes) : CHUNK_BYTES_MAX
      connection.carry(draws, bytesMax)
      this.unsentBytesMax = Math.max(this.unsentBytesMax, connection.unsentBytesMax)
      work++
    }
    if (this.#connections.some(({ isClosed }) => isClosed)) {
      this.#connections = this.#connections.filter(({ isClosed }) => !isClosed)
    }
    return work
  }

  hasWork(): boolean {
    return this.#connections.some(({ hasWork }) => hasWork)
  }

  /** The exchange is gone: so are its ends of all connections. */
  breakAll(): void {
    for (const connection of this.#connections) {
      // Nobody is there to hear of it on the server's side.
      for (const event of ['data', 'end', 'drain', 'close'] as const) {
        connection.on(event, () => undefined)
      }
      connection.break(this.#draws)
    }
    while (this.hasWork()) this.doWork()
  }

  close(): void {
    this.#connections = []
  }

  /** True: the connection gets nothing in this turn. */
  #disturb(connection: SimulatedConnection): boolean {
    const draws = this.#draws
    if (connection.stalledTurns > 0) {
      connection.stalledTurns--
      return true
    }
    if (connection.slowTurns > 0) connection.slowTurns--
    if (this.#stallEvery > 0 && draws.oneIn(this.#stallEvery)) {
      if (draws.oneIn(2)) connection.stalledTurns = draws.magnitude(10, 2_000)
      else connection.slowTurns = draws.magnitude(10, 8_000)
    }
    if (this.#breakEvery > 0 && draws.oneIn(this.#breakEvery)) connection.break(draws)
    return false
  }
}
