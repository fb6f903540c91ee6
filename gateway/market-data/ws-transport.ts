/** The transport on `ws` and node:http, for platforms where uWebSockets.js has no binary. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import {
  CannotListen,
  type ClientSocket,
  type HttpAnswer,
  type Reception,
  type Transport,
  type TransportOptions,
  type UpgradeRequest,
} from './transport.ts'

/**
 * A stream says `drain` only after more than this was unsent, and Node's own mark differs by version (16 or 64 KiB). Below
 * every sensible conflateAboveBytes, or what was kept back for a slow reader would wait for the next turn.
 */
const DRAIN_ABOVE_BYTES = 4 * 1024

export async function openWsTransport(
  options: TransportOptions,
  reception: Reception,
): Promise<Transport> {
  const server = createServer({ highWaterMark: DRAIN_ABOVE_BYTES }, (request, response) => {
    const answer = reception.answer({ method: request.method ?? '', ...target(request) })
    response.writeHead(answer.status, {
      'content-type': answer.contentType,
      'content-length': Buffer.byteLength(answer.body),
    })
    response.end(answer.body)
  })
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: options.inboundBytesMax,
  })
  server.on('upgrade', (request, stream, head) => {
    const asked: UpgradeRequest = target(request)
    const refusal = reception.refuse(asked)
    if (refusal !== undefined) refuseUpgrade(stream, refusal)
    else sockets.handleUpgrade(request, stream, head, (ws) => receive(reception, ws, stream, asked))
  })
  await listen(server, options)
  return {
    name: 'ws',
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const ws of sockets.clients) ws.terminate()
        server.closeAllConnections()
      }),
  }
}

const listen = (server: Server, options: TransportOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new CannotListen(options, error.code ?? error.message)),
    )
    server.listen(options.port, options.host, () => resolve())
  })

function receive(
  reception: Reception,
  ws: WebSocket,
  stream: Duplex,
  request: UpgradeRequest,
): void {
  const visitor = reception.open(new WsSocket(ws, stream), request)
  ws.on('message', (message: RawData, isBinary: boolean) => {
    if (isBinary) visitor.onBinary()
    else visitor.onText(message.toString())
  })
  ws.on('ping', () => visitor.onPing())
  ws.on('pong', () => visitor.onPong())
  stream.on('drain', () => visitor.onDrain())
  ws.on('close', () => visitor.onClose())
  // An unheard 'error' would end the process. It is a client's fault or a dead line; `close` follows.
  ws.on('error', () => ws.terminate())
}

/** Path and query as sent; undecoded, as the other transport has them. */
function target(request: IncomingMessage): { path: string; query: string } {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  if (mark < 0) return { path: url, query: '' }
  return { path: url.slice(0, mark), query: url.slice(mark + 1) }
}

function refuseUpgrade(stream: Duplex, answer: HttpAnswer): void {
  stream.on('error', () => stream.destroy())
  stream.end(
    `HTTP/1.1 ${answer.status} Refused\r\ncontent-type: ${answer.contentType}\r\n` +
      `content-length: ${Buffer.byteLength(answer.body)}\r\nconnection: close\r\n\r\n${answer.body}`,
  )
}

class WsSocket implements ClientSocket {
  readonly #ws: WebSocket
  readonly #stream: Duplex

  constructor(ws: WebSocket, stream: Duplex) {
    this.#ws = ws
    this.#stream = stream
  }

  get bufferedBytes(): number {
    return this.#ws.bufferedAmount
  }

  send(text: Uint8Array): void {
    if (this.#isOpen) this.#ws.send(text, { binary: false })
  }

  cork(run: () => void): void {
    this.#stream.cork()
    run()
    this.#stream.uncork()
  }

  ping(): void {
    if (this.#isOpen) this.#ws.ping()
  }

  end(code: number, reason: string): void {
    this.#ws.close(code, reason)
  }

  terminate(): void {
    this.#ws.terminate()
  }

  get #isOpen(): boolean {
    return this.#ws.readyState === WebSocket.OPEN
  }
}
