/** When what a log holds is due again, and how far a long work is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pace } from '../../cli/progress.ts'
import { Pacemaker, type Speed, speed } from '../../cli/replay/pacemaker.ts'

/** Time passes by sleeping only. */
function clock() {
  const state = { nowMs: 5_000 }
  return {
    ...{ nowMs: () => state.nowMs },
    async sleep(ms: number) {
      state.nowMs += ms
    },
    pass(ms: number) {
      state.nowMs += ms
    },
  }
}

test('pacemaker: speeds are multiples, or max', () => {
  const good: readonly (readonly [string, Speed])[] = [
    ...[['1x', 1] as const, ['10x', 10] as const, ['0.5x', 0.5] as const, ['2', 2] as const],
    ['max', 'max'],
  ]
  for (const [text, value] of good) assert.equal(speed(text), value, text)
  for (const text of ['0', '0x', '-1x', 'x', 'fast', '1e3', '', '9999999x']) {
    assert.throws(() => speed(text), /multiple such as 1x/, text)
  }
})

const WAITS: readonly (readonly [speed: Speed, seconds: number])[] = [
  ...[[1, 30] as const, [10, 3] as const, [0.5, 60] as const, ['max', 0] as const],
]

for (const [times, seconds] of WAITS) {
  test(`pacemaker: half a minute of the log takes ${seconds} s at ${times}`, async () => {
    const time = clock()
    const pacemaker = new Pacemaker(times, time)
    const start = time.nowMs()
    for (const atUs of [0, 10e6, 10e6, 30e6]) await pacemaker.until(1e15 + atUs, () => false)
    assert.ok(Math.abs(time.nowMs() - start - 1_000 * seconds) <= 1, `${time.nowMs() - start} ms`)
  })
}

test('pacemaker: who is late does not wait, and is not late for ever', async () => {
  const time = clock()
  const pacemaker = new Pacemaker(1, time)
  await pacemaker.until(0, () => false)
  time.pass(5_000)
  assert.equal(pacemaker.waitMs(4e6), -1_000)
  assert.equal(pacemaker.waitMs(7e6), 2_000)
})

test('pacemaker: a wait ends when nobody wants it any more', async () => {
  const time = clock()
  const pacemaker = new Pacemaker(1, time)
  await pacemaker.until(0, () => false)
  const start = time.nowMs()
  await pacemaker.until(86_400e6, () => time.nowMs() > start + 1_000)
  assert.ok(time.nowMs() < start + 2_000)
})

test('progress: the rate since the start, and the time that is left at it', () => {
  let nowMs = 0
  const pace = new Pace(3_000_000, () => nowMs)
  assert.deepEqual(pace.words(0), { rate: '0', left: '?' })
  nowMs = 1_000
  assert.deepEqual(pace.words(1_234_567), { rate: '1.23 M', left: '2 s' })
  assert.deepEqual(pace.words(40_000), { rate: '40.0 k', left: '1 min 14 s' })
  assert.deepEqual(pace.words(800), { rate: '800', left: '1 h 2 min' })
  assert.deepEqual(pace.words(3_000_000), { rate: '3.00 M', left: '0 s' })
  assert.equal(pace.isDue(1, 2_000), false)
  assert.equal(pace.isDue(2, 1_000), true)
  assert.equal(pace.isDue(3, 1_000), false)
})
