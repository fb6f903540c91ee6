/** Frames of a client, most of them wrong in some way, all of them from a seed. */
import type { Line } from '../../protocol/conformance/case.ts'
import { DEFAULTS } from '../../protocol/conformance/defaults.ts'
import { fieldBytes } from '../../protocol/message.ts'
import { WIRE_MESSAGES } from '../../protocol/schema.ts'
import { frameOf } from '../conformance/frame-writer.ts'
import { randomFrom } from '../storage/journal-fixture.ts'

const HEADER_BYTES = 36
/** What is seldom enough for a session to live for some hundred frames. */
const FATAL_SHARE = 0.003

const NAMES = { OWN: 'OWN', OTHER: 'OTHER', MINE: 'BTCUSDT' }
const MARKET = { Symbol: 'BTCUSDT', Price: '6000000' }

/** Each good in itself: kinds of orders and requests, and talk. */
const GOOD: readonly Buffer[] = [
  ...[good('NewOrderSingle', MARKET), good('NewOrderSingle', { ...MARKET, Side: 'Sell' })],
  good('NewOrderSingle', { ...MARKET, TimeInForce: 'ImmediateOrCancel', Price: '6000100' }),
  good('NewOrderSingle', { ...MARKET, OrdType: 'Market', TimeInForce: 'Day', Price: 'null' }),
  good('NewOrderSingle', { ...MARKET, OrdType: 'StopLimit', StopPx: '6000200' }),
  good('NewOrderSingle', { ...MARKET, OrdType: 'Pegged', PegPriceType: 'Primary' }),
  good('NewOrderSingle', { ...MARKET, OrdType: 'TrailingStop', Price: 'null', TrailingTicks: '9' }),
  good('NewOrderSingle', { ...MARKET, ContingencyType: '1', LinkClOrdID: 'f1' }),
  good('NewOrderSingle', MARKET, { version: '1' }),
  good('OrderCancelRequest', { Symbol: 'BTCUSDT' }),
  good('OrderCancelReplaceRequest', MARKET),
  ...[good('OrderMassCancelRequest'), good('OrderMassCancelRequest', { Side: 'Buy' })],
  ...[good('OrderStatusRequest', { Symbol: 'BTCUSDT' }), good('OrderMassStatusRequest')],
  good('SecurityDefinitionRequest', { Symbol: 'BTCUSDT' }),
  good('TradingSessionStatusRequest', { Symbol: 'BTCUSDT' }),
  ...[good('Heartbeat'), good('TestRequest', { TestReqID: 'fuzz' })],
]
const WRONG_WAY = WIRE_MESSAGES.filter(({ direction }) => direction === 'exchange').map(
  ({ name }) => good(name),
)
const TEMPLATES = WIRE_MESSAGES.map(({ name }) => good(name).readUInt16LE(8))

function good(name: string, fields = {}, extras = {}): Buffer {
  const known = DEFAULTS[name] ?? {}
  const line: Line = {
    ...{ connection: 1, name, number: 0, entries: [], flags: [], text: name },
    ...{ fields: { ...known, ...fields }, extras },
  }
  return frameOf(line, { number: 0, sendingTime: 0n }, NAMES)
}

/** Boundaries of every width, little-endian. */
const EDGES: readonly bigint[] = [
  ...[0n, 1n, -1n, 127n, 128n, 255n, 32767n, 32768n, 65535n],
  ...[2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n],
  ...[1n - 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n), 1n - 2n ** 63n],
]
/** Where fields of messages begin, and how wide they are. */
const PLACES: readonly { readonly offset: number; readonly bytes: number }[] = [
  ...new Map(
    WIRE_MESSAGES.flatMap(({ fields }) =>
      fields.map(({ offset, type }) => {
        const bytes = fieldBytes(type)
        return [`${offset} ${bytes}`, { offset, bytes }] as const
      }),
    ),
  ).values(),
]

export interface Mutated {
  readonly bytes: Buffer
  /** Nothing was changed: it may not be refused by its form. */
  readonly isWhole: boolean
}

export class FrameMutator {
  readonly #random: () => number
  #id = 0

  constructor(seed: number) {
    this.#random = randomFrom(seed)
  }

