/** How a system of threads begins and ends, and what it says where it will not do either. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { behavior } from '../../../engine/actor/behavior.ts'
import { protocol } from '../../../engine/actor/message.ts'
import { onThread } from '../../../engine/actor/placement.ts'
import { ActorSystem } from '../../../engine/system/actor-system.ts'
import { allocateTopology } from '../../../engine/system/topology.ts'
import { BEHAVIORS, FROM, newDirectory, startLive, TIME, workers } from './live-system.ts'
import { Ledger, ledger, sink, stillborn, Trouble, trouble } from './system-actors.ts'

const given = { from: FROM, behaviors: BEHAVIORS }

test('system start: two threads of one name are refused', TIME, () =>
  assert.rejects(ActorSystem.start({ ...given, threads: [{ name: 'a' }, { name: 'a' }] }), {
    message: "two threads are called 'a': rename one",
  }),
)

test(
  'system start: rings too small for the largest message are refused, with what would do',
  TIME,
  () =>
    assert.rejects(
      ActorSystem.start({ ...given, threads: workers(1), ringBytes: 64 }),
      /^RangeError: ring 'main→worker-1' needs at least 8 × the largest record \(\d+ B\): give it \d+ \(ringBytes\)$/,
    ),
)

test('system start: a behavior that the module does not export is named', TIME, async () => {
  const stranger = behavior(protocol('stranger', { Go: {} }), () => ({ Go: () => undefined }))
  const starting = ActorSystem.start({ ...given, behaviors: { stranger }, threads: workers(1) })
  await assert.rejects(starting, /does not export the behavior 'stranger'/)
})

test('system spawn: what cannot be spawned is refused in words', TIME, async (t) => {
  const { system } = await startLive(t)
  await system.spawn(sink, 'twin', { on: onThread('worker-1') })
  const taken = system.spawn(sink, 'twin', { on: onThread('worker-1') })
  await assert.rejects(taken, /actor 'twin' is there already/)
  const far = system.spawn(sink, 'far', { on: onThread('worker-9') })
  await assert.rejects(far, /no thread 'worker-9': there are main, worker-1, worker-2/)
  await assert.rejects(system.spawn(stillborn, 'still'), /cannot be born/)
  await assert.rejects(system.spawn(stillborn, 'still', { on: onThread('main') }), /cannot be born/)
  const unknown = behavior(Trouble, () => ({}) as never)
  await assert.rejects(system.spawn(unknown, 'who'), /none of the system's/)
  await assert.rejects(system.spawn(ledger, 'l', { journaled: true }), /the system has no journal/)
  // A name whose actor was not born is free.
  const still = await system.spawn(trouble, 'still')
  assert.deepEqual(await system.ask(still, Trouble.Total, {}), { count: 0 })
})

test(
  'system stop: asks under way are rejected, later ones too, and a second stop does nothing',
  TIME,
  async (t) => {
    const { system } = await startLive(t)
    const silent = await system.spawn(trouble, 'silent')
    const asked = system.ask(silent, Trouble.Silence, {})
    const rejected = assert.rejects(asked, /the system was stopped/)
    await Promise.all([system.stop(), system.stop()])
    await rejected
    await system.stop()
    await assert.rejects(system.ask(silent, Trouble.Silence, {}, { timeoutMs: 50 }), /stopped/)
  },
)

test('system start: one process has a journal at a time', TIME, async (t) => {
  const journal = { directory: newDirectory(t), shards: 1 }
  const { system } = await startLive(t, { journal })
  const child = runMortal('journal', journal.directory)
  const [said, code] = await child
  assert.notEqual(code, 0, said)
  assert.match(said, /in use/)
  await system.stop()
  assert.deepEqual(await runMortal('journal', journal.directory), ['stopped\n', 0])
})

test('system start: a journal of other protocols is refused', TIME, async (t) => {
  const journal = { directory: newDirectory(t), shards: 1 }
  const { system } = await startLive(t, { journal })
  const book = await system.spawn(ledger, 'book', { journaled: true })
  await system.ask(book, Ledger.Book, { amount: 1 })
  await system.stop()
  const other = ActorSystem.start({ ...given, behaviors: { sink }, threads: workers(1), journal })
  await assert.rejects(other, { code: 'schema-mismatch', message: /protocol 'egg' is gone/ })
})

test('system stop: nothing keeps the process alive', TIME, async () => {
  for (const how of ['plain', 'status', 'pool', 'thread-dies', 'failed-start']) {
    assert.deepEqual(await runMortal(how), ['stopped\n', 0], how)
  }
})

/** What the program has said, and its exit status; null: it had to be ended. */
async function runMortal(...args: string[]): Promise<[string, number | null]> {
  const program = fileURLToPath(new URL('./system-mortal.js', import.meta.url))
  const child = spawn(process.execPath, [program, ...args], { timeout: 15_000 })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      said += piece
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  return [said, code]
}

test(
  'system start: a module that starts a system on each of its threads is refused, with what to write',
  TIME,
  async () => {
    await assert.rejects(import('./system-unguarded.js'), {
      message: /called on '(one|two)', a thread of a system, .*: write 'if \(isMainThread\)/,
    })
  },
)

test('system start: no thread is pinned that nobody asked for', () => {
  const topology = allocateTopology({}, { blockBytesMax: 64, shards: 2 })
  assert.ok(topology.mesh.plan.every(({ cpu }) => cpu === undefined))
})
