/** What an operator hears of a command that has a number, and of one that has none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reason } from '../../protocol/codecs.ts'
import { openVenue } from './exchange-harness.ts'

test('operator: a command with a number is answered in any case, under that number', () => {
  const exchange = openVenue({ names: ['alice'], units: 1_000 })
  const deposit = { account: 'alice', currency: 'USD', amount: 5, reference: 'wire-1' }
  const answer = (number: number, reason: number) => ({
    ...{ name: 'CommandRefused', session: 0, number, refMsgType: 17493, reason },
  })
  assert.deepEqual(exchange.sendNumbered('Deposit', 0, 7, deposit), [answer(7, Reason.None)])
  assert.deepEqual(exchange.sendNumbered('Deposit', 0, 8, deposit), [answer(8, Reason.None)])
  assert.deepEqual(exchange.sendNumbered('Deposit', 0, 9, { ...deposit, amount: 6 }), [
    answer(9, Reason.DuplicateReference),
  ])
  assert.deepEqual(exchange.sendNumbered('Deposit', 0, 0, deposit), [], 'said again at a start')
  const [halted] = exchange.sendNumbered('KillSwitch', 0, 10, { account: 'alice', on: 1 })
  assert.deepEqual([halted!.number, halted!.reason], [10, Reason.None])
})
