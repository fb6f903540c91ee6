/** What becomes of messages for which there is no room: who is told, and what is bounded. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behavior } from '../../../engine/actor/behavior.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Count = protocol('count', { One: { number: u32 }, Total: request({}, { count: u32 }) })

const counter = behavior(Count, (ctx) => {
  let count = 0
  return {
    One: () => {
      count++
    },
    Total: () => ctx.reply(Count.Total, { count }),
  }
})

const MESSAGES = 1000

for (const [overflow, thread] of [
  ['backpressure', 'worker-1'],
  ['drop-newest', 'worker-1'],
  ['drop-newest', 'main'],
] as const) {
  test(`overflow: ${overflow}, from outside to ${thread}: what waits is bounded by the mailbox`, async () => {
    const system = new TestSystem({ behaviors: { counter } })
    const ref = system.spawn(counter, 'counter', { thread, overflow, mailboxBytes: 1024 })
    let busy = 0
    for (let number = 0; number < MESSAGES; number++) {
      // BUSY is -2, SENT 0.
      if (system.tell(ref, Count.One, { number }) < 0) busy++
    }
    system.untilQuiet()
    const { count } = system.ask(ref, Count.Total, {})
    if (overflow === 'backpressure') {
      // A ring is before the mailbox, and none of this is too much for it.
      assert.deepEqual([count, busy, system.deadLetters.length], [MESSAGES, 0, 0])
    } else {
      // Some twenty have room, and as many again behind each turn.
      assert.ok(count > 0 && count < MESSAGES / 10, `${count} of ${MESSAGES} had room`)
      assert.equal(busy, 0)
      assert.ok(system.deadLetters.every(({ reason }) => reason === 'mailbox-full'))
      assert.equal(system.host(thread).deadLetters.count('mailbox-full'), MESSAGES - count)
    }
    await system.stop()
  })
}
