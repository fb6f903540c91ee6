/** The queue of what is due, and who is linked to whom, beside arrays. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DueQueue } from '../../actors/due-queue.ts'
import { Links } from '../../actors/links.ts'
import * as flag from '../../actors/order-flags.ts'
import { FLAGS, NIL, OrderStore, PARENT, PEER, PLACE } from '../../actors/order-store.ts'
import { seeded } from './seeded.ts'

const { Place } = flag

function ordersOf(count: number): { store: OrderStore; orders: number[] } {
  const store = new OrderStore()
  const orders = Array.from({ length: count }, () => {
    const order = store.allocate()
    store.set(order, FLAGS, 0)
    return order
  })
  return { store, orders }
}

test('due queue: first come, first served, but for those that ended before their turn', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seeded(seed)
    const { store, orders } = ordersOf(50)
    const due = new DueQueue(store)
    let model: number[] = []
    for (let step = 0; step < 300; step++) {
      const order = orders[random(50)]!
      const kind = random(5)
      if (kind < 2 && !model.includes(order)) {
        due.add(order)
        model.push(order)
        assert.equal(store.cold(order, PLACE), Place.Due)
      } else if (kind === 2) {
        due.remove(order)
        model = model.filter((one) => one !== order)
      } else if (kind > 2) {
        const taken = due.take()
        assert.equal(taken, model.shift() ?? NIL, `seed ${seed}, step ${step}`)
        if (taken !== NIL) assert.equal(store.cold(taken, PLACE), Place.None)
        if (taken === NIL) assert.ok(due.isEmpty)
      }
    }
  }
})

test('links: peers know each other until one of them parts', () => {
  const { store, orders } = ordersOf(2)
  const [a, b] = orders as [number, number]
  const links = new Links(store)
  assert.equal(links.part(a), NIL)
  store.wipeCold(a)
  store.set(a, FLAGS, flag.HAS_PEER)
  store.setCold(a, PEER, b)
  links.pair(a)
  assert.equal(store.cold(b, PEER), a)
  assert.equal(links.part(b), a)
  assert.deepEqual([store.get(a, FLAGS), store.get(b, FLAGS)], [0, 0])
  assert.equal(links.part(a), NIL)
})

test('links: children wait in order of arrival, and those on the first fill do not wait for the rest', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seeded(seed)
    const { store, orders } = ordersOf(20)
    const [parent, ...others] = orders as [number, ...number[]]
    const links = new Links(store)
    let model: { child: number; isOnFirst: boolean }[] = []
    for (let step = 0; step < 200; step++) {
      const child = others[random(others.length)]!
      const isWaiting = model.some((one) => one.child === child)
      if (random(2) === 0 && !isWaiting) {
        const isOnFirst = random(3) === 0
        store.wipeCold(child)
        store.set(child, FLAGS, flag.IS_CHILD | (isOnFirst ? flag.ON_FIRST_FILL : 0))
        store.setCold(child, PARENT, parent)
        links.wait(child)
        model.push({ child, isOnFirst })
      } else if (isWaiting) {
        links.leave(child)
        model = model.filter((one) => one.child !== child)
        assert.equal(store.cold(child, PLACE), Place.None)
      }
      const onFirst = model.find(({ isOnFirst }) => isOnFirst)?.child ?? NIL
      const first = model[0]?.child ?? NIL
      assert.equal(links.firstChild(parent), first, `seed ${seed}, step ${step}`)
      assert.equal(links.firstDue(parent, true), first)
      assert.equal(links.firstDue(parent, false), onFirst)
    }
  }
})
