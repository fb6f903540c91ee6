/** A build whose actors have more state than a snapshot has: that one is passed over, and what it stands for taken from the log. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { behavior } from '../../../engine/actor/behavior.ts'
import { Catalog } from '../../../engine/actor/catalog.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import type { AnyBehavior } from '../../../engine/host/actor-cell.ts'
import { shardRecovery } from '../../../engine/journaled/shard-roles.ts'
import { recover } from '../../../engine/recovery/recovery.ts'
import type { SnapshotTransfer } from '../../../engine/recovery/snapshot-transfer.ts'
import { snapshotJournal } from '../../../engine/recovery/snapshotting.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Meter = protocol('meter', { Read: { at: u32 }, Total: request({}, { total: u32 }) })

/** What a newer build asks for behind the total. */
const MORE: readonly (readonly [what: string, more: (snapshot: SnapshotTransfer) => void])[] = [
  ['a number', (snapshot) => void snapshot.number(0)],
  ['two texts', (snapshot) => void [snapshot.text(''), snapshot.text('')]],
  ['what is parsed', (snapshot) => void JSON.parse(snapshot.text('{}'))],
  ['as much as it says', (snapshot) => void new Array(snapshot.number(0)).fill(0)],
  [
    'what it looks at itself',
    (snapshot) => {
      if (snapshot.number(1) !== 1) throw new Error('no such layout')
    },
  ],
]

const meter = (more: (snapshot: SnapshotTransfer) => void) =>
  behavior(Meter, (ctx) => {
    let total = 0
    return {
      Read({ at }) {
        total += at
      },
      Total: () => ctx.reply(Meter.Total, { total }),
      transfer(snapshot) {
        total = snapshot.number(total)
        more(snapshot)
      },
    }
  })

const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))

const recoveryOf = (directory: string, kind: object) =>
  shardRecovery(directory, Catalog.of({ meter: kind as AnyBehavior }), { shard: 0, shards: 1 })

async function fill(directory: string, kind: ReturnType<typeof meter>): Promise<void> {
  const journal = { directory, shards: 1 }
  const system = new TestSystem({ behaviors: { meter: kind }, journal })
  for (const name of ['first', 'last']) {
    const ref = system.spawn(kind, name, { journaled: true })
    system.tell(ref, Meter.Read, { at: 20 })
  }
  system.untilQuiet()
  await system.stop()
  await snapshotJournal({ ...recoveryOf(directory, kind), buildHash: '0'.repeat(16) })
}

test('old snapshot: an actor that asks for more than it has is brought back from the log', async () => {
  for (const [what, more] of MORE) {
    const directory = join(home, what)
    await fill(
      directory,
      meter(() => undefined),
    )
    assert.equal(readdirSync(join(directory, 'snapshots')).length, 2, 'a snapshot and a lock')
    const newer = meter(more)
    const refused: string[] = []
    const recovery = recover({
      ...recoveryOf(directory, newer),
      onRefused: (_path, why) => refused.push(why),
    })
    assert.equal(refused.length, 1, what)
    assert.equal(recovery.snapshot, undefined, what)
    const system = new TestSystem({
      ...{ behaviors: { meter: newer }, journal: { directory, shards: 1 } },
    })
    for (const name of ['first', 'last']) {
      const ref = system.spawn(newer, name, { journaled: true })
      assert.equal(system.ask(ref, Meter.Total, {}).total, 20, what)
    }
    await system.stop()
  }
})

test('old snapshot: where the newest one has too much, the one before is taken', async () => {
  const directory = join(home, 'newest')
  const [older, newer] = [meter(() => undefined), meter((snapshot) => void snapshot.number(0))]
  await fill(directory, older)
  await fill(directory, newer)
  const { snapshot, outcome } = recover(recoveryOf(directory, older))
  assert.notEqual(snapshot, undefined)
  assert.ok(outcome.commands > 0)
  const { machine } = recover({ ...recoveryOf(directory, older), useSnapshots: false })
  assert.equal(machine.stateHash(), recover(recoveryOf(directory, older)).machine.stateHash())
})
