/** A journal outlives the builds that write it: what may be added to protocols, and what is refused, with which words. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { answerTo, type Behavior, behavior } from '../../../engine/actor/behavior.ts'
import { Catalog } from '../../../engine/actor/catalog.ts'
import { bool, i53, text, u32 } from '../../../engine/actor/fields.ts'
import { type Definitions, packed, protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import { resume } from '../../../engine/actor/supervision.ts'
import type { AnyBehavior } from '../../../engine/host/actor-cell.ts'
import { shardRecovery } from '../../../engine/journaled/shard-roles.ts'
import { recover } from '../../../engine/recovery/recovery.ts'
import { snapshotJournal } from '../../../engine/recovery/snapshotting.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'
import { seeded } from '../../actors/seeded.ts'

const SEEDS = process.env.TRADSYS_LONG === undefined ? 24 : 300
const SHARDS = 2
const STEPS = 30
const RING_BYTES = 16 * 1024
const SOILED = RING_BYTES / 64

const Old = protocol('till', {
  /** `fee` finds room in its padding; `Moved` and the answer of `Sum` are longer with it. */
  Pay: { to: refTo<'till'>(), amount: i53, isKept: bool },
  Moved: { amount: i53 },
  Sum: request({}, { sum: i53 }),
  Look: { at: refTo<'till'>() },
  Later: { ms: u32 },
  Open: {},
  Fail: {},
})

const New = protocol('till', {
  Pay: { to: refTo<'till'>(), amount: i53, isKept: bool, fee: u32, note: text(20) },
  Moved: { amount: i53, fee: i53 },
  Sum: request({ plus: i53 }, { sum: i53, fees: i53 }),
  Look: { at: refTo<'till'>() },
  Later: { ms: u32, fee: u32 },
  Open: {},
  Fail: {},
  /** What all this is for. */
  Fees: request({}, { fees: i53, notes: text(100) }),
})

const oldTill = behavior(Old, (ctx) => {
  let [sum, seen, kept] = [0, 0, 0]
  return {
    Pay(m) {
      if (m.isKept && kept < 3) {
        kept++
        return ctx.stash()
      }
      sum -= m.amount
      return ctx.tell(m.to, Old.Moved, { amount: m.amount })
    },
    Moved(m) {
      sum += m.amount
    },
    Sum: () => ctx.reply(Old.Sum, { sum }),
    Look: (m) => ctx.ask(m.at, Old.Sum, {}, { timeoutMs: 1_000 }),
    Later: (m) => ctx.after(m.ms, Old.Moved, { amount: 1 }, m.ms),
    Open() {
      kept = 0
      ctx.unstash()
    },
    Fail() {
      sum = -1
      throw new Error('as it is told')
    },
    answers: [
      answerTo(Old.Sum, (answer) => {
        seen += answer?.sum ?? 0
        return undefined
      }),
    ],
    transfer(snapshot) {
      sum = snapshot.number(sum)
      seen = snapshot.number(seen)
      kept = snapshot.number(kept)
    },
  }
})

/** The same, and fees; where there are none it does as the old one did. Its answers and tells have values for the new fields always. */
const newTill = behavior(New, (ctx) => {
  let [sum, seen, kept, fees] = [0, 0, 0, 0]
  const notes: string[] = []
  return {
    Pay(m) {
      if (m.isKept && kept < 3) {
        kept++
        return ctx.stash()
      }
      sum -= m.amount
      if (m.note !== '') notes.push(m.note)
      return ctx.tell(m.to, New.Moved, { amount: m.amount, fee: m.fee })
    },
    Moved(m) {
      sum += m.amount
      fees += m.fee
    },
    Sum: (m) => ctx.reply(New.Sum, { sum: sum + m.plus, fees: 99 }),
    Look: (m) => ctx.ask(m.at, New.Sum, { plus: 0 }, { timeoutMs: 1_000 }),
    Later: (m) => ctx.after(m.ms, New.Moved, { amount: 1, fee: m.fee }, m.ms),
    Open() {
      kept = 0
      ctx.unstash()
    },
    Fail() {
      sum = -1
      throw new Error('as it is told')
    },
    Fees: () => ctx.reply(New.Fees, { fees, notes: notes.join() }),
    answers: [
      answerTo(New.Sum, (answer) => {
        seen += answer?.sum ?? 0
        return undefined
      }),
    ],
    transfer(snapshot) {
      sum = snapshot.number(sum)
      seen = snapshot.number(seen)
      kept = snapshot.number(kept)
      // A snapshot of the old build ends here; that one has no fees either, and what transfer asks for must be the same.
    },
  }
})

const Extra = protocol('extra', { Ping: request({}, { pong: u32 }) })
const extra = behavior(Extra, (ctx) => ({
  Ping: () => ctx.reply(Extra.Ping, { pong: 1 }),
  transfer: () => undefined,
}))

