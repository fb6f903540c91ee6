/** Where the journal's disk is down to its reserve. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frame, listFrame, orderFrame, quotesFrame, RawClient } from './raw-client.ts'
import { until, Venue } from './venue.ts'

const cancel = { ClOrdID: 'c', OrigClOrdID: 'o', OrderID: -(2 ** 63), Side: 49, Symbol: 'BTC' }

test('order entry: while storage is low new orders are refused and cancels taken', async () => {
  const own = await Venue.start()
  const client = await RawClient.loggedOn(own.port, 'LOW')
  own.isJournalLow = true
  client.send(orderFrame(1), frame('OrderCancelRequest', cancel, 2), listFrame(3), quotesFrame(4))
  for (const count of [1, 2, 3]) {
    const { fields } = await client.hears('Reject', count)
    assert.equal(fields.Text, 'Storage is low: no new orders now, cancels are taken')
  }
  await until('the cancel is taken', () => own.commands.includes('F 1 #2'))
  own.isJournalLow = false
  client.send(orderFrame(5), listFrame(6), quotesFrame(7))
  await until('all are taken', () => own.commands.includes('i 1 #7'))
  assert.ok(own.commands.includes('D 1 #5') && own.commands.includes('E 1 #6'))
  assert.ok(!own.commands.includes('D 1 #1'))
  await own.stop()
})
