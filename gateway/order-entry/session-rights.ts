/** What a session may do: its key's permission, for as long as the key is good. Hot: `denies` runs once for each order. */
import {
  BusinessRejectReason,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
} from '../../protocol/codecs.ts'
import type { BusinessFault } from './fault.ts'
import { type Credential, type KeyRing, Permission } from './key-ring.ts'

const { NotAuthorized } = BusinessRejectReason
const MAY_ONLY_READ: BusinessFault = {
  ...{ reason: NotAuthorized, retryAfterMs: 0 },
  text: 'The key of this session may only read',
}
const MAY_ONLY_CANCEL: BusinessFault = {
  ...{ reason: NotAuthorized, retryAfterMs: 0 },
  text: 'The key of this session may only cancel and read',
}

export class SessionRights {
  readonly #keys: KeyRing
  #credential: Credential | undefined
  /** Of the keys, when this session's was looked at last. */
  #version = 0
  #permission: number = Permission.Trade

  constructor(keys: KeyRing) {
    this.#keys = keys
  }

  /** Logged on with this key; undefined: none was needed, and everything is allowed. */
  take(credential: Credential | undefined): void {
    this.#credential = credential
    this.#version = this.#keys.version
    this.#permission = credential?.permission ?? Permission.Trade
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

  /** Why an application message of this template may not be sent, or undefined. */
  denies(templateId: number): BusinessFault | undefined {
    const permission = this.#permission
    if (permission === Permission.Trade) return undefined
    switch (templateId) {
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
