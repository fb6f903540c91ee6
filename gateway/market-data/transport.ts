/**
 *   clients ──▶ TRANSPORT ──▶ sessions (WebSocket), REST desk (HTTP)
 *
 * What the gateway needs of an HTTP and WebSocket server. Two stand behind it (open-transport.ts chooses), held to the
 * same conformance tests. Compression is off in both: market data is short messages to
 * many, and its memory a connection is more than all the rest.
 */
export interface HttpRequest {
  /** As sent: GET, POST, … */
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** Behind the question mark, as sent; '' without one. */
  readonly query: string
}

export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export interface UpgradeRequest {
  readonly path: string
  readonly query: string
}

/** One WebSocket, to be written to. After it has closed, each call does nothing. */
export interface ClientSocket {
  /** Unsent, in this process; what lies in the kernel is not counted. */
  readonly bufferedBytes: number
  /** One text message. The bytes are copied or kept unchanged: the same may go to many. */
  send(text: Uint8Array): void
  /** What is sent in `run` leaves in as few segments as may be. */
  cork(run: () => void): void
  ping(): void
  /** Close frame, after what was sent before. */
  end(code: number, reason: string): void
  /** At once and without a close frame; what is unsent is gone. */
  terminate(): void
}

/** Who looks after one WebSocket. */
export interface Visitor {
  onText(text: string): void
  onBinary(): void
  onPing(): void
  onPong(): void
  /** Some of what was unsent has left. */
  onDrain(): void
  /** Once; the socket is gone already. */
  onClose(): void
}

export interface Reception {
  answer(request: HttpRequest): HttpAnswer
  /** Undefined lets the client in. */
  refuse(request: UpgradeRequest): HttpAnswer | undefined
  open(socket: ClientSocket, request: UpgradeRequest): Visitor
}

export interface TransportOptions {
  readonly host: string
  /** 0: any. */
  readonly port: number
  readonly inboundBytesMax: number
  readonly maxBackpressureBytes: number
}

export interface Transport {
  /** For the metrics. */
  readonly name: string
  readonly port: number
  /** No more connections, old ones cut, port and sockets given back. */
  close(): Promise<void>
}

/** What both say when the port is not to be had: uWebSockets.js does not tell why. */
export class CannotListen extends Error {
  readonly code = 'cannot-listen'

  constructor({ host, port }: TransportOptions, cause: string) {
    super(
      `market data cannot listen on ${host}:${port} (${cause}): choose another port (0: any free one), ` +
        'or stop who has it',
    )
  }
}
