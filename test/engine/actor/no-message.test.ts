/** What runs without a message, a timeout or a birth, sees nothing of whoever's message was last. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { answerTo, behavior } from '../../../engine/actor/behavior.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { NOBODY, type Ref, refTo } from '../../../engine/actor/ref.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Asker = protocol('asker', {
  Go: { to: refTo<'asker'>() },
  Silence: request({}, { n: u32 }),
  Other: request({}, { n: u32 }),
  Born: {},
})

let seen: string[] = []

const asker = behavior(Asker, (ctx) => {
  const look = (where: string): void => {
    const tried = (action: () => unknown): string => {
      try {
        return String(action())
      } catch (error) {
        return String(error)
      }
    }
    const sender = ctx.sender === NOBODY ? 'nobody' : 'somebody'
    seen.push(`${where}: ${sender}`)
    seen.push(tried(() => ctx.request))
    seen.push(tried(() => ctx.stash()))
  }
  if (ctx.name !== 'asker' && ctx.name !== 'mute') look('birth')
  return {
    Go: ({ to }) => void ctx.ask(to, Asker.Silence, {}, { timeoutMs: 50 }),
    Silence: () => undefined,
    Other: () => ctx.reply(Asker.Other, { n: 1 }),
    Born: () => void ctx.spawn(asker, 'child'),
    answers: [answerTo(Asker.Silence, () => look('timeout'))],
    transfer: () => undefined,
  }
})

for (const journaled of [false, true]) {
  test(`no message: ${journaled ? 'a journaled' : 'a transient'} actor has no sender, request or stash at a timeout or a birth`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tradsys-'))
    const system = new TestSystem({
      ...{ behaviors: { asker }, threads: 1 },
      journal: { directory, shards: 1 },
    })
    seen = []
    const [one, mute] = ['asker', 'mute'].map(
      (name): Ref<'asker'> => system.spawn(asker, name, { journaled }),
    )
    system.tell(one!, Asker.Go, { to: mute! })
    system.untilQuiet()
    system.ask(mute!, Asker.Other, {})
    system.advance(100)
    system.tell(one!, Asker.Born, {})
    system.untilQuiet()
    const [atTimeout, atBirth] = [seen.slice(0, 3), seen.slice(3)]
    assert.deepEqual([atTimeout[0], atBirth[0]], ['timeout: nobody', 'birth: nobody'])
    for (const said of [atTimeout, atBirth]) {
      assert.match(said[1]!, /no message is at hand for ctx.request/)
      assert.match(said[2]!, /no message is at hand for ctx.stash\(\)/)
    }
    await system.stop()
    rmSync(directory, { recursive: true })
  })
}
