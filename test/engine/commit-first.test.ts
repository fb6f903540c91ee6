/**
 *   test ──ring──▶ sequencer under test ──ring──▶ test, in the shard's place
 *                      │
 *                      ▼
 *                journal's double
 *
 * Invariant 1: no command is heard by the shard before the journal has promised to keep it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CommandJournal, Sequencer } from '../../engine/shard/sequencer.ts'
import { Counter } from '../../engine/thread/counters.ts'
import { allocateMesh, Mesh } from '../../engine/thread/mesh.ts'
import type { RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { FrameKind } from '../../storage/frame.ts'
import { FrameBatch } from '../../storage/frame-batch.ts'
import { hear, send } from './adder.ts'

const RING_BYTES = 1 << 16

interface SequencerBench {
  readonly sequencer: Sequencer
  readonly input: RingProducer
  readonly shard: RingConsumer
}

/** `onCommit` is told how many commands are in the batch, and may refuse them by throwing. */
function openBench(onCommit: (commands: number, shard: RingConsumer) => void): SequencerBench {
  const pairs = [
    { from: 'input', to: 'sequencer' },
    { from: 'sequencer', to: 'shard' },
    { from: 'shard', to: 'sequencer' },
  ]
  const channels = pairs.map((pair) => ({ ...pair, capacityBytes: RING_BYTES }))
  const mesh = new Mesh(allocateMesh(channels, []))
  const shard = mesh.consumer('sequencer', 'shard')
  const journal: CommandJournal = {
    ...{ lastCommand: 0, lastTime: 0, isLow: false, eventsOf: [new FrameBatch(FrameKind.Events)] },
    commit: (_timeUs, commands) => onCommit(commands?.count ?? 0, shard),
    syncIfDue: () => undefined,
    close: () => undefined,
  }
  const counter = (): Counter => new Counter(new Float64Array(1), 0)
  const sequencer = new Sequencer({
    journal,
    producers: [mesh.consumer('input', 'sequencer')],
    toShard: mesh.producer('sequencer', 'shard'),
    fromShards: [mesh.consumer('shard', 'sequencer')],
    clockUs: () => 1_000_000,
    commandsTotal: counter(),
    commitsTotal: counter(),
    commitSecondsTotal: counter(),
  })
  return { sequencer, shard, input: mesh.producer('input', 'sequencer') }
}

test('sequencer: while a batch is being committed, the shard has nothing of it', () => {
  const batches: number[] = []
  const { sequencer, input, shard } = openBench((commands, ring) => {
    batches.push(commands)
    assert.deepEqual(hear(ring), [], 'heard before it was journaled')
  })
  for (const batch of [[1], [2, 3, 4], [5, 6]]) {
    for (const add of batch) assert.ok(send(input, add))
    sequencer.doWork()
    assert.deepEqual(hear(shard), batch, 'journaled, so it must be heard')
  }
  assert.deepEqual(batches, [1, 3, 2])
})

test('sequencer: a batch that the journal refuses is never heard by the shard', () => {
  let isRefused = false
  const { sequencer, input, shard } = openBench((commands) => {
    if (commands === 1) return
    isRefused = true
    throw new Error('no room on the disk')
  })
  send(input, 1)
  sequencer.doWork()
  assert.deepEqual(hear(shard), [1])
  for (const add of [2, 3]) send(input, add)
  assert.throws(() => sequencer.doWork(), /no room on the disk/)
  assert.ok(isRefused)
  assert.deepEqual(hear(shard), [])
  sequencer.close()
  assert.deepEqual(hear(shard), [])
})
