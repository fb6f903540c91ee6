/** A message that a journaled actor is given again comes before what its sender sent after it, live and in a replay. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { behavior } from '../../../engine/actor/behavior.ts'
import { i53, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import { restart } from '../../../engine/actor/supervision.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { ENVELOPE_BYTES, RECORD_HEADER_BYTES } from '../../../protocol/envelope.ts'
import { command, LoneShard } from './lone-shard.ts'

const Listener = protocol('listener', {
  Number: { n: u32 },
  Shut: {},
  Open: {},
  Heard: request({}, { digits: i53 }),
})
const Teller = protocol('teller', { Say: { to: refTo<'listener'>(), count: u32 } })

/** How often the number 2 still fails. */
let failuresLeft = 0

const listener = behavior(Listener, (ctx) => {
  let digits = 0
  let isShut = 0
  return {
    Number({ n }) {
      if (isShut === 1) return ctx.stash()
      if (n === 2 && failuresLeft-- > 0) throw new Error('not yet')
      digits = 10 * digits + n
      return undefined
    },
    Shut() {
      isShut = 1
    },
    Open() {
      isShut = 0
      ctx.unstash()
    },
    Heard: () => ctx.reply(Listener.Heard, { digits }),
    transfer(snapshot) {
      digits = snapshot.number(digits)
      isShut = snapshot.number(isShut)
    },
  }
})

const teller = behavior(Teller, (ctx) => ({
  Say({ to, count }) {
    for (let n = 1; n <= count; n++) ctx.tell(to, Listener.Number, { n })
  },
  transfer: () => undefined,
}))

const BEHAVIORS = { listener, teller }
const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))
let directories = 0

test('journaled redelivery: in order, at once or after a rest, out of a turn or a stash', async () => {
  for (const backoffMs of [0, 5]) {
    for (const isKept of [false, true]) {
      for (const times of [0, 1, 2, 3]) {
        const where = `rest ${backoffMs}, kept ${isKept}, ${times} failures`
        const directory = join(home, String(++directories))
        const open = () =>
          new TestSystem({ behaviors: BEHAVIORS, journal: { directory, shards: 1 } })
        const system = open()
        const supervise = restart({ poisonAfter: 3, backoffMs })
        const to = system.spawn(listener, 'listener', { journaled: true, supervise })
        const from = system.spawn(teller, 'teller', { journaled: true })
        failuresLeft = times
        if (isKept) system.tell(to, Listener.Shut, {})
        system.tell(from, Teller.Say, { to, count: 4 })
        system.untilQuiet()
        if (isKept) system.tell(to, Listener.Open, {})
        system.advance(100)
        const heard = times < 3 ? 1234 : 134
        assert.equal(system.ask(to, Listener.Heard, {}).digits, heard, where)
        const letters = system.deadLetters.map(({ reason }) => reason)
        assert.deepEqual(letters, times < 3 ? [] : ['failed'], where)
        const hashes = system.stateHashes
        await system.stop()
        const again = open()
        assert.deepEqual(again.stateHashes, hashes, where)
        await again.stop()
      }
    }
  }
})

const Fuse = protocol('fuse', { Try: {}, Open: {} })

/** Keeps the message, unless it fails. */
const fuse = behavior(Fuse, (ctx) => ({
  Try() {
    if (failuresLeft-- > 0) throw new Error('blown')
    return ctx.stash()
  },
  Open: () => ctx.unstash(),
  transfer: () => undefined,
}))

test('journaled redelivery: a message that is kept between two failures does not lose count, also in a snapshot', () => {
  let shard = new LoneShard({ fuse })
  const ref = shard.spawn('fuse', 'f', restart({ poisonAfter: 4 })) as unknown as Ref<'fuse'>
  failuresLeft = 1
  shard.tell(ref, Fuse.Try, {})
  for (let tries = 2; tries <= 4; tries++) {
    assert.equal(shard.machine.deadLetters.count('failed'), 0)
    shard = shard.restored()
    failuresLeft = 1
    shard.tell(ref, Fuse.Open, {})
  }
  assert.equal(shard.machine.deadLetters.count('failed'), 1)
  assert.equal(shard.machine.lifecycle.find('f')!.stashed, undefined)
})

/** In the record of a verdict: what becomes of the message. */
const MESSAGE_OFFSET = RECORD_HEADER_BYTES + ENVELOPE_BYTES + 8

test('journaled redelivery: a journal that says so gives it again behind what waited, as it was', () => {
  const shards = [new LoneShard(BEHAVIORS), new LoneShard(BEHAVIORS)]
  const supervise = restart({ poisonAfter: 3 })
  const refs = shards.map((shard) => {
    const to = shard.spawn('listener', 'listener', supervise) as unknown as Ref<'listener'>
    return { to, from: shard.spawn('teller', 'teller') as unknown as Ref<'teller'> }
  })
  const { to, from } = refs[0]!
  const say = command(from, Teller.Say, { to, count: 4 })
  failuresLeft = 1
  const said = shards[0]!.apply(say)
  assert.equal(said[MESSAGE_OFFSET], 2)
  said[MESSAGE_OFFSET] = 0
  failuresLeft = 0
  assert.deepEqual(shards[1]!.apply(say, said), said)
  const digits = shards.map((shard) => {
    let kept = 0
    const { hooks } = shard.machine.lifecycle.find('listener')!
    hooks.transfer?.({ number: (value: number) => (kept ||= value) } as never)
    return kept
  })
  assert.deepEqual(digits, [1234, 1342])
})
