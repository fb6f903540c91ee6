/** The fast book beside the naive one: every line they say, and all that is in them, alike. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apply, BookFlow, drawRules } from './book-flow.ts'
import { FastBook } from './fast-book.ts'
import { NaiveBook } from './naive-book.ts'

const SEEDS = Number(process.env.TRADSYS_TWIN_SEEDS ?? 100)
const FIRST = Number(process.env.TRADSYS_TWIN_FIRST ?? 1)
const COMMANDS = 1_500

test('book: the fast and the naive one say the same and hold the same, command by command', () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const rules = drawRules(seed)
    const [fast, naive] = [new FastBook(rules), new NaiveBook(rules)]
    const flow = new BookFlow(seed, rules)
    for (let i = 0; i < COMMANDS; i++) {
      const command = flow.next()
      const where = `seed ${seed}, command ${i}: ${JSON.stringify(command)}`
      const before = naive.state()
      const expected = apply(naive, command)
      const context = () => `${where}\n${JSON.stringify(rules)}\n${before}`
      let said: string[]
      try {
        said = apply(fast, command)
      } catch (error) {
        throw new Error(context(), { cause: error })
      }
      if (said.join() !== expected.join()) assert.deepEqual(said, expected, context())
      if (fast.state() !== naive.state()) assert.equal(fast.state(), naive.state(), context())
      flow.hear(expected)
    }
  }
})
