import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { Admission } from './admission.ts'
import { Amendment } from './amendment.ts'
import { Arrival } from './arrival.ts'
import type { BookListener } from './book-listener.ts'
import type { BookRules } from './book-rules.ts'
import { BookSide } from './book-side.ts'
import type { AccountGroups, BookWork } from './book-work.ts'
import { Consequences } from './consequences.ts'
import { type DepthLevel, displayedDepth, ordersOf } from './depth.ts'
import { isCall, MarketPhase } from './market-phase.ts'
import { Matcher } from './matcher.ts'
import {
  HAS_CHILDREN,
  HAS_PEER,
  HIDDEN,
  ICEBERG,
  IS_CHILD,
  isStop,
  Lifetime,
  lifetimeOf,
  OrderType,
  Place,
  POST_ONLY,
  typeOf,
} from './order-flags.ts'
import {
  DISPLAY,
  FLAGS,
  LEAVES,
  LEVEL,
  LIMIT,
  NIL,
  type OrderStore,
  PARENT,
  PLACE,
  PRICE,
  SIGN,
  TIP,
  TRIGGER,
} from './order-store.ts'
import { ParkedList } from './parked-list.ts'
import { PegDesk } from './peg-desk.ts'
import { PhaseDesk } from './phase-desk.ts'
import { BUY, SELL, type Sign } from './sign.ts'
import { StopWatch } from './stop-watch.ts'

const BPS_PER_WHOLE = 10_000
/** Beyond every price: no band. */
const NO_END = 2 ** 31 - 1

export class OrderBook implements BookWork {
  readonly bids: BookSide
  readonly asks: BookSide
  readonly watch: StopWatch
  readonly pegs: PegDesk
  /** Orders for the closing auction, before it. */
  readonly closing: ParkedList
  readonly consequences: Consequences
  readonly listener: BookListener
  readonly groups: AccountGroups
  phase: number = MarketPhase.Continuous
  lastPrint = 0
  /** Where the price bands lie round, ticks; 0: no bands. */
  bandReference = 0
  readonly #store: OrderStore
  readonly amendment: Amendment
  readonly matcher: Matcher
  readonly admission: Admission
  readonly phases: PhaseDesk
  readonly #arrival: Arrival
  #rules: BookRules
  #bandLow = -NO_END
  #bandHigh = NO_END
  #topBid = NIL
  #topAsk = NIL
  /** Whether `settle` has anything to look for. */
  #isUnsettled = false

  constructor(
    store: OrderStore,
    rules: BookRules,
    { listener, groups }: { readonly listener: BookListener; readonly groups: AccountGroups },
  ) {
    this.#store = store
    this.#rules = rules
    this.listener = listener
    this.groups = groups
    this.bids = new BookSide(BUY, store)
    this.asks = new BookSide(SELL, store)
    this.watch = new StopWatch(store)
    this.closing = new ParkedList(store)
    this.consequences = new Consequences(store, this)
    this.matcher = new Matcher(store, this)
    this.pegs = new PegDesk(store, this)
    this.admission = new Admission(store, this, this.pegs)
    this.amendment = new Amendment(store, this)
    this.phases = new PhaseDesk(store, this)
    this.#arrival = new Arrival(store, this)
    this.setBandReference(rules.referencePrice)
  }

  get rules(): BookRules {
    return this.#rules
  }

  /** Other limits from now on; what rests, rests. */
  changeRules(rules: BookRules): void {
    const isOtherReference = rules.referencePrice !== this.#rules.referencePrice
    this.#rules = rules
    if (!rules.hasTopOrder) for (const side of [this.bids, this.asks]) this.setTop(side, NIL)
    this.setBandReference(isOtherReference ? rules.referencePrice : this.bandReference)
  }

  setBandReference(ticks: number): void {
    const bps = this.#rules.bandBps
    const hasBands = ticks > 0 && bps > 0
    this.bandReference = ticks
    this.#bandLow = hasBands ? Math.ceil((ticks * (BPS_PER_WHOLE - bps)) / BPS_PER_WHOLE) : -NO_END
    this.#bandHigh = hasBands ? Math.floor((ticks * (BPS_PER_WHOLE + bps)) / BPS_PER_WHOLE) : NO_END
  }

  /** As Admission.judge: an order's record before it is accepted. */
  judge(order: number, timeUs: number): number {
    return this.admission.judge(order, this.phase, timeUs)
  }

  /** Where an open order works, or would if it were elected now. */
  priceOf(order: number): number {
    const store = this.#store
    const type = typeOf(store.get(order, FLAGS))
    const limit = store.get(order, LIMIT)
    // Fixed when it was accepted; a trailing one's moves with its trigger, and never beyond that.
    if (type === OrderType.Stop) return limit
    if (type !== OrderType.TrailingStop) return store.get(order, PRICE)
    const sign = store.get(order, SIGN)
    const price = this.admission.protection(sign, store.cold(order, TRIGGER))
    return sign > 0 ? Math.min(price, limit) : Math.max(price, limit)
  }

