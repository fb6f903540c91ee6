import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { type TestContext, test } from 'node:test'
import { ClosedSegment } from '../../storage/closed-segment.ts'
import { FRAME_BYTES_MAX } from '../../storage/frame.ts'
import { JournalError } from '../../storage/journal-error.ts'
import { Segment } from '../../storage/segment.ts'
import { segmentAt } from '../../storage/segment-files.ts'
import { commitCommands, openWriter, randomFrom, temporaryDirectory } from './journal-fixture.ts'

/** Small frames and full ones, in so many commits that the trees have branches. */
function segment(t: TestContext, seed: number): string {
  const random = randomFrom(seed)
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory, 'none')
  for (let commits = 0; commits < 700; commits++) {
    commitCommands(writer, random() < 0.05 ? 900 : 1 + Math.floor(random() * 4))
  }
  writer.close()
  return segmentAt(directory, 1).path
}

for (const seed of [1, 2, 3]) {
  test(`page file: reads what LMDB reads, by every way to ask, seed ${seed}`, (t) => {
    const path = segment(t, seed)
    const lmdb = Segment.open(path, { readOnly: true })!
    const closed = ClosedSegment.open(path)!
    const random = randomFrom(seed)
    const buffer = new Uint8Array(FRAME_BYTES_MAX)
    assert.deepEqual(closed.head, lmdb.head)
    assert.equal(closed.seal, undefined)
    for (const [ours, theirs] of [
      [closed.commands, lmdb.commands],
      [closed.eventsOf[0]!, lmdb.eventsOf[0]!],
    ] as const) {
      assert.equal(ours.oldest(), theirs.oldest())
      assert.equal(ours.newest(), theirs.newest())
      const keys = [...theirs.keysFrom(1)]
      assert.ok(keys.length > 600)
      assert.deepEqual([...ours.keysFrom(1)], keys)
      for (const key of keys) {
        const frame = Buffer.from(theirs.get(key)!)
        assert.ok(frame.equals(ours.get(key)!))
        assert.ok(frame.equals(ours.getInto(key, buffer)!))
      }
      for (let asked = 0; asked < 500; asked++) {
        const sequence = Math.floor(random() * (theirs.newest() + 2_000))
        assert.equal(ours.startOfFrameWith(sequence), theirs.startOfFrameWith(sequence))
        assert.deepEqual(ours.get(sequence), toBytes(theirs.get(sequence)))
        if (asked % 50 === 0) {
          assert.deepEqual([...ours.keysFrom(sequence)], [...theirs.keysFrom(sequence)])
        }
      }
      assert.equal(ours.startOfFrameWith(0), 0)
      assert.equal(ours.get(theirs.newest() + 1), undefined)
    }
    closed.close()
    lmdb.close()
  })
}

const toBytes = (bytes: Uint8Array | undefined): Uint8Array | undefined =>
  bytes === undefined ? undefined : Uint8Array.from(bytes)

test('page file: of a file with any bytes changed, or cut, it throws or reads on, and never loops', (t) => {
  const path = segment(t, 4)
  const whole = fs.readFileSync(path)
  const random = randomFrom(5)
  let refused = 0
  for (let round = 0; round < 400; round++) {
    const bytes = Buffer.from(whole)
    // Most of a file is frames: of the changes half go into the pages that say where those are.
    const page = Math.floor(random() * (round % 2 === 0 ? 12 : bytes.length / 4096))
    for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
      bytes[page * 4096 + Math.floor(random() * 64)]! ^= 1 << Math.floor(random() * 8)
    }
    const length = round % 5 === 0 ? Math.floor(random() * bytes.length) : bytes.length
    fs.writeFileSync(path, bytes.subarray(0, length))
    let closed: ClosedSegment | undefined
    try {
      closed = ClosedSegment.open(path)
      let keys = 0
      for (const key of closed?.commands.keysFrom(1) ?? []) {
        closed!.commands.get(key)
        assert.ok(++keys < 100_000, 'it loops')
      }
    } catch (error) {
      assert.ok(error instanceof JournalError, `round ${round}: ${error}`)
      refused++
    } finally {
      closed?.close()
    }
  }
  assert.ok(refused > 50, `${refused} of 400 were refused`)
})
