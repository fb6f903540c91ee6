/** A client without manners: sends any bytes, and keeps every frame that comes, in words. */
import { connect, type Socket } from 'node:net'
import * as codecs from '../../../protocol/codecs.ts'
import { encodeByTable } from '../../../protocol/generator/golden.ts'
import { propertyName, templateIdOf } from '../../../protocol/message.ts'
import { MESSAGES } from '../../../protocol/schema.ts'
import {
  FLAG_POSS_DUP,
  FLAG_POSS_RESEND,
  FLAGS_OFFSET,
  frameLength,
  ORIG_SENDING_TIME_OFFSET,
} from '../../../protocol/wire-frame.ts'
import { until } from './venue.ts'

const wrapAny = (name: string, view: DataView): Record<string, number | string> => {
  const Codec = (
    codecs as unknown as Record<string, new () => { wrap(v: DataView, at: number): unknown }>
  )[name]!
  return new Codec().wrap(view, 36) as Record<string, number | string>
}

export interface Heard {
  readonly name: string
  readonly number: number
  readonly possDup: boolean
  /** By FIX name. */
  readonly fields: Readonly<Record<string, number | string>>
  /** The whole frame. */
  readonly bytes: Buffer
}

export const ORDER = {
  ClOrdID: 'id',
  Side: 49,
  OrdType: 50,
  TimeInForce: 49,
  Symbol: 'BTC',
  OrderQty: 5,
  Price: 100,
}

/** A frame of the named message, in the newest version. */
export function frame(
  name: string,
  fields: Readonly<Record<string, string | number>>,
  number = 1,
  sendingTime = Date.now() * 1_000,
): Buffer {
  const message = MESSAGES.find((m) => m.name === name)
  if (message === undefined) throw new Error(`no message ${name}`)
  return Buffer.from(encodeByTable(message, { msgSeqNum: number, sendingTime }, fields))
}

export const logonFrame = (
  compId: string,
  fields: Readonly<Record<string, string | number>> = {},
): Buffer =>
  frame('Logon', {
    SenderCompID: compId,
    TargetCompID: 'TRADSYS',
    HeartBtInt: 30,
    NextExpectedMsgSeqNum: 1,
    ...fields,
  })

export const orderFrame = (
  number: number,
  fields: Readonly<Record<string, string | number>> = {},
): Buffer => frame('NewOrderSingle', { ...ORDER, ClOrdID: `id-${number}`, ...fields }, number)

/** The frame as a repetition; without a time it does not say of what. */
export function possDup(bytes: Buffer, origSendingTimeUs?: number): Buffer {
  bytes[FLAGS_OFFSET] = FLAG_POSS_DUP
  if (origSendingTimeUs !== undefined) {
    bytes.writeBigInt64LE(BigInt(origSendingTimeUs), ORIG_SENDING_TIME_OFFSET)
  }
  return bytes
}

/** The frame as one whose content may have been sent before, under another number. */
export function possResend(bytes: Buffer): Buffer {
  bytes[FLAGS_OFFSET] = FLAG_POSS_RESEND
  return bytes
}

/** As a client of version 1 says it. */
export function shortOrderFrame(number: number): Buffer {
  const message = MESSAGES.find((m) => m.name === 'NewOrderSingle')!
  const header = { msgSeqNum: number, sendingTime: Date.now() * 1_000, version: 1 }
  return Buffer.from(encodeByTable(message, header, { ...ORDER, ClOrdID: `id-${number}` }))
}

export class RawClient {
  readonly heard: Heard[] = []
  isClosed = false
  readonly socket: Socket
  #bytes = Buffer.alloc(0)

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.socket.on('data', (chunk: Buffer) => this.#take(chunk))
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => {
      this.isClosed = true
    })
  }

  /** Connected and logged on. */
  static async loggedOn(port: number, compId: string, fields = {}): Promise<RawClient> {
    const client = new RawClient(port)
    client.send(logonFrame(compId, fields))
    await client.hears('Logon')
    return client
  }

  send(...frames: readonly Uint8Array[]): this {
    this.socket.write(Buffer.concat(frames))
    return this
  }

  /** Waits for the `count`th message of this name, and returns it. */
  async hears(name: string, count = 1): Promise<Heard> {
    const found = (): Heard | undefined => this.heard.filter((h) => h.name === name)[count - 1]
    await until(`${count} × ${name}, heard ${this.names}`, () => found() !== undefined)
    return found()!
  }

  async closes(): Promise<void> {
    await until(`closed, heard ${this.names}`, () => this.isClosed)
  }

  get names(): string {
    return this.heard
      .map((h) => h.name)
      .join(' ')
      .slice(0, 200)
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    for (;;) {
      const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length)
      const length = frameLength(view, 0, this.#bytes.length)
      if (length <= 0) return
      const templateId = view.getUint16(8, true)
      const message = MESSAGES.find((m) => templateIdOf(m.msgType) === templateId)!
      const codec = wrapAny(message.name, view)
      const fields = Object.fromEntries(
        message.fields.map((field) => [field.name, codec[propertyName(field.name)]!]),
      )
      const possDup = (view.getUint8(26) & 1) === 1
      const bytes = Buffer.from(this.#bytes.subarray(0, length))
      const number = view.getUint32(14, true)
      this.heard.push({ name: message.name, number, possDup, fields, bytes })
      this.#bytes = this.#bytes.subarray(length)
    }
  }
}
