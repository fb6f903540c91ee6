import * as assert from 'node:assert/strict'
import { once } from 'node:events'
import { extname } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { verifyJournal } from '../../storage/verify.ts'
import { commitCommands, openWriter, temporaryDirectory } from './journal-fixture.ts'

const WORKER = new URL(`./reader-worker${extname(import.meta.url)}`, import.meta.url)

for (const segmentBytes of [2 ** 30, 128 * 1024]) {
  test(`journal: readers in other threads see the writer's commits, and do not disturb it; segments of ${segmentBytes}`, (t) =>
    readAndWrite(t, segmentBytes))
}

async function readAndWrite(t: TestContext, segmentBytes: number): Promise<void> {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory, 'process-crash', { segmentBytes })
  commitCommands(writer, 10)
  const workers = [1, 2].map(() => new Worker(WORKER, { workerData: directory }))
  // All at once: a message that comes before its listener is lost.
  const opened = await Promise.all(workers.map((worker) => once(worker, 'message')))
  assert.deepEqual(opened, [['open'], ['open']])
  for (let round = 0; round < 30; round++) {
    commitCommands(writer, 1 + round * 20)
    const last = writer.lastCommand
    for (const worker of workers) {
      const answered = once(worker, 'message')
      worker.postMessage('read')
      // The writer goes on while they read.
      commitCommands(writer, 5)
      const [{ commands, events, last: seen }] = await answered
      assert.ok(commands >= last && commands <= writer.lastCommand, `${commands} of ${last}`)
      assert.equal(commands, seen)
      assert.ok(events >= last)
    }
  }
  // One leaves in good order, one is ended from outside: the writer goes on either way.
  const [leaving, ended] = workers
  leaving!.postMessage('close')
  await once(leaving!, 'exit')
  await ended!.terminate()
  commitCommands(writer, 100)
  writer.close()
  const report = verifyJournal(directory)
  assert.equal(report.firstProblem, undefined)
  assert.equal(report.commands, writer.lastCommand)
  assert.equal(report.segments > 1, segmentBytes < 2 ** 20)
}
