import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocateMesh, Mesh } from '../../engine/thread/mesh.ts'
import type { ThreadPlan } from '../../engine/thread/plan.ts'
import { ThreadHost } from '../../engine/thread/thread-host.ts'

const PLAN: readonly ThreadPlan[] = [
  { name: 'core', roles: ['dying'], idle: { kind: 'park', parkMs: 100 } },
]

test('thread host: who asks a thread that ends meanwhile is told so, and is not left waiting', async () => {
  const mesh = allocateMesh([], PLAN)
  const failures: Error[] = []
  const host = new ThreadHost({
    entry: new URL('./dying-worker.js', import.meta.url),
    start: { thread: 'core', mesh, settings: undefined },
    bell: new Mesh(mesh).bell('core'),
    log: () => undefined,
    onFailure: (error) => failures.push(error),
  })
  await assert.rejects(host.prepare('dying'), /ended by itself with 3/)
  await assert.rejects(host.run(), /ended by itself with 3/)
  await host.stop()
  assert.equal(failures.length, 1)
})
