/**
 * The transport on uWebSockets.js: one app, one thread, all callbacks from this thread's event loop.
 *
 * Its traps, and where they are stepped over:
 *   - A worker that ends with an open app aborts the process: close() ends with app.close(), and so does a thread that
 *     ends in any other way, while it still can.
 *   - An idleTimeout of 1 to 7 or above 960 ends the process: ours is a constant. The gateway itself pings and counts, so
 *     that both transports close a silent client alike; this timeout is only the net below.
 *   - Its port is shared with whoever else shares it, silently, unless it is opened as exclusive. (Opened as 0 it cannot
 *     be had again by its number while old connections linger; opened by its number it can.)
 *   - endWithoutBody(length) counts as no answer, which aborts the process: the length is written as a header.
 *   - After the close callback each call on the socket throws: UwsSocket forgets it there.
 */

import type {
  HttpResponse,
  HttpRequest as UwsRequest,
  us_listen_socket,
  us_socket,
  us_socket_context_t,
  WebSocket,
} from 'uWebSockets.js'
import type { Log } from './log.ts'
import {
  CannotListen,
  type ClientSocket,
  type HttpAnswer,
  type Reception,
  type Transport,
  type TransportOptions,
  type UpgradeRequest,
  type Visitor,
} from './transport.ts'

export type UwsModule = typeof import('uWebSockets.js')

/** From this Node on the newer build is the one that has a binary. */
const NODE_MAJOR_OF_NEXT = 24
const IDLE_TIMEOUT_S = 120
const EXCLUSIVE_PORT = 1

type ListenExclusively = (
  host: string,
  port: number,
  option: number,
  done: (socket: us_listen_socket | false) => void,
) => void

/**
 * The build for this Node, chosen before anything is loaded: on an older Node the newer alias may load the older binary
 * without a word. Undefined where there is none for this platform.
 */
export async function loadUws(log: Log): Promise<UwsModule | undefined> {
  const major = Number(process.versions.node.split('.')[0])
  const alias = major >= NODE_MAJOR_OF_NEXT ? 'uws-next' : 'uWebSockets.js'
  try {
    const loaded: { readonly default: UwsModule } = await import(alias)
    return loaded.default
  } catch (error) {
    log.warn(
      { event: 'market-data.transport.fallback', err: error, module: alias },
      `${alias} does not load here: market data goes over ws, which serves fewer clients a core`,
    )
    return undefined
  }
}

interface UserData {
  readonly request: UpgradeRequest
  socket?: UwsSocket
  visitor?: Visitor
}

export async function openUwsTransport(
  uws: UwsModule,
  options: TransportOptions,
  reception: Reception,
): Promise<Transport> {
  const app = uws.App()
  app.ws<UserData>('/*', {
    compression: uws.DISABLED,
    maxPayloadLength: options.inboundBytesMax,
    // A net too: sessions cut off at the same limit before it is reached.
    maxBackpressure: options.maxBackpressureBytes,
    closeOnBackpressureLimit: true,
    idleTimeout: IDLE_TIMEOUT_S,
    sendPingsAutomatically: false,
    upgrade: (response, request, context) => upgrade(reception, response, request, context),
    ...callbacks(reception),
  })
  app.any('/*', (response, request) => {
    const method = request.getCaseSensitiveMethod()
    const answer = reception.answer({ method, path: request.getUrl(), query: request.getQuery() })
    sendAnswer(response, answer, method === 'HEAD')
  })
  const listening = await new Promise<us_listen_socket | false>((resolve) => {
    // The typings know the option only without a host; the library takes both.
    const listen = app.listen.bind(app) as unknown as ListenExclusively
    listen(options.host, options.port, EXCLUSIVE_PORT, resolve)
  })
  if (listening === false) {
    app.close()
    throw new CannotListen(options, 'in use, not allowed, or no such address')
  }
  const close = (): void => void app.close()
  process.once('exit', close)
  return {
    name: 'uWebSockets.js',
    port: uws.us_socket_local_port(listening as us_socket),
    close: async () => {
      process.off('exit', close)
      close()
    },
  }
}

