/**
 * A bank that may be killed at any moment. Accounts are journaled actors on four shards: whatever was answered is in the
 * journal, and a transfer between two of them is neither lost nor done twice.
 *
 *   stdin ── transfer ──▶ payer's account ── Credit ──▶ payee's account          each on a shard of its own
 *   stdout ◀── answer ────┘          └── through the journal ──┘
 *
 *   node examples/bank.js [directory]
 *
 *   transfer alice bob 30 1          thirty from alice to bob: her transfer number 1
 *   standing alice bob 5 1000        five from alice to bob each 1,000 ms, from now on; 0 instead of five ends it
 *   statement alice
 *
 * An account is there once it is named, with 1,000 in it. A payer numbers transfers from 1 on, and gives one that was not
 * answered again with its number, whatever has happened meanwhile: it is done once. `kill -9` it, start it again, go on.
 */
import { createInterface } from 'node:readline'
import { isMainThread } from 'node:worker_threads'
import { ActorSystem, behavior, bool, i53, protocol, refTo, request, u32 } from 'tradsys/engine'

const OPENING_BALANCE = 1_000

export const Account = protocol('account', {
  Transfer: request(
    { number: u32, to: refTo('account'), amount: i53 },
    { isPaid: bool, balance: i53 },
  ),
  Credit: { amount: i53 },
  Standing: request({ to: refTo('account'), amount: i53, everyMs: u32 }, {}),
  /** The time of a standing order has come. */
  Due: { to: refTo('account'), amount: i53, everyMs: u32 },
  Statement: request({}, { balance: i53, paid: i53, received: i53, number: u32 }),
})

export const account = behavior(Account, (ctx) => {
  let paid = 0
  let received = 0
  /** Of the last transfer, and whether it was paid: what is needed to answer it again. */
  let number = 0
  let isPaid = false

  const balance = () => OPENING_BALANCE + received - paid

  /** What is told to another shard is part of this turn: it is in the journal together with the debit, or neither is. */
  const pay = (to, amount) => {
    if (amount <= 0 || amount > balance()) return false
    paid += amount
    ctx.tell(to, Account.Credit, { amount })
    return true
  }

  return {
    Transfer(m) {
      if (m.number > number) {
        number = m.number
        isPaid = pay(m.to, m.amount)
      }
      return ctx.reply(Account.Transfer, { isPaid, balance: balance() })
    },
    Credit(m) {
      received += m.amount
    },
    Standing(m) {
      // One for each payee: the timer's key is the payee, and a new one takes the place of the old.
      if (m.amount > 0) ctx.after(m.everyMs, Account.Due, m.copy(), m.to)
      else ctx.cancel(m.to)
      return ctx.reply(Account.Standing, {})
    },
    Due(m) {
      pay(m.to, m.amount)
      ctx.after(m.everyMs, Account.Due, m.copy(), m.to)
    },
    Statement() {
      return ctx.reply(Account.Statement, { balance: balance(), paid, received, number })
    },
    transfer(snapshot) {
      paid = snapshot.number(paid)
      received = snapshot.number(received)
      number = snapshot.number(number)
      isPaid = snapshot.number(isPaid ? 1 : 0) === 1
    },
  }
})

/** Sends what a line asks for, and resolves with what came of it. */
async function answerTo(bank, verb, accounts, numbers) {
  const [from, to] = accounts
  if (from === undefined) return 'no account'
  if (verb !== 'statement' && (to === undefined || numbers.length !== 2)) {
    return `${verb}: two accounts and two whole numbers from 0, please`
  }
  if (verb === 'transfer') {
    const [amount, number] = numbers
    const { isPaid, balance } = await bank.ask(from, Account.Transfer, { number, to, amount })
    return `${isPaid ? 'paid' : 'refused'}, ${balance} left`
  }
  if (verb === 'standing') {
    const [amount, everyMs] = numbers
    await bank.ask(from, Account.Standing, { to, amount, everyMs })
    return 'noted'
  }
  if (verb !== 'statement') return 'transfer, standing or statement'
  const { balance, paid, received, number } = await bank.ask(from, Account.Statement, {})
  return `${balance} = ${OPENING_BALANCE} + ${received} - ${paid} after number ${number}`
}

// Each thread of the system loads this module; the bank is opened by the first of them.
if (isMainThread) {
  const bank = await ActorSystem.start({
    ...{ from: import.meta.url, behaviors: { account } },
    threads: [{ name: 'accounts-1' }, { name: 'accounts-2' }],
    journal: { directory: process.argv[2] ?? 'bank-data' },
  })
  console.log('open')
  const underWay = new Set()
  for await (const line of createInterface({ input: process.stdin })) {
    const [verb, ...words] = line.trim().split(/\s+/)
    const accounts = []
    for (const name of words.filter((word) => /^[a-z]{1,20}$/.test(word))) {
      accounts.push(await bank.spawn(account, name, { journaled: true }))
    }
    // Not waited for: lines are taken in their order, and many of them share one write to the disk.
    const numbers = words.filter((word) => /^\d+$/.test(word)).map(Number)
    const answer = answerTo(bank, verb, accounts, numbers)
      .catch((error) => error.message)
      .then((said) => console.log(`${line}: ${said}`))
      .finally(() => underWay.delete(answer))
    underWay.add(answer)
  }
  await Promise.all(underWay)
  await bank.stop()
}
