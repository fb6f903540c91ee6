/**
 * The single-symbol test flow of exchange-core: a thousand resting orders are put into the book,
 * then held at that number while most commands move one of them after the last price. What comes
 * next depends on what traded before, so the flow is made with a book of its own, once, and then
 * replayed.
 *
 *   draw a command ──▶ write it down ──▶ tell the book ──▶ last price, what is open, what rests
 *         ▲                                                             │
 *         └─────────────────────────────────────────────────────────────┘
 *
 * Two mixes: `head` is what the project makes today; `readme` has no reduce, and is nearer to the
 * mix that its README states. A draw whose result is not wanted is made all the same.
 */
import { XcBook, type XcOrder, XcSide } from './exchange-core-book.ts'
import { JavaRandom } from './java-random.ts'
import { LineDigest } from './line-digest.ts'

export const XcType = { New: 0, Cancel: 1, Move: 2, Reduce: 3 } as const
/** exchange-core's own numbers. */
export const XcTif = { Gtc: 0, Ioc: 1, FokBudget: 4 } as const

export type XcMix = 'head' | 'readme'

export interface XcOptions {
  readonly mix: XcMix
  /** Commands after the book has been filled. @default 3,000,000 */
  readonly commands?: number
}

/** Command `i` is element `i` of each array. */
export interface XcCommands {
  readonly count: number
  /** XcType. */
  readonly type: Uint8Array
  /** XcSide, of the order. */
  readonly side: Uint8Array
  /** XcTif of a new order, else 0. */
  readonly tif: Uint8Array
  /** Of a cancel or a move: what is open; of a reduce: by how much. */
  readonly qty: Int32Array
  /** Orders count from 1. */
  readonly id: Int32Array
  /**
   * The limit, or where to move to; the whole budget of a FOK-budget order; 0 for cancel and
   * reduce.
   */
  readonly price: Int32Array
  /** Whose order it is. */
  readonly uid: Int32Array
}

export interface XcFigures {
  /** With those that fill the book. */
  readonly gtc: number
  readonly ioc: number
  readonly fokBudget: number
  readonly cancels: number
  readonly moves: number
  readonly reduces: number
  /** Commands with at least one fill. */
  readonly trading: number
  readonly fills: number
  readonly lots: number
  /** Averages over all commands, looked at after each. */
  readonly restingMean: number
  readonly levelsMean: number
  /** By XcSide: what the last command leaves. */
  readonly left: readonly [XcLeft, XcLeft]
}

export interface XcLeft {
  readonly orders: number
  readonly levels: number
  readonly lots: number
  readonly best: number | undefined
}

/** Commands that fill the book. */
export const XC_FILL = 1_000
export const XC_COMMANDS = 3_000_000

export function makeExchangeCore(options: XcOptions): {
  readonly commands: XcCommands
  readonly figures: XcFigures
} {
  const { mix, commands = XC_COMMANDS } = options
  const flow = new Flow(mix, XC_FILL + commands)
  for (let i = 0; i < XC_FILL; i++) flow.fill()
  for (let i = 0; i < commands; i++) flow.step()
  return { commands: flow.commands, figures: flow.figures() }
}

/**
 * SHA-256 of the commands: a line `type,side,tif,qty,id,price,uid` each, the last one ended too.
 */
export function exchangeCoreDigest(commands: XcCommands): string {
  const { count, type, side, tif, qty, id, price, uid } = commands
  const digest = new LineDigest()
  for (let i = 0; i < count; i++) {
    digest.field(type[i]!)
    digest.field(side[i]!)
    digest.field(tif[i]!)
    digest.field(qty[i]!)
    digest.field(id[i]!)
    digest.field(price[i]!)
    digest.field(uid[i]!)
    digest.endLine()
  }
  return digest.hex('\n')
}

/** 31·(31 + 40000·(−177277)) + 1·10037 + 198267 in 32 bits: symbol 40000, run 1. */
const SEED = -779_938_639
/** The first uid is there twice, at both ends. */
const UIDS = Int32Array.from({ length: 1_001 }, (_, i) => 1 + ((896 + i) % 1_000))

/** Resting orders of a side that the flow aims at. */
const HALF = 500
/** A side that lacks more than this is filled up fast. */
const LACK_FAST = 375
/** Only so many of the oldest orders are touched. */
const TOUCHED_MAX = 512
/** Commands from one look at the book to the next. */
const LOOK_EVERY = 512
const DEVIATION_MAX = 10_000

