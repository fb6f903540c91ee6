/**
 * Whose quotes stand where: of each account and market that ever quoted (a row of the position table) the bid and the offer
 * that are open, and what protects them.
 *
 *   row ──▶ bid's slot · offer's slot · protection
 *
 * A fill beyond the protection is noted while a command runs; what it leads to is done when that has come to its end.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { NIL } from './order-store.ts'
import { QuoteProtection } from './quote-protection.ts'
import { BUY } from './sign.ts'

interface Quotes {
  /** Slots of the open orders, or NIL. */
  bid: number
  offer: number
  readonly protection: QuoteProtection
}

export class QuoteTable {
  readonly #byRow = new Map<number, Quotes>()
  /** Rows whose protection was tripped in this command. */
  readonly #tripped: number[] = []

  /** Slot of the open quote of a side, or NIL. */
  slotOf(row: number, sign: number): number {
    const quotes = this.#byRow.get(row)
    if (quotes === undefined) return NIL
    return sign === BUY ? quotes.bid : quotes.offer
  }

  /** The quote in this slot is the open one of its side: there was none. */
  opened(row: number, sign: number, slot: number): void {
    this.#put(row, sign, slot)
  }

  /** The quote of this side is over. */
  closed(row: number, sign: number): void {
    this.#put(row, sign, NIL)
  }

  /** Of a row that quotes, from its first quote on. */
  protectionOf(row: number): QuoteProtection {
    let quotes = this.#byRow.get(row)
    if (quotes === undefined) {
      quotes = { bid: NIL, offer: NIL, protection: new QuoteProtection() }
      this.#byRow.set(row, quotes)
    }
    return quotes.protection
  }

  /** A quote of this side was filled. */
  noteFill(row: number, sign: number, lots: number, units: number, timeUs: number): void {
    if (this.protectionOf(row).note(sign, lots, units, timeUs)) this.#tripped.push(row)
  }

  /** A row whose protection was tripped, and whose quotes are to end now; 0: none. Takes it out. */
  takeTripped(): number {
    return this.#tripped.shift() ?? 0
  }

  #put(row: number, sign: number, slot: number): void {
    const quotes = this.#byRow.get(row)
    if (quotes === undefined) throw new Error(`row ${row} has never quoted`)
    if (sign === BUY) quotes.bid = slot
    else quotes.offer = slot
  }

  /** Slots of all quotes that are open, for the audit. */
  *slots(): Generator<readonly [row: number, sign: number, slot: number]> {
    for (const [row, { bid, offer }] of this.#byRow) {
      if (bid !== NIL) yield [row, BUY, bid]
      if (offer !== NIL) yield [row, -BUY, offer]
    }
  }

  /** Which quotes are open is said by the orders. */
  forEachState(add: (value: number) => void): void {
    for (const [row, { protection }] of [...this.#byRow].sort(([a], [b]) => a - b)) {
      add(row)
      protection.forEachState(add)
    }
  }

  /** Between two commands: then nothing is tripped that has not been dealt with. */
  transfer(snapshot: SnapshotTransfer): void {
    snapshot.part('quotes')
    const rows = [...this.#byRow]
    const count = snapshot.number(rows.length)
    for (let i = 0; i < count; i++) {
      const row = snapshot.number(rows[i]?.[0] ?? 0)
      const protection = this.protectionOf(row)
      const quotes = this.#byRow.get(row)!
      quotes.bid = snapshot.number(quotes.bid)
      quotes.offer = snapshot.number(quotes.offer)
      protection.transfer(snapshot)
    }
  }
}
