/** A claim that its handler leaves open is that actor's failure, and nobody else's. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { answerTo, behavior, type Context } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import { resume } from '../../../engine/actor/supervision.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Clerk = protocol('clerk', {
  Add: { amount: u32 },
  Sum: request({}, { sum: u32 }),
  /** Claims, and does not commit. */
  Forget: { to: refTo<'clerk'>(), where: text(20) },
  /** Says 7 to that one. */
  Pass: { to: refTo<'clerk'>() },
  /** Claims, then does that, then writes and commits. */
  Meanwhile: { to: refTo<'clerk'>(), what: text(20) },
  Silence: request({}, {}),
})

type What = (ctx: Context<'clerk'>, to: Ref<'clerk'>) => unknown
const MEANWHILE: Readonly<Record<string, What>> = {
  watch: (ctx, to) => ctx.watch(to),
  unwatch: (ctx, to) => ctx.unwatch(to),
  spawn: (ctx) => ctx.spawn(clerk, 'child'),
  tell: (ctx, to) => ctx.tell(to, Clerk.Add, { amount: 1 }),
  claim: (ctx, to) => ctx.claim(to, Clerk.Add),
}

const clerk = behavior(Clerk, (ctx) => {
  let sum = 0
  const forget = (to: Ref<'clerk'>): void => {
    const draft = ctx.claim(to, Clerk.Add)!
    draft.amount = 1000
  }
  return {
    Add: ({ amount }) => {
      sum += amount
    },
    Sum: () => ctx.reply(Clerk.Sum, { sum }),
    Silence: () => undefined,
    Forget({ to, where }) {
      if (where === 'handler') forget(to)
      else if (where === 'timeout') ctx.ask(to, Clerk.Silence, {}, { timeoutMs: 5, tag: to })
      else ctx.after(5, Clerk.Forget, { to, where: 'handler' })
    },
    Pass: ({ to }) => void ctx.tell(to, Clerk.Add, { amount: 7 }),
    Meanwhile({ to, what }) {
      const draft = ctx.claim(to, Clerk.Add)!
      MEANWHILE[what]!(ctx, to)
      draft.amount = 9
      ctx.commit()
    },
    answers: [answerTo(Clerk.Silence, (_, to) => forget(to as Ref<'clerk'>))],
    transfer: (snapshot) => {
      sum = snapshot.number(sum)
    },
  }
})

for (const where of ['handler', 'timer', 'timeout']) {
  for (const journaled of [false, true]) {
    const kind = journaled ? 'journaled' : 'transient'
    test(`claims: one that a ${where} of a ${kind} actor leaves open is its own failure, and is not sent`, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'tradsys-'))
      const open = (seed: number): TestSystem =>
        new TestSystem({
          ...{ behaviors: { clerk }, threads: 1, seed },
          journal: { directory, shards: 1 },
        })
      const system = open(1)
      const spawn = (name: string): Ref<'clerk'> =>
        system.spawn(clerk, name, { journaled, supervise: resume() })
      const [careless, innocent, to] = ['careless', 'innocent', 'to'].map(spawn)
      system.tell(innocent!, Clerk.Add, { amount: 5 })
      system.tell(careless!, Clerk.Forget, { to: to!, where })
      system.untilQuiet()
      system.advance(100)
      system.tell(innocent!, Clerk.Pass, { to: to! })
      system.untilQuiet()
      assert.equal(system.ask(innocent!, Clerk.Sum, {}).sum, 5)
      assert.equal(system.ask(to!, Clerk.Sum, {}).sum, 7)
      // The end of an ask is no message, and no dead letter.
      const isMessage = journaled || where !== 'timeout'
      assert.match(
        system.deadLetters.map(({ error }) => error).join(),
        isMessage ? /actor 'careless' has returned with a claim open, .*: commit\(\) it/ : /^$/,
      )
      const hashes = system.stateHashes
      await system.stop()
      const again = open(2)
      again.untilQuiet()
      assert.deepEqual(again.stateHashes, hashes)
      await again.stop()
      rmSync(directory, { recursive: true })
    })
  }
}

for (const what of Object.keys(MEANWHILE)) {
  test(`claims: while one is open, ${what} is refused: it might move the memory that is written to`, async () => {
    const system = new TestSystem({ behaviors: { clerk }, threads: 1 })
    const options = { supervise: resume() }
    const [from, to] = ['from', 'to'].map((name) => system.spawn(clerk, name, options))
    system.tell(from!, Clerk.Meanwhile, { to: to!, what })
    system.untilQuiet()
    assert.match(system.deadLetters[0]!.error!, /a claim is open: commit\(\) it first/)
    assert.equal(system.ask(to!, Clerk.Sum, {}).sum, 0)
    await system.stop()
  })
}
