/**
 * The order flow of the public matching-engine-benchmark (MEB, by Flash One Technologies): one
 * symbol, each order new, perhaps modified, most of them cancelled, some told twice. A seed and a
 * scenario give the same messages everywhere, so that the hash of an engine's reports can be held
 * against a published one.
 *
 *   placed: side, price, quantity ──▶ shuffled ──▶ lives: new, modify, cancel, repeats ──▶ messages
 *
 * A draw whose result is not wanted is made all the same: the ones after it depend on it.
 */
import { LineDigest } from './line-digest.ts'
import { MersenneTwister } from './mersenne-twister.ts'

export const MebType = { New: 0, Cancel: 1, Modify: 2 } as const
export const MebSide = { Buy: 0, Sell: 1 } as const

/**
 * A yearly volatility, and the move of one standard deviation that the whole flow stands for:
 * together its length in time.
 */
const SCENARIOS = {
  static: { volatility: 0, swing: 0 },
  normal: { volatility: 0.15, swing: 0.02 },
  'swing-25': { volatility: 0.5, swing: 0.25 },
  'swing-40': { volatility: 0.5, swing: 0.4 },
  'flash-crash': { volatility: 0.5, swing: 0.6 },
} as const

export type MebScenario = keyof typeof SCENARIOS
export const MEB_SCENARIOS = Object.keys(SCENARIOS) as readonly MebScenario[]

/** Seed and orders of the published hashes. */
export const MEB_SEED = 23
export const MEB_ORDERS = 1_000_000

export interface MebOptions {
  readonly scenario: MebScenario
  readonly seed: number
  /** New orders; about two messages come of each. @default 1,000,000 */
  readonly orders?: number
}

/** Message `i` is element `i` of each array; `i` is its `seq` in reports. */
export interface MebMessages {
  readonly count: number
  /** MebType. */
  readonly type: Uint8Array
  /** MebSide, of the order. */
  readonly side: Uint8Array
  /** 1 for a new order whose remainder does not rest. */
  readonly ioc: Uint8Array
  /** A cancel's is that of the new order; a modify's is the whole new quantity. */
  readonly qty: Int32Array
  /** Orders count from 1. */
  readonly id: Int32Array
  /** In ticks; a cancel's is that of the new order, wherever the order rests by now. */
  readonly price: Int32Array
}

const TICK = 0.005
const FIRST_MID = 167.52
const DEPTHS = 800

export function makeMeb({ scenario, seed, orders = MEB_ORDERS }: MebOptions): MebMessages {
  const random = new MersenneTwister(seed)
  const placed = placeOrders(random, scenario, orders)
  const arrivals = shuffledPlaces(random, orders)
  const lives = new Lives(random, placed)
  for (let i = 0; i < orders; i++) lives.add(arrivals[i]!)
  return lives.messages()
}

/**
 * SHA-256 of the messages, before any matching: a line `type,side,ioc,qty,id,price` each, the last
 * one ended too.
 */
export function mebDigest({ count, type, side, ioc, qty, id, price }: MebMessages): string {
  const digest = new LineDigest()
  for (let i = 0; i < count; i++) {
    digest.field(type[i]!)
    digest.field(side[i]!)
    digest.field(ioc[i]!)
    digest.field(qty[i]!)
    digest.field(id[i]!)
    digest.field(price[i]!)
    digest.endLine()
  }
  return digest.hex('\n')
}

interface PlacedOrders {
  readonly side: Uint8Array
  readonly price: Int32Array
  readonly qty: Int32Array
}

/**
 * The mid walks; each order is put some ticks off it, buys in the first half of the walk and sells
 * in the second.
 */
function placeOrders(random: MersenneTwister, scenario: MebScenario, orders: number): PlacedOrders {
  const side = new Uint8Array(orders)
  const price = new Int32Array(orders)
  const qty = new Int32Array(orders)
  const step = stepDeviation(scenario, orders)
  const sums = depthSums()
  let mid = FIRST_MID
  for (let i = 0; i < orders; i++) {
    mid *= Math.exp(-0.5 * step * step + step * random.normal())
    const midTicks = Math.round(mid / TICK)
    const away = 1 + firstAtLeast(sums, random.real() * sums[DEPTHS - 1]!)
    const isBuy = i < orders / 2
    side[i] = isBuy ? MebSide.Buy : MebSide.Sell
    price[i] = Math.max(1, isBuy ? midTicks - away : midTicks + away)
    qty[i] = random.int(1, 100)
  }
  return { side, price, qty }
}

