/**
 * The book of `actors/order-book.ts` with the face of `book-under-test.ts`: what a market does
 * around a book, without money, and every event as a line of text.
 */
import { isWaitingChild, PARENT_ENDED } from '../../actors/admission.ts'
import type { BookListener } from '../../actors/book-listener.ts'
import type { BookRules as FastRules } from '../../actors/book-rules.ts'
import { ordersOf } from '../../actors/depth.ts'
import { MarketPhase } from '../../actors/market-phase.ts'
import { OrderBook } from '../../actors/order-book.ts'
import * as flag from '../../actors/order-flags.ts'
import * as word from '../../actors/order-store.ts'
import { Reason } from '../../protocol/codecs.ts'
import { reasonRow } from '../../protocol/reasons.ts'
import type { BookRules, BookUnderTest, OrderSpec, Phase } from './book-under-test.ts'

const PHASE_CODES: Readonly<Record<Phase, number>> = {
  'pre-open': MarketPhase.PreOpen,
  'opening-auction': MarketPhase.OpeningAuction,
  continuous: MarketPhase.Continuous,
  'volatility-auction': MarketPhase.VolatilityAuction,
  halt: MarketPhase.Halt,
  'closing-auction': MarketPhase.ClosingAuction,
  closed: MarketPhase.Closed,
}

const TYPES: Readonly<Record<OrderSpec['type'], number>> = {
  limit: flag.OrderType.Limit,
  market: flag.OrderType.Market,
  'market-to-limit': flag.OrderType.MarketToLimit,
  stop: flag.OrderType.Stop,
  'stop-limit': flag.OrderType.StopLimit,
  'trailing-stop': flag.OrderType.TrailingStop,
  pegged: flag.OrderType.Pegged,
}

const LIFETIMES: Readonly<Record<OrderSpec['tif'], number>> = {
  gtc: flag.Lifetime.GoodTillCancel,
  day: flag.Lifetime.Day,
  gtd: flag.Lifetime.GoodTillDate,
  ioc: flag.Lifetime.ImmediateOrCancel,
  fok: flag.Lifetime.FillOrKill,
  'at-open': flag.Lifetime.AtTheOpening,
  'at-close': flag.Lifetime.AtTheClose,
}

const STP: Readonly<Record<OrderSpec['stp'], number>> = {
  none: flag.SelfTradeMode.None,
  'expire-taker': flag.SelfTradeMode.ExpireTaker,
  'expire-maker': flag.SelfTradeMode.ExpireMaker,
  'expire-both': flag.SelfTradeMode.ExpireBoth,
  decrement: flag.SelfTradeMode.Decrement,
}

const PEGS: Readonly<Record<OrderSpec['peg'], number>> = {
  none: flag.PegKind.None,
  primary: flag.PegKind.Primary,
  market: flag.PegKind.Market,
  midpoint: flag.PegKind.Midpoint,
}

const phaseName = (code: number): string =>
  Object.entries(PHASE_CODES).find(([, value]) => value === code)![0]

function flagsFor(spec: OrderSpec): number {
  let flags = flag.flagsOf(TYPES[spec.type], LIFETIMES[spec.tif], STP[spec.stp])
  if (spec.hidden) flags |= flag.HIDDEN
  if (spec.display > 0) flags |= flag.ICEBERG
  if (spec.postOnly !== 'no') flags |= flag.POST_ONLY
  if (spec.postOnly === 'slide') flags |= flag.SLIDE
  if (spec.budget > 0) flags |= flag.HAS_BUDGET
  if (spec.minimum > 0 || spec.allOrNone) flags |= flag.HAS_MINIMUM
  if (spec.link === 'oco') flags |= flag.HAS_PEER
  if (spec.link.startsWith('child')) flags |= flag.IS_CHILD
  if (spec.link === 'child-on-first-fill') flags |= flag.ON_FIRST_FILL
  return flags
}

export class FastBook implements BookUnderTest, BookListener {
  readonly store = new word.OrderStore()
  readonly book: OrderBook
  readonly #slots = new Map<number, number>()
  readonly #filled = new Set<number>()
  #lines: string[] = []

  constructor(rules: BookRules) {
    const fast: FastRules = {
      ...rules,
      pausesAtBand: rules.bandPolicy === 'pause',
      isProRata: rules.matching === 'pro-rata',
      hasTopOrder: rules.topOrder && rules.matching === 'pro-rata',
    }
    const groups = { groupOf: (account: number) => account }
    this.book = new OrderBook(this.store, fast, { listener: this, groups })
    this.book.phase = PHASE_CODES[rules.phase]
  }

