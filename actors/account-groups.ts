/** Which accounts are one for self-trade prevention: a group of its own for each, until said otherwise. */

import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import type { AccountGroups } from './book-work.ts'
import { growFloats } from './columns.ts'

export class AccountGroupTable implements AccountGroups {
  /** 0: alone. */
  #groups = new Float64Array(16)

  /** Groups have numbers above 0, an account alone its own below. */
  groupOf(account: number): number {
    const group = account < this.#groups.length ? this.#groups[account]! : 0
    return group === 0 ? -account : group
  }

  /** `group` 0: alone. */
  set(account: number, group: number): void {
    this.#groups = growFloats(this.#groups, account + 1)
    this.#groups[account] = group
  }

  forEachState(add: (value: number) => void): void {
    for (let account = 1; account < this.#groups.length; account++) {
      if (this.#groups[account] === 0) continue
      add(account)
      add(this.#groups[account]!)
    }
    add(-1)
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#groups = snapshot.floats(this.#groups)
  }
}