  /** Takes in an order that was judged, and does all that follows. */
  enter(order: number): void {
    const flags = this.#store.get(order, FLAGS)
    if (flags === 0) {
      this.arrive(order)
    } else {
      const { links } = this.consequences
      if ((flags & HAS_PEER) !== 0) links.pair(order)
      if ((flags & IS_CHILD) === 0) this.begin(order)
      else if (this.#store.cold(order, PARENT) === NIL) this.consequences.postpone(order)
      else links.wait(order)
    }
    this.settle()
  }

  /** Ends an open order, wherever it is, and does all that follows. */
  cancel(order: number, reason: number): void {
    this.end(order, reason)
    this.settle()
  }

  /** Another phase, and all that comes with it. */
  enterPhase(phase: number): void {
    this.phases.enter(phase)
    this.settle()
  }

  /** Lets an order that is in no place take, rest or end. One that is plain and meets nobody rests. */
  arrive(order: number): void {
    const { words } = this.#store
    const at = order << 4
    const sign = words[at | SIGN]!
    const opposite = sign > 0 ? this.asks : this.bids
    const isPlain = words[at | FLAGS] === 0 && this.phase === MarketPhase.Continuous
    if (isPlain && opposite.bestKey < -sign * words[at | PRICE]!) this.rest(order)
    else this.#arrival.arrive(order)
  }

  /** Puts an order at the back of its price. */
  rest(order: number): void {
    const store = this.#store
    const at = order << 4
    const words = store.words
    const sign = words[at | SIGN]!
    const side = sign > 0 ? this.bids : this.asks
    const flags = words[at | FLAGS]!
    if ((flags & ICEBERG) !== 0) {
      store.setCold(order, TIP, Math.min(store.cold(order, DISPLAY), words[at | LEAVES]!))
    }
    const key = sign * words[at | PRICE]!
    if (this.#rules.hasTopOrder && (flags & HIDDEN) === 0) this.#noteTop(order, side, key)
    const level = side.append(order, key)
    if ((flags & HIDDEN) === 0) this.sayLevel(side, level)
  }

  /** Ends an order, wherever it is, and those that are linked to it. */
  end(order: number, reason: number): void {
    const store = this.#store
    const lots = store.get(order, LEAVES)
    this.takeFromPlace(order)
    store.set(order, LEAVES, 0)
    const flags = store.get(order, FLAGS)
    if ((flags & (HAS_PEER | HAS_CHILDREN)) === 0) {
      this.listener.onEnded(order, lots, reason)
      return
    }
    const peer = this.consequences.links.part(order)
    this.listener.onEnded(order, lots, reason)
    this.consequences.ofEnd(order, peer)
  }

  mayRestAt(order: number, priceTicks: number): boolean {
    const flags = this.#store.get(order, FLAGS)
    if ((flags & POST_ONLY) === 0) return true
    return this.admission.postOnlyPrice(this.#store.get(order, SIGN), priceTicks, flags) > 0
  }

  /** Does what is due, and brings pegged orders to their prices, until nothing is left to do. */
  settle(): void {
    // A field of the book itself: among thousands of books the queues of most are in no cache.
    if (!this.#isUnsettled) return
    const { due } = this.consequences
    for (;;) {
      const order = due.take()
      if (order !== NIL) this.#come(order)
      else if (this.phase !== MarketPhase.Continuous || !this.pegs.reprice()) break
    }
    this.#isUnsettled = this.pegs.count > 0
  }

  /** Something is due from now on, or follows prices. */
  unsettle(): void {
    this.#isUnsettled = true
  }

  /** Says what an uncross would do, if that changed: at the end of each command. */
  sayIndicative(): void {
    if (isCall(this.phase)) this.phases.sayIndicative()
  }

  /** Every open order, in the book or beside it. Allocates. */
  openOrders(): number[] {
    return this.phases.openOrders()
  }

  /** The best `levelsMax` displayed levels of a side, best first. Allocates. */
  depth(sign: Sign, levelsMax: number): readonly DepthLevel[] {
    return displayedDepth(this.side(sign), levelsMax)
  }

  /** Best displayed price of a side and what rests there; nothing does: 0, 0, 0. Allocates. */
  best(sign: Sign): DepthLevel {
    return this.depth(sign, 1)[0] ?? { priceTicks: 0, lots: 0, orders: 0 }
  }

  /** Slots of all resting orders of a side, in the order in which they would trade. Allocates. */
  orders(sign: Sign): Generator<number> {
    return ordersOf(this.#store, this.side(sign))
  }

  side(sign: number): BookSide {
    return sign > 0 ? this.bids : this.asks
  }

  bandEnd(sign: number): number {
    return sign > 0 ? this.#bandHigh : this.#bandLow
  }

  levelOf(order: number): number {
    return this.#store.get(order, LEVEL)
  }

  takeOut(side: BookSide, order: number): void {
    const level = side.unlink(order)
    if (this.#rules.hasTopOrder) this.left(order, side)
    if ((this.#store.get(order, FLAGS) & HIDDEN) === 0) this.sayLevel(side, level)
    if (side.isEmpty(level)) side.drop(level)
  }

  left(order: number, side: BookSide): void {
    if (this.topOf(side) === order) this.setTop(side, NIL)
  }

  topOf(side: BookSide): number {
    return side.sign > 0 ? this.#topBid : this.#topAsk
  }

  setTop(side: BookSide, order: number): void {
    if (side.sign > 0) this.#topBid = order
    else this.#topAsk = order
  }

  sayLevel(side: BookSide, level: number): void {
    this.listener.onLevel(side.sign, side.priceTicks(level), side.lots(level), side.count(level))
  }

  traded(maker: number, taker: number, priceTicks: number, lots: number): void {
    this.consequences.ofTrade(maker, taker, priceTicks, lots)
  }

  print(priceTicks: number): void {
    this.lastPrint = priceTicks
    if (this.watch.count > 0) this.consequences.ofPrint(priceTicks)
  }

  /** What an accepted order does first, if it does not wait for a parent. */
  begin(order: number): void {
    const flags = this.#store.get(order, FLAGS)
    const type = typeOf(flags)
    if (isStop(type)) {
      // An auction trades whatever the triggers: in a call nothing is elected.
      const isReached = this.phase === MarketPhase.Continuous && this.lastPrint > 0
      if (isReached && this.watch.isReached(order, this.lastPrint)) this.consequences.elect(order)
      else this.watch.add(order)
    } else if (type === OrderType.Pegged) {
      this.pegs.begin(order, this.phase)
    } else if (
      lifetimeOf(flags) === Lifetime.AtTheClose &&
      this.phase !== MarketPhase.ClosingAuction
    ) {
      this.closing.add(order)
    } else {
      this.arrive(order)
    }
  }

  /** An order whose turn has come. */
  #come(order: number): void {
    const store = this.#store
    const flags = store.get(order, FLAGS)
    this.listener.onTriggered(order)
    if ((flags & IS_CHILD) === 0) {
      this.arrive(order)
      return
    }
    store.set(order, FLAGS, flags & ~IS_CHILD)
    this.begin(order)
  }

  #noteTop(order: number, side: BookSide, key: number): void {
    const best = side.bestDisplayed
    if (best === NIL || key > side.key(best)) this.setTop(side, order)
  }

  /** Takes an order out of the book, or out of where it waits. */
  takeFromPlace(order: number): void {
    const store = this.#store
    const flags = store.get(order, FLAGS)
    if (flags === 0) {
      if (this.levelOf(order) !== NIL) this.takeOut(this.side(store.get(order, SIGN)), order)
      return
    }
    if (this.isResting(order)) this.takeOut(this.side(store.get(order, SIGN)), order)
    else this.#takeFromBeside(order)
    // A child has not begun to follow anything.
    const follows = typeOf(flags) === OrderType.Pegged && (flags & IS_CHILD) === 0
    if (follows) this.pegs.remove(order)
  }

  /** Whether it rests in the book. A waiting stop stands at a level too, of the triggers. */
  isResting(order: number): boolean {
    const isAtLevel = this.#store.get(order, LEVEL) !== NIL
    return isAtLevel && !isStop(typeOf(this.#store.get(order, FLAGS)))
  }

  #takeFromBeside(order: number): void {
    const store = this.#store
    switch (store.cold(order, PLACE)) {
      case Place.Trigger:
        this.watch.remove(order)
        break
      case Place.Due:
        this.consequences.due.remove(order)
        break
      case Place.Child:
        this.consequences.links.leave(order)
        break
      case Place.Parked:
        if (typeOf(store.get(order, FLAGS)) !== OrderType.Pegged) this.closing.remove(order)
        break
    }
    store.setCold(order, PLACE, Place.None)
  }

  /** Between two commands: then nothing is due. */
  transfer(snapshot: SnapshotTransfer): void {
    this.bids.transfer(snapshot)
    this.asks.transfer(snapshot)
    this.watch.transfer(snapshot)
    this.pegs.transfer(snapshot)
    this.closing.transfer(snapshot)
    this.phases.transfer(snapshot)
    this.phase = snapshot.number(this.phase)
    this.lastPrint = snapshot.number(this.lastPrint)
    this.setBandReference(snapshot.number(this.bandReference))
    this.#topBid = snapshot.number(this.#topBid)
    this.#topAsk = snapshot.number(this.#topAsk)
    this.#isUnsettled = this.pegs.count > 0
  }
}
