/**
 * One symbol's book as one would write it from `actors/RULES.md`, and from nothing else: orders in
 * one array, filtered and sorted on every look. What the fast one is held against.
 *
 * From below: `naive-shelf.ts` looks, `naive-consequences.ts` ends, links and elects,
 * `naive-taking.ts` matches, `naive-arrival.ts` lets orders come, here are the commands.
 */
import type { BookRules, BookUnderTest, OrderSpec, Phase } from './book-under-test.ts'
import { NaiveArrival } from './naive-arrival.ts'
import { findUncross, NO_UNCROSS, type Uncross } from './naive-auction.ts'
import { judgeInstructions } from './naive-instructions.ts'
import {
  makeOrder,
  type NaiveOrder,
  phaseForbids,
  protectionFrom,
  trailFrom,
} from './naive-order.ts'

const isSame = (a: Uncross, b: Uncross): boolean =>
  a.price === b.price && a.lots === b.lots && a.leftover === b.leftover

export class NaiveBook extends NaiveArrival implements BookUnderTest {
  constructor(rules: BookRules) {
    super(rules)
  }

  enter(spec: OrderSpec, now: number): string[] {
    return this.#command(() => this.#enter(spec, now))
  }

  cancel(id: number): string[] {
    return this.#command(() => {
      const order = this.find(id)
      if (order === undefined) return 'UnknownOrder'
      this.end(order, 'CanceledByClient')
      return ''
    })
  }

  amend(id: number, price: number, total: number): string[] {
    return this.#command(() => this.#amend(id, price, total))
  }

  setPhase(phase: Phase): string[] {
    return this.#command(() => {
      if (phase !== this.phase) this.enterPhase(phase)
      return ''
    })
  }

  expire(now: number): string[] {
    return this.#command(() => {
      const dated = this.orders.filter(({ spec }) => spec.tif === 'gtd' && spec.expire <= now)
      dated.sort((a, b) => a.spec.expire - b.spec.expire || a.id - b.id)
      for (const order of dated) {
        if (order.where !== 'gone') this.end(order, 'DateReached')
        this.settle()
      }
      return ''
    })
  }

  /** `run` answers why it is refused, with nothing done; or nothing. */
  #command(run: () => string): string[] {
    this.lines = []
    const reason = run()
    if (reason !== '') this.say(`refused ${reason}`)
    this.settle()
    const uncross = this.isInCall
      ? findUncross(this.waiting('book'), this.rules, this.lastPrint)
      : NO_UNCROSS
    if (this.isInCall && !isSame(uncross, this.saidUncross)) {
      this.say(`indicative ${uncross.price} ${uncross.lots} ${uncross.leftover}`)
    }
    this.saidUncross = uncross
    return this.lines
  }

  #enter(spec: OrderSpec, now: number): string {
    const isChild = spec.link.startsWith('child') || this.find(spec.linkId)?.where === 'child'
    const invalid = judgeInstructions(spec, { now, isChild }, this.rules)
    if (invalid !== '') return invalid
    if (!this.isContinuous && !this.isInCall) return 'PhaseForbids'
    if (!isChild && phaseForbids(spec, this.phase)) return 'PhaseForbids'
    const order = makeOrder(spec)
    const reason = this.#link(order) || this.#fixPrice(order)
    if (reason !== '') return reason
    const isNow = order.where === 'work' && !this.isUnelectedStop(order) && !this.isForLater(order)
    if (isNow && spec.type === 'pegged') {
      order.price = this.isContinuous ? this.pegPriceNow(order) : 0
      if (order.price === 0) order.where = 'parked'
      order.price ||= order.limit
    }
    if (isNow && order.where === 'work') {
      order.price = this.postOnlyPrice(order, order.price)
      if (order.price === 0) return 'WouldTrade'
    }
    this.#accept(order)
    return ''
  }

  #accept(order: NaiveOrder): void {
    const { id, price, trigger, open } = order
    this.say(`accepted ${id} price=${price} trigger=${trigger} lots=${open}`)
    if (order.partner !== undefined) order.partner.partner = order
    this.orders.push(order)
    if (order.where === 'due') this.due.push(order)
    if (order.where !== 'work') return
    if (this.isUnelectedStop(order)) this.beginWaiting(order)
    else if (this.isForLater(order)) this.park(order)
    else this.arrive(order)
  }

  /** Finds parent and partner; the order is then a child, or due already, or just arrives. */
  #link(order: NaiveOrder): string {
    const { link, linkId } = order.spec
    const other = this.find(linkId)
    if (link === 'none') return ''
    if (link === 'oco') {
      if (other === undefined || other.partner !== undefined) return 'LinkedOrder'
      order.partner = other
      if (other.where !== 'child') return ''
      order.where = 'child'
      order.parentId = other.parentId
      order.onFirstFill = other.onFirstFill
      return ''
    }
    if (other?.where === 'child') return 'InvalidInstruction'
    order.onFirstFill = link === 'child-on-first-fill'
    order.parentId = linkId
    if (other === undefined && this.gone.get(linkId) !== 'filled') return 'ParentEnded'
    const isFilled = other === undefined || (order.onFirstFill && other.filled > 0)
    order.where = isFilled ? 'due' : 'child'
    return ''
  }

  #fixPrice(order: NaiveOrder): string {
    const { sign, spec } = order
    const best = this.best(-sign as 1 | -1)
    const before = this.lastPrint || this.rules.referencePrice
    if (spec.type === 'market') {
      const from = (this.isContinuous && best) || before
      if (spec.budget > 0 && best === 0) return 'NoLiquidity'
      if (from === 0) return 'NoReferencePrice'
      order.price = protectionFrom(from, sign, this.rules)
      if (spec.budget === 0) return ''
      order.open = Math.floor(spec.budget / (sign === 1 ? best : order.price))
      return order.open === 0 ? 'QuantityOutOfRange' : ''
    }
    if (spec.type === 'market-to-limit') {
      order.price = best
      return best === 0 ? 'NoLiquidity' : ''
    }
    if (spec.type === 'trailing-stop' && spec.trigger === 0) {
      if (before === 0) return 'NoReferencePrice'
      order.trigger = trailFrom(before, spec, this.rules)
    }
    if (spec.type === 'stop' || spec.type === 'trailing-stop') {
      order.price = protectionFrom(order.trigger, sign, this.rules)
      order.firstPrice = order.price
    }
    return ''
  }

  #amend(id: number, newPrice: number, total: number): string {
    const order = this.find(id)
    if (order === undefined) return 'UnknownOrder'
    if (!this.isContinuous && !this.isInCall) return 'PhaseForbids'
    if (total < 1) return 'QuantityOutOfRange'
    const { type } = order.spec
    const isPeg = type === 'pegged'
    const oldPrice = isPeg ? order.limit : order.price
    const price = newPrice || oldPrice
    const isPriced = ['limit', 'stop-limit', 'market-to-limit', 'pegged'].includes(type)
    if (!isPriced && price !== oldPrice) return 'InvalidInstruction'
    if (newPrice !== 0 && (newPrice < this.rules.priceMin || newPrice > this.rules.priceMax)) {
      return 'PriceOutOfRange'
    }
    if (total <= order.filled) {
      this.#amendToDone(order)
      return ''
    }
    const isInPlace = price === oldPrice && total <= order.filled + order.open
    const isHere = order.where === 'book' || (isPeg && order.where === 'parked')
    if (isInPlace || !isHere || (isPeg && !this.isContinuous)) {
      this.#change(order, price, total)
      order.tip = Math.min(order.tip, order.open)
      return ''
    }
    return this.#amendAnew(order, price, total)
  }

  #amendToDone(order: NaiveOrder): void {
    this.say(`amended ${order.id} done`)
    this.leave(order, 'filled')
    this.breakLink(order)
    this.releaseChildren(order, true)
  }

  #change(order: NaiveOrder, price: number, total: number): void {
    this.say(`amended ${order.id}`)
    order.open = total - order.filled
    if (order.spec.type === 'pegged') order.limit = price
    if (order.spec.type !== 'pegged' || order.where === 'parked') order.price = price
  }

  /** To the back of the queue, by way of the other side. */
  #amendAnew(order: NaiveOrder, price: number, total: number): string {
    const isPeg = order.spec.type === 'pegged'
    const target = isPeg ? this.pegPriceNow({ ...order, limit: price }) : price
    const allowed = target === 0 ? 0 : this.postOnlyPrice(order, target)
    if (target !== 0 && allowed === 0) return 'WouldTrade'
    this.#change(order, price, total)
    if (target === 0) {
      this.park(order)
      return ''
    }
    this.losePlace(order)
    order.price = allowed
    this.arrive(order)
    return ''
  }
}
