/**
 * What a session may do: its key's permission, for as long as the key is good, and no more a second than is allowed. Hot:
 * `countMessage` and `denies` run once for each order.
 */
import {
  BusinessRejectReason,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
  SecurityDefinitionRequest,
  TradingSessionStatusRequest,
} from '../../protocol/codecs.ts'
import type { BusinessFault } from './fault.ts'
import { type Credential, type KeyRing, Permission } from './key-ring.ts'
import type { ENOUGH, Throttle } from './throttle.ts'

const { NotAuthorized } = BusinessRejectReason
const MAY_ONLY_READ: BusinessFault = {
  ...{ reason: NotAuthorized, retryAfterMs: 0 },
  text: 'The key of this session may only read',
}
const MAY_ONLY_CANCEL: BusinessFault = {
  ...{ reason: NotAuthorized, retryAfterMs: 0 },
  text: 'The key of this session may only cancel and read',
}

const MAY_ONLY_HEAR: BusinessFault = {
  ...{ reason: NotAuthorized, retryAfterMs: 0 },
  text: 'A drop copy session takes no requests: use one that trades',
}

export class SessionRights {
  readonly #keys: KeyRing
  #credential: Credential | undefined
  /** Of the keys, when this session's was looked at last. */
  #version = 0
  #permission: number = Permission.Trade
  #throttle: Throttle | undefined
  #isDropCopy = false

  constructor(keys: KeyRing) {
    this.#keys = keys
  }

  /** Logged on with this key; undefined: none was needed, and everything is allowed. */
  take(credential: Credential | undefined): void {
    this.#credential = credential
    this.#version = this.#keys.version
    this.#permission = credential?.permission ?? Permission.Trade
  }

  /** It is a drop copy session: whatever its key allows, it may only hear. */
  hearOnly(): void {
    this.#isDropCopy = true
  }

  /** Counts by it from now on; undefined: nothing is counted. */
  countBy(throttle: Throttle | undefined): void {
    this.#throttle = throttle
  }

  /** Whether the key is still good: it may have been revoked. */
  isGood(): boolean {
    const known = this.#credential
    if (known === undefined || this.#keys.version === this.#version) return true
    const credential = this.#keys.find(known.session, known.id)
    if (credential === undefined) return false
    this.take(credential)
    return true
  }

  /** Counts an application message, right or wrong; or says why it is too much. Once for each. */
  countMessage(templateId: number, nowMs: number): BusinessFault | typeof ENOUGH | undefined {
    const isCancel =
      templateId === OrderCancelRequest.TEMPLATE_ID ||
      templateId === OrderMassCancelRequest.TEMPLATE_ID
    return this.#throttle?.admit(isCancel, nowMs)
  }

  /** As `countMessage`, of a message of the session itself. */
  countTalk(nowMs: number): BusinessFault | typeof ENOUGH | undefined {
    return this.#throttle?.admit(false, nowMs)
  }

  /** What the session's kind, or its key, does not allow. */
  denies(templateId: number): BusinessFault | undefined {
    if (this.#isDropCopy) return MAY_ONLY_HEAR
    const permission = this.#permission
    if (permission === Permission.Trade) return undefined
    switch (templateId) {
      case SecurityDefinitionRequest.TEMPLATE_ID:
      case TradingSessionStatusRequest.TEMPLATE_ID:
      case OrderStatusRequest.TEMPLATE_ID:
      case OrderMassStatusRequest.TEMPLATE_ID:
        return undefined
      case OrderCancelRequest.TEMPLATE_ID:
      case OrderMassCancelRequest.TEMPLATE_ID:
        return permission === Permission.Cancel ? undefined : MAY_ONLY_READ
      default:
        return permission === Permission.Cancel ? MAY_ONLY_CANCEL : MAY_ONLY_READ
    }
  }
}
