/** An exchange that says what a test makes it say: it answers Logons with given numbers, and keeps what it is told. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { Logon, Logout } from '../../protocol/codecs.ts'
import {
  MSG_SEQ_NUM_OFFSET,
  WIRE_HEADER_BYTES,
  WIRE_TEMPLATE_OFFSET,
} from '../../protocol/wire-frame.ts'
import { frame } from '../gateway/order-entry/raw-client.ts'
import { until } from '../gateway/order-entry/venue.ts'

export class ScriptedExchange {
  /** Numbers of its next Logon: what it expects from the client, and its own next report. */
  nextExpected = 1
  nextReport = 1
  /** `number id` of each message about orders, in order of arrival. */
  readonly told: string[] = []
  /** Reads nothing while it is true. */
  #isDeaf = false
  #peer: Socket | undefined
  readonly #server: Server

  static async listen(): Promise<ScriptedExchange> {
    const exchange = new ScriptedExchange()
    exchange.#server.listen(0, '127.0.0.1')
    await once(exchange.#server, 'listening')
    return exchange
  }

  private constructor() {
    this.#server = createServer((socket) => this.#onConnection(socket))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  set isDeaf(isDeaf: boolean) {
    this.#isDeaf = isDeaf
    if (isDeaf) this.#peer?.pause()
    else this.#peer?.resume()
  }

  say(name: string, fields: Readonly<Record<string, string | number>>, number = 1): void {
    this.#peer!.write(frame(name, fields, number))
  }

  /** Until it was told so many messages. */
  hears(count: number): Promise<void> {
    return until(`${count} messages, not ${this.told.length}`, () => this.told.length >= count)
  }

  /** As a crash would. */
  hangUp(): void {
    this.#peer?.destroy()
  }

  close(): void {
    this.hangUp()
    this.#server.close()
  }

  #onConnection(socket: Socket): void {
    this.#peer = socket
    let bytes = Buffer.alloc(0)
    // The client may be gone by the time that something is said to it.
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 4 && bytes.length >= bytes.readUInt32LE(0)) {
        this.#onFrame(socket, new DataView(bytes.buffer, bytes.byteOffset, bytes.length))
        bytes = bytes.subarray(bytes.readUInt32LE(0))
      }
    })
    if (this.#isDeaf) socket.pause()
  }

  #onFrame(socket: Socket, view: DataView): void {
    const templateId = view.getUint16(WIRE_TEMPLATE_OFFSET, true)
    if (templateId === Logon.TEMPLATE_ID) {
      const numbers = { HeartBtInt: 10, NextExpectedMsgSeqNum: this.nextExpected }
      socket.write(frame('Logon', numbers, this.nextReport))
    } else if (templateId === Logout.TEMPLATE_ID) socket.end(frame('Logout', {}))
    else {
      const id = Buffer.from(view.buffer, view.byteOffset + WIRE_HEADER_BYTES, 36)
      const text = id.toString('latin1').replace(/\0.*$/s, '')
      if (/^[\w-]+$/.test(text)) {
        this.told.push(`${view.getUint32(MSG_SEQ_NUM_OFFSET, true)} ${text}`)
      }
    }
  }
}
