/**
 *   account 7:   [ replace ] [ cancel ] [ new order ]
 *                 head: waits for a grant, or for its turn
 *
 * Requests of visitors that cannot be run yet, by account and in order of arrival. While one waits
 * all behind it do, or a cancel would overtake its order.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { groupBytesOf } from '../protocol/body-bytes.ts'
import { BLOCK_LENGTH_OFFSET, ENVELOPE_BYTES, TEMPLATE_ID_OFFSET } from '../protocol/envelope.ts'

/** Envelope, block and group of a command, in memory of its own: it begins at 0. */
export type WaitingRequest = DataView

export interface WaitingLimits {
  readonly waitingMax: number
  readonly waitingPerAccountMax: number
}

export class WaitingRequests {
  readonly #limits: WaitingLimits
  readonly #byAccount = new Map<number, WaitingRequest[]>()
  #count = 0

  constructor(limits: WaitingLimits) {
    this.#limits = limits
  }

  get count(): number {
    return this.#count
  }

  has(account: number): boolean {
    return this.#byAccount.has(account)
  }

  hasRoom(account: number): boolean {
    const own = this.#byAccount.get(account)?.length ?? 0
    return own < this.#limits.waitingPerAccountMax && this.#count < this.#limits.waitingMax
  }

  /** Keeps a copy of the command at `at`, behind what waits already. The caller has asked `hasRoom`. */
  add(account: number, view: DataView, at: number): void {
    const group = at + ENVELOPE_BYTES + view.getUint16(at + BLOCK_LENGTH_OFFSET, true)
    const end = group + groupBytesOf(view.getUint16(at + TEMPLATE_ID_OFFSET, true), view, group)
    const copy = new Uint8Array(view.buffer, view.byteOffset + at, end - at).slice()
    const own = this.#byAccount.get(account)
    const request = new DataView(copy.buffer)
    if (own === undefined) this.#byAccount.set(account, [request])
    else own.push(request)
    this.#count++
  }

  head(account: number): WaitingRequest | undefined {
    return this.#byAccount.get(account)?.[0]
  }

  /** The head has been run. */
  removeHead(account: number): void {
    const own = this.#byAccount.get(account)!
    own.shift()
    this.#count--
    if (own.length === 0) this.#byAccount.delete(account)
  }

  forEachState(add: (value: number) => void): void {
    for (const [account, own] of [...this.#byAccount].sort(([a], [b]) => a - b)) {
      add(account)
      for (const request of own) {
        for (let at = 0; at < request.byteLength; at++) add(request.getUint8(at))
      }
    }
    add(-1)
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#count = snapshot.number(this.#count)
    const accounts = [...this.#byAccount]
    const accountCount = snapshot.number(accounts.length)
    for (let i = 0; i < accountCount; i++) {
      const [account, own] = accounts[i] ?? [0, []]
      const key = snapshot.number(account)
      const count = snapshot.number(own.length)
      const requests = Array.from({ length: count }, (_, n) => transferRequest(snapshot, own[n]))
      this.#byAccount.set(key, requests)
    }
  }
}

function transferRequest(
  snapshot: SnapshotTransfer,
  request: WaitingRequest | undefined,
): WaitingRequest {
  const bytes = new Uint8Array(snapshot.number(request?.byteLength ?? 0))
  if (request !== undefined) bytes.set(new Uint8Array(request.buffer))
  snapshot.fill(bytes)
  return new DataView(bytes.buffer)
}
