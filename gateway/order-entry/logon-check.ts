/**
 *   first message ──▶ LOGON CHECK ──▶ seat: SessionOpen ──▶ sequencer ──▶ shard
 *
 * Who speaks, and whether it proves it. What the shard alone can know (is there such a session, is it live) is asked
 * there.
 *
 * A signature is good once: the same CompID and SendingTime again, while that time is still fresh, is a replay. Only
 * what had a good signature is remembered, so nobody without a key can fill the memory. What an earlier process has seen
 * is not known here, so a time before our own start is stale, however fresh.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  CancelOnDisconnectType,
  SecondLogon,
  SessionRejectReason,
  SessionStatus,
} from '../../protocol/codecs.ts'
import { logonSignedText } from '../../protocol/logon-signature.ts'
import type { SessionOpening } from './command-writer.ts'
import type { Fault } from './fault.ts'
import type { InboundMessage } from './inbound-message.ts'
import { type Credential, isSigned, type KeyRing, mayComeFrom } from './key-ring.ts'
import { SENDING_TIME_INACCURATE } from './session-faults.ts'

export const HEART_BT_INT_MIN = 5
export const HEART_BT_INT_MAX = 60
/** An order that was a minute under way is nobody's wish. */
export const RECV_WINDOW_MS_MAX = 60_000
/** As long as a heartbeat may be: who is away for longer is not coming back at once. */
export const COD_WINDOW_MS_MAX = 60_000
const COMP_ID_FORM = /^[A-Za-z0-9_-]{1,16}$/

export interface LogonOrder extends SessionOpening {
  /** The key that was proven; undefined: none was needed. */
  readonly credential: Credential | undefined
  readonly heartBtIntSeconds: number
  /** 789: the first report that the client has not seen. */
  readonly nextWanted: number
  /** 25000: orders that are older than this when they come are not wanted any more; 0: all are. */
  readonly recvWindowMs: number
}

/** Before there is one. */
export const NO_LOGON: LogonOrder = {
  ...{ compId: '', heartBtIntSeconds: 0, nextWanted: 0, recvWindowMs: 0 },
  ...{ credential: undefined },
  ...{ cancelType: 0, cancelWindowMs: 0, secondLogon: 0, renumbers: false },
  isDropCopy: false,
}

/** When and from where a Logon comes. */
export interface LogonFrom {
  /** µs since 1970. */
  readonly nowUs: number
  /** The peer's IP address. */
  readonly address: string
}

export interface LogonRefusal {
  /** Said in a Reject before the Logout, where one field is at fault. */
  readonly fault?: Fault
  /** SessionStatus of the Logout. */
  readonly status: number
  readonly text: string
}

const refusal = (tag: number, reason: number, text: string): LogonRefusal => ({
  fault: { tag, reason, text },
  status: SessionStatus.LogonsNotAllowed,
  text,
})

const { CompIdProblem, ValueOutOfRange } = SessionRejectReason
const WRONG_SENDER = refusal(49, CompIdProblem, 'SenderCompID(49) must be 1-16 of A-Z a-z 0-9 _ -')
const WRONG_TARGET = refusal(56, CompIdProblem, 'TargetCompID(56) is not this exchange')
const WRONG_HEART_BT_INT = refusal(
  108,
  ValueOutOfRange,
  `HeartBtInt(108) must be from ${HEART_BT_INT_MIN} to ${HEART_BT_INT_MAX} seconds`,
)
const WRONG_CANCEL_TYPE = refusal(
  35002,
  ValueOutOfRange,
  'CancelOnDisconnectType(35002) must be from 0 to 3',
)
const WRONG_CANCEL_WINDOW = refusal(
  35003,
  ValueOutOfRange,
  `CODTimeoutWindow(35003) must be from 0 to ${COD_WINDOW_MS_MAX} ms`,
)
const WRONG_SECOND_LOGON = refusal(25180, ValueOutOfRange, 'SecondLogon(25180) must be 0 or 1')
const WRONG_DROP_COPY = refusal(9406, ValueOutOfRange, 'DropCopyFlag(9406) must be 0 or 1')
const WRONG_RECV_WINDOW = refusal(
  25000,
  ValueOutOfRange,
  `RecvWindow(25000) must be from 0 to ${RECV_WINDOW_MS_MAX} ms`,
)
const WRONG_RESET = refusal(141, ValueOutOfRange, 'ResetSeqNumFlag(141) must be 0 or 1')
const WRONG_SENDING_TIME: LogonRefusal = {
  ...{ fault: SENDING_TIME_INACCURATE, status: SessionStatus.LogonsNotAllowed },
  text: SENDING_TIME_INACCURATE.text,
}
const NOT_THE_FIRST = refusal(
  34,
  ValueOutOfRange,
  'MsgSeqNum(34) must be 1 with ResetSeqNumFlag(141)',
)
/** On a connection that speaks for another session. */
export const ANOTHER_SENDER = refusal(
  49,
  CompIdProblem,
  'SenderCompID(49) is not that of this connection',
)
/** One text for every cause: who guesses learns nothing. */
const BAD_CREDENTIALS: LogonRefusal = {
  status: SessionStatus.BadCredentials,
  text: 'Signature, key or SendingTime is not valid',
}

