/** The bank of examples/, killed in the middle of everything, again and again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ExampleProcess, temporaryDirectory } from './example-process.ts'

const OPENING_BALANCE = 1_000
const PAYERS = ['anna', 'bert', 'carl', 'dora', 'emil']
const LIVES = 5
/** One life's length beyond its opening, at most. */
const LIFE_MS_MAX = 400

/** A payer as it is known outside of the bank: what it was told, and what it has not been answered. */
class Payer {
  readonly name: string
  number = 0
  paid = 0

  constructor(name: string) {
    this.name = name
  }

  /** Pays one after the other, until the bank dies. The one that was not answered comes first in the next life. */
  async pay(bank: ExampleProcess, isOver: () => boolean): Promise<void> {
    while (bank.isRunning && !isOver()) {
      const number = this.number + 1
      const to = PAYERS[(PAYERS.indexOf(this.name) + 1 + (number % 4)) % PAYERS.length]!
      const amount = 1 + ((number * 37) % 300)
      const line = `transfer ${this.name} ${to} ${amount} ${number}`
      bank.say(line)
      const answer = await bank.line(new RegExp(`^${line}: (paid|refused), \\d+ left$`))
      if (answer === undefined) return
      this.number = number
      if (answer[1] === 'paid') this.paid += amount
    }
  }
}

interface Statement {
  readonly balance: number
  readonly received: number
  readonly paid: number
  readonly number: number
}

let asked = 0

async function statementOf(bank: ExampleProcess, name: string): Promise<Statement> {
  // Spaces count for nothing to the bank, and make each line another one.
  const line = `statement ${name}${' '.repeat(++asked)}`
  bank.say(line)
  const answer = await bank.line(
    new RegExp(`^${line}: (\\d+) = \\d+ \\+ (\\d+) - (\\d+) after number (\\d+)$`),
  )
  const [balance, received, paid, number] = answer!.slice(1).map(Number) as number[]
  return { balance: balance!, received: received!, paid: paid!, number: number! }
}

test('examples: the bank is killed again and again, and neither loses nor doubles a transfer', async (t) => {
  const directory = temporaryDirectory(t)
  const payers = PAYERS.map((name) => new Payer(name))
  for (let life = 0; life < LIVES; life++) {
    const bank = new ExampleProcess(t, 'examples/bank.js', [directory])
    await bank.line(/^open$/)
    if (life === 0) {
      bank.say('standing rent owner 3 20')
      await bank.line(/^standing rent owner 3 20: noted$/)
    }
    const paying = payers.map((payer) => payer.pay(bank, () => false))
    const lifeMs = Math.round(Math.random() * LIFE_MS_MAX)
    t.diagnostic(`life ${life}: ${lifeMs} ms`)
    await sleep(lifeMs)
    await bank.kill()
    await Promise.all(paying)
  }

  const bank = new ExampleProcess(t, 'examples/bank.js', [directory])
  await bank.line(/^open$/)
  // Whatever was not answered is answered now.
  const numbers = payers.map(({ number }) => number)
  await Promise.all(payers.map((payer, i) => payer.pay(bank, () => payer.number > numbers[i]! + 1)))
  bank.say('standing rent owner 3 20')
  bank.say('standing rent owner 0 20')
  await bank.line(/^standing rent owner 0 20: noted$/)

  const names = [...PAYERS, 'rent', 'owner']
  const sum = (of: (statement: Statement) => number, statements: readonly Statement[]): number =>
    statements.reduce((total, statement) => total + of(statement), 0)
  let statements: Statement[] = []
  // What was paid to another shard is on its way for a moment.
  for (let look = 0; look < 100; look++) {
    statements = []
    for (const name of names) statements.push(await statementOf(bank, name))
    if (sum(({ received }) => received, statements) === sum(({ paid }) => paid, statements)) break
    await sleep(20)
  }
  assert.equal(
    sum(({ balance }) => balance, statements),
    OPENING_BALANCE * names.length,
  )
  for (const [i, payer] of payers.entries()) {
    const { number, paid } = statements[i]!
    assert.deepEqual({ number, paid }, { number: payer.number, paid: payer.paid }, payer.name)
  }
  assert.ok(statements[5]!.paid > 0, 'the standing order outlived each death')
  assert.ok(payers.every(({ number }) => number > 5))
  assert.equal(await bank.end(), 0, bank.stderr)
})
