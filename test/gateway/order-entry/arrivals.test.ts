/** How often an address may come, and that who may not costs nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arrivals } from '../../../gateway/order-entry/arrivals.ts'
import { RawClient } from './raw-client.ts'
import { Venue } from './venue.ts'

test('arrivals: so many in any so many seconds, and one that was refused is not counted', () => {
  const arrivals = new Arrivals({ count: 2, seconds: 10 })
  const comes = (atMs: number, address = '192.0.2.1'): boolean => arrivals.admits(address, atMs)
  assert.deepEqual([comes(0), comes(4_000), comes(9_999)], [true, true, false])
  assert.deepEqual([comes(10_000), comes(10_001)], [true, false])
  assert.ok(comes(10_001, '192.0.2.2'), 'another address')
  assert.equal(
    comes(10_001, '::ffff:192.0.2.1'),
    false,
    'the same, as a socket of both kinds has it',
  )
  assert.deepEqual([comes(14_000), comes(14_001)], [true, false])
  assert.ok(comes(60_000))
})

test('arrivals: this machine is not counted, unless it is to be', () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
    const arrivals = new Arrivals({ count: 1, seconds: 10 })
    assert.deepEqual([arrivals.admits(address, 0), arrivals.admits(address, 0)], [true, true])
    const all = new Arrivals({ count: 1, seconds: 10, loopback: true })
    assert.deepEqual([all.admits(address, 0), all.admits(address, 0)], [true, false])
  }
})

test('arrivals: with more addresses than are remembered the first are forgotten', () => {
  const arrivals = new Arrivals({ count: 1, seconds: 1_000 })
  const address = (i: number): string => `2001:db8::${i.toString(16)}`
  for (let i = 0; i <= 65_536; i++) assert.ok(arrivals.admits(address(i), i))
  assert.equal(arrivals.admits(address(65_536), 70_000), false)
  assert.equal(arrivals.admits(address(1), 70_000), false)
  assert.ok(arrivals.admits(address(0), 70_000))
})

test('arrivals: who comes too often is closed before it is heard, and later let in again', async () => {
  const venue = await Venue.start({ arrivals: { count: 3, seconds: 2, loopback: true } })
  const clients: RawClient[] = []
  for (let i = 0; i < 3; i++) clients.push(await RawClient.loggedOn(venue.port, `A${i}`))
  const refused = new RawClient(venue.port)
  await refused.closes()
  assert.equal(refused.names, '')
  assert.deepEqual(venue.commands, ['open A0', 'open A1', 'open A2'])
  assert.ok(venue.events.includes('connection-refused'))
  venue.aheadMs += 2_000
  clients.push(await RawClient.loggedOn(venue.port, 'A3'))
  for (const { socket } of clients) socket.destroy()
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})