/** The prices that the flow is about, all from the first one. */
class PriceRange {
  readonly first: number
  /** How far from the last price a new order may be. */
  readonly deviation: number
  readonly low: number
  readonly high: number

  constructor(random: JavaRandom) {
    this.first = Math.floor(10 ** (3.3 + 1.5 * random.real() + 1.5 * random.real()))
    this.deviation = Math.min(Math.floor(0.05 * this.first), DEVIATION_MAX)
    this.low = this.first - 5 * this.deviation
    this.high = this.first + 5 * this.deviation
  }

  clamp(price: number): number {
    return Math.max(this.low, Math.min(this.high, price))
  }
}

class Flow {
  readonly commands: XcCommands
  readonly #mix: XcMix
  readonly #random = new JavaRandom(SEED)
  readonly #range = new PriceRange(this.#random)
  readonly #book = new XcBook(this.#range.high + this.#range.deviation)
  /** Resting orders, the oldest first. */
  readonly #live: XcOrder[] = []
  /** By XcSide: resting orders when the book was last looked at. */
  readonly #resting = [0, 0]
  #last = this.#range.first
  #isFull = false
  #ids = 0
  #count = 0
  #nextLook = LOOK_EVERY
  #trading = 0
  #fills = 0
  #lots = 0
  #restingSum = 0
  #levelsSum = 0

  constructor(mix: XcMix, count: number) {
    this.#mix = mix
    this.commands = {
      count,
      type: new Uint8Array(count),
      side: new Uint8Array(count),
      tif: new Uint8Array(count),
      qty: new Int32Array(count),
      id: new Int32Array(count),
      price: new Int32Array(count),
      uid: new Int32Array(count),
    }
  }

  /** A command of the phase that fills the book. */
  fill(): void {
    const fillsBefore = this.#fills
    this.#enterGtc()
    this.#afterCommand(fillsBefore)
  }

  /** A command of the phase that counts. */
  step(): void {
    const fillsBefore = this.#fills
    const lack = HALF - this.#resting[this.#drawSide()]!
    const isGrowing = lack > 0
    const isFast = !this.#isFull || lack > LACK_FAST
    if (!isGrowing) this.#isFull = true
    const growBound = isFast ? 2 : 10
    const kind = this.#random.int(isGrowing ? growBound : 40)
    if (kind >= 2 && this.#live.length > 0) this.#touch(kind)
    else if (isGrowing) this.#enterGtc()
    else this.#enterInstant()
    this.#afterCommand(fillsBefore)
  }

  figures(): XcFigures {
    const { type, tif, count } = this.commands
    const types = [0, 0, 0, 0]
    for (const one of type) types[one]!++
    const ioc = countOf(tif, XcTif.Ioc)
    const fokBudget = countOf(tif, XcTif.FokBudget)
    return {
      gtc: types[XcType.New]! - ioc - fokBudget,
      ioc,
      fokBudget,
      cancels: types[XcType.Cancel]!,
      moves: types[XcType.Move]!,
      reduces: types[XcType.Reduce]!,
      trading: this.#trading,
      fills: this.#fills,
      lots: this.#lots,
      restingMean: this.#restingSum / count,
      levelsMean: this.#levelsSum / count,
      left: [this.#left(XcSide.Bid), this.#left(XcSide.Ask)],
    }
  }

  #enterGtc(): void {
    const random = this.#random
    const side = this.#drawSide()
    const uid = this.#drawUid()
    const away = 1 + Math.floor(random.real() ** 2 * this.#range.deviation)
    let total = 0
    for (let i = 0; i < 4; i++) total += random.int(away)
    const offset = Math.abs(2 * Math.floor(total / 4) - away)
    const price = this.#last + (side === XcSide.Bid ? -offset : offset)
    const order = { id: ++this.#ids, uid, side, price, open: this.#drawQty(6) }
    this.#write({ order, type: XcType.New, tif: XcTif.Gtc, qty: order.open, price })
    this.#live.push(order)
    this.#matchAndRest(order)
  }

  /** An order that never rests, at a limit so far away that it can be expected to fill. */
  #enterInstant(): void {
    const side = this.#drawSide()
    const uid = this.#drawUid()
    const limit = side === XcSide.Bid ? this.#range.high : this.#range.low
    const isBudget = this.#random.int(32) === 0
    const qty = this.#drawQty(isBudget ? 8 : 6)
    const order = { id: ++this.#ids, uid, side, price: limit, open: qty }
    const [tif, price] = isBudget ? [XcTif.FokBudget, qty * limit] : [XcTif.Ioc, limit]
    this.#write({ order, type: XcType.New, tif, qty, price })
    if (isBudget && this.#isOverBudget(order, price)) {
      this.#look()
      return
    }
    // Once the whole is within the budget, each part may trade at any price.
    if (isBudget) order.price = side === XcSide.Bid ? Infinity : 0
    this.#book.match(order, this.#onFill)
    if (order.open > 0) this.#look()
  }

  /** Cancels, reduces or moves one of the oldest orders. */
  #touch(kind: number): void {
    const place = this.#random.int(Math.min(this.#live.length, TOUCHED_MAX))
    const order = this.#live[place]!
    const queue = this.#book.side(order.side)
    if (kind === 2) {
      this.#write({ order, type: XcType.Cancel, tif: 0, qty: order.open, price: 0 })
      this.#live.splice(place, 1)
      queue.remove(order)
    } else if (kind === 3 && this.#mix === 'head') {
      const qty = 1 + this.#random.int(order.open)
      this.#write({ order, type: XcType.Reduce, tif: 0, qty, price: 0 })
      order.open -= qty
      if (order.open > 0) return
      this.#live.splice(place, 1)
      queue.remove(order)
    } else {
      const price = this.#drawNewPrice(order)
      this.#write({ order, type: XcType.Move, tif: 0, qty: order.open, price })
      queue.remove(order)
      order.price = price
      this.#matchAndRest(order)
    }
  }

  #matchAndRest(order: XcOrder): void {
    this.#book.match(order, this.#onFill)
    if (order.open > 0) this.#book.side(order.side).add(order)
    else this.#dropLive(order)
  }

  readonly #onFill = (maker: XcOrder, qty: number): void => {
    this.#fills++
    this.#lots += qty
    this.#last = this.#range.clamp(maker.price)
    if (maker.open === 0) this.#dropLive(maker)
  }