const home = mkdtempSync(join(tmpdir(), 'tradsys-'))
after(() => rmSync(home, { recursive: true }))
let directories = 0
const newDirectory = (): string => join(home, String(++directories))

type Behaviors = Readonly<Record<string, object>>
const OLD: Behaviors = { till: oldTill }
const NEW: Behaviors = { till: newTill, extra }

const open = (directory: string, behaviors: Behaviors, seed = 1): TestSystem =>
  new TestSystem({
    ...{ behaviors, threads: 2, seed, ringBytes: RING_BYTES },
    journal: { directory, shards: SHARDS },
  })

function tills<Name extends string, D extends Definitions>(
  system: TestSystem,
  kind: Behavior<Name, D>,
): Ref<Name>[] {
  return Array.from({ length: 2 * SHARDS }, (_, i) =>
    system.spawn(kind, `t${i}`, { journaled: { shard: i % SHARDS }, supervise: resume() }),
  )
}

/** Once over all of the rings, so that nothing in them is zero any more by chance. */
function soil(system: TestSystem, [first, second]: readonly Ref<'till'>[]): void {
  for (let i = 0; i < 4 * SOILED; i++) {
    const amount = i % 2 === 0 ? 123_456_789 : -123_456_789
    const ref = i % 4 < 2 ? first! : second!
    system.tell(ref, Old.Moved, { amount })
    system.untilQuiet()
  }
}

/** What the old build is told, whatever becomes of it. */
function useOld(system: TestSystem, refs: readonly Ref<'till'>[], seed: number): void {
  const random = seeded(seed)
  for (let step = 0; step < STEPS; step++) {
    const [ref, to] = [refs[random(refs.length)]!, refs[random(refs.length)]!]
    const kind = random(7)
    if (kind < 3) system.tell(ref, Old.Pay, { to, amount: 1 + random(9), isKept: kind === 0 })
    else if (kind === 3) system.tell(ref, Old.Look, { at: to })
    else if (kind === 4) system.tell(ref, Old.Later, { ms: 20_000 + random(9) })
    else system.tell(ref, kind === 5 ? Old.Fail : Old.Open, {})
    system.turn(random(60))
  }
}

const recoveryOf = (directory: string, behaviors: Behaviors, shard: number) =>
  shardRecovery(directory, Catalog.of(behaviors as Record<string, AnyBehavior>), {
    ...{ shard, shards: SHARDS },
  })

async function takeSnapshots(directory: string, behaviors: Behaviors): Promise<void> {
  for (let shard = 0; shard < SHARDS; shard++) {
    const recovery = recoveryOf(directory, behaviors, shard)
    if (recover(recovery).outcome.eventsMissing > 0) continue
    await snapshotJournal({ ...recovery, buildHash: '0'.repeat(16) })
  }
}

/** With snapshots, and without. */
function hashesOf(directory: string, behaviors: Behaviors): string[] {
  const hashes = [true, false].map((useSnapshots) =>
    Array.from({ length: SHARDS }, (_, shard) =>
      recover({ ...recoveryOf(directory, behaviors, shard), useSnapshots }).machine.stateHash(),
    ),
  )
  assert.deepEqual(hashes[0], hashes[1], 'a snapshot leads elsewhere than the whole log')
  return hashes[0]!
}

test('evolution: messages, fields and behaviors that are added go on over an old journal, also after a crash', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const where = `seed ${seed}`
    const directory = newDirectory()
    const before = open(directory, OLD, seed)
    const refs = tills(before, oldTill)
    if (seed % 6 === 1) soil(before, refs)
    useOld(before, refs, seed)
    if (seed % 3 === 0) {
      before.untilQuiet()
      await takeSnapshots(directory, OLD)
      useOld(before, refs, seed + 1)
    }
    // Every other is abandoned as it stands.
    const left = newDirectory()
    if (seed % 2 === 0) cpSync(directory, left, { recursive: true })
    await before.stop()
    const journal = seed % 2 === 0 ? left : directory
    const found = hashesOf(journal, NEW)
    if (seed % 4 === 1) await takeSnapshots(journal, NEW)

    const system = open(journal, NEW, seed + 7)
    assert.deepEqual(system.stateHashes, found, where)
    system.untilQuiet()
    assert.deepEqual(tills(system, newTill), refs, where)
    for (const ref of refs) system.tell(ref as Ref<'till'>, New.Open, {})
    system.advance(60_000)
    for (const ref of refs) {
      assert.deepEqual(system.ask(ref, New.Fees, {}), { fees: 0, notes: '' }, where)
    }
    const [from, to] = [refs[0]!, refs[1]!]
    system.tell(from, New.Pay, { to, amount: 1, isKept: false, fee: 5, note: 'for the fee' })
    system.tell(from, New.Later, { ms: 1, fee: 2 })
    system.advance(5)
    assert.deepEqual(system.ask(to, New.Fees, {}), { fees: 5, notes: '' }, where)
    assert.deepEqual(system.ask(from, New.Fees, {}), { fees: 2, notes: 'for the fee' }, where)
    assert.equal(system.ask(from, New.Sum, { plus: 1 }).fees, 99)
    const more = system.spawn(extra, 'more', { journaled: { shard: 1 } })
    assert.deepEqual(system.ask(more, Extra.Ping, {}), { pong: 1 })
    system.untilQuiet()
    const total = refs.reduce((sum, ref) => sum + system.ask(ref, New.Sum, { plus: 0 }).sum, 0)
    assert.ok(total >= 0 && total <= 2 * STEPS + 1, `${where}: ${total} is no sum of deposits of 1`)
    const { stateHashes } = system
    await system.stop()
    assert.deepEqual(hashesOf(journal, NEW), stateHashes, where)
  }
})

