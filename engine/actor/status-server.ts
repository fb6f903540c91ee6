/** A system's status for whoever asks on this machine: JSON over HTTP, on loopback or on a socket in the file system. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SystemStatus } from './system-status.ts'

export interface StatusOptions {
  /** On 127.0.0.1; 0: any that is free. */
  readonly port?: number
  /** A socket in the file system instead, which only its owner can open. */
  readonly path?: string
}

export class StatusServer {
  readonly #server: Server

  /** Resolves when it listens. Rejects where the port or the path is not to be had. */
  static async start(
    options: StatusOptions,
    status: () => Promise<SystemStatus>,
  ): Promise<StatusServer> {
    const server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== '/status') {
        response.writeHead(404).end('only GET /status is here\n')
        return
      }
      status().then(
        (now) => {
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(now))
        },
        (error: unknown) => {
          response.writeHead(503).end(`${String(error)}\n`)
        },
      )
    })
    server.unref()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      const { path, port = 0 } = options
      if (path === undefined) server.listen(port, '127.0.0.1', resolve)
      else server.listen({ path, readableAll: false, writableAll: false }, resolve)
    })
    return new StatusServer(server)
  }

  private constructor(server: Server) {
    this.#server = server
  }

  /** Where it listens: 'http://127.0.0.1:…', or the path. */
  get address(): string {
    const at = this.#server.address() as AddressInfo | string
    return typeof at === 'string' ? at : `http://127.0.0.1:${at.port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