export interface LogonCheckOptions {
  readonly compId: string
  readonly keys: KeyRing
  /** Whether a session without a key may not log on. */
  readonly keyNeeded: boolean
  /** How far a signed SendingTime may be from our clock, µs; and one that is not signed. */
  readonly clockSkewUsMax: number
  readonly sendingTimeUsMax: number
  /** When the gateway began, µs since 1970. */
  readonly startedUs: number
  readonly logonsRememberedMax: number
}

export class LogonCheck {
  readonly #options: LogonCheckOptions
  /** `CompID SendingTime` of good signatures → when that time is stale, µs. In order of arrival. */
  readonly #seen = new Map<string, number>()
  /** Checked where there is no key, so that the answer takes as long. */
  readonly #nobody = {
    publicKey: generateKeyPairSync('ed25519').publicKey,
    hmacKey: randomBytes(32),
  }

  constructor(options: LogonCheckOptions) {
    this.#options = options
  }

  /** `message` is a Logon that could be read. */
  judge(message: InboundMessage, from: LogonFrom): LogonOrder | LogonRefusal {
    const { logon } = message
    const compId = logon.senderCompId
    if (!COMP_ID_FORM.test(compId)) return WRONG_SENDER
    if (logon.targetCompId !== this.#options.compId) return WRONG_TARGET
    const { keys, keyNeeded } = this.#options
    const keyId = logon.username
    const needsKey = keyNeeded || keyId !== '' || keys.hasSession(compId)
    const credential = needsKey ? keys.find(compId, keyId) : undefined
    if (needsKey && !this.#isProven(credential, message, from)) return BAD_CREDENTIALS
    if (!(Math.abs(from.nowUs - message.sendingTimeUs) <= this.#options.sendingTimeUsMax)) {
      return WRONG_SENDING_TIME
    }
    const heartBtIntSeconds = logon.heartBtInt
    if (heartBtIntSeconds < HEART_BT_INT_MIN || heartBtIntSeconds > HEART_BT_INT_MAX) {
      return WRONG_HEART_BT_INT
    }
    const nextWanted = logon.nextExpectedMsgSeqNum
    const { cancelOnDisconnectType: cancelType, codTimeoutWindow: cancelWindowMs } = logon
    const { secondLogon, resetSeqNumFlag, dropCopyFlag } = logon
    if (cancelType > CancelOnDisconnectType.OnBoth) return WRONG_CANCEL_TYPE
    if (cancelWindowMs > COD_WINDOW_MS_MAX) return WRONG_CANCEL_WINDOW
    if (secondLogon > SecondLogon.TakesOver) return WRONG_SECOND_LOGON
    if (logon.recvWindow > RECV_WINDOW_MS_MAX) return WRONG_RECV_WINDOW
    if (resetSeqNumFlag > 1) return WRONG_RESET
    if (resetSeqNumFlag === 1 && message.msgSeqNum !== 1) return NOT_THE_FIRST
    if (dropCopyFlag > 1) return WRONG_DROP_COPY
    const flags = { renumbers: resetSeqNumFlag === 1, isDropCopy: dropCopyFlag === 1 }
    const opening = { compId, cancelType, cancelWindowMs, secondLogon, ...flags }
    const recvWindowMs = logon.recvWindow
    return { ...opening, heartBtIntSeconds, nextWanted, recvWindowMs, credential }
  }

  #isProven(
    credential: Credential | undefined,
    { logon, msgSeqNum, sendingTimeUs }: InboundMessage,
    { nowUs, address }: LogonFrom,
  ): boolean {
    const compId = logon.senderCompId
    if (!(Math.abs(nowUs - sendingTimeUs) <= this.#options.clockSkewUsMax)) return false
    if (sendingTimeUs < this.#options.startedUs) return false
    const said = logonSignedText({
      sender: compId,
      target: this.#options.compId,
      msgSeqNum,
      sendingTimeUs,
    })
    const signature = Buffer.from(logon.rawData, 'base64')
    const isGood = isSigned(credential, Buffer.from(said, 'latin1'), signature, this.#nobody)
    // Behind the signature: who has none learns nothing of addresses either.
    if (!isGood || credential === undefined || !mayComeFrom(credential, address)) return false
    return this.#isFirst(`${compId} ${sendingTimeUs}`, nowUs)
  }

  #isFirst(proof: string, nowUs: number): boolean {
    const seen = this.#seen
    for (const [old, staleUs] of seen) {
      if (staleUs >= nowUs) break
      seen.delete(old)
    }
    if (seen.has(proof) || seen.size >= this.#options.logonsRememberedMax) return false
    // A time from the edge of our future stays fresh for twice the skew.
    seen.set(proof, nowUs + 2 * this.#options.clockSkewUsMax)
    return true
  }
}