  /** A frame that would carry this number. */
  next(number: number, nowUs: bigint): Mutated {
    const source = this.#chance(0.03) ? WRONG_WAY : GOOD
    const frame = this.#numbered(source[this.#below(source.length)]!, number, nowUs)
    const dice = this.#random()
    if (dice < 0.2) return { bytes: frame, isWhole: source === GOOD }
    if (this.#chance(FATAL_SHARE))
      return { bytes: this.#broken(frame, number, nowUs), isWhole: false }
    return { bytes: this.#changed(frame, number, nowUs), isWhole: false }
  }

  #numbered(template: Buffer, number: number, nowUs: bigint): Buffer {
    const frame = Buffer.from(template)
    frame.writeUInt32LE(number, 14)
    frame.writeBigInt64LE(nowUs, 18)
    // The first field of most is their own id, the second the order's: one of the last few.
    if (frame.length >= HEADER_BYTES + 36) {
      frame.fill(0, HEADER_BYTES, HEADER_BYTES + 36)
      frame.write(`f${++this.#id}`, HEADER_BYTES, 'latin1')
    }
    const name = frame.readUInt16LE(8)
    if (NAMES_AN_ORDER.includes(name)) {
      frame.fill(0, HEADER_BYTES + 36, HEADER_BYTES + 72)
      frame.write(`f${Math.max(1, this.#id - this.#below(40))}`, HEADER_BYTES + 36, 'latin1')
    }
    return frame
  }

  /** One thing that leaves the stream and the session as they are. */
  #changed(frame: Buffer, number: number, nowUs: bigint): Buffer {
    const kind = this.#below(100)
    if (kind < 35) return this.#flipped(frame, HEADER_BYTES, frame.length)
    if (kind < 60) return this.#edged(frame)
    if (kind < 68) frame.writeUInt16LE(this.#template(), 8)
    else if (kind < 76) frame.writeUInt16LE(this.#u16(), [6, 10, 12][this.#below(3)]!)
    else if (kind < 78) frame.writeUInt32LE(number + 1 + this.#below(3), 14)
    else if (kind < 80) return this.#repeated(frame, number, nowUs)
    else if (kind < 82) frame[26] = this.#below(256) & ~1
    else if (kind < 92) return this.#glued(frame)
    else return this.#resized(frame)
    return frame
  }

  /** What may lose the framing, or end the session. */
  #broken(frame: Buffer, number: number, nowUs: bigint): Buffer {
    switch (this.#below(8)) {
      case 0:
        return frame.subarray(0, this.#below(frame.length))
      case 1:
        frame.writeUInt32LE(this.#below(2) === 0 ? this.#below(1100) : this.#u32(), 0)
        return frame
      case 2:
        return this.#flipped(frame, 0, HEADER_BYTES)
      case 3:
        frame.writeUInt32LE(this.#below(number), 14)
        return frame
      case 4:
        frame.writeBigInt64LE(nowUs + BigInt(this.#below(9) - 4) * 100_000_000n, 18)
        return frame
      case 5:
        return Buffer.from(Array.from({ length: 1 + this.#below(300) }, () => this.#below(256)))
      case 6:
        return this.#numbered(good('SequenceReset', this.#reset(number)), number, nowUs)
      default:
        return this.#numbered(good(this.#below(2) === 0 ? 'Logout' : 'Logon'), number, nowUs)
    }
  }

  #reset(number: number): Record<string, string> {
    const to = this.#below(10) === 0 ? this.#u32() : number + this.#below(6)
    return { NewSeqNo: String(to), GapFillFlag: String(this.#below(3)) }
  }

  #repeated(frame: Buffer, number: number, nowUs: bigint): Buffer {
    frame[26] = 1
    frame.writeUInt32LE(Math.max(0, number - this.#below(3)), 14)
    if (this.#chance(0.8)) frame.writeBigInt64LE(nowUs - BigInt(this.#below(1_000_000)), 28)
    return frame
  }

  #flipped(frame: Buffer, from: number, to: number): Buffer {
    for (let flips = 1 + this.#below(3); flips > 0; flips--) {
      frame[from + this.#below(to - from)]! ^= 1 << this.#below(8)
    }
    return frame
  }

  #edged(frame: Buffer): Buffer {
    const { offset, bytes } = PLACES[this.#below(PLACES.length)]!
    if (HEADER_BYTES + offset + bytes > frame.length)
      return this.#flipped(frame, HEADER_BYTES, frame.length)
    const value = EDGES[this.#below(EDGES.length)]!
    for (let i = 0; i < bytes; i++) {
      frame[HEADER_BYTES + offset + i] = Number((value >> BigInt(8 * Math.min(i, 7))) & 0xffn)
    }
    return frame
  }

  /** Header of one, root block of another. */
  #glued(frame: Buffer): Buffer {
    const other = GOOD[this.#below(GOOD.length)]!
    const glued = Buffer.concat([frame.subarray(0, HEADER_BYTES), other.subarray(HEADER_BYTES)])
    glued.writeUInt32LE(glued.length, 0)
    if (this.#chance(0.5)) glued.writeUInt16LE(glued.length - HEADER_BYTES, 6)
    return glued
  }

  /** A block that is shorter or longer, and says so or does not. */
  #resized(frame: Buffer): Buffer {
    const size = HEADER_BYTES + this.#below(400)
    const resized = Buffer.alloc(size, this.#below(256))
    frame.copy(resized)
    resized.writeUInt32LE(size, 0)
    if (this.#chance(0.7)) resized.writeUInt16LE(size - HEADER_BYTES, 6)
    if (this.#chance(0.5)) resized.writeUInt16LE(2 + this.#below(3), 12)
    return resized
  }

  #template(): number {
    const templateId = this.#chance(0.7) ? TEMPLATES[this.#below(TEMPLATES.length)]! : this.#u16()
    // What ends the session on purpose is among the broken.
    return templateId === LOGOUT ? 0 : templateId
  }

  readonly #chance = (share: number): boolean => this.#random() < share
  readonly #below = (bound: number): number => Math.floor(this.#random() * bound)
  readonly #u16 = (): number => (this.#below(2) === 0 ? this.#below(260) : this.#below(65_536))
  readonly #u32 = (): number => this.#below(2 ** 32)
}

const LOGOUT = good('Logout').readUInt16LE(8)
const NAMES_AN_ORDER = [
  'OrderCancelRequest',
  'OrderCancelReplaceRequest',
  'OrderStatusRequest',
].map((name) => good(name).readUInt16LE(8))
