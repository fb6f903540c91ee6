/** The heap of timers beside a list that is sorted at every look. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEVER, TimerHeap } from '../../actors/timer-heap.ts'
import { seeded } from './seeded.ts'

interface Timer {
  readonly timeUs: number
  /** Markets first, by number; then orders, by arrival. */
  readonly rank: number
  readonly what: { readonly market: number } | { readonly order: number }
}

class SortedTimers {
  timers: Timer[] = []

  setMarket(market: number, timeUs: number): void {
    this.timers = this.timers.filter(({ what }) => !('market' in what) || what.market !== market)
    if (timeUs !== NEVER) this.timers.push({ timeUs, rank: market, what: { market } })
  }

  addOrder(order: number, id: number, timeUs: number): void {
    this.timers.push({ timeUs, rank: 1e9 + id, what: { order } })
  }

  removeOrder(order: number): void {
    this.timers = this.timers.filter(({ what }) => !('order' in what) || what.order !== order)
  }

  get first(): Timer | undefined {
    return this.timers.toSorted((a, b) => a.timeUs - b.timeUs || a.rank - b.rank)[0]
  }

  take(): Timer['what'] {
    const first = this.first!
    this.timers.splice(this.timers.indexOf(first), 1)
    return first.what
  }
}

test('timer heap: as a sorted list, whatever is set, taken away and taken out', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed)
    const heap = new TimerHeap()
    const model = new SortedTimers()
    let id = 0
    const slots = new Set<number>()
    for (let step = 0; step < 400; step++) {
      const kind = random(10)
      const slot = 1 + random(60)
      const timeUs = 10 + random(12)
      if (kind < 4 && !slots.has(slot)) {
        slots.add(slot)
        heap.addOrder(slot, ++id, timeUs)
        model.addOrder(slot, id, timeUs)
      } else if (kind < 6) {
        slots.delete(slot)
        heap.removeOrder(slot)
        model.removeOrder(slot)
      } else if (kind < 8) {
        const market = 1 + random(20)
        const when = random(4) === 0 ? NEVER : timeUs
        heap.setMarket(market, when)
        model.setMarket(market, when)
        assert.equal(heap.marketTime(market), when)
      } else if (heap.count > 0) {
        const taken = heap.take()
        assert.deepEqual(taken, model.take(), `seed ${seed}, step ${step}`)
        if ('order' in taken) slots.delete(taken.order)
      }
      assert.equal(heap.count, model.timers.length)
      assert.equal(heap.nextUs, model.first?.timeUs ?? NEVER, `seed ${seed}, step ${step}`)
    }
  }
})

test('timer heap: what has no timer is not there, and taking it away is nothing', () => {
  const heap = new TimerHeap()
  assert.deepEqual([heap.count, heap.nextUs, heap.marketTime(7)], [0, NEVER, NEVER])
  heap.removeOrder(99)
  heap.setMarket(3, NEVER)
  assert.equal(heap.count, 0)
})

test('timer heap: of equal times markets come first, then orders by arrival, not by slot', () => {
  const heap = new TimerHeap()
  heap.addOrder(9, 1, 5)
  heap.addOrder(2, 2 ** 40, 5)
  heap.addOrder(3, 2, 5)
  heap.setMarket(4, 5)
  heap.setMarket(1, 5)
  const taken = Array.from({ length: 5 }, () => heap.take())
  assert.deepEqual(taken, [{ market: 1 }, { market: 4 }, { order: 9 }, { order: 3 }, { order: 2 }])
})
