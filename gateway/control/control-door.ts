/**
 *   tradsys account ──▶ CONTROL DOOR ──▶ operator desk ──▶ sequencer ──▶ shard
 *                    ◀── a line each ──── what the shard says of it ◀─────┘
 *
 * Where a running exchange hears its operator: a socket that only the owner of the process may open. Each line is a
 * request and has one line for an answer, in order; what it does goes through the log as every command does, and is
 * answered when the shard has run it. A request stops at the first command that is refused.
 */
import * as fs from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { reasonRow } from '../../protocol/reasons.ts'
import { commandName, type OperatorDesk, OperatorUnheard } from '../operator-desk.ts'
import { addressFault, controlAddress } from './control-address.ts'
import {
  type ControlAnswer,
  commandsFor,
  MalformedRequest,
  parseRequest,
  type VenueFacts,
} from './control-request.ts'

/** A person has one, a script a few. */
const CONNECTIONS_MAX = 16
/** The longest is an account with a hundred sessions. */
const LINE_BYTES_MAX = 8 << 10
/** From the exchange's end on, for who still has to read an answer. */
const LINGER_MS = 1_000
/** Who says nothing for so long has gone without a word. */
const IDLE_MS_MAX = 60_000
/** Nobody but the owner. */
const UMASK = 0o177

export interface ControlDoorOptions {
  readonly dataDirectory: string
  readonly desk: Pick<OperatorDesk, 'ask'>
  readonly facts: VenueFacts
}

export class ControlDoor {
  readonly address: string
  readonly #desk: Pick<OperatorDesk, 'ask'>
  readonly #facts: VenueFacts
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Those whose request is being done. */
  readonly #busy = new Set<Socket>()
  #isClosing = false

  /**
   * Resolves when it is open. The data directory must be locked: a socket that is there was left behind, and is removed.
   * Rejects with the system's error, or with a RangeError where the directory's path is too long for a socket.
   */
  static async open(options: ControlDoorOptions): Promise<ControlDoor> {
    const door = new ControlDoor(options)
    const fault = addressFault(door.address)
    if (fault !== undefined) throw new RangeError(fault)
    if (process.platform !== 'win32') fs.rmSync(door.address, { force: true })
    await door.#listen()
    return door
  }

  private constructor({ dataDirectory, desk, facts }: ControlDoorOptions) {
    this.address = controlAddress(dataDirectory)
    this.#desk = desk
    this.#facts = facts
    this.#server = createServer((socket) => void this.#serve(socket))
    this.#server.maxConnections = CONNECTIONS_MAX
  }

  /** Lets nobody new in, and hangs up, on who waits once it has its answer. Resolves when the socket is gone. */
  close(): Promise<void> {
    this.#isClosing = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) if (!this.#busy.has(socket)) socket.destroySoon()
    // Whoever does not read its answer is not waited for.
    const late = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy()
    }, LINGER_MS)
    return closed.finally(() => clearTimeout(late))
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      // The socket is made within this call: nobody else may open it, not even for a moment.
      const before = process.umask(UMASK)
      try {
        this.#server.listen(this.address, () => {
          this.#server.off('error', reject)
          resolve()
        })
      } finally {
        process.umask(before)
      }
      this.#server.unref()
    })
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#busy.delete(socket)
    })
    socket.setTimeout(IDLE_MS_MAX, () => socket.destroy())
    try {
      for await (const line of linesOf(socket)) {
        this.#busy.add(socket)
        const answer = line === undefined ? TOO_LONG : await this.#answer(line)
        this.#busy.delete(socket)
        // Nothing more is taken of one that does not read: else its answers would fill the memory.
        if (!socket.write(`${JSON.stringify(answer)}\n`)) await drained(socket)
        if (line === undefined || this.#isClosing) break
      }
      socket.destroySoon()
    } catch {
      // It broke off: there is nobody left to tell.
      socket.destroy()
    }
  }

  async #answer(line: string): Promise<ControlAnswer> {
    try {
      const request = parseRequest(line)
      if (request.do === 'venue') return { ok: true, ...this.#facts }
      for (const command of commandsFor(request)) {
        const reason = await this.#desk.ask(command)
        if (reason !== 0) return refused(commandName(command.templateId), reason)
      }
      return { ok: true }
    } catch (error) {
      const text = (error as Error).message
      if (error instanceof MalformedRequest) return { ok: false, code: 'malformed', text }
      if (error instanceof OperatorUnheard) return { ok: false, code: 'stopping', text }
      return { ok: false, code: 'failed', text }
    }
  }
}

/** Also when it has gone, and nobody will read any more. */
const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    if (socket.destroyed) resolve()
    else socket.on('drain', done).on('close', done)
  })

const TOO_LONG: ControlAnswer = {
  ...{ ok: false, code: 'malformed' },
  text: `a line may have ${LINE_BYTES_MAX} bytes`,
}

const refused = (command: string, reason: number): ControlAnswer => ({
  ...{ ok: false, code: 'refused', command, reason },
  text: reasonRow(reason).sentence,
})

/** Whole lines as they come; undefined for one that is too long, and nothing behind it. */
async function* linesOf(socket: Socket): AsyncGenerator<string | undefined> {
  let bytes = Buffer.alloc(0)
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, chunk as Buffer])
    for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n')) {
      if (end > LINE_BYTES_MAX) break
      yield bytes.toString('utf8', 0, end)
      bytes = bytes.subarray(end + 1)
    }
    if (bytes.length > LINE_BYTES_MAX) {
      yield undefined
      return
    }
  }
}
