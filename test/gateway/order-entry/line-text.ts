/**
 * A second encoding, as small as one can be: a message is a line of `tag=value` with `|` between, MsgType first.
 *
 *   35=A|34=1|49=ALICE|56=TRADSYS|108=30|789=1
 *   35=D|34=1|11=id|54=1|40=2|59=1|55=BTC|38=5|44=100
 *
 * It knows nothing of sessions: what it can do in one, the session engine does.
 */
import type {
  Encoding,
  Reader,
  Refused,
  ReportCopy,
  Voice,
} from '../../../gateway/order-entry/encoding.ts'
import { FRAMING_LOST, INCOMPLETE } from '../../../gateway/order-entry/encoding.ts'
import type { BusinessFault, Fault } from '../../../gateway/order-entry/fault.ts'
import { malformed, NO_TAG } from '../../../gateway/order-entry/fault.ts'
import { InboundMessage, isOfTheSession } from '../../../gateway/order-entry/inbound-message.ts'
import type { LogonOrder } from '../../../gateway/order-entry/logon-check.ts'
import type { Outlet } from '../../../gateway/order-entry/outlet.ts'
import { ExecutionReport, NewOrderSingle, SessionRejectReason } from '../../../protocol/codecs.ts'
import { ENVELOPE_BYTES, NUMBER_OFFSET } from '../../../protocol/envelope.ts'
import { INT64_NULL } from '../../../protocol/integers.ts'
import { templateIdOf } from '../../../protocol/message.ts'

const LINE_BYTES_MAX = 256
const NEWLINE = 10

const UNKNOWN_TYPE: Fault = {
  tag: NO_TAG,
  reason: SessionRejectReason.InvalidMsgType,
  text: 'Invalid MsgType',
}
const NO_NUMBER = malformed(34, 'MsgSeqNum', 'a number')

type Fields = ReadonlyMap<number, string>

export const fieldsOf = (line: string): Fields =>
  new Map(
    line.split('|').map((field) => {
      const at = field.indexOf('=')
      return [Number(field.slice(0, at)), field.slice(at + 1)]
    }),
  )

class LineReader implements Reader {
  readonly message = new InboundMessage()
  readonly #order = new NewOrderSingle()
  readonly #block = new DataView(new ArrayBuffer(NewOrderSingle.BLOCK_BYTES))

  read(view: DataView, at: number, available: number): number {
    let length = 0
    while (length < available && view.getUint8(at + length) !== NEWLINE) length++
    if (length > LINE_BYTES_MAX) return FRAMING_LOST
    if (length === available) return INCOMPLETE
    const line = Buffer.from(view.buffer, view.byteOffset + at, length).toString('latin1')
    this.#take(fieldsOf(line))
    return length + 1
  }

  #take(fields: Fields): void {
    const { message } = this
    const number = (tag: number): number => Number(fields.get(tag) ?? 0)
    const text = (tag: number): string => fields.get(tag) ?? ''
    message.msgType = templateIdOf(text(35) || '?')
    message.msgSeqNum = number(34)
    message.possDup = text(43) === 'Y'
    message.possResend = text(97) === 'Y'
    message.sendingTimeUs = number(52)
    message.origSendingTimeUs = fields.has(122) ? number(122) : INT64_NULL
    message.fault = Number.isSafeInteger(message.msgSeqNum) ? undefined : NO_NUMBER
    message.testReqId = text(112)
    message.beginSeqNo = number(7)
    message.endSeqNo = number(16)
    message.newSeqNo = number(36)
    message.gapFillFlag = text(123) === 'Y' ? 1 : 0
    Object.assign(message.logon, {
      ...{ senderCompId: text(49), targetCompId: text(56), heartBtInt: number(108) },
      ...{ nextExpectedMsgSeqNum: number(789), rawData: text(96), username: text(553) },
      ...{ cancelOnDisconnectType: 0, codTimeoutWindow: 0, secondLogon: 0, dropCopyFlag: 0 },
      ...{ recvWindow: 0 },
      resetSeqNumFlag: text(141) === 'Y' ? 1 : 0,
    })
    if (message.msgType === NewOrderSingle.TEMPLATE_ID) this.#translate(text, number)
    else if (!isOfTheSession(message.msgType)) message.fault = UNKNOWN_TYPE
  }

  /** The native block of a limit order, as version 1 had it. */
  #translate(text: (tag: number) => string, number: (tag: number) => number): void {
    const order = this.#order.wrap(this.#block, 0)
    order.clOrdId = text(11)
    order.side = text(54).charCodeAt(0)
    order.ordType = text(40).charCodeAt(0)
    order.timeInForce = text(59).charCodeAt(0)
    order.symbol = text(55)
    order.orderQty = number(38)
    order.price = number(44)
    this.message.view = this.#block
    this.message.block = 0
    this.message.blockBytes = NewOrderSingle.BLOCK_BYTES_V1
  }
}

