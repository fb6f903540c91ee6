import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerTo, behavior } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol } from '../../../engine/actor/message.ts'
import { journaledRef, type Ref } from '../../../engine/actor/ref.ts'
import { restart, resume, type Strategy } from '../../../engine/actor/supervision.ts'
import type { SnapshotTransfer } from '../../../engine/recovery/snapshot-transfer.ts'
import { seeded } from '../../actors/seeded.ts'
import { account, Bank, watcher } from './bank.ts'
import { answer, type Command, command, LoneShard, STRANGER, watched } from './lone-shard.ts'

const SEEDS = 60
const STEPS = 60

/** Fails when it is told to, after having done everything that an actor may do. */
const Clumsy = protocol('clumsy', {
  Count: { by: u32 },
  Do: { what: text(20), fails: u32 },
  Watch: { who: u32 },
})

let doesFail = true
let isEndTooMuch = false

const clumsy = behavior(Clumsy, (ctx) => {
  let count = 0
  let gone = 0
  let born = 0
  return {
    Count: (m) => {
      count += m.by
    },
    Watch: (m) => ctx.watch(m.who as Ref),
    Do: (m) => {
      count += 1_000
      if (m.what === 'tell') ctx.tell(ctx.self, Clumsy.Count, { by: 10 })
      if (m.what === 'tell far') ctx.tell(STRANGER, Bank.Deposit, { amount: 1 })
      if (m.what === 'stash') ctx.stash()
      if (m.what === 'unstash') ctx.unstash()
      if (m.what === 'ask') ctx.ask(STRANGER, Bank.Balance, {}, { timeoutMs: 5, tag: 3 })
      if (m.what === 'after') ctx.after(5, Clumsy.Count, { by: 7 }, 1)
      if (m.what === 'cancel') ctx.cancel(1)
      if (m.what === 'spawn') ctx.spawn(account, `child-${++born}`)
      if (m.what === 'watch') ctx.watch(STRANGER)
      if (m.what === 'unwatch') ctx.unwatch(STRANGER)
      if (m.what === 'stop') ctx.stop()
      if (m.fails === 1 && doesFail) throw new TypeError(`${m.what}: ${'é'.repeat(80)}`)
    },
    terminated() {
      gone++
      if (isEndTooMuch) throw new Error('one end too much')
    },
    answers: [
      answerTo(Bank.Balance, (answer, tag) => {
        count += answer === undefined ? tag : answer.amount
        return undefined
      }),
    ],
    transfer(snapshot) {
      count = snapshot.number(count)
      gone = snapshot.number(gone)
      born = snapshot.number(born)
    },
  }
})

/** Gives one name to two at once; has a child that cannot be born; and one that can. */
const twice = behavior(Clumsy, (ctx) => ({
  Count: () => {
    ctx.spawn(account, 'same')
    ctx.spawn(account, 'same')
  },
  Watch: () => {
    ctx.spawn(stillborn, 'born dead')
  },
  Do: () => {
    ctx.spawn(account, 'same')
  },
  transfer: () => undefined,
}))

const stillborn = behavior(Clumsy, (ctx): never => {
  ctx.after(1, Clumsy.Count, { by: 1 })
  ctx.spawn(account, 'orphan')
  throw new Error('not today')
})

const WHATS = [
  ...['tell', 'tell far', 'stash', 'unstash', 'ask', 'after', 'cancel', 'spawn', 'watch'],
  ...['unwatch', 'stop', 'nothing'],
]
const BEHAVIORS = { account, watcher, clumsy }
const STRATEGIES: readonly Strategy[] = [
  resume(),
  restart({ restartsMax: 1_000 }),
  restart({ restartsMax: 1_000, backoffMs: 2, backoffMsMax: 8 }),
  restart({ restartsMax: 1_000, poisonAfter: 3, backoffMs: 1 }),
]

const hashOf = ({ machine }: LoneShard): string => machine.stateHash()

test('shard: a handler that throws has done nothing, whatever it did', () => {
  for (const what of WHATS) {
    const shard = new LoneShard(BEHAVIORS)
    const ref = shard.spawn('clumsy', 'c', resume()) as unknown as Ref<'clumsy'>
    shard.tell(ref, Clumsy.Do, { what: 'after', fails: 0 })
    shard.tell(ref, Clumsy.Do, { what: 'stash', fails: 0 })
    const before = hashOf(shard)
    const said = shard.tell(ref, Clumsy.Do, { what, fails: 1 })
    assert.equal(hashOf(shard), before, what)
    // A verdict and nothing else.
    assert.equal(said.length, 8 + 32 + 128, what)
    assert.equal(shard.machine.deadLetters.count('failed'), 1, what)
  }
})

test('shard: a replay decides as the log says, also where the handler does not throw again', () => {
  for (const [i, strategy] of STRATEGIES.entries()) {
    for (const what of WHATS) {
      const live = new LoneShard(BEHAVIORS)
      const replayed = new LoneShard(BEHAVIORS)
      const [ref] = [live, replayed].map((shard) => shard.spawn('clumsy', 'c', strategy))
      for (const fails of [0, 1, 0, 1]) {
        const values = { what, fails }
        const said = live.apply(command(ref!, Clumsy.Do, values))
        doesFail = false
        const again = replayed.apply(command(ref!, Clumsy.Do, values), said)
        doesFail = true
        assert.deepEqual(again, said, `strategy ${i}, ${what}`)
        assert.equal(hashOf(replayed), hashOf(live), `strategy ${i}, ${what}`)
      }
    }
  }
})

