import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allocateBroadcastRing } from '../../ringbuffer/broadcast/allocate-broadcast-ring.ts'
import { BroadcastReader } from '../../ringbuffer/broadcast/broadcast-reader.ts'
import { BroadcastProducer } from '../../ringbuffer/broadcast/broadcast-ring.ts'
import {
  ABORT,
  BREAK,
  COMMIT,
  CONTINUE,
  type RecordConsumer,
  type RecordHandler,
  readBatch,
  type Verdict,
} from '../../ringbuffer/read-batch.ts'
import { MulticastBench } from './multicast-script.ts'
import { RingBench } from './ring-script.ts'

/** Answers by the record's type, and notes what it was shown. */
class Script implements RecordHandler {
  readonly seen: number[] = []
  readonly #verdicts: ReadonlyMap<number, Verdict | 'throw'>

  constructor(verdicts: Record<number, Verdict | 'throw'>) {
    this.#verdicts = new Map(Object.entries(verdicts).map(([type, say]) => [Number(type), say]))
  }

  onRecord(consumer: RecordConsumer, at: number): Verdict {
    this.seen.push(consumer.recordType)
    assert.equal(consumer.view.getInt32(at, true), consumer.recordType)
    const verdict = this.#verdicts.get(consumer.recordType) ?? CONTINUE
    if (verdict === 'throw') throw new Error(`not ${consumer.recordType}`)
    return verdict
  }
}

interface Producer {
  readonly view: DataView
  claim(payloadBytes: number): number
  commit(type: number): void
  publish(): void
}

/** Records 1 to 6 in a ring of each kind, and how many of them its reader has released. */
const KINDS: Record<string, () => { consumer: RecordConsumer; released: () => number }> = {
  spsc: () => {
    const bench = new RingBench(1024)
    send(bench.producer)
    return { consumer: bench.consumer, released: () => bench.gauge.recordsOut }
  },
  multicast: () => {
    const bench = new MulticastBench(1024, [[], []])
    send(bench.producer)
    return { consumer: bench.readers[1]!, released: () => bench.gauge.recordsOutOf(1) }
  },
  broadcast: () => {
    const memory = allocateBroadcastRing({ capacityBytes: 1024, name: 'batch' })
    const producer = new BroadcastProducer(memory)
    const consumer = new BroadcastReader(memory, { from: 'newest' })
    send(producer)
    return { consumer, released: () => consumer.recordNumber }
  },
}

const send = (producer: Producer): void => {
  for (let type = 1; type <= 6; type += 1) {
    producer.view.setInt32(producer.claim(4), type, true)
    producer.commit(type)
  }
  producer.publish()
}

for (const [kind, stage] of Object.entries(KINDS)) {
  test(`read batch: up to so many records, all released in the end (${kind})`, () => {
    const { consumer, released } = stage()
    const script = new Script({})
    assert.deepEqual([readBatch(consumer, script, 4), released()], [4, 4])
    assert.deepEqual([readBatch(consumer, script, 4), released()], [2, 6])
    assert.equal(readBatch(consumer, script, 4), 0)
    assert.deepEqual(script.seen, [1, 2, 3, 4, 5, 6])
  })

  test(`read batch: break stops behind the record, abort before it (${kind})`, () => {
    const { consumer, released } = stage()
    const script = new Script({ 2: BREAK })
    assert.deepEqual([readBatch(consumer, script, 10), released()], [2, 2])
    const aborting = new Script({ 4: ABORT })
    assert.deepEqual([readBatch(consumer, aborting, 10), released()], [1, 3])
    assert.deepEqual([readBatch(consumer, aborting, 10), released()], [0, 3])
    assert.equal(readBatch(consumer, script, 10), 3)
    assert.deepEqual(
      [script.seen, aborting.seen],
      [
        [1, 2, 4, 5, 6],
        [3, 4, 4],
      ],
    )
  })

  test(`read batch: what a handler throws leaves its record unread (${kind})`, () => {
    const { consumer, released } = stage()
    assert.throws(() => readBatch(consumer, new Script({ 3: 'throw' }), 10), /not 3/)
    assert.equal(released(), 2)
    const script = new Script({})
    readBatch(consumer, script, 10)
    assert.deepEqual(script.seen, [3, 4, 5, 6])
  })
}

test('read batch: commit releases on the way, and goes on', () => {
  const bench = new RingBench(1024)
  send(bench.producer)
  const releasedAt: number[] = []
  const handler: RecordHandler = {
    onRecord: ({ recordType }) => {
      releasedAt.push(bench.gauge.recordsOut)
      return recordType % 2 === 0 ? COMMIT : CONTINUE
    },
  }
  assert.equal(readBatch(bench.consumer, handler, 10), 6)
  assert.deepEqual(releasedAt, [0, 0, 2, 2, 4, 4])
})
