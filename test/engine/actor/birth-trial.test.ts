/** What cannot be brought back is not journaled: it is found out at its birth, and what is wrong with it named. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { behavior, type Context } from '../../../engine/actor/behavior.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { restart } from '../../../engine/actor/supervision.ts'
import type { SnapshotTransfer } from '../../../engine/recovery/snapshot-transfer.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Small = protocol('small', { Bear: {}, Ping: request({}, {}) })

const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))
let directories = 0

type Transfer = (snapshot: SnapshotTransfer) => unknown
const withTransfer = (makeTransfer: () => Transfer) =>
  behavior(Small, (ctx: Context<'small'>) => {
    const transfer = makeTransfer()
    return {
      Bear: () => undefined,
      Ping: () => ctx.reply(Small.Ping, {}),
      transfer: (snapshot: SnapshotTransfer) => void transfer(snapshot),
    }
  })

const CASES: readonly (readonly [what: string, says: RegExp, makeTransfer: () => Transfer])[] = [
  [
    'reads otherwise',
    /'it' writes value 2 by number\(\) and reads it by text\(\); likely cause: .*mend: /,
    () => (s) => s.number(1) + (s.isRestoring ? s.text('').length : s.number(2)),
  ],
  [
    'reads less',
    /writes value 2 by number\(\) and does not read it/,
    () => (s) => s.number(1) + (s.isRestoring ? 0 : s.number(2)),
  ],
  [
    'reads more',
    /reads value 2 by ints\(\) and has written no more/,
    () => (s) => s.number(1) + (s.isRestoring ? s.ints(new Int32Array(1)).length : 0),
  ],
  [
    'reads more, and hides it',
    /reads value 1 by number\(\) and has written no more/,
    () => (s) => {
      if (!s.isRestoring) return undefined
      return [1].map((one) => {
        try {
          return s.number(one)
        } catch (error) {
          return String(error)
        }
      })
    },
  ],
  [
    'does not keep a count',
    /writes value 1 by number\(\) as 0 and, once it has read, as 1/,
    () => {
      let count = 0
      return (s) => {
        const read = s.number(count)
        if (s.isRestoring) count = read + 1
      }
    },
  ],
  [
    'grows',
    /writes value 2 by text\(\) only once it has read/,
    () => {
      let isGrown = false
      return (s) => {
        s.number(1)
        if (isGrown) s.text('more')
        isGrown = s.isRestoring
      }
    },
  ],
  [
    'throws where it reads',
    /throws where it reads what it has written: Error: restoring fails/,
    () => (s) => {
      if (s.isRestoring) throw new Error('restoring fails')
    },
  ],
  [
    'has another column',
    /writes value 1 by fill\(\) of 8 B and reads it into 16 B/,
    () => (s) => s.fill(new Float64Array(s.isRestoring ? 2 : 1)),
  ],
]

test('birth trial: a transfer that does not bring back what it hands over is refused, and what differs is named', async () => {
  for (const [what, message, makeTransfer] of CASES) {
    const it = withTransfer(makeTransfer)
    const journal = { directory: join(home, String(++directories)), shards: 1 }
    const system = new TestSystem({ behaviors: { it }, journal })
    assert.throws(
      () => system.spawn(it, 'x', { journaled: true }),
      { code: 'transfer.differs', message },
      what,
    )
    assert.equal(system.shards[0]!.lifecycle.count, 0)
    await system.stop()
  }
})

/** Of all kinds of values, with all that a function may do at its birth. */
const good = behavior(Small, (ctx) => {
  let [a, b, c, d] = [1, 'é', new Int32Array([1, 2]), new Float64Array([Number.NaN])]
  const e = new Uint8Array([1, 2, 3])
  ctx.tell(ctx.self, Small.Bear, {})
  ctx.after(1, Small.Bear, {})
  ctx.watch(ctx.self)
  return {
    Bear: () => undefined,
    Ping: () => ctx.reply(Small.Ping, {}),
    transfer(snapshot) {
      snapshot.part('all')
      snapshot.same('limit', 5)
      a = snapshot.number(a)
      b = snapshot.text(b)
      c = snapshot.ints(c)
      d = snapshot.floats(d)
      snapshot.fill(e)
    },
  }
})
const bad = withTransfer(() => (s) => s.isRestoring && s.number(1))
const mother = behavior(Small, (ctx) => ({
  Bear: () => void ctx.spawn(bad, 'child'),
  Ping: () => ctx.reply(Small.Ping, {}),
  transfer: () => undefined,
}))

test('birth trial: a good one is born; a bad child is a failure of its parent, which a replay takes from the log', async () => {
  const journal = { directory: join(home, 'children'), shards: 1 }
  const open = (): TestSystem => new TestSystem({ behaviors: { good, bad, mother }, journal })
  const system = open()
  system.ask(system.spawn(good, 'good', { journaled: true }), Small.Ping, {})
  const ref = system.spawn(mother, 'm', { journaled: true, supervise: restart() })
  system.tell(ref, Small.Bear, {})
  system.untilQuiet()
  const { stateHashes, deadLetters } = system
  assert.match(
    deadLetters[0]!.error!,
    /TransferDiffers: transfer\.differs: journaled actor 'm\/child'/,
  )
  assert.equal(system.shards[0]!.lifecycle.count, 2)
  await system.stop()
  const again = open()
  assert.deepEqual(again.stateHashes, stateHashes)
  await again.stop()
})
