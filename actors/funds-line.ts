/**
 *   symbol's shard                          account's home
 *        │ ── FundsAsk ──(sequencer)──────────▶ │     an order of a visitor needs money
 *        │ ◀──────────────(sequencer)── FundsGrant ── │     the money goes along, or there is none
 *        │ ── FundsReturn ─(sequencer)────────▶ │     what no order holds, at each command's end
 *        └ ── RunWaiting ──(sequencer)──┐
 *          ◀────────────────────────────┘           the request behind, as a command of its own
 *
 * What a shard among several says to the others. Said at the end of a command, returns first: so the
 * home has what came free before it judges what is asked for, and an ask is for all that the order
 * needs. A request of several orders may need several currencies: it asks for one after the other, and
 * what has come stays here until it is done.
 *
 * Each request is run in a turn of its own, as an order's id is the sequence of the turn that
 * entered it: ids rise in the order in which orders come to a book.
 */

import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import type { Outbox } from '../engine/shard/outbox.ts'
import {
  FundsAsk,
  FundsGrant,
  FundsReturn,
  hasGroup,
  Reason,
  RunWaiting,
} from '../protocol/codecs.ts'
import { TEMPLATE_ID_OFFSET } from '../protocol/envelope.ts'
import { CURRENCIES_MAX } from './currency-table.ts'
import type { ShardAccounts } from './shard-accounts.ts'
import { type WaitingLimits, WaitingRequests } from './waiting-requests.ts'

/** Which of the shards a machine is. */
export interface ShardPlace {
  /** From 0. */
  readonly shard: number
  readonly shards: number
}

/** The request at hand is: */
const Run = {
  /** heard for the first time */
  First: 0,
  /** run again, with the money it asked for or because its turn has come */
  Again: 1,
  /** run again, and there was no money */
  Refused: 2,
} as const
type Run = (typeof Run)[keyof typeof Run]

const NOBODY = 0

export class FundsLine {
  readonly place: ShardPlace
  readonly accounts: ShardAccounts
  readonly waiting: WaitingRequests
  readonly #outbox: Outbox
  readonly #block = new FundsAsk()
  /** Number of the message said last. */
  #said = 0
  /** Number of the message heard last from each shard. */
  readonly #heard: Float64Array
  #run: Run = Run.First
  /** Account whose request asks for money at this command's end, or NOBODY. */
  #asker = NOBODY
  /** Account whose next request is to be run, or NOBODY. */
  #next = NOBODY

  constructor(
    outbox: Outbox,
    accounts: ShardAccounts,
    { place, limits }: { readonly place: ShardPlace; readonly limits: WaitingLimits },
  ) {
    this.place = place
    this.accounts = accounts
    this.waiting = new WaitingRequests(limits)
    this.#outbox = outbox
    this.#heard = new Float64Array(place.shards)
  }

  /** Whether a message is new. One seen already is ignored: the log has it twice. */
  hears(from: number, number: number): boolean {
    if (number <= this.#heard[from]!) return false
    this.#heard[from] = number
    return true
  }

  /**
   * The request at `at` failed for want of money. Returns why it is refused, or Reason.None: it
   * waits, and the money is asked for.
   */
  onShort(account: number, view: DataView, at: number): number {
    if (this.#run === Run.Refused || !this.accounts.isVisitor(account)) {
      return Reason.InsufficientFunds
    }
    if (this.#run === Run.First) {
      if (!this.waiting.hasRoom(account)) return Reason.TooManyWaiting
      this.waiting.add(account, view, at)
    }
    this.#asker = account
    return Reason.None
  }

  /** As `onShort`, of a request that needs so much more of a currency than it has. */
  onShortage(
    account: number,
    view: DataView,
    at: number,
    { currency, units }: { readonly currency: number; readonly units: number },
  ): number {
    Object.assign(this.accounts.short, { account, currency, units })
    return this.onShort(account, view, at)
  }

  /** The request at hand was counted when it came: it is run again. */
  get isAgain(): boolean {
    return this.#run !== Run.First
  }

  /** The home of the account has answered, or its next request's turn has come: `run` runs the head. */
  runHead(account: number, isRefused: boolean, run: (request: DataView) => void): void {
    const request = this.waiting.head(account)
    if (request === undefined) throw new Error(`account ${account}: nothing waits for its turn`)
    this.#run = isRefused ? Run.Refused : Run.Again
    if (this.#collects(account)) this.accounts.touchAll(account, CURRENCIES_MAX - 1)
    run(request)
    this.#run = Run.First
    // More may be needed than before: then it still waits.
    if (this.#asker === account) return
    this.waiting.removeHead(account)
    if (this.waiting.has(account)) this.#next = account
  }

  grant(to: number, account: number, currency: number, units: number): void {
    this.#say(FundsGrant.TEMPLATE_ID, to, account, currency, units)
  }

  endOfCommand(): void {
    const { accounts, place } = this
    accounts.forEachFree((account, currency, units) => {
      if (this.#collects(account)) return
      accounts.sendAway(account, currency, units)
      this.#say(FundsReturn.TEMPLATE_ID, accounts.homeOf(account), account, currency, units)
    })
    if (this.#asker !== NOBODY) {
      const { account, currency, units } = accounts.short
      this.#say(FundsAsk.TEMPLATE_ID, accounts.homeOf(account), account, currency, units)
      this.#asker = NOBODY
    }
    if (this.#next !== NOBODY) {
      this.#say(RunWaiting.TEMPLATE_ID, place.shard, this.#next, 0, 0)
      this.#next = NOBODY
    }
  }

  forEachState(add: (value: number) => void): void {
    add(this.place.shard)
    add(this.#said)
    for (const number of this.#heard) add(number)
    this.waiting.forEachState(add)
  }

  /** Whether the next request of an account may need several currencies. */
  #collects(account: number): boolean {
    const head = this.waiting.head(account)
    return head !== undefined && hasGroup(head.getUint16(TEMPLATE_ID_OFFSET, true))
  }

  #say(templateId: number, to: number, account: number, currency: number, units: number): void {
    const outbox = this.#outbox
    const at = outbox.open(templateId, FundsAsk.BLOCK_BYTES, 0, 0)
    const message = this.#block.wrap(outbox.view, at)
    message.fromShard = this.place.shard
    message.toShard = to
    message.account = account
    message.currencyNumber = currency
    message.number = ++this.#said
    message.amount = units
  }

  transfer(snapshot: SnapshotTransfer): void {
    this.#said = snapshot.number(this.#said)
    snapshot.fill(this.#heard)
    this.waiting.transfer(snapshot)
  }
}
