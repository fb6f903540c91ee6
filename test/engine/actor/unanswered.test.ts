/** Who asks what ends as a dead letter hears so at once, and not when its patience is over. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { answerTo, behavior } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import { resume } from '../../../engine/actor/supervision.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Desk = protocol('desk', {
  Do: request({ what: text(10) }, { n: u32 }),
  Ask: { of: refTo<'desk'>(), what: text(10) },
  Heard: request({}, { nothing: u32 }),
})

const desk = behavior(Desk, (ctx) => {
  let nothing = 0
  return {
    Do({ what }) {
      if (what === 'throw') throw new Error('cannot do that')
      if (what === 'stop') ctx.stop()
      if (what === 'keep') return ctx.stash()
      return undefined
    },
    Ask: (m) => ctx.ask(m.of, Desk.Do, { what: m.what }, { timeoutMs: 30_000 }),
    Heard: () => ctx.reply(Desk.Heard, { nothing }),
    answers: [
      answerTo(Desk.Do, (answer) => {
        if (answer === undefined) nothing++
      }),
    ],
    transfer(snapshot) {
      nothing = snapshot.number(nothing)
    },
  }
})

const KINDS = [false, true]
for (const asked of KINDS) {
  for (const asking of KINDS) {
    const name = (isJournaled: boolean): string => (isJournaled ? 'a journaled' : 'a transient')
    test(`unanswered: ${name(asking)} actor and whoever is outside hear at once that ${name(asked)} one has failed, or is gone`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'tradsys-'))
      const system = new TestSystem({
        ...{ behaviors: { desk }, threads: 2 },
        journal: { directory, shards: 2 },
      })
      const spawn = (of: string, journaled: boolean): Ref<'desk'> =>
        system.spawn(desk, of, { journaled, supervise: resume() })
      const [from, to] = [spawn('from', asking), spawn('to', asked)]
      const startUs = system.timeUs
      const ask = (what: string): unknown => system.ask(to, Desk.Do, { what })
      assert.throws(() => ask('throw'), { code: 'ask.failed', message: /its handler threw/ })
      system.tell(from, Desk.Ask, { of: to, what: 'throw' })
      system.untilQuiet()
      assert.equal(system.ask(from, Desk.Heard, {}).nothing, 1)
      // Those that wait when it ends, and those that come after.
      system.tell(from, Desk.Ask, { of: to, what: 'keep' })
      system.untilQuiet()
      assert.throws(() => system.ask(to, Desk.Do, { what: 'stop' }, { timeoutMs: 10 }))
      system.untilQuiet()
      assert.equal(system.ask(from, Desk.Heard, {}).nothing, 2)
      assert.throws(() => ask('anything'), { code: 'ask.gone' })
      system.tell(from, Desk.Ask, { of: to, what: 'anything' })
      system.untilQuiet()
      assert.equal(system.ask(from, Desk.Heard, {}).nothing, 3)
      assert.ok(system.timeUs - startUs < 1_000_000)
      const hashes = system.stateHashes
      await system.stop()
      const again = new TestSystem({
        ...{ behaviors: { desk }, threads: 1, seed: 2 },
        journal: { directory, shards: 2 },
      })
      assert.deepEqual(again.stateHashes, hashes)
      await again.stop()
      rmSync(directory, { recursive: true })
    })
  }
}