test('shard: an end whose hearing throws is judged as a message is, and in a replay alike', () => {
  for (const [i, strategy] of STRATEGIES.entries()) {
    const live = new LoneShard(BEHAVIORS)
    const replayed = new LoneShard(BEHAVIORS)
    const [ref] = [live, replayed].map((shard) => shard.spawn('clumsy', 'c', strategy))
    const given = { who: journaledRef(0, 999) }
    isEndTooMuch = true
    const said = live.apply(command(ref!, Clumsy.Watch, given))
    isEndTooMuch = false
    assert.deepEqual(replayed.apply(command(ref!, Clumsy.Watch, given), said), said)
    assert.equal(hashOf(replayed), hashOf(live), `strategy ${i}`)
  }
})

test('shard: what an actor has heard is not forgotten by a failure, and what came too late not heard', () => {
  const shard = new LoneShard(BEHAVIORS)
  const ref = shard.spawn('clumsy', 'c', restart()) as Ref as Ref<'clumsy'>
  const payee = shard.spawn('account', 'a')
  shard.tell(payee, Bank.Deposit, { amount: 50 })
  doesFail = false
  // Gone at once, so it is told of that; asked in vain, and then answered after all.
  shard.tell(ref, Clumsy.Watch, { who: journaledRef(0, 999) })
  shard.tell(ref, Clumsy.Do, { what: 'ask', fails: 0 })
  shard.timeUs += 10_000
  shard.wake()
  shard.apply(answer(ref, 1, 700))
  assert.equal(shard.machine.deadLetters.count('late'), 1)
  doesFail = true
  const stateOf = (): number[] => {
    const numbers: number[] = []
    const number = (value: number): number => numbers.push(value) && value
    shard.machine.lifecycle.at(ref)!.hooks.transfer!({ number } as unknown as SnapshotTransfer)
    return numbers
  }
  assert.deepEqual(stateOf(), [1003, 1, 0])
  shard.tell(ref, Clumsy.Do, { what: 'nothing', fails: 1 })
  assert.deepEqual(stateOf(), [1003, 1, 0])
})

test('shard: names are one actor’s each, also within one handler, and a birth that fails is none', () => {
  const shard = new LoneShard({ ...BEHAVIORS, twice, stillborn })
  const ref = shard.spawn('twice', 'p', resume()) as Ref as Ref<'clumsy'>
  shard.tell(ref, Clumsy.Count, { by: 1 })
  assert.match(shard.machine.deadLetters.kept[0]!.error!, /actor 'p\/same' is there already/)
  assert.equal(shard.machine.lifecycle.count, 1)
  shard.tell(ref, Clumsy.Watch, { who: 0 })
  assert.deepEqual(shard.machine.escalations, ["actor 'p/born dead': Error: not today"])
  assert.equal(shard.machine.lifecycle.count, 1)
  assert.throws(() => shard.spawn('stillborn', 's'), /'s' was not born/)
  shard.tell(ref, Clumsy.Do, { what: '', fails: 0 })
  assert.equal(shard.machine.lifecycle.count, 2)
})

/** Actors of all kinds, with all that can be waiting for them. */
function populate(shard: LoneShard): Ref<'bank'>[] {
  const accounts = STRATEGIES.map((strategy, i) => shard.spawn('account', `a${i}`, strategy))
  STRATEGIES.forEach((strategy, i) => {
    shard.spawn('clumsy', `c${i}`, strategy)
  })
  shard.spawn('watcher', 'w')
  for (const ref of accounts) shard.apply(watched(ref, STRANGER))
  return accounts
}

function randomCommand(random: (bound: number) => number, shard: LoneShard): Command {
  const { lifecycle } = shard.machine
  const bank = lifecycle.find(`a${random(STRATEGIES.length)}`)?.ref as Ref<'bank'>
  const to = lifecycle.find(`a${random(STRATEGIES.length)}`)?.ref as Ref<'bank'>
  const other = (lifecycle.find(`c${random(STRATEGIES.length)}`)?.ref ?? STRANGER) as Ref
  const kind = random(10)
  if (kind === 0) return command(bank, Bank.Deposit, { amount: random(100) })
  if (kind === 1) return command(bank, Bank.Pay, { to: random(2) === 0 ? to : STRANGER, amount: 3 })
  if (kind === 2) return command(bank, Bank.Fail, { why: 'éééééééé' })
  if (kind === 3) return command(bank, Bank.PayAndFail, { to, amount: 4 })
  if (kind === 4) return command(bank, Bank.Close, { open: random(2) === 0 })
  if (kind === 5) return command(bank, Bank.Compare, { to: random(2) === 0 ? to : STRANGER })
  if (kind === 6) return command(bank, Bank.Later, { ms: random(8), key: random(3) })
  if (kind === 7) {
    return command(lifecycle.find('w')!.ref, random(2) === 0 ? WatchIt : UnwatchIt, { who: bank })
  }
  const what = WHATS[random(WHATS.length - 2)]!
  return command(other, Clumsy.Do, { what, fails: random(3) === 0 ? 1 : 0 })
}

const { Watch: WatchIt, Unwatch: UnwatchIt } = watcher.protocol

test('shard: what is read from a snapshot goes on as if it had been there all the time', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = seeded(seed)
    const live = new LoneShard(BEHAVIORS)
    populate(live)
    let other = live.restored()
    for (let step = 0; step < STEPS; step++) {
      const where = `seed ${seed}, step ${step}`
      const wait = random(4) === 0 ? 1000 * random(6) : 0
      for (const shard of [live, other]) shard.timeUs += wait
      assert.deepEqual(other.wake(), live.wake(), where)
      const given = randomCommand(random, live)
      assert.deepEqual(other.apply(given), live.apply(given), where)
      assert.equal(hashOf(other), hashOf(live), where)
      if (random(10) === 0) other = live.restored()
      assert.equal(hashOf(other), hashOf(live), where)
    }
  }
})
