import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { type TestContext, test } from 'node:test'
import { FRAME_BYTES_MAX } from '../../storage/frame.ts'
import { keyOf, sequenceOf } from '../../storage/frame-table.ts'
import { JournalError } from '../../storage/journal-error.ts'
import { PagedSegment } from '../../storage/paged-segment.ts'
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
    const lmdb = Segment.open(path)
    const paged = PagedSegment.open(path)!
    const random = randomFrom(seed)
    const buffer = new Uint8Array(FRAME_BYTES_MAX)
    assert.equal(paged.head?.commands.lastSequence, 0)
    assert.equal(paged.seal, undefined)
    for (const [ours, { database }] of [
      [paged.commands, lmdb.commands],
      [paged.eventsOf[0]!, lmdb.eventsOf[0]!],
    ] as const) {
      const keys = [...database.getKeys({})].map(sequenceOf)
      assert.ok(keys.length > 600)
      assert.equal(ours.oldest(), keys[0])
      assert.equal(ours.newest(), keys.at(-1))
      assert.deepEqual([...ours.keysFrom(1)], keys)
      for (const key of keys) {
        const frame = Buffer.from(database.get(keyOf(key))!)
        assert.ok(frame.equals(ours.get(key)!))
        assert.ok(frame.equals(ours.getInto(key, buffer)!))
      }
      for (let asked = 0; asked < 500; asked++) {
        const sequence = Math.floor(random() * (keys.at(-1)! + 2_000))
        const floor = keys.findLast((key) => key <= sequence) ?? 0
        assert.equal(ours.startOfFrameWith(sequence), floor)
        assert.equal(ours.get(sequence) !== undefined, floor === sequence && sequence > 0)
        if (asked % 50 > 0) continue
        assert.deepEqual(
          [...ours.keysFrom(sequence)],
          keys.filter((key) => key >= sequence),
        )
      }
    }
    paged.close()
    lmdb.close()
  })
}

test('page file: beside a writer, whoever comes late to a page looks again, and sees no hole', (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory, 'none')
  commitCommands(writer, 1)
  const paged = PagedSegment.open(segmentAt(directory, 1).path)!
  const random = randomFrom(6)
  for (let round = 0; round < 300; round++) {
    const walk = paged.commands.keysFrom(1)
    let last = 0
    for (const key of walk) {
      assert.equal(key, last + 1)
      last = key
      // The pages that lead to the next one are freed and used again meanwhile.
      if (random() < 0.02) for (let commits = 0; commits < 5; commits++) commitCommands(writer, 1)
      if (key > 40 + round * 3) break
    }
    commitCommands(writer, 1)
  }
  paged.refresh()
  assert.equal(paged.commands.newest(), writer.lastCommand)
  paged.close()
  writer.close()
})

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
    let paged: PagedSegment | undefined
    try {
      paged = PagedSegment.open(path)
      let keys = 0
      for (const key of paged?.commands.keysFrom(1) ?? []) {
        paged!.commands.get(key)
        assert.ok(++keys < 100_000, 'it loops')
      }
    } catch (error) {
      assert.ok(error instanceof JournalError, `round ${round}: ${error}`)
      refused++
    } finally {
      paged?.close()
    }
  }
  assert.ok(refused > 50, `${refused} of 400 were refused`)
})
