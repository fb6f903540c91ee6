/**
 * A client that floods: arguments HOST:PORT RATE. Sends RATE orders a second for as long as it lives, whatever it is told, and logs on
 * again whenever it is logged out. Prints a line of JSON when it is asked to end: what it has sent and heard.
 */
import { connect, type Socket } from 'node:net'
import { logonFrame, orderFrame } from '../gateway/order-entry/raw-client.ts'

const PACE_MS = 5
const [LOGON, BUSINESS_REJECT, REPORT] = [65, 106, 56]
const EXEC_TYPE_AT = 36 + 176
const NEW = 0x30
class Counts {
  sent = 0
  logons = 0
  refused = 0
  taken = 0
}
const counts = new Counts()

class Flood {
  readonly #port: number
  readonly #perTurn: number
  readonly #template = orderFrame(1, { Symbol: 'BTCUSDT', Price: 5_900_000, TimeInForce: 51 })
  #socket: Socket | undefined
  /** 0: not logged on. */
  #next = 0
  #id = 0

  constructor(port: number, rate: number) {
    this.#port = port
    this.#perTurn = Math.ceil((rate * PACE_MS) / 1_000)
  }

  turn(): void {
    if (this.#socket === undefined) this.#connect()
    if (this.#next === 0) return
    const frames = Array.from({ length: this.#perTurn }, () => this.#order())
    this.#socket?.write(Buffer.concat(frames))
    counts.sent += frames.length
  }

  #order(): Buffer {
    const order = Buffer.from(this.#template)
    order.writeUInt32LE(this.#next++, 14)
    order.writeBigInt64LE(BigInt(Date.now()) * 1_000n, 18)
    order.fill(0, 36, 72)
    order.write(`flood-${++this.#id}`, 36, 'latin1')
    return order
  }

  #connect(): void {
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true })
    const forget = (): void => {
      if (this.#socket === socket) this.#socket = undefined
      this.#next = 0
      socket.destroy()
    }
    this.#socket = socket
    socket.write(logonFrame('FLOOD', { NextExpectedMsgSeqNum: 0, SecondLogon: 1 }))
    let rest: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 4 && rest.length >= rest.readUInt32LE(0)) {
        this.#hear(rest)
        rest = rest.subarray(rest.readUInt32LE(0))
      }
    })
    socket.on('end', forget).on('close', forget).on('error', forget)
  }

  #hear(frame: Buffer): void {
    const templateId = frame.readUInt16LE(8)
    if (templateId === LOGON) {
      this.#next = frame.readUInt32LE(36 + 36)
      counts.logons++
    } else if (templateId === BUSINESS_REJECT) counts.refused++
    else if (templateId === REPORT && frame[EXEC_TYPE_AT] === NEW) counts.taken++
  }
}

const [place = '', rate = ''] = process.argv.slice(2)
const flood = new Flood(Number(place.split(':')[1]), Number(rate))
setInterval(() => flood.turn(), PACE_MS)
process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0))
})
