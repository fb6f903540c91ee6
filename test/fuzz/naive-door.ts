/**
 * The door of order entry, slow and obvious: what it makes of the bytes of one connection, from its Logon's answer on.
 *
 *   bytes ──▶ NAIVE DOOR ──▶ what was taken, what must be refused, whether the session is over
 *
 * Written from WIRE.md and the table of messages alone. What a field may hold it does not ask: a message whose header is right is a
 * candidate, and the exchange says by a Reject that it did not take it.
 */
import { type Message, templateIdOf } from '../../protocol/message.ts'
import { SCHEMA_ID, VERSION, WIRE_MESSAGES } from '../../protocol/schema.ts'

const HEADER_BYTES = 36
const FRAME_BYTES_MAX = 2048
const ENCODING = 0xeb50
const NUMBER_MAX = 4_000_000_000
/** µs. */
const TIME_OFF_MAX = 120_000_000n
const NO_TIME = -(2n ** 63n)

const byTemplate = new Map(WIRE_MESSAGES.map((one) => [templateIdOf(one.msgType), one]))
const idOf = (name: string): number =>
  templateIdOf(WIRE_MESSAGES.find((one) => one.name === name)?.msgType ?? '')
const [LOGOUT, REJECT] = [idOf('Logout'), idOf('Reject')]
const NEW_ORDER = idOf('NewOrderSingle')
const POSS_RESEND_AT = 39
const [TEST_REQUEST, SEQUENCE_RESET] = [idOf('TestRequest'), idOf('SequenceReset')]

/** An application message whose number was the next. */
export interface Candidate {
  readonly number: number
  readonly templateId: number
  /** As much of the root block as version 2 knows. */
  readonly block: Buffer
  /** Its header is wrong: it must be refused. */
  readonly isFaulty: boolean
}

export class NaiveDoor {
  readonly candidates: Candidate[] = []
  /** `number template` of what is refused and was no candidate: for its times, which nobody asks the next number for. */
  readonly refusedElse: string[] = []
  /** Something has ended the session: nothing behind it counts. */
  isOver = false
  /** TestReqIDs that must be answered, in order; '' where it may be malformed. */
  readonly questions: string[] = []
  /** Number of the next message that is taken. */
  expected: number
  #bytes = Buffer.alloc(0)

  constructor(expected: number) {
    this.expected = expected
  }

  /** Bytes of a frame that has not come whole. */
  get isInFrame(): boolean {
    return this.#bytes.length > 0
  }

  take(bytes: Buffer, nowUs: bigint): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    while (!this.isOver && this.#bytes.length >= 4) {
      const length = this.#bytes.readUInt32LE(0)
      const isEncoded = this.#bytes.length < 6 || this.#bytes.readUInt16LE(4) === ENCODING
      if (length < HEADER_BYTES || length > FRAME_BYTES_MAX || !isEncoded) this.isOver = true
      else if (this.#bytes.length < length) return
      else {
        this.#onFrame(this.#bytes.subarray(0, length), nowUs)
        this.#bytes = this.#bytes.subarray(length)
      }
    }
  }

  #onFrame(frame: Buffer, nowUs: bigint): void {
    const templateId = frame.readUInt16LE(8)
    const isFaulty = isHeaderFaulty(frame)
    if (!isFaulty && this.#isTimeWrong(frame, templateId, nowUs)) {
      this.refusedElse.push(`${frame.readUInt32LE(14)} ${templateId}`)
      this.isOver = true
      return
    }
    if (byTemplate.get(templateId)?.direction === 'both' || templateId === REJECT) {
      if (!isFaulty) this.#onTalk(frame, templateId)
      return
    }
    const lacksTime = (frame[26]! & 1) === 1 && frame.readBigInt64LE(28) === NO_TIME
    if (!this.#isNext(frame)) {
      const number = frame.readUInt32LE(14)
      if (lacksTime && number < this.expected) this.refusedElse.push(`${number} ${templateId}`)
      return
    }
    if (this.expected > NUMBER_MAX) {
      this.isOver = true
      return
    }
    const message = byTemplate.get(templateId)
    const known = Math.min(frame.readUInt16LE(6), message?.blockBytes ?? 0)
    const block = Buffer.from(frame.subarray(HEADER_BYTES, HEADER_BYTES + known))
    // The journal has no header of the wire: an order says there itself that it may have been sent before.
    if (templateId === NEW_ORDER && known > 0) block[POSS_RESEND_AT] = (frame[26]! >> 1) & 1
    this.candidates.push({
      number: this.expected++,
      ...{ templateId, isFaulty: isFaulty || lacksTime },
      block,
    })
  }

  #onTalk(frame: Buffer, templateId: number): void {
    const block = frame.subarray(HEADER_BYTES)
    if (templateId === LOGOUT) this.isOver = true
    else if (templateId === TEST_REQUEST) {
      const text = block.toString('latin1', 0, 32)
      const isText = /^[\x20-\x7e]*\0*$/.test(text)
      this.questions.push(isText ? text.replaceAll('\0', '') : '')
    } else if (templateId === SEQUENCE_RESET) {
      const [newNumber, flag] = [block.readUInt32LE(0), block[4]!]
      if (flag > 1 || (flag === 1 && !this.#isNext(frame))) return
      const least = this.expected + flag
      if (newNumber >= least && newNumber <= NUMBER_MAX) this.expected = newNumber
    }
  }

  #isTimeWrong(frame: Buffer, templateId: number, nowUs: bigint): boolean {
    if (templateId === LOGOUT) return false
    const [sent, first] = [frame.readBigInt64LE(18), frame.readBigInt64LE(28)]
    const off = sent > nowUs ? sent - nowUs : nowUs - sent
    return off > TIME_OFF_MAX || ((frame[26]! & 1) === 1 && first > sent)
  }

  /** Whether it is the one expected; one that is too low and no repetition ends the session. */
  #isNext(frame: Buffer): boolean {
    const number = frame.readUInt32LE(14)
    if (number < this.expected && (frame[26]! & 1) === 0) this.isOver = true
    return number === this.expected
  }
}

function isHeaderFaulty(frame: Buffer): boolean {
  const [blockBytes, templateId, schemaId, version] = [6, 8, 10, 12].map((at) =>
    frame.readUInt16LE(at),
  ) as [number, number, number, number]
  const message = byTemplate.get(templateId)
  if (schemaId !== SCHEMA_ID || version < 1 || message === undefined) return true
  if (message.direction === 'exchange') return true
  const ends = blockEnds(message)
  if (blockBytes < message.blockBytes && !ends.includes(blockBytes)) return true
  const behind = frame.length - HEADER_BYTES - blockBytes
  if (behind < 0) return true
  if (version > VERSION) return false
  if (blockBytes > message.blockBytes || behind > 0) return true
  return version === 1 && blockBytes !== ends[0]
}

/** Where version 1 ended its root block, and where version 2 does. */
const blockEnds = ({ blockBytes, blockBytesV1 = blockBytes }: Message): readonly number[] => [
  blockBytesV1,
  blockBytes,
]
