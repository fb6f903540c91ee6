import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerTo, behavior, type PendingRequest } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { NOBODY, type Ref, refTo } from '../../../engine/actor/ref.ts'
import { resume, stop } from '../../../engine/actor/supervision.ts'
import { TestSystem } from '../../../engine/system/test-system.ts'

const Oracle = protocol('oracle', {
  Twice: request({ n: u32, how: text(10) }, { n: u32 }),
  Thrice: request({ n: u32 }, { n: u32 }),
  /** Answers what it has put off. */
  Answer: {},
})

const oracle = behavior(Oracle, (ctx) => {
  let later: PendingRequest = { from: NOBODY, number: 0, requestId: 0 }
  let n = 0
  return {
    Twice: (m) => {
      if (m.how === 'never') return undefined
      if (m.how === 'fails') throw new Error('it does not know')
      if (m.how === 'later') {
        later = ctx.request
        n = m.n
        return undefined
      }
      if (m.how === 'too much') return ctx.reply(Oracle.Twice, { n: 2 ** 32 })
      if (m.how === 'other') return ctx.reply(Oracle.Thrice, { n: 1 })
      if (m.how === 'again') ctx.reply(Oracle.Twice, { n: 1 })
      return ctx.reply(Oracle.Twice, { n: 2 * m.n })
    },
    Thrice: (m) => ctx.reply(Oracle.Thrice, { n: 3 * m.n }),
    Answer: () => ctx.replyTo(later, Oracle.Twice, { n: 2 * n }),
  }
})

const Asker = protocol('asker', {
  Ask: { of: refTo<'oracle'>(), n: u32, how: text(10), ms: u32, tag: u32 },
  Bad: { of: refTo<'oracle'>() },
  Fail: {},
  OnAnswer: { what: text(10) },
})

let heard: string[] = []

const asker = behavior(Asker, (ctx) => {
  let onAnswer = ''
  return {
    Ask: (m) => {
      const options = { timeoutMs: m.ms, tag: m.tag }
      if (m.how === 'thrice') return ctx.ask(m.of, Oracle.Thrice, { n: m.n }, options)
      return ctx.ask(m.of, Oracle.Twice, { n: m.n, how: m.how }, options)
    },
    Bad: (m) => {
      try {
        ctx.ask(m.of, Oracle.Twice, { n: -1, how: '' }, { timeoutMs: 1 })
      } catch (error) {
        heard.push(String(error))
      }
    },
    Fail: () => {
      throw new Error('it has lost its thread')
    },
    OnAnswer: (m) => {
      onAnswer = m.what
    },
    answers: [
      answerTo(Oracle.Twice, (answer, tag) => {
        heard.push(`${tag}: ${answer?.n}`)
        if (onAnswer === 'throw') throw new Error('not what it wanted to hear')
        return undefined
      }),
      answerTo(Oracle.Thrice, (answer, tag) => {
        heard.push(`${tag}: three times ${answer?.n}`)
        return undefined
      }),
    ],
  }
})

function openSystem() {
  heard = []
  const system = new TestSystem({ behaviors: { oracle, asker }, threads: 2, actorsMax: 16 })
  const far = system.spawn(oracle, 'far', { thread: 'worker-2', supervise: resume() })
  const near = system.spawn(oracle, 'near', { thread: 'worker-1', supervise: resume() })
  const from = system.spawn(asker, 'asker', { thread: 'worker-1' })
  const letters = (reason: string): number =>
    system.deadLetters.filter((letter) => letter.reason === reason).length
  return { system, far, near, from, letters }
}

const codeIs = (code: string) => (error: unknown) => (error as { code?: string }).code === code

test('ask: from outside it is answered, in vain, late, or by the wrong answer', async () => {
  const { system, far, letters } = openSystem()
  const ask = (how: string) => system.ask(far, Oracle.Twice, { n: 4, how }, { timeoutMs: 100 })
  assert.deepEqual(ask(''), { n: 8 })
  for (const how of ['never', 'later', 'other']) {
    const startUs = system.timeUs
    assert.throws(() => ask(how), codeIs('ask.timeout'), how)
    assert.ok(system.timeUs - startUs < 200_000, how)
  }
  for (const how of ['fails', 'too much']) {
    const startUs = system.timeUs
    assert.throws(() => ask(how), codeIs('ask.failed'), how)
    assert.ok(system.timeUs - startUs < 50_000, how)
  }
  assert.deepEqual([letters('failed'), letters('late')], [2, 1])
  system.tell(far, Oracle.Answer, {})
  system.untilQuiet()
  assert.equal(letters('late'), 2)
  assert.deepEqual(ask('again'), { n: 1 })
  system.untilQuiet()
  assert.equal(letters('late'), 3)
  await system.stop()
})

