/** Whether the way of an order leaves garbage behind; says nothing about speed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { NUMBER_OFFSET } from '../../protocol/envelope.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { encode, openVenue } from './exchange-harness.ts'

const COMMANDS = 200_000
/** A single object of two words a command would be six times this. */
const GROWTH_BYTES_MAX = 512 * 1024

test('exchange: 200,000 commands leave next to nothing on the heap', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const exchange = openVenue({ names: ['alice'], units: 1e12, limits: { closedIdsMax: 64 } })
  const { outbox, machine } = exchange
  const which = { symbol: 'BTCUSD', side: 49, ordType: 50, timeInForce: 49 }
  const enter = encode('NewOrderSingle', 1, 0, { ...which, clOrdId: 'a', orderQty: 2, price: 10 })
  const hit = { ...which, side: 50, timeInForce: 51, clOrdId: 'h', orderQty: 1, price: 10 }
  const take = encode('NewOrderSingle', 1, 0, hit)
  const ids = { clOrdId: 'x', origClOrdId: 'a', orderId: INT64_NULL, symbol: 'BTCUSD', side: 49 }
  const cancel = encode('OrderCancelRequest', 1, 0, ids)
  let number = 0
  const apply = (view: DataView) => {
    view.setUint32(NUMBER_OFFSET, ++number, true)
    outbox.begin(1_000 + number, 1e15 + number)
    machine.apply(view, 0)
    outbox.clear()
  }
  // Ids change in place: at the client id's last bytes, which the harness left NUL.
  const stamp = (view: DataView, at: number, value: number) => view.setUint32(at, value, true)
  const run = (count: number) => {
    for (let i = 0; i < count; i += 3) {
      stamp(enter, 64, number)
      stamp(take, 64, number)
      stamp(cancel, 100, number)
      apply(enter)
      apply(take)
      apply(cancel)
    }
  }
  run(COMMANDS)
  collect()
  const before = process.memoryUsage().heapUsed
  run(COMMANDS)
  const grown = process.memoryUsage().heapUsed - before
  collect()
  const kept = process.memoryUsage().heapUsed - before
  assert.equal(machine.audit(), undefined)
  assert.ok(machine.venue.markets[0]!.feed.tradeId >= (2 * COMMANDS) / 3, 'they traded')
  assert.equal(machine.venue.orders.openCount, 0, 'and were cancelled')
  assert.ok(kept < GROWTH_BYTES_MAX, `${kept} bytes kept, ${grown} allocated`)
})
