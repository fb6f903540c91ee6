/** An actor that cannot be brought back, on real threads: its shard stays where it is, and a start goes without it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActorSystem } from '../../../engine/system/actor-system.ts'
import { newDirectory, TIME, workers } from './live-system.ts'
import { Unreadable, unreadable } from './unreadable.ts'

test(
  'system set aside: a shard that nobody could take over does not move, and a start can do without an actor',
  TIME,
  async (t) => {
    const directory = newDirectory(t)
    const start = (setAside: readonly string[] = []): Promise<ActorSystem> =>
      ActorSystem.start({
        ...{ from: new URL('./unreadable.js', import.meta.url), behaviors: { unreadable } },
        threads: workers(2),
        journal: { directory, shards: 1, durability: 'process-crash', setAside },
      })
    const countIn = async (system: ActorSystem): Promise<number> => {
      const [u, other] = [
        await system.spawn(unreadable, 'u', { journaled: true }),
        await system.spawn(unreadable, 'other', { journaled: true }),
      ]
      assert.equal((await system.ask(other, Unreadable.Counted, {})).count, 0)
      return (await system.ask(u, Unreadable.Counted, {})).count
    }
    const system = await start()
    const ref = await system.spawn(unreadable, 'u', { journaled: true })
    for (let i = 0; i < 3; i++) system.tell(ref, Unreadable.Count, {})
    assert.equal(await countIn(system), 3)
    for (const thread of ['worker-1', 'worker-2']) {
      const { threads } = await system.control.status()
      if (threads.some(({ name, shards }) => name === thread && shards.length > 0)) continue
      await assert.rejects(
        system.move(ref, thread),
        /the transfer of actor 'u' throws where it is read: Error: restoring fails/,
      )
    }
    assert.equal(await countIn(system), 3)
    await assert.rejects(system.control.snapshot(), /actor 'u'/)
    await system.stop()

    const without = await start(['u'])
    await assert.rejects(countIn(without), {
      code: 'ask.refused',
      message: "unreadable.Counted was refused: actor 'u' is set aside",
    })
    const { condition } = await without.control.actor('u')
    assert.equal(condition, 'Suspended')
    await assert.rejects(without.control.snapshot(), /actor 'u' is set aside/)
    await without.stop()

    const again = await start()
    assert.equal(await countIn(again), 3)
    await again.stop()
  },
)