  enter(spec: OrderSpec, now: number): string[] {
    return this.#command(() => {
      const { store } = this
      const slot = store.allocate()
      this.#write(slot, spec)
      const isMalformed =
        (spec.type === 'limit' &&
          (spec.trigger > 0 || spec.trailTicks + spec.trailBps > 0 || spec.peg !== 'none')) ||
        (spec.tif !== 'gtd' && spec.expire > 0) ||
        (spec.link !== 'none') !== spec.linkId > 0 ||
        spec.budget > 0 === spec.lots > 0 ||
        (spec.type === 'limit' && spec.price === 0) ||
        (spec.allOrNone && spec.minimum > spec.lots) ||
        (spec.peg === 'none' && spec.pegOffset !== 0)
      const reason = isMalformed ? Reason.InvalidInstruction : this.book.judge(slot, now)
      if (reason !== Reason.None) {
        store.free(slot)
        return reason
      }
      this.#slots.set(spec.id, slot)
      const { price, trigger, lots } = this.#accepted(slot)
      this.#say(`accepted ${spec.id} price=${price} trigger=${trigger} lots=${lots}`)
      this.book.enter(slot)
      return Reason.None
    })
  }

  cancel(id: number): string[] {
    return this.#command(() => {
      const slot = this.#slots.get(id)
      if (slot === undefined) return Reason.UnknownOrder
      this.book.cancel(slot, Reason.CanceledByClient)
      return Reason.None
    })
  }

  amend(id: number, price: number, total: number): string[] {
    return this.#command(() => {
      const slot = this.#slots.get(id)
      if (slot === undefined) return Reason.UnknownOrder
      const reason = this.book.amendment.admit(slot, price, total)
      if (reason !== Reason.None) return reason
      const isDone = total <= this.store.get(slot, word.CUM)
      this.book.amendment.begin(slot, total)
      this.#say(isDone ? `amended ${id} done` : `amended ${id}`)
      if (isDone) this.#fill(slot)
      this.book.amendment.finish(slot)
      return Reason.None
    })
  }

  setPhase(phase: Phase): string[] {
    return this.#command(() => {
      this.book.enterPhase(PHASE_CODES[phase])
      return Reason.None
    })
  }

  expire(now: number): string[] {
    const { store } = this
    return this.#command(() => {
      const dated = [...this.#slots.values()].filter(
        (slot) =>
          flag.lifetimeOf(store.get(slot, word.FLAGS)) === flag.Lifetime.GoodTillDate &&
          store.expiry(slot) <= now,
      )
      dated.sort((a, b) => store.expiry(a) - store.expiry(b) || store.orderId(a) - store.orderId(b))
      for (const slot of dated) {
        if (store.get(slot, word.LEAVES) > 0) this.book.cancel(slot, Reason.DateReached)
      }
      return Reason.None
    })
  }

  state(): string {
    const { store, book } = this
    const lines = [`phase ${phaseName(book.phase)}`, `last ${book.lastPrint}`]
    for (const side of [book.bids, book.asks]) {
      for (const slot of ordersOf(store, side)) lines.push(this.#restingLine(slot))
    }
    const others = [...this.#slots].sort(([a], [b]) => a - b)
    const at = (place: number) =>
      others.filter(([, slot]) =>
        store.get(slot, word.LEVEL) === word.NIL || this.#place(slot) === flag.Place.Trigger
          ? this.#place(slot) === place
          : false,
      )
    for (const [id, slot] of at(flag.Place.Trigger)) {
      const open = store.get(slot, word.LEAVES)
      const trigger = store.cold(slot, word.TRIGGER)
      lines.push(`stop ${id} trigger=${trigger} price=${book.priceOf(slot)} open=${open}`)
    }
    for (const [id, slot] of at(flag.Place.Parked)) lines.push(this.#parkedLine(id, slot))
    for (const [id, slot] of at(flag.Place.Child)) {
      const parent = store.orderId(store.cold(slot, word.PARENT))
      const price = store.get(slot, word.PRICE)
      lines.push(`child ${id} of ${parent} price=${price} open=${store.get(slot, word.LEAVES)}`)
    }
    for (const [id, slot] of others) {
      if ((store.get(slot, word.FLAGS) & flag.HAS_PEER) === 0) continue
      const peer = store.orderId(store.cold(slot, word.PEER))
      if (id < peer) lines.push(`link ${id} ${peer}`)
    }
    return lines.join('\n')
  }

  onTrade(maker: number, taker: number, priceTicks: number, lots: number): void {
    const { store } = this
    this.#say(`trade ${store.orderId(maker)} ${store.orderId(taker)} ${priceTicks} ${lots}`)
    for (const slot of [maker, taker]) if (store.get(slot, word.LEAVES) === 0) this.#fill(slot)
  }

  onLevel(): void {
    // Levels are looked at in `state`.
  }

  onEnded(order: number, lots: number, reason: number): void {
    const id = this.store.orderId(order)
    this.#say(`ended ${id} ${lots} ${reasonRow(reason).name}`)
    this.#close(order)
  }

  onTriggered(order: number): void {
    this.#say(`triggered ${this.store.orderId(order)}`)
  }

  onRestated(order: number): void {
    const { store } = this
    const [price, open] = [store.get(order, word.PRICE), store.get(order, word.LEAVES)]
    this.#say(`restated ${store.orderId(order)} ${price} ${open}`)
  }

  /** An amend says it by itself. */
  onReduced(order: number, _lots: number, reason: number): void {
    if (reason === Reason.SelfTrade) this.onRestated(order)
  }

  onUncross(): void {
    // Its trades say it.
  }

  onPrevented(maker: number, taker: number, lots: number): void {
    this.#say(`prevented ${this.store.orderId(maker)} ${this.store.orderId(taker)} ${lots}`)
  }

  onPhase(phase: number): void {
    this.#say(`phase ${phaseName(phase)}`)
  }

  onIndicative(priceTicks: number, lots: number, leftover: number): void {
    this.#say(`indicative ${priceTicks} ${lots} ${leftover}`)
  }

  #command(run: () => number): string[] {
    this.#lines = []
    const reason = run()
    if (reason !== Reason.None) this.#say(`refused ${reasonRow(reason).name}`)
    this.book.sayIndicative()
    return this.#lines
  }

  #say(line: string): void {
    this.#lines.push(line)
  }

  #fill(slot: number): void {
    this.#filled.add(this.store.orderId(slot))
    this.#close(slot)
  }

  #close(slot: number): void {
    const id = this.store.orderId(slot)
    if (this.#slots.get(id) !== slot) throw new Error(`order ${id} is closed twice`)
    this.#slots.delete(id)
    this.store.free(slot)
  }

  #write(slot: number, spec: OrderSpec): void {
    const { store } = this
    const flags = flagsFor(spec)
    store.setOrderId(slot, spec.id)
    store.set(slot, word.PRICE, spec.price)
    store.set(slot, word.LEAVES, spec.lots)
    store.set(slot, word.ORDER_QTY, spec.lots)
    store.set(slot, word.CUM, 0)
    store.set(slot, word.SIGN, spec.sign)
    store.set(slot, word.ACCOUNT, spec.group)
    store.set(slot, word.FLAGS, flags)
    store.set(slot, word.LEVEL, word.NIL)
    if (flags === 0) return
    store.wipeCold(slot)
    store.setExpiry(slot, spec.expire)
    if (spec.budget > 0) store.setBudget(slot, spec.budget)
    store.setCold(slot, word.DISPLAY, spec.display)
    store.setCold(slot, word.MINIMUM, spec.allOrNone ? 0 : spec.minimum)
    store.setCold(slot, word.TRIGGER, spec.trigger)
    store.setCold(slot, word.TRAIL_TICKS, spec.trailTicks)
    store.setCold(slot, word.TRAIL_BPS, spec.trailBps)
    store.setCold(slot, word.PEG, PEGS[spec.peg])
    store.setCold(slot, word.PEG_OFFSET, spec.pegOffset)
    this.#link(slot, spec)
  }

  #link(slot: number, spec: OrderSpec): void {
    const { store } = this
    const other = this.#slots.get(spec.linkId) ?? word.NIL
    if (spec.link === 'oco') {
      store.setCold(slot, word.PEER, other)
      if (other === word.NIL || !isWaitingChild(store, other)) return
      const firstFill = store.get(other, word.FLAGS) & flag.ON_FIRST_FILL
      store.set(slot, word.FLAGS, store.get(slot, word.FLAGS) | flag.IS_CHILD | firstFill)
      store.setCold(slot, word.PARENT, store.cold(other, word.PARENT))
      return
    }
    if (spec.link === 'none') return
    const hasFilled =
      other === word.NIL
        ? this.#filled.has(spec.linkId)
        : spec.link === 'child-on-first-fill' && store.get(other, word.CUM) > 0
    if (hasFilled) store.setCold(slot, word.PARENT, word.NIL)
    else store.setCold(slot, word.PARENT, other === word.NIL ? PARENT_ENDED : other)
  }

  #accepted(slot: number): { price: number; trigger: number; lots: number } {
    const { store } = this
    const hasCold = store.get(slot, word.FLAGS) !== 0
    const trigger = hasCold ? store.cold(slot, word.TRIGGER) : 0
    return { price: store.get(slot, word.PRICE), trigger, lots: store.get(slot, word.LEAVES) }
  }

  #place(slot: number): number {
    if (this.store.get(slot, word.FLAGS) === 0) return flag.Place.None
    return this.store.cold(slot, word.PLACE)
  }

  #restingLine(slot: number): string {
    const { store } = this
    const flags = store.get(slot, word.FLAGS)
    const open = store.get(slot, word.LEAVES)
    let tip = (flags & flag.ICEBERG) === 0 ? open : store.cold(slot, word.TIP)
    if ((flags & flag.HIDDEN) !== 0) tip = 0
    const side = store.get(slot, word.SIGN) > 0 ? 'bid' : 'ask'
    const head = `${side} ${store.orderId(slot)} ${store.get(slot, word.PRICE)}`
    return `${head} open=${open} tip=${tip} filled=${store.get(slot, word.CUM)}`
  }

  #parkedLine(id: number, slot: number): string {
    const { store } = this
    const isPeg = flag.typeOf(store.get(slot, word.FLAGS)) === flag.OrderType.Pegged
    const price = store.get(slot, isPeg ? word.LIMIT : word.PRICE)
    const size = `open=${store.get(slot, word.LEAVES)} filled=${store.get(slot, word.CUM)}`
    return `parked ${id} ${isPeg ? 'peg' : 'close'} price=${price} ${size}`
  }
}
