/**
 *   client ── LOGON ──▶ order entry
 *
 * The client's first frame, with its signature.
 */
import { createHash, createHmac, KeyObject, sign } from 'node:crypto'
import { CancelOnDisconnectType, Logon, SecondLogon } from '../protocol/codecs.ts'
import { logonSignedText } from '../protocol/logon-signature.ts'
import { WIRE_HEADER_BYTES, writeWireHeader } from '../protocol/wire-frame.ts'

export interface LogonFields {
  readonly compId: string
  readonly targetCompId: string
  readonly heartBtIntSeconds: number
  /** Number of the client's next order message. */
  readonly nextNumber: number
  /** Number of the first report not seen; 0: only what comes from now on. */
  readonly nextReportNumber: number
  /** Where the session has one: the private half of its own Ed25519 key, or a key with an id. */
  readonly key?: KeyObject | ApiKey | undefined
  readonly nowUs: number
  readonly cancelOnDisconnect?: CancelOnDisconnect | undefined
  readonly takesOver?: boolean | undefined
  readonly recvWindowMs?: number | undefined
  readonly renumbers?: boolean | undefined
  readonly dropCopy?: boolean | undefined
}

/** A key that the exchange knows by its id (`tradsys key create`): an Ed25519 private key, or a secret. */
export type ApiKey =
  | { readonly id: string; readonly privateKey: KeyObject }
  | { readonly id: string; readonly secret: string }

/** When the exchange cancels what this session has entered. */
export interface CancelOnDisconnect {
  /** A connection that is lost, a Logout, or either. */
  readonly on: 'loss' | 'logout' | 'both'
  /** From the loss until then, ms: a reconnect within it keeps the orders. 0 to 60,000. @default 0 */
  readonly windowMs?: number
}

const CANCEL_TYPES = {
  loss: CancelOnDisconnectType.OnDisconnect,
  logout: CancelOnDisconnectType.OnLogout,
  both: CancelOnDisconnectType.OnBoth,
} as const

/** A whole frame. Throws RangeError where a CompID is too long or not ASCII. */
export function logonFrame(fields: LogonFields): Buffer {
  const frame = Buffer.alloc(WIRE_HEADER_BYTES + Logon.BLOCK_BYTES)
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
  const block = writeWireHeader(view, 0, {
    templateId: Logon.TEMPLATE_ID,
    blockBytes: Logon.BLOCK_BYTES,
    msgSeqNum: fields.nextNumber,
    sendingTime: fields.nowUs,
  })
  const logon = new Logon().wrap(view, block)
  logon.senderCompId = fields.compId
  logon.targetCompId = fields.targetCompId
  logon.heartBtInt = fields.heartBtIntSeconds
  logon.nextExpectedMsgSeqNum = fields.nextReportNumber
  const cancel = fields.cancelOnDisconnect
  logon.cancelOnDisconnectType = cancel ? CANCEL_TYPES[cancel.on] : CancelOnDisconnectType.Never
  logon.secondLogon = fields.takesOver ? SecondLogon.TakesOver : SecondLogon.Refused
  logon.resetSeqNumFlag = fields.renumbers ? 1 : 0
  logon.dropCopyFlag = fields.dropCopy ? 1 : 0
  logon.codTimeoutWindow = cancel?.windowMs ?? 0
  logon.recvWindow = fields.recvWindowMs ?? 0
  const { key } = fields
  logon.username = key === undefined || key instanceof KeyObject ? '' : key.id
  logon.rawData = key === undefined ? '' : signature(fields, key)
  return frame
}

function signature(fields: LogonFields, key: KeyObject | ApiKey): string {
  const { compId: sender, targetCompId: target, nextNumber: msgSeqNum, nowUs } = fields
  const text = logonSignedText({ sender, target, msgSeqNum, sendingTimeUs: nowUs })
  const bytes = Buffer.from(text, 'latin1')
  if ('secret' in key) {
    // The exchange keeps no secret, but its hash: so that is what signs.
    const hash = createHash('sha256').update(key.secret, 'utf8').digest()
    return createHmac('sha256', hash).update(bytes).digest('base64')
  }
  return sign(null, bytes, key instanceof KeyObject ? key : key.privateKey).toString('base64')
}
