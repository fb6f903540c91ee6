/**
 *   client ──TCP──▶ DOORS ──▶ gateway
 *   client ──TLS──▶
 *
 * Where order entry listens: plainly, and beside it by TLS where it has a certificate. What comes in by either is the same to the
 * gateway. A handshake that does not come to its end is no connection: it is given up by the logon's deadline.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { PeerSocket } from './peer-socket.ts'

/** The kernel asks a silent peer after so long: for one that is gone between two connections' heartbeats. */
const KEEP_ALIVE_MS = 30_000
/** Handshakes under way and sessions together, each of which holds a descriptor. */
const TLS_CONNECTIONS_SHARE = 2

export interface DoorAddress {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

export interface TlsTerms extends DoorAddress {
  /** PEM: the certificate with those that lead to its root, and its private key. */
  readonly cert: string
  readonly key: string
  /** @default 'TLSv1.3' */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
}

/** TLS 1.2 with forward secrecy and authenticated encryption; 1.3 has nothing else. */
const CIPHERS = [
  ...['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
].join(':')

export interface DoorsOptions {
  readonly plain: DoorAddress
  readonly tls: TlsTerms | undefined
  readonly handshakeMs: number
  readonly connectionsMax: number
  /** Whether whoever comes from this address is let in: asked once for each, before a handshake. */
  readonly admits: (address: string) => boolean
  readonly onConnection: (socket: PeerSocket) => void
  readonly log: (event: string, fields: object) => void
}

export class Doors {
  readonly #plain: Server
  readonly #tls: Server | undefined
  /** Handshakes under way, by the peer's address and port. */
  readonly #shaking = new Map<string, Socket>()

  /** Resolves when both are open; rejects with the system's error where one cannot be, and then neither is. */
  static async open(options: DoorsOptions): Promise<Doors> {
    const doors = new Doors(options)
    try {
      await listening(doors.#plain, options.plain)
      if (doors.#tls !== undefined && options.tls !== undefined) {
        await listening(doors.#tls, options.tls)
      }
    } catch (error) {
      await doors.close()
      throw error
    }
    for (const server of doors.#servers) {
      server.on('error', (error) => options.log('listener-error', { error: error.message }))
    }
    return doors
  }

  private constructor(options: DoorsOptions) {
    const { tls, handshakeMs, connectionsMax, onConnection, log } = options
    const keepAlive = { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }
    const socketTerms = { allowHalfOpen: true, noDelay: true, ...keepAlive }
    this.#plain = createServer(socketTerms, (socket) => {
      if (mayComeIn(socket, options)) onConnection(socket)
    })
    if (tls === undefined) return
    const { cert, key, minVersion = 'TLSv1.3' } = tls
    const terms = { cert, key, minVersion, ciphers: CIPHERS, honorCipherOrder: true }
    const server = createTlsServer(
      { ...socketTerms, ...terms, handshakeTimeout: handshakeMs },
      (socket) => {
        this.#shaking.delete(peerOf(socket))
        onConnection(socket)
      },
    )
    server.on('connection', (socket: Socket) => {
      if (!mayComeIn(socket, options)) return
      const peer = peerOf(socket)
      this.#shaking.set(peer, socket)
      socket.once('close', () => this.#shaking.delete(peer))
    })
    server.maxConnections = TLS_CONNECTIONS_SHARE * connectionsMax
    server.on('tlsClientError', (error, socket) => {
      log('tls-refused', { error: error.message, from: socket.remoteAddress })
      socket.destroy()
    })
    this.#tls = server
  }

  get address(): AddressInfo {
    return this.#plain.address() as AddressInfo
  }

  get tlsAddress(): AddressInfo | undefined {
    return this.#tls?.address() as AddressInfo | undefined
  }

  /** Lets nobody new in; resolves when all that came in are gone. */
  async close(): Promise<void> {
    for (const socket of this.#shaking.values()) socket.destroy()
    await Promise.all(
      this.#servers.map((server) => new Promise((resolve) => server.close(resolve))),
    )
  }

  get #servers(): readonly Server[] {
    return this.#tls === undefined ? [this.#plain] : [this.#plain, this.#tls]
  }
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

async function listening(server: Server, { host, port }: DoorAddress): Promise<void> {
  server.listen({ host, port })
  await once(server, 'listening')
}

/** False: it was closed. */
function mayComeIn(socket: Socket, { admits, log }: DoorsOptions): boolean {
  const from = socket.remoteAddress ?? ''
  if (admits(from)) return true
  // A socket without an 'error' listener would take the thread with it.
  socket.on('error', (error) => log('connection-error', { error: error.message }))
  socket.destroy()
  log('connection-refused', { from, cause: 'too many in so short a time' })
  return false
}