  #dropLive(order: XcOrder): void {
    this.#live.splice(this.#live.indexOf(order), 1)
  }

  #isOverBudget(order: XcOrder, budget: number): boolean {
    const cost = this.#book.cost(order.side, order.open)
    if (cost === undefined) return true
    return order.side === XcSide.Bid ? cost > budget : cost < budget
  }

  /** A hundredth of the way to the last price, and one tick at least. */
  #drawNewPrice({ price }: XcOrder): number {
    const way = this.#last - price
    let step = way < 0 ? Math.floor(0.01 * way) : Math.ceil(0.01 * way)
    if (way === 0) step = this.#random.int(2) * 2 - 1
    return Math.min(price + step, this.#range.high)
  }

  #drawSide(): number {
    return this.#random.int(4) >= 2 ? XcSide.Bid : XcSide.Ask
  }

  #drawUid(): number {
    return UIDS[this.#random.int(UIDS.length)]!
  }

  /** Small ones are the likeliest. */
  #drawQty(bound: number): number {
    const random = this.#random
    return 1 + random.int(bound) * random.int(bound) * random.int(bound)
  }

  #write({ order, type, tif, qty, price }: XcRow): void {
    const i = this.#count
    this.commands.type[i] = type
    this.commands.side[i] = order.side
    this.commands.tif[i] = tif
    this.commands.qty[i] = qty
    this.commands.id[i] = order.id
    this.commands.price[i] = price
    this.commands.uid[i] = order.uid
  }

  #afterCommand(fillsBefore: number): void {
    if (this.#fills > fillsBefore) this.#trading++
    const bids = this.#book.side(XcSide.Bid)
    const asks = this.#book.side(XcSide.Ask)
    this.#restingSum += bids.count + asks.count
    this.#levelsSum += bids.levels + asks.levels
    if (this.#count++ < this.#nextLook) return
    this.#look()
    this.#nextLook += LOOK_EVERY
  }

  #look(): void {
    for (const side of [XcSide.Bid, XcSide.Ask]) {
      this.#resting[side] = this.#book.side(side).count
    }
  }

  #left(side: number): XcLeft {
    const queue = this.#book.side(side)
    let lots = 0
    for (const order of queue) lots += order.open
    return { orders: queue.count, levels: queue.levels, lots, best: queue.best }
  }
}

interface XcRow {
  readonly order: XcOrder
  readonly type: number
  readonly tif: number
  readonly qty: number
  readonly price: number
}

function countOf(values: Uint8Array, wanted: number): number {
  let count = 0
  for (const value of values) if (value === wanted) count++
  return count
}
