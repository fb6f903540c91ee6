import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { behavior, SENT } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { PACKED_BYTES_MAX, packed, protocol, request } from '../../../engine/actor/message.ts'
import { refTo } from '../../../engine/actor/ref.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Shelf = protocol('shelf', {
  Put: packed<string>(),
  /** Gives that on to another: what it throws is kept. */
  Pass: { to: refTo('shelf'), bytes: u32 },
  Later: { bytes: u32 },
  Long: { words: text(4000) },
  Told: request({}, { longest: u32, error: text(300) }),
})

const shelf = behavior(Shelf, (ctx) => {
  let longest = 0
  let error = ''
  const attempt = (action: () => void): void => {
    try {
      action()
    } catch (thrown) {
      error = String(thrown)
    }
  }
  return {
    Put(thing) {
      longest = thing.length
    },
    Pass: ({ to, bytes }) => attempt(() => ctx.tell(to, Shelf.Put, ofBytes(bytes))),
    Later: ({ bytes }) => attempt(() => ctx.after(1, Shelf.Put, ofBytes(bytes))),
    Long({ words }) {
      longest = words.length
    },
    Told: () => ctx.reply(Shelf.Told, { longest, error }),
    transfer: (snapshot) => {
      longest = snapshot.number(longest)
      error = snapshot.text(error)
    },
  }
})

/** A text that takes so many bytes packed: the first three are its length. */
const ofBytes = (bytes: number): string => 'x'.repeat(bytes - 3)

const MOST = PACKED_BYTES_MAX
const TOO_LONG = 'RangeError: shelf.Put: 65341 B packed, and 65340 B is the most: send it in parts'

test('sizes: a packed message has a limit, and one beyond it is refused to whoever sends it', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const system = new TestSystem({
    ...{ behaviors: { shelf }, threads: 2 },
    journal: { directory, shards: 2 },
  })
  const near = system.spawn(shelf, 'near', { thread: 'worker-1' })
  const far = system.spawn(shelf, 'far', { thread: 'worker-2' })
  const journaled = [0, 1].map((shard) =>
    system.spawn(shelf, `shelf-${shard}`, { journaled: { shard } }),
  )
  const all = [near, far, ...journaled]
  for (const to of all) {
    assert.equal(system.tell(to, Shelf.Put, ofBytes(MOST)), SENT)
    assert.equal(system.ask(to, Shelf.Told, {}).longest, MOST - 3)
    system.tell(to, Shelf.Put, ofBytes(1_000))
    assert.throws(
      () => system.tell(to, Shelf.Put, ofBytes(MOST + 1)),
      (e) => String(e) === TOO_LONG,
    )
    for (const from of all) {
      system.tell(from, Shelf.Pass, { to, bytes: MOST })
      system.untilQuiet()
      assert.deepEqual(system.ask(to, Shelf.Told, {}).longest, MOST - 3)
      system.tell(from, Shelf.Pass, { to, bytes: MOST + 1 })
      system.untilQuiet()
      assert.equal(system.ask(from, Shelf.Told, {}).error, TOO_LONG)
    }
    system.tell(to, Shelf.Later, { bytes: 70_000 })
    system.advance(10)
    assert.match(system.ask(to, Shelf.Told, {}).error, /shelf\.Put: 70002 B packed/)
  }
  assert.deepEqual([system.deadLetters, system.failures], [[], []])
  await system.stop()
})

test('sizes: what does not fit a small ring is refused to a journaled sender too, and ends no shard', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const system = new TestSystem({
    ...{ behaviors: { shelf }, ringBytes: 64 * 1024 },
    journal: { directory, shards: 2 },
  })
  const [a, b] = [0, 1].map((shard) =>
    system.spawn(shelf, `shelf-${shard}`, { journaled: { shard } }),
  )
  for (const to of [b!, system.probe(Shelf).ref]) {
    system.tell(a!, Shelf.Pass, { to, bytes: 20_000 })
    system.untilQuiet()
    const { error } = system.ask(a!, Shelf.Told, {})
    assert.match(
      error,
      /^RangeError: shelf\.Put: a record of 200\d\d B, and 8192 B, .* greater ringBytes$/,
    )
  }
  await system.stop()
})

test('sizes: what a mailbox never has room for is refused, and not BUSY for ever', async () => {
  const system = new TestSystem({ behaviors: { shelf } })
  const small = system.spawn(shelf, 'small', { mailboxBytes: 1024, thread: 'main' })
  assert.throws(
    () => system.tell(small, Shelf.Long, { words: 'x' }),
    /^RangeError: shelf\.Long: a record of 4048 B, and the mailbox of actor 'small' takes 1024 B: give it a greater mailboxBytes$/,
  )
  assert.throws(
    () => system.tell(small, Shelf.Put, ofBytes(2_000)),
    /shelf\.Put: a record of 2048 B/,
  )
  assert.equal(system.tell(small, Shelf.Put, ofBytes(500)), SENT)
  assert.equal(system.ask(small, Shelf.Told, {}).longest, 497)
  assert.deepEqual(system.deadLetters, [])
  await system.stop()
})
