import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

/** The class of the calling thread, and of one that it starts then. proc(5): the policy is the 41st field. */
const CHILD = `
  import { readFileSync } from 'node:fs'
  import { Worker } from 'node:worker_threads'
  import { setSchedulingClass, THIS_THREAD } from '${new URL('../../engine/thread/scheduling.js', import.meta.url)}'
  const policy = () => readFileSync('/proc/thread-self/stat', 'utf8').split(') ')[1].split(' ')[38]
  const before = policy()
  const refused = setSchedulingClass(THIS_THREAD, 'realTime')
  const worker = new Worker(
    "Promise.all([import('node:worker_threads'), import('node:fs')]).then(([threads, fs]) => " +
      "threads.parentPort.postMessage(fs.readFileSync('/proc/thread-self/stat', 'utf8').split(') ')[1].split(' ')[38]))",
    { eval: true })
  worker.on('message', (its) => console.log(JSON.stringify({ before, refused, after: policy(), its })))
`

test('scheduling: real time is for the thread that asks, not for those it starts', (t) => {
  if (process.platform !== 'linux') return t.skip('scheduling classes are Linux’s')
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', CHILD], {
    encoding: 'utf8',
  })
  const { before, refused, after, its } = JSON.parse(said) as Record<string, string | undefined>
  if (refused !== undefined) {
    assert.match(refused, /kernel refused|koffi/)
    assert.equal(after, before)
    return t.skip(`this host lets nobody run in real time: ${refused}`)
  }
  assert.deepEqual([after, its], ['2', before])
})