const was: Definitions = {
  Pay: { to: refTo<'till'>(), amount: i53 },
  Sum: request({ of: u32 }, { sum: i53 }),
  Note: packed<object>(),
}
const { Pay, Sum, Note } = was as { Pay: object; Sum: object; Note: object }

const CHANGES: readonly (readonly [is: object | undefined, says: RegExp])[] = [
  [
    undefined,
    /: protocol 'till' is gone: a protocol was changed elsewhere than at its end\. Declare/,
  ],
  [{ Pay, Sum }, /: message till\.Note is gone:/],
  [{ Pay, Note, Sum }, /: message 2 of 'till' was Sum and is Note:/],
  [{ Give: Pay, Sum, Note }, /: message 1 of 'till' was Pay and is Give:/],
  [{ Pay: { to: u32 }, Sum, Note }, /: till\.Pay: field amount:i53 is gone:/],
  [
    { Pay: { amount: i53, to: u32 }, Sum, Note },
    /: till\.Pay: field 1 was to:u32 and is amount:i53:/,
  ],
  [
    { Pay: { to: u32, amount: u32 }, Sum, Note },
    /: till\.Pay: field 2 was amount:i53 and is amount:u32:/,
  ],
  [{ Pay, Sum: { of: u32 }, Note }, /: till\.Sum is a request and is no request now:/],
  [{ Pay, Sum: request({ of: u32 }, {}), Note }, /: till\.Sum\.answer: field sum:i53 is gone:/],
  [{ Pay, Sum, Note: {} }, /: till\.Note was packed, and is not:/],
]

/** A behavior that understands them, and does nothing. */
const deaf = (definitions: Definitions): object =>
  behavior(
    protocol('till', definitions),
    () => new Proxy({}, { get: (_, name) => (name === 'answers' ? [] : () => undefined) }) as never,
  )

test('evolution: any other change is refused at the start, by its first difference and with what to do', async () => {
  const directory = newDirectory()
  const first = open(directory, { till: deaf(was), extra })
  first.untilQuiet()
  await first.stop()
  for (const [is, message] of CHANGES) {
    const behaviors = is === undefined ? { extra } : { till: deaf(is as Definitions), extra }
    assert.throws(() => open(directory, behaviors), { code: 'schema-mismatch', message })
  }
  const again = open(directory, { till: deaf({ ...was, More: {} }), extra })
  again.untilQuiet()
  await again.stop()
  // A way back would not understand what the log has by now.
  const back = { code: 'schema-mismatch', message: /: message till\.More is gone:/ }
  assert.throws(() => open(directory, { till: deaf(was), extra }), back)
})

test('evolution: what the protocols were is not believed where it was changed', async () => {
  const directory = newDirectory()
  const first = open(directory, { extra })
  first.untilQuiet()
  await first.stop()
  const folder = join(directory, 'protocols')
  const [name] = readdirSync(folder)
  const text = readFileSync(join(folder, name!), 'utf8')
  for (const changed of [text.slice(1), text.replace('pong:u32', 'pong:i32')]) {
    writeFileSync(join(folder, name!), changed)
    const message =
      /does not say which protocols a part of the journal was written in: it was edited/
    const start = (): unknown => open(directory, { extra, till: oldTill })
    assert.throws(start, { code: 'journal-damaged', message })
  }
})

test('evolution: two protocols of one name cannot be told apart in a log', () => {
  const other = behavior(protocol('extra', { Pong: {} }), () => ({ Pong: () => undefined }))
  assert.throws(() => Catalog.of({ extra, other } as never), {
    message:
      "two protocols are called 'extra', and their messages cannot be told apart: rename one",
  })
})
