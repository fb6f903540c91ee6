/** A system's status for whoever asks on this machine: JSON over HTTP, on loopback or on a socket in the file system. */
import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
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
    const { path, port = 0 } = options
    if (path === undefined) {
      await listening(server, { port, host: '127.0.0.1' })
    } else {
      if (await isLeftBehind(path)) rmSync(path)
      await listening(server, { path })
      chmodSync(path, 0o600)
    }
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

function listening(server: Server, where: { path: string } | { port: number; host: string }) {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, resolve)
  })
}

/** A process that was killed leaves its socket, which nobody answers any more. */
async function isLeftBehind(path: string): Promise<boolean> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return false
  return await new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'))
  })
}
