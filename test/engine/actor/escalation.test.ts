/** An actor's failure that no strategy holds, on a thread of its own system. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escalate } from '../../../engine/actor/supervision.ts'
import { ActorSystem } from '../../../engine/system/actor-system.ts'
import type { SystemEvent } from '../../../engine/system/system-event.ts'
import { account, Bank } from './bank.ts'

test('escalation: a failure that no strategy holds ends its actor and the thread; the others there begin anew', async () => {
  const events: SystemEvent[] = []
  let resolve = (): void => undefined
  const isRestarted = new Promise<void>((done) => {
    resolve = done
  })
  const system = await ActorSystem.start({
    ...{ from: new URL('./bank.js', import.meta.url), behaviors: { account } },
    threads: [{ name: 'only' }],
    onEvent(event) {
      events.push(event)
      if (event.kind === 'thread-restarted') resolve()
    },
  })
  try {
    const failing = await system.spawn(account, 'failing', { supervise: escalate() })
    const other = await system.spawn(account, 'other')
    system.tell(other, Bank.Deposit, { amount: 5 })
    assert.equal((await system.ask(other, Bank.Balance, {})).amount, 5)
    system.tell(failing, Bank.Fail, { why: 'no way on' })
    await isRestarted
    // The same address, and a new state.
    assert.equal((await system.ask(other, Bank.Balance, {})).amount, 0)
    await assert.rejects(system.ask(failing, Bank.Balance, {}), { code: 'ask.gone' })
    assert.deepEqual(
      events.map(({ kind }) => kind).filter((kind) => kind !== 'dead-letter'),
      ['actor-failed', 'thread-died', 'thread-restarted'],
    )
    const actors = await system.control.actors()
    assert.deepEqual(
      actors.map(({ name }) => name),
      ['other'],
    )
  } finally {
    await system.stop()
  }
})
