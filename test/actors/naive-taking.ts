/** An order that arrives in continuous trading takes what it can: §4 steps 3 and 4, §5, §11. */
import { NaiveConsequences } from './naive-consequences.ts'
import type { NaiveOrder } from './naive-order.ts'
import { type Share, shareOut } from './naive-pro-rata.ts'

const isOwn = (maker: NaiveOrder, taker: NaiveOrder): boolean =>
  taker.spec.stp !== 'none' && maker.spec.group === taker.spec.group

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

export class NaiveTaking extends NaiveConsequences {
  /** Returns whether it was a price band that stopped it. */
  protected take(taker: NaiveOrder): boolean {
    for (;;) {
      const maker = this.queue(-taker.sign as 1 | -1)[0]
      if (taker.where === 'gone' || maker === undefined) return false
      if (!this.reaches(taker, maker.price) || this.#wants(taker, maker.price) === 0) return false
      if (this.isOutsideBands(maker.price)) return true
      if (this.rules.matching === 'pro-rata') this.#takeLevel(taker, maker.price)
      else if (isOwn(maker, taker)) this.#prevent(maker, taker)
      else {
        const there = maker.spec.hidden ? maker.open : maker.tip
        this.#trade(maker, taker, Math.min(there, this.#wants(taker, maker.price)))
      }
    }
  }

  protected reaches(taker: NaiveOrder, price: number): boolean {
    return price > 0 && taker.sign * (taker.price - price) >= 0
  }

  /** What could be taken of it at once, self-trade prevention and links counted in. */
  protected takeable(taker: NaiveOrder): number {
    const queue = this.queue(-taker.sign as 1 | -1)
    const met: NaiveOrder[] = []
    let lots = 0
    for (const price of new Set(queue.map((order) => order.price))) {
      if (!this.reaches(taker, price) || this.isOutsideBands(price)) break
      const level = queue.filter((order) => order.price === price)
      const first = level.find((order) => isOwn(order, taker))
      const isBarred = first !== undefined && taker.spec.stp !== 'expire-maker'
      if (isBarred && this.rules.matching === 'pro-rata') return lots
      for (const maker of isBarred ? level.slice(0, level.indexOf(first)) : level) {
        if (isOwn(maker, taker)) continue
        if (taker.partner === maker || this.#wouldElect(met, taker.partner)) return lots
        // An iceberg's second tip stands behind all that is displayed now, before all that is hidden.
        const there = isBarred && !first.spec.hidden ? maker.tip : maker.open
        if (this.#wouldElect(met, maker.partner)) continue
        if (maker.partner === undefined || !met.includes(maker.partner)) {
          lots += there
          met.push(maker)
        } else if (this.rules.matching === 'pro-rata' && maker.partner.price === price) {
          // Nobody knows which of the two is filled first.
          lots -= Math.max(0, maker.partner.open - maker.open)
        }
      }
      if (isBarred) return lots
    }
    return lots
  }

  /** Whether it is a stop that waits, and that fills against these would elect; one that trails may be anywhere. */
  #wouldElect(met: readonly NaiveOrder[], stop: NaiveOrder | undefined): boolean {
    if (stop?.where !== 'stop') return false
    if (stop.spec.type === 'trailing-stop') return met.length > 0
    return met.some(({ price }) => stop.sign * (price - stop.trigger) >= 0)
  }

  /** A budget buys less than the lots it was told as once the price is worse. */
  #wants(taker: NaiveOrder, price: number): number {
    if (taker.spec.budget === 0) return taker.open
    return Math.min(taker.open, Math.floor(taker.budgetLeft / price))
  }

  #takeLevel(taker: NaiveOrder, price: number): void {
    const sign = -taker.sign as 1 | -1
    const own = this.level(sign, price).filter((order) => isOwn(order, taker))
    for (const maker of own) {
      const isMet = taker.where !== 'gone' && this.#wants(taker, price) > 0
      if (isMet && maker.where === 'book') this.#prevent(maker, taker)
    }
    if (own.length > 0) return
    for (const { maker, lots } of this.#sharesOf(this.level(sign, price), taker, price)) {
      if (taker.where !== 'gone' && maker.where === 'book') this.#trade(maker, taker, lots)
    }
  }

  #sharesOf(level: readonly NaiveOrder[], taker: NaiveOrder, price: number): Share[] {
    const lots = this.#wants(taker, price)
    const displayed = level.filter((order) => !order.spec.hidden)
    const shown = sum(displayed.map((order) => order.tip))
    if (shown === 0) return [{ maker: level[0]!, lots: Math.min(lots, level[0]!.open) }]
    if (lots >= shown) return displayed.map((maker) => ({ maker, lots: maker.tip }))
    const { topOrder, allocationMin } = this.rules
    const top = displayed.find((order) => topOrder && order === this.top[order.sign])
    return shareOut(displayed, lots, top, allocationMin)
  }

  #trade(maker: NaiveOrder, taker: NaiveOrder, lots: number): void {
    const { price } = maker
    taker.budgetLeft -= price * lots
    if (!maker.spec.hidden) maker.tip -= lots
    this.fill(maker, taker, price, lots)
    if (maker.where === 'book' && !maker.spec.hidden && maker.tip === 0) this.refill(maker)
    this.print(price)
  }

  /** A new tip, behind all that is displayed at its price. */
  protected refill(iceberg: NaiveOrder): void {
    this.losePlace(iceberg)
    iceberg.tip = Math.min(iceberg.spec.display, iceberg.open)
    iceberg.place = this.nextPlace()
  }

  #prevent(maker: NaiveOrder, taker: NaiveOrder): void {
    const { stp } = taker.spec
    if (stp === 'decrement') this.#decrement(maker, taker)
    if (stp === 'expire-maker' || stp === 'expire-both') this.end(maker, 'SelfTrade')
    const isTakers = stp === 'expire-taker' || stp === 'expire-both'
    if (isTakers && taker.where !== 'gone') this.end(taker, 'SelfTrade')
  }

  #decrement(maker: NaiveOrder, taker: NaiveOrder): void {
    const lots = Math.min(maker.open, this.#wants(taker, maker.price))
    taker.budgetLeft -= maker.price * lots
    this.say(`prevented ${maker.id} ${taker.id} ${lots}`)
    for (const order of [maker, taker]) {
      if (order.where === 'gone') continue
      if (order.open === lots) this.end(order, 'SelfTrade')
      else {
        order.open -= lots
        order.tip = Math.min(order.tip, order.open)
        this.say(`restated ${order.id} ${order.price} ${order.open}`)
      }
    }
  }
}
