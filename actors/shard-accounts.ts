/**
 *   home shard:   FREE ── sendAway ──▶ (under way) ── takeIn ──▶ FREE of the same account, at a symbol's shard
 *                  ▲                                              │ hold, settle, release: as anywhere
 *                  └──── takeIn ◀── (under way) ◀── sendAway ─────┘ what no order holds, at each command's end
 *
 * The accounts of one shard among several. Every shard knows every account by the same number; an
 * account's own money is at its home. Away from it the account is a visitor: it has what its orders
 * hold there, and between two commands nothing free, but what a list or quotes that wait have
 * collected (funds-line.ts).
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { AccountActor } from './account-actor.ts'
import { growInts } from './columns.ts'
import type { ShardMap } from './shard-map.ts'

const UNKNOWN = 0

export class ShardAccounts extends AccountActor {
  /** What the last `hold` that failed wanted. */
  readonly short = { account: 0, currency: 0, units: 0 }
  readonly #map: ShardMap
  readonly #here: number
  /** Shard + 1 of each account's home, as far as it was asked for: accounts do not move. */
  #homes = new Int32Array(16)
  readonly #name = new DataView(new ArrayBuffer(16))
  /** Account, currency, account, currency, …: free money of visitors that this command may have changed. */
  readonly #touched: number[] = []

  constructor(
    limits: { readonly accountsMax: number; readonly depositsMax: number },
    { map, here }: { readonly map: ShardMap; readonly here: number },
  ) {
    super(limits)
    this.#map = map
    this.#here = here
  }

  homeOf(account: number): number {
    this.#homes = growInts(this.#homes, account + 1)
    if (this.#homes[account] === UNKNOWN) {
      this.names.write(account, this.#name, 0)
      this.#homes[account] = this.#map.accountShard(this.#name, 0) + 1
    }
    return this.#homes[account]! - 1
  }

  isVisitor(account: number): boolean {
    return this.homeOf(account) !== this.#here
  }

  /** All free money that a visitor has here may go home at this command's end. */
  touchAll(account: number, currencyCount: number): void {
    for (let currency = 1; currency <= currencyCount; currency++) {
      if (this.free(account, currency) > 0) this.#touch(account, currency)
    }
  }

  /** Tells of each free balance that is not at its home, in the order in which they came to be. */
  forEachFree(tell: (account: number, currency: number, units: number) => void): void {
    const touched = this.#touched
    for (let i = 0; i < touched.length; i += 2) {
      const units = this.free(touched[i]!, touched[i + 1]!)
      if (units > 0) tell(touched[i]!, touched[i + 1]!, units)
    }
    touched.length = 0
  }

  /** Money from outside is booked on every shard, and is at the account's home. */
  override credit(account: number, currency: number, units: number): void {
    if (this.isVisitor(account)) this.creditElsewhere(currency, units)
    else super.credit(account, currency, units)
  }

  override takeIn(account: number, currency: number, units: number): void {
    super.takeIn(account, currency, units)
    this.#touch(account, currency)
  }

  override hold(account: number, currency: number, units: number): boolean {
    const isHeld = super.hold(account, currency, units)
    if (!isHeld) Object.assign(this.short, { account, currency, units })
    else if (units < 0) this.#touch(account, currency)
    return isHeld
  }

  override release(account: number, currency: number, units: number): void {
    super.release(account, currency, units)
    this.#touch(account, currency)
  }

  override settle(
    buyer: number,
    seller: number,
    quote: number,
    base: number,
    heldUnits: number,
    paidUnits: number,
    baseUnits: number,
    buyerFee: number,
    sellerFee: number,
  ): void {
    super.settle(buyer, seller, quote, base, heldUnits, paidUnits, baseUnits, buyerFee, sellerFee)
    this.#touch(buyer, quote)
    this.#touch(buyer, base)
    this.#touch(seller, quote)
  }

  #touch(account: number, currency: number): void {
    if (this.isVisitor(account)) this.#touched.push(account, currency)
  }

  override transfer(snapshot: SnapshotTransfer): void {
    super.transfer(snapshot)
    this.#homes = snapshot.ints(this.#homes)
  }
}
