/**
 * One connection of a certifying firm: keeps every frame that comes, and holds each to what WIRE.md says of all of them. Whatever
 * breaks that is kept as a fault and told by the next wait.
 */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import * as codecs from '../../protocol/codecs.ts'
import { type Field, type Message, propertyName, templateIdOf } from '../../protocol/message.ts'
import { WIRE_MESSAGES } from '../../protocol/schema.ts'
import { blockOf, COPY_BYTES, copyFields } from './frame-writer.ts'

const HEADER_BYTES = 36
const GROUP_HEADER_BYTES = 4
const POSS_DUP = 1
const COPY = 4
const NULL_TIME = -(2n ** 63n)
/** Clocks of one machine, and a machine that is busy. */
const SENDING_TIME_OFF_MS = 60_000

type Values = Readonly<Record<string, string | number>>

export interface Heard {
  readonly message: Message
  readonly number: number
  readonly possDup: boolean
  /** It is a drop copy: its fields say whose, too. */
  readonly isCopy: boolean
  readonly fields: Values
  /** Of its group. */
  readonly entries: readonly Values[]
  /** performance.now() */
  readonly atMs: number
}

/** Numbered, and told in order: from the exchange, and neither of its refusals. */
export const isReport = ({ direction, name }: Message): boolean =>
  direction === 'exchange' && name !== 'Reject' && name !== 'BusinessMessageReject'

export class Peer {
  /** What was heard, and not yet expected. */
  readonly heard: Heard[] = []
  isClosed = false
  closedMs = 0
  /** NextExpectedMsgSeqNum of its Logon. */
  wants = 1
  /** The number of the next report that it was not told before; 0: it has heard no Logon. */
  nextTold = 0
  /** MsgSeqNum of the exchange's Logon: reports below it were told to somebody before. */
  #loggedOnAt = 0
  #fault: unknown
  #bytes: Buffer = Buffer.alloc(0)
  readonly #socket: Socket
  #wake: () => void = () => undefined

  constructor(port: number, localAddress: string) {
    this.#socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk))
    // A reset is a way to close too.
    this.#socket.on('error', () => this.#close())
    this.#socket.on('end', () => this.#close())
    this.#socket.on('close', () => this.#close())
  }

  send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()))
  }

  hangUp(): void {
    this.#socket.end()
  }

  vanish(): void {
    this.#socket.resetAndDestroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Resolves when something has happened, or when it is time. */
  async news(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.check()
  }

  check(): void {
    if (this.#fault !== undefined) throw this.#fault
  }

  /** Takes the first frame out that is, or is not, a report. */
  next(report: boolean): Heard | undefined {
    const index = this.heard.findIndex(({ message }) => isReport(message) === report)
    return index < 0 ? undefined : this.heard.splice(index, 1)[0]
  }

  get names(): string {
    return this.heard.map(said).join(', ')
  }

  #close(): void {
    if (!this.isClosed) this.closedMs = performance.now()
    this.isClosed = true
    this.#wake()
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    try {
      while (this.#bytes.length >= 4 && this.#bytes.length >= this.#bytes.readUInt32LE(0)) {
        const length = this.#bytes.readUInt32LE(0)
        this.#hear(this.#bytes.subarray(0, length))
        this.#bytes = this.#bytes.subarray(length)
      }
    } catch (error) {
      this.#fault ??= error
    }
    this.#wake()
  }

  #hear(frame: Buffer): void {
    const templateId = frame.readUInt16LE(8)
    const message = WIRE_MESSAGES.find((one) => templateIdOf(one.msgType) === templateId)
    assert.ok(message !== undefined, `the exchange sent template ${templateId}`)
    const { name, blockBytes } = message
    const [flags = 0, zero] = frame.subarray(26)
    const isCopy = (flags & COPY) !== 0
    const bytes = blockBytes + (isCopy ? COPY_BYTES : 0)
    const header = [4, 6, 10, 12].map((at) => frame.readUInt16LE(at))
    assert.deepEqual(header, [0xeb50, bytes, 3, 2], `${name}: header`)
    const sentMs = Number(frame.readBigInt64LE(18)) / 1000
    assert.ok(Math.abs(sentMs - Date.now()) < SENDING_TIME_OFF_MS, `${name}: SendingTime ${sentMs}`)
    assert.ok((flags & ~(POSS_DUP | COPY)) === 0 && zero === 0, `${name}: flags ${flags} ${zero}`)
    const orig = frame.readBigInt64LE(28)
    const possDup = (flags & POSS_DUP) !== 0
    const isNamed = possDup && name !== 'SequenceReset'
    const isRight = isNamed ? orig > 0n && orig <= frame.readBigInt64LE(18) : orig === NULL_TIME
    assert.ok(isRight, `${name}: OrigSendingTime ${orig}`)
    const source = isCopy ? copyFields(message) : []
    const fields = {
      ...fieldsOf(name, message.fields, frame, HEADER_BYTES),
      ...Object.fromEntries(source.map((field) => [field.name, textIn(frame, field)])),
    }
    const entries = entriesOf(message, frame, HEADER_BYTES + bytes)
    const block = blockOf(bytes, [...message.fields, ...source], fields)
    const body = Buffer.concat([block, groupBytes(message, entries)])
    assert.deepEqual(frame.subarray(HEADER_BYTES), body, `${name}: its bytes are not its fields`)
    const number = frame.readUInt32LE(14)
    const heard = { message, number, possDup, isCopy, fields, entries }
    this.#count(heard)
    this.heard.push({ ...heard, atMs: performance.now() })
  }

  /** What holds for every number that the exchange sends. */
  #count(heard: Omit<Heard, 'atMs'>): void {
    const { message, number, possDup, fields } = heard
    if (message.name === 'Logon') {
      const isReset = fields.ResetSeqNumFlag === 1
      assert.ok(this.nextTold === 0 || isReset, 'a second Logon')
      this.#loggedOnAt = number
      this.nextTold = this.wants === 0 ? number : this.wants
    } else if (!isReport(message)) {
      if (message.name === 'SequenceReset') this.nextTold = Number(fields.NewSeqNo)
      else assert.equal(number, this.nextTold, `${said(heard)}: MsgSeqNum is the next report’s`)
    } else if (number === this.nextTold) {
      assert.equal(possDup, number < this.#loggedOnAt, `${said(heard)}: PossDup`)
      this.nextTold++
    } else {
      assert.ok(number < this.nextTold, `${said(heard)}: MsgSeqNum, expected ${this.nextTold}`)
      assert.ok(possDup, `${said(heard)}: told again without PossDup`)
    }
  }
}