function upgrade(
  reception: Reception,
  response: HttpResponse,
  request: UwsRequest,
  context: us_socket_context_t,
): void {
  const asked: UpgradeRequest = {
    path: request.getUrl(),
    query: request.getQuery(),
  }
  const refusal = reception.refuse(asked)
  if (refusal !== undefined) {
    sendAnswer(response, refusal, false)
    return
  }
  response.upgrade<UserData>(
    { request: asked },
    request.getHeader('sec-websocket-key'),
    request.getHeader('sec-websocket-protocol'),
    request.getHeader('sec-websocket-extensions'),
    context,
  )
}

const callbacks = (reception: Reception) => ({
  open: (ws: WebSocket<UserData>): void => {
    const data = ws.getUserData()
    data.socket = new UwsSocket(ws)
    data.visitor = reception.open(data.socket, data.request)
  },
  message: (ws: WebSocket<UserData>, message: ArrayBuffer, isBinary: boolean): void => {
    const { visitor } = ws.getUserData()
    if (isBinary) visitor?.onBinary()
    else visitor?.onText(Buffer.from(message).toString('utf8'))
  },
  ping: (ws: WebSocket<UserData>): void => ws.getUserData().visitor?.onPing(),
  pong: (ws: WebSocket<UserData>): void => ws.getUserData().visitor?.onPong(),
  drain: (ws: WebSocket<UserData>): void => ws.getUserData().visitor?.onDrain(),
  close: (ws: WebSocket<UserData>): void => {
    const { socket, visitor } = ws.getUserData()
    socket?.forget()
    visitor?.onClose()
  },
})

class UwsSocket implements ClientSocket {
  #ws: WebSocket<UserData> | undefined

  constructor(ws: WebSocket<UserData>) {
    this.#ws = ws
  }

  get bufferedBytes(): number {
    return this.#ws?.getBufferedAmount() ?? 0
  }

  send(text: Uint8Array): void {
    this.#ws?.send(text)
  }

  cork(run: () => void): void {
    this.#ws?.cork(run)
  }

  ping(): void {
    this.#ws?.ping()
  }

  end(code: number, reason: string): void {
    this.#ws?.end(code, reason)
  }

  terminate(): void {
    this.#ws?.close()
  }

  forget(): void {
    this.#ws = undefined
  }
}

const STATUS_TEXT: Readonly<Record<number, string>> = {
  200: '200 OK',
  400: '400 Bad Request',
  403: '403 Forbidden',
  404: '404 Not Found',
  405: '405 Method Not Allowed',
  503: '503 Service Unavailable',
}

/**
 * A client may go at any moment, and a response without an abort handler ends the whole process then. A body goes out as far
 * as the socket takes it; the rest waits for its drain, and until then uWebSockets closes a connection that asks for more. So a
 * client that asks and does not read costs one body.
 */
function sendAnswer(response: HttpResponse, answer: HttpAnswer, isHead: boolean): void {
  response.onAborted(() => undefined)
  response.cork(() => {
    response
      .writeStatus(STATUS_TEXT[answer.status] ?? `${answer.status} Status`)
      .writeHeader('content-type', answer.contentType)
    if (isHead) {
      response.writeHeader('content-length', String(Buffer.byteLength(answer.body)))
      response.endWithoutBody()
    } else sendBody(response, Buffer.from(answer.body))
  })
}

function sendBody(response: HttpResponse, body: Buffer): void {
  const start = response.getWriteOffset()
  const [, isWhole] = response.tryEnd(body, body.length)
  if (isWhole) return
  response.onWritable((offset) => {
    const [hasRoom] = response.tryEnd(body.subarray(offset - start), body.length)
    return hasRoom
  })
}
