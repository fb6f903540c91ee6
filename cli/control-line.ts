/** The line to the exchange that runs on a data directory: one request, one answer. */
import { connect, type Socket } from 'node:net'
import { createInterface, type Interface } from 'node:readline'
import { addressFault, controlAddress } from '../gateway/control/control-address.ts'
import type { ControlAnswer, ControlRequest } from '../gateway/control/control-request.ts'
import { CliError, ExitCode } from './cli-error.ts'

/** An exchange that is well answers within its commit; one whose disk hangs is given up on by its own watchdog by then. */
const ANSWER_MS_MAX = 15_000

export type GoodAnswer = Extract<ControlAnswer, { ok: true }>

export class ControlLine {
  readonly #socket: Socket
  readonly #dataDir: string
  readonly #lines: Interface
  readonly #answers: AsyncIterator<string>

  /** Throws a CliError where no exchange runs there, or this user may not speak to it. */
  static async open(dataDir: string): Promise<ControlLine> {
    const address = controlAddress(dataDir)
    const fault = addressFault(address)
    if (fault !== undefined) {
      throw new CliError('control-unavailable', ExitCode.Unavailable, {
        what: `no exchange can be spoken to in ${dataDir}: ${fault}`,
        mend: 'Move the data directory to a shorter path',
      })
    }
    const socket = connect(address)
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', () => resolve()).once('error', reject)
      })
    } catch (error) {
      throw noExchange(dataDir, error as NodeJS.ErrnoException)
    }
    return new ControlLine(socket, dataDir)
  }

  private constructor(socket: Socket, dataDir: string) {
    this.#socket = socket
    this.#dataDir = dataDir
    // The end of its lines says that it is gone.
    socket.on('error', () => undefined)
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy())
    this.#lines = createInterface({ input: socket })
    this.#answers = this.#lines[Symbol.asyncIterator]()
  }

  /** Throws a CliError that says why, where the exchange refuses, or is gone before it has answered. */
  async ask(request: ControlRequest): Promise<GoodAnswer> {
    this.#socket.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await this.#answers.next()
    if (done === true) {
      throw new CliError('exchange-gone', ExitCode.Unavailable, {
        what: `the exchange on ${this.#dataDir} did not answer: it ended, or hangs. Whether it was done, its journal tells`,
        mend: 'Look into its log, then at tradsys account show',
      })
    }
    const answer = JSON.parse(value) as ControlAnswer
    if (answer.ok) return answer
    throw new CliError(`account-${answer.code}`, ExitCode.Failure, {
      what: `${answer.command === undefined ? 'this' : answer.command} was refused: ${answer.text.replace(/\.$/, '')}`,
      mend:
        MENDS[answer.reason ?? 0] ??
        'It changed nothing itself; what came before it stands (tradsys account show)',
    })
  }

  close(): void {
    this.#lines.close()
    this.#socket.destroy()
  }
}

/** By Reason. */
const MENDS: Readonly<Record<number, string>> = {
  18: 'A session trades for one account, for ever: choose another name for it. What came before it stands (tradsys account show)',
  20: 'tradsys account list names those that are',
  21: 'The exchange holds no more of these. What came before it stands (tradsys account show)',
  22: 'A reference is good for one amount: give a deposit of its own another one (tradsys account deposit)',
}

function noExchange(dataDir: string, error: NodeJS.ErrnoException): CliError {
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new CliError('control-denied', ExitCode.Unavailable, {
      what: `this user may not speak to the exchange on ${dataDir}`,
      mend: 'Run this as the user that runs it',
    })
  }
  return new CliError('exchange-not-running', ExitCode.Unavailable, {
    what: `no exchange runs on ${dataDir}`,
    mend: 'Start it (tradsys start --data-dir), or name its directory with --data-dir',
  })
}