export const said = (heard: Omit<Heard, 'atMs'>): string => {
  const { message, number, possDup, isCopy, fields, entries } = heard
  const flags = `${possDup ? ' PossDup' : ''}${isCopy ? ' CopyMsgIndicator' : ''}`
  const group = entries.map((entry) => ` ${JSON.stringify(entry)}`).join('')
  return `${message.name} #${number}${flags} ${JSON.stringify(fields)}${group}`
}

const textIn = (frame: Buffer, { offset }: Field): string =>
  frame
    .toString('latin1', HEADER_BYTES + offset, HEADER_BYTES + offset + COPY_BYTES / 2)
    .replace(/\0+$/, '')

/** Of the group at `at`, as long as it says that it is. */
function entriesOf({ name, group }: Message, frame: Buffer, at: number): Values[] {
  if (group === undefined) return []
  const [bytes, count] = [frame.readUInt16LE(at), frame.readUInt16LE(at + 2)]
  assert.equal(bytes, group.blockBytes, `${name}: length of an entry`)
  assert.equal(frame.length, at + GROUP_HEADER_BYTES + bytes * count, `${name}: entries`)
  return Array.from({ length: count }, (_, i) =>
    fieldsOf(group.entry, group.fields, frame, at + GROUP_HEADER_BYTES + i * bytes),
  )
}

function groupBytes({ group }: Message, entries: readonly Values[]): Buffer {
  if (group === undefined) return Buffer.alloc(0)
  const head = Buffer.alloc(GROUP_HEADER_BYTES)
  head.writeUInt16LE(group.blockBytes, 0)
  head.writeUInt16LE(entries.length, 2)
  const blocks = entries.map((entry) => blockOf(group.blockBytes, group.fields, entry))
  return Buffer.concat([head, ...blocks])
}

function fieldsOf(name: string, fields: readonly Field[], frame: Buffer, at: number): Values {
  const Codec = (
    codecs as unknown as Record<string, new () => { wrap(view: DataView, at: number): object }>
  )[name]
  if (Codec === undefined) throw new Error(`no codec ${name}`)
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
  const read = new Codec().wrap(view, at) as Record<string, string | number>
  return Object.fromEntries(
    fields.map((field) => [field.name, read[propertyName(field.name)] as string | number]),
  )
}
