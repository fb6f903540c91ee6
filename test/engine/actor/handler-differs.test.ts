/** What is handled again, to bring a state back, must come out as it did. Where it does not, its actor is set aside, or a recovery ends. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { answerTo, behavior } from '../../../engine/actor/behavior.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import type { Ref } from '../../../engine/actor/ref.ts'
import { restart, resume } from '../../../engine/actor/supervision.ts'
import { Condition } from '../../../engine/host/actor-cell.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { account, Bank } from './bank.ts'
import { answer, LoneShard, STRANGER } from './lone-shard.ts'

const Fickle = protocol('fickle', {
  Count: { by: u32 },
  Ask: {},
  Fail: {},
  Total: request({}, { total: u32 }),
})

/** Outside of the log, as nothing may be that a handler looks at. */
let countsLeft = Number.POSITIVE_INFINITY
let birthsLeft = Number.POSITIVE_INFINITY
let isAnswerRefused = false
let isHookBroken = false

const fickle = behavior(Fickle, (ctx) => {
  if (birthsLeft-- <= 0) throw new Error('no more births')
  let total = 0
  const callHook = (): void => {
    if (isHookBroken) throw new Error('a broken hook')
  }
  return {
    Count({ by }) {
      if (countsLeft-- <= 0) throw new Error('no more counts')
      total += by
    },
    Ask: () => ctx.ask(STRANGER, Bank.Balance, {}, { timeoutMs: 5 }),
    Fail() {
      throw new Error('as it is told')
    },
    Total: () => ctx.reply(Fickle.Total, { total }),
    answers: [
      answerTo(Bank.Balance, () => {
        if (isAnswerRefused) throw new Error('no answers')
      }),
    ],
    restarting: callHook,
    stopped: callHook,
    transfer(snapshot) {
      total = snapshot.number(total)
    },
  }
})

const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))

const newShard = (
  supervise = resume(),
  births = birthsLeft,
): { shard: LoneShard; ref: Ref<'fickle'> } => {
  birthsLeft = births
  const shard = new LoneShard({ account, fickle })
  return { shard, ref: shard.spawn('fickle', 'f', supervise) as Ref as Ref<'fickle'> }
}

test('handler differs: one that throws only when a state is brought back stops the recovery', async () => {
  const open = (): TestSystem =>
    new TestSystem({
      behaviors: { fickle },
      journal: { directory: join(home, 'recovery'), shards: 1 },
    })
  const system = open()
  const ref = system.spawn(fickle, 'f', { journaled: true, supervise: resume() })
  system.tell(ref, Fickle.Count, { by: 3 })
  system.tell(ref, Fickle.Fail, {})
  assert.equal(system.ask(ref, Fickle.Total, {}).total, 3)
  await system.stop()
  // The first as a command, the second to bring it back.
  countsLeft = 1
  assert.throws(open, {
    code: 'handler.differs',
    message:
      "handler.differs: actor 'f' has handled fickle.Count of command 3, and throws where that is handled again to bring its state " +
      'back at command 4: Error: no more counts; likely cause: the handler depends on something outside of the log, or was ' +
      'changed; mend: let it depend on its messages, ctx.timeUs and its own variables only, or start the build that wrote the journal',
  })
  countsLeft = Number.POSITIVE_INFINITY
})

test('handler differs: live its actor is set aside; an answer, and the function itself, are named as well', () => {
  const { shard, ref } = newShard()
  shard.tell(ref, Fickle.Ask, {})
  shard.apply(answer(ref, 1, 700))
  isAnswerRefused = true
  const failed = (one: LoneShard): string => {
    one.tell(ref, Fickle.Fail, {})
    assert.equal(one.machine.lifecycle.at(ref)!.condition, Condition.Suspended)
    return one.machine.escalations[0]!
  }
  assert.match(
    failed(shard),
    /'f' is set aside: .* 'f' has handled bank\.Balance\.answer of command 3, and throws/,
  )
  isAnswerRefused = false
  const other = newShard().shard
  birthsLeft = 0
  assert.match(
    failed(newShard(resume(), 1).shard),
    /'f': its function throws .* at command 2: Error: no more births/,
  )
  assert.throws(
    () => other.restored(),
    /'f': its function throws .*snapshot: Error: no more births/,
  )
  birthsLeft = Number.POSITIVE_INFINITY
})

test('handler differs: a hook that throws is told of, and stops nobody', () => {
  const { shard, ref } = newShard(restart())
  isHookBroken = true
  shard.tell(ref, Fickle.Fail, {})
  shard.machine.lifecycle.stopNow(shard.machine.lifecycle.at(ref)!)
  isHookBroken = false
  const letters = shard.machine.deadLetters.kept.map(({ message, error }) => [message, error])
  assert.deepEqual(letters, [
    ['restarting', 'Error: a broken hook'],
    ['fickle.Fail', 'Error: as it is told'],
    ['stopped', 'Error: a broken hook'],
  ])
})
