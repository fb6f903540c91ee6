import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SAMPLE, STAGES, Stage, StageTimes } from '../../engine/shard/stage-times.ts'

const whole = (times: StageTimes) => [...times.whole()]

test('stage times: a command is told of when it has passed all stages, the oldest first', () => {
  const memory = StageTimes.allocate()
  const sequencer = new StageTimes(memory)
  const shard = new StageTimes(memory)
  const gateway = new StageTimes(memory)
  for (const sequence of [3 * SAMPLE, 2 * SAMPLE]) {
    assert.ok(sequencer.isSampled(sequence))
    sequencer.begin(sequence, 7)
  }
  sequencer.markAll(SAMPLE, 3 * SAMPLE + 5, Stage.Committed)
  for (const sequence of [2 * SAMPLE, 3 * SAMPLE]) shard.mark(sequence, Stage.Executed)
  shard.markAll(0, 3 * SAMPLE, Stage.Said)
  gateway.mark(2 * SAMPLE, Stage.Heard)
  gateway.mark(3 * SAMPLE, Stage.Heard)
  assert.deepEqual(whole(gateway), [])
  gateway.mark(3 * SAMPLE, Stage.Written)
  assert.deepEqual(
    whole(gateway).map(({ sequence }) => sequence),
    [3 * SAMPLE],
  )
  gateway.mark(2 * SAMPLE, Stage.Written)
  const rows = whole(gateway)
  assert.deepEqual(
    rows.map(({ sequence }) => sequence),
    [2 * SAMPLE, 3 * SAMPLE],
  )
  for (const { timesUs } of rows) {
    assert.equal(timesUs.length, STAGES.length)
    assert.equal(timesUs[Stage.Read], 7)
    assert.deepEqual(
      timesUs,
      [...timesUs].sort((a, b) => a - b),
    )
  }
})

test('stage times: what a batch has of sampled commands is marked, and no other', () => {
  const times = new StageTimes(StageTimes.allocate())
  for (let sequence = SAMPLE; sequence <= 4 * SAMPLE; sequence += SAMPLE) times.begin(sequence, 1)
  times.markAll(SAMPLE, 3 * SAMPLE - 1, Stage.Committed)
  for (const stage of [Stage.Executed, Stage.Said, Stage.Heard, Stage.Written]) {
    times.markAll(0, 4 * SAMPLE, stage)
  }
  assert.deepEqual(
    whole(times).map(({ sequence }) => sequence),
    [2 * SAMPLE],
  )
})

test('stage times: a place that comes again begins anew', () => {
  const times = new StageTimes(StageTimes.allocate())
  const again = SAMPLE * (1 + 2 ** 16)
  times.begin(SAMPLE, 1)
  times.markAll(0, SAMPLE, Stage.Written)
  times.begin(again, 2)
  for (const stage of [Stage.Committed, Stage.Executed, Stage.Said, Stage.Heard]) {
    times.mark(again, stage)
  }
  assert.deepEqual(whole(times), [])
})