/** Standard deviation of the mid's logarithm from one order to the next. */
function stepDeviation(scenario: MebScenario, orders: number): number {
  const { volatility, swing } = SCENARIOS[scenario]
  if (volatility === 0) return 0
  const years = (swing / volatility) ** 2 / orders
  return volatility * Math.sqrt(years)
}

/** Running sums of the weights of depths: a power law, and a bump at the ninth tick. */
function depthSums(): Float64Array {
  const sums = new Float64Array(DEPTHS)
  let sum = 0
  for (let k = 0; k < DEPTHS; k++) {
    sum += (k + 1) ** -2.23 + 5 * Math.exp(-0.5 * (k - 8) ** 2)
    sums[k] = sum
  }
  return sums
}

/** Index of the first of rising `values` that is not below `least`. */
function firstAtLeast(values: Float64Array, least: number): number {
  let [low, high] = [0, values.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle]! < least) low = middle + 1
    else high = middle
  }
  return low
}

function shuffledPlaces(random: MersenneTwister, count: number): Int32Array {
  const places = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = random.int(0, i)
    const held = places[i]!
    places[i] = places[j]!
    places[j] = held
  }
  return places
}

/** New, modify, cancel and a repeat of each of the last two. */
const MESSAGES_OF_ONE_MAX = 5

/**
 * What becomes of each order. The specification gives every message a time and sorts by it, stably;
 * but each time is counted on from the message before, across orders too, so the sort moves
 * nothing. Here the waits are drawn and there is no clock.
 */
class Lives {
  readonly #random: MersenneTwister
  readonly #orders: PlacedOrders
  readonly #type: Uint8Array
  readonly #side: Uint8Array
  readonly #ioc: Uint8Array
  readonly #qty: Int32Array
  readonly #id: Int32Array
  readonly #price: Int32Array
  #count = 0

  constructor(random: MersenneTwister, orders: PlacedOrders) {
    this.#random = random
    this.#orders = orders
    const most = orders.side.length * MESSAGES_OF_ONE_MAX
    this.#type = new Uint8Array(most)
    this.#side = new Uint8Array(most)
    this.#ioc = new Uint8Array(most)
    this.#qty = new Int32Array(most)
    this.#id = new Int32Array(most)
    this.#price = new Int32Array(most)
  }

  /** Writes the messages of the order at `place`, first to last. */
  add(place: number): void {
    const [qty, price] = [this.#orders.qty[place]!, this.#orders.price[place]!]
    const ioc = this.#isDrawn(0.15)
    this.#write({ type: MebType.New, place, qty, price, ioc })
    if (ioc) return
    const isModified = this.#isDrawn(0.2)
    let modify = { type: MebType.Modify, place, qty: qty + 1, price, ioc: false }
    if (isModified) {
      this.#wait()
      const nearer = this.#orders.side[place] === MebSide.Buy ? 1 : -1
      if (this.#isDrawn(0.8)) modify = { ...modify, price: price + nearer }
      this.#write(modify)
    }
    const isCancelled = this.#isDrawn(0.95)
    if (isCancelled) {
      const cancel = { type: MebType.Cancel, place, qty, price, ioc: false }
      this.#wait()
      this.#write(cancel)
      this.#maybeRepeat(cancel)
    }
    if (isModified && isCancelled) this.#maybeRepeat(modify)
  }

  messages(): MebMessages {
    const count = this.#count
    return {
      count,
      type: this.#type.slice(0, count),
      side: this.#side.slice(0, count),
      ioc: this.#ioc.slice(0, count),
      qty: this.#qty.slice(0, count),
      id: this.#id.slice(0, count),
      price: this.#price.slice(0, count),
    }
  }

  #maybeRepeat(message: MessageOfOrder): void {
    if (!this.#isDrawn(0.02)) return
    this.#wait()
    this.#write(message)
  }

  #write({ type, place, qty, price, ioc }: MessageOfOrder): void {
    const at = this.#count++
    this.#type[at] = type
    this.#side[at] = this.#orders.side[place]!
    this.#ioc[at] = ioc ? 1 : 0
    this.#qty[at] = qty
    this.#id[at] = place + 1
    this.#price[at] = price
  }

  #isDrawn(share: number): boolean {
    return this.#random.real() < share
  }

  /** However long it is, it takes one draw. */
  #wait(): void {
    this.#random.real()
  }
}

interface MessageOfOrder {
  readonly type: number
  readonly place: number
  readonly qty: number
  readonly price: number
  readonly ioc: boolean
}