class LineVoice implements Voice {
  readonly #outlet: Outlet
  readonly #report = new ExecutionReport()

  constructor(outlet: Outlet) {
    this.#outlet = outlet
  }

  logon(number: number, ourCompId: string, order: LogonOrder, nextInbound: number): void {
    const parties = `49=${ourCompId}|56=${order.compId}`
    this.#say('A', number, `${parties}|108=${order.heartBtIntSeconds}|789=${nextInbound}`)
  }

  logout(number: number, status: number, text: string): void {
    this.#say('5', number, `1409=${status}|58=${text}`)
  }

  reject(number: number, refused: Refused, fault: Fault): void {
    this.#say('3', number, `45=${refused.msgSeqNum}|371=${fault.tag}|58=${fault.text}`)
  }

  businessReject(number: number, refused: Refused, fault: BusinessFault): void {
    this.#say('j', number, `45=${refused.msgSeqNum}|380=${fault.reason}|58=${fault.text}`)
  }

  heartbeat(number: number, testReqId: string): void {
    this.#say('0', number, `112=${testReqId}`)
  }

  testRequest(number: number): void {
    this.#say('1', number, '112=TEST')
  }

  resendRequest(number: number, from: number): void {
    this.#say('2', number, `7=${from}|16=0`)
  }

  gapFill(number: number, next: number): void {
    this.#say('4', number, `43=Y|36=${next}|123=Y`)
  }

  report(from: DataView, at: number, possDup: boolean): void {
    const { clOrdId } = this.#report.wrap(from, at + ENVELOPE_BYTES)
    const number = from.getUint32(at + NUMBER_OFFSET, true)
    this.#say('8', number, `${possDup ? '43=Y|' : ''}11=${clOrdId}`)
  }

  copy(from: DataView, at: number, { number, possDup, source }: ReportCopy): void {
    const { clOrdId } = this.#report.wrap(from, at + ENVELOPE_BYTES)
    const whose = `797=Y|1=${source.account}|115=${source.compId}`
    this.#say('8', number, `${possDup ? '43=Y|' : ''}${whose}|11=${clOrdId}`)
  }

  #say(msgType: string, number: number, rest: string): void {
    const line = Buffer.from(`35=${msgType}|34=${number}|${rest}\n`, 'latin1')
    const at = this.#outlet.claim(LINE_BYTES_MAX)
    for (let i = 0; i < line.length; i++) this.#outlet.view.setUint8(at + i, line[i]!)
    this.#outlet.commit(line.length)
  }
}

const open: Encoding['open'] = (outlet) => ({
  reader: new LineReader(),
  voice: new LineVoice(outlet),
})

export const LINE_TEXT: Encoding = { numbersSessionMessages: false, open }
/** With the numbers of FIX. */
export const NUMBERED_LINE_TEXT: Encoding = { numbersSessionMessages: true, open }