test('ask: one that was not sent says so at once', async () => {
  const { system, far } = openSystem()
  const { lifecycle } = system.host('worker-2')
  const ask = (n: number) => system.ask(far, Oracle.Twice, { n, how: '' })
  assert.throws(() => ask(-1), /RangeError: oracle\.Twice\.n = -1/)
  assert.throws(() => system.ask(far, Oracle.Answer as never, {}), /is no request/)
  assert.deepEqual(ask(1), { n: 2 })
  lifecycle.stop(lifecycle.find('far')!)
  assert.throws(() => ask(1), codeIs('ask.gone'))
  await system.stop()
})

test('ask: from outside there is BUSY too', async () => {
  const system = new TestSystem({ behaviors: { oracle }, actorsMax: 8, ringBytes: 2048 })
  const ref = system.spawn(oracle, 'o')
  for (let i = 0; i < 1000; i++) system.tell(ref, Oracle.Answer, {})
  assert.throws(() => system.ask(ref, Oracle.Thrice, { n: 1 }), codeIs('ask.busy'))
  system.untilQuiet()
  assert.deepEqual(system.ask(ref, Oracle.Thrice, { n: 1 }), { n: 3 })
  await system.stop()
})

test('ask: an actor hears of each ask once, with its tag, whatever becomes of it', async () => {
  for (const which of ['near', 'far'] as const) {
    const { system, from, letters, ...oracles } = openSystem()
    const of = oracles[which]
    const ask = (tag: number, how: string): void => {
      system.tell(from, Asker.Ask, { of, n: tag, how, ms: 50, tag })
    }
    ask(1, '')
    ask(2, 'never')
    ask(3, 'thrice')
    ask(4, '')
    ask(5, 'again')
    system.untilQuiet()
    assert.deepEqual(heard, ['1: 2', '3: three times 9', '4: 8', '5: 1'], which)
    assert.equal(letters('late'), 1, which)
    heard = []
    system.advance(60)
    assert.deepEqual(heard, ['2: undefined'], which)
    ask(6, 'later')
    system.advance(60)
    system.tell(of, Oracle.Answer, {})
    system.untilQuiet()
    assert.deepEqual(heard, ['2: undefined', '6: undefined'], which)
    assert.equal(letters('late'), 2, which)
    ask(7, 'later')
    system.untilQuiet()
    system.tell(of, Oracle.Answer, {})
    system.untilQuiet()
    assert.equal(heard.at(-1), '7: 14', which)
    system.advance(100)
    assert.equal(heard.length, 3, which)
    await system.stop()
  }
})

test('ask: who asks one that is gone hears so at once; who asks what does not fit, not at all', async () => {
  const { system, from, near } = openSystem()
  system.tell(from, Asker.Bad, { of: near })
  system.advance(10)
  assert.deepEqual(heard, [
    'RangeError: oracle.Twice.n = -1: give it an integer from 0 to 2^32 - 1',
  ])
  assert.equal(system.host('worker-1').lifecycle.find('asker')?.asks?.size, 0)
  heard = []
  const { lifecycle } = system.host('worker-1')
  lifecycle.stop(lifecycle.find('near')!)
  system.tell(from, Asker.Ask, { of: near, n: 1, how: '', ms: 60_000, tag: 9 })
  system.advance(1)
  assert.deepEqual(heard, ['9: undefined'])
  await system.stop()
})

test('ask: what comes after a restart is late', async () => {
  const { system, from, far, letters } = openSystem()
  system.tell(from, Asker.Ask, { of: far, n: 1, how: 'later', ms: 50, tag: 1 })
  system.untilQuiet()
  system.tell(from, Asker.Fail, {})
  system.untilQuiet()
  system.tell(far, Oracle.Answer, {})
  system.advance(100)
  assert.deepEqual(heard, [])
  assert.equal(letters('late'), 1)
  await system.stop()
})

test('ask: an answer whose handler throws is not followed by another', async () => {
  for (const supervise of [resume(), stop()]) {
    const { system, far } = openSystem()
    const options = { thread: 'worker-1', supervise }
    const from: Ref<'asker'> = system.spawn(asker, 'other', options)
    system.tell(from, Asker.OnAnswer, { what: 'throw' })
    for (const how of ['', 'never']) {
      system.tell(from, Asker.Ask, { of: far, n: 1, how, ms: 20, tag: 1 })
    }
    system.advance(100)
    const times = supervise.directive === 'resume' ? ['1: 2', '1: undefined'] : ['1: 2']
    assert.deepEqual(heard, times)
    await system.stop()
  }
})
