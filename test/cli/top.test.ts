/** `tradsys top`: what it shows of a running system, and what it says where there is none. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { screenOf } from '../../cli/top.ts'
import { onThread } from '../../engine/actor/placement.ts'
import type { StatusOptions } from '../../engine/system/status-server.ts'
import type { SystemStatus } from '../../engine/system/system-status.ts'
import { newDirectory, startLive, TIME } from '../engine/system/live-system.ts'
import { Sink, sink } from '../engine/system/system-actors.ts'

const PROGRAM = fileURLToPath(new URL('../../../bin/tradsys', import.meta.url))

async function top(...args: string[]): Promise<{ code: number; out: string; said: string }> {
  const child = spawn(process.execPath, [PROGRAM, 'top', ...args], { timeout: 20_000 })
  let [out, said] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece
  })
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    said += piece
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, out, said }
}

/** With one actor that has had one message. */
async function startShown(test: TestContext, status: StatusOptions): Promise<string> {
  const { system } = await startLive(test, { status })
  const shown = await system.spawn(sink, 'shown', { on: onThread('worker-2') })
  system.tell(shown, Sink.Put, { from: 0, number: 0 })
  await system.ask(shown, Sink.Seen, {})
  return system.statusAddress!
}

test('top: --once shows threads, rings and actors, by a port and by a socket', TIME, async (t) => {
  const path = join(newDirectory(t), 'status')
  for (const status of [{ port: 0 }, { path }]) {
    const address = await startShown(t, status)
    assert.match(address, 'path' in status ? /status$/ : /^http:\/\/127\.0\.0\.1:\d+$/)
    const { code, out, said } = await top('--once', address)
    assert.deepEqual([code, said], [0, ''])
    assert.match(out, /^pid \d+ {3}1 actors {3}dead letters: none$/m)
    assert.match(out, /^thread +cpu % +pin +idle +actors/m)
    assert.match(out, /^worker-2 .*spin-then-park, 20 µs +1 /m)
    assert.match(out, /^main→worker-2 /m)
    assert.match(out, /^shown +worker-2 +Ready +0 +0 +0 +0$/m)
  }
  assert.equal(statSync(path).mode & 0o077, 0, 'its owner only')
})

test(
  'top: a socket that a killed process has left is taken over, one that is answered is not',
  TIME,
  async (t) => {
    const path = join(newDirectory(t), 'status')
    const listen = `require('node:net').createServer().listen('${path}', () => console.log('there'))`
    const child = spawn(process.execPath, ['-e', listen])
    await once(child.stdout, 'data')
    await assert.rejects(startLive(t, { status: { path } }), { code: 'EADDRINUSE' })
    child.kill('SIGKILL')
    await once(child, 'close')
    assert.equal(await startShown(t, { path }), path)
    const file = join(newDirectory(t), 'file')
    writeFileSync(file, 'of somebody else')
    await assert.rejects(startLive(t, { status: { path: file } }), { code: 'EADDRINUSE' })
    assert.equal(readFileSync(file, 'utf8'), 'of somebody else')
  },
)

test('top: --once --json is the status as it is', TIME, async (t) => {
  const { code, out } = await top('--once', '--json', await startShown(t, { port: 0 }))
  assert.equal(code, 0)
  const status = JSON.parse(out) as SystemStatus
  assert.deepEqual(
    status.threads.map(({ name }) => name),
    ['main', 'worker-1', 'worker-2'],
  )
  assert.deepEqual(
    status.actors.map(({ name, handled }) => [name, handled]),
    [['shown', 2]],
  )
})

test('top: where no system answers it says so, and how it would', TIME, async (t) => {
  const { system } = await startLive(t, { status: { port: 0 } })
  const address = system.statusAddress!
  await system.stop()
  for (const nobody of [address, join(newDirectory(t), 'nothing')]) {
    const { code, out, said } = await top('--once', nobody)
    assert.equal(code, 1)
    assert.equal(out, '')
    assert.match(said, /no system of actors tells its status at .*: .*(ECONNREFUSED|ENOENT)/)
    assert.match(said, /Start it with the option `status`/)
  }
})

const thread = {
  ...{ name: 'main', cpuMs: 100, cpus: [0, 1], heapBytes: 3 * 2 ** 20, actors: 1 },
  ...{ shards: [] as number[], restarts: 0, parks: 10 },
}
const ring = { name: 'main→a', capacityBytes: 4096, depthBytes: 0, highMarkBytes: 96 }
const actor = {
  ...{ name: 'one', ref: 1, thread: 'a', protocol: 'p', condition: 'Ready' as const, handled: 5 },
  ...{ waiting: 0, waitingBytes: 0, stashed: 0, restarts: 0, children: 0 },
}
const before: SystemStatus = {
  ...{ timeUs: 1_000_000, pid: 7, deadLetters: {} },
  threads: [thread, { ...thread, name: 'a', cpuMs: 900, cpus: [1], shards: [0, 2] }],
  rings: [
    { ...ring, records: 100, fullCount: 0 },
    { ...ring, name: 'a→main', records: 0, fullCount: 0 },
  ],
  actors: [actor, { ...actor, name: 'two', ref: 2 }],
}

test('top: a screen is what happened between two looks, the busiest first', () => {
  const [main, a] = before.threads
  const now: SystemStatus = {
    ...{ timeUs: 3_000_000, pid: 7, deadLetters: { gone: 2, late: 1 } },
    threads: [
      { ...main!, cpuMs: 1_100, parks: 30, idle: { kind: 'event-loop', spinUs: 0, parkMs: 100 } },
      // Another thread by now: its time began anew.
      { ...a!, cpuMs: 400, parks: 4, restarts: 1, idle: { kind: 'spin' } },
    ],
    rings: [
      { ...before.rings[0]!, records: 300 },
      { ...before.rings[1]!, records: 4_000_000, depthBytes: 48, fullCount: 3 },
    ],
    actors: [before.actors[0]!, { ...actor, name: 'two', ref: 2, handled: 2_005, waiting: 9 }],
  }
  assert.equal(
    screenOf(before, now, 15),
    `pid 7   2 actors   dead letters: gone 2, late 1

thread  cpu %  pin        idle  actors  shards  heap MiB  sleeps/s  restarts
main       50    -  event-loop       1       -         3        10         0
a          20    1        spin       1     0 2         3         0         1

ring    records/s  depth B  high mark B  of B  full
a→main  2,000,000       48           96  4096     3
main→a        100        0           96  4096     0

actor  thread  condition  messages/s  waiting  stashed  restarts
two         a      Ready       1,000        9        0         0
one         a      Ready           0        0        0         0`,
  )
  const short = screenOf(before, now, 1)
  assert.ok(short.includes('a→main') && !short.includes('main→a'))
  assert.ok(short.includes('\ntwo') && !short.includes('\none'))
})
