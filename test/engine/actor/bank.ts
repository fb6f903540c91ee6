/** Accounts that pay each other, for tests: with every kind of thing that a journaled actor may do. */
import { answerTo, behavior } from '../../../engine/actor/behavior.ts'
import { bool, i53, text, u32 } from '../../../engine/actor/fields.ts'
import { packed, protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'

export const Bank = protocol('bank', {
  Deposit: { amount: i53 },
  Pay: { to: refTo<'bank'>(), amount: i53 },
  Balance: request({}, { amount: i53, handled: u32 }),
  /** Asks the other for its balance, and keeps the answer. */
  Compare: { to: refTo<'bank'>() },
  Seen: request({}, { amount: i53, late: u32, tag: u32 }),
  /** A deposit of 1 to itself after so long. */
  Later: { ms: u32, key: u32 },
  Cancel: { key: u32 },
  Fail: { why: text(40) },
  /** Gives `amount` away, and then throws. */
  PayAndFail: { to: refTo<'bank'>(), amount: i53 },
  Close: { open: bool },
  Note: packed<{ words: string[] }>(),
  Notes: request({}, { count: u32 }),
})

export const account = behavior(Bank, (ctx) => {
  let amount = 0
  let handled = 0
  let seen = 0
  let late = 0
  let tag = 0
  let notes = 0
  let isClosed = false
  const add = (more: number): void => {
    amount += more
    handled++
  }
  return {
    Deposit: (m) => {
      if (isClosed) return ctx.stash()
      add(m.amount)
      return undefined
    },
    Pay: (m) => {
      add(-m.amount)
      return ctx.tell(m.to, Bank.Deposit, { amount: m.amount })
    },
    Balance: () => ctx.reply(Bank.Balance, { amount, handled }),
    Compare: (m) => ctx.ask(m.to, Bank.Balance, {}, { timeoutMs: 50, tag: handled + 7 }),
    Seen: () => ctx.reply(Bank.Seen, { amount: seen, late, tag }),
    Later: (m) => {
      ctx.after(m.ms, Bank.Deposit, { amount: 1 }, m.key)
    },
    Cancel: (m) => {
      ctx.cancel(m.key)
    },
    Fail: (m) => {
      amount = -1_000_000
      throw new Error(m.why)
    },
    PayAndFail: (m) => {
      ctx.tell(m.to, Bank.Deposit, { amount: m.amount })
      amount -= m.amount
      throw new RangeError('after paying')
    },
    Close: (m) => {
      isClosed = !m.open
      if (m.open) ctx.unstash()
    },
    Note: (m) => {
      notes += m.words.length
    },
    Notes: () => ctx.reply(Bank.Notes, { count: notes }),
    answers: [
      answerTo(Bank.Balance, (answer, given) => {
        if (answer === undefined) late++
        else seen = answer.amount
        tag = given
        return undefined
      }),
    ],
    transfer(snapshot) {
      amount = snapshot.number(amount)
      handled = snapshot.number(handled)
      seen = snapshot.number(seen)
      late = snapshot.number(late)
      tag = snapshot.number(tag)
      notes = snapshot.number(notes)
      isClosed = snapshot.number(isClosed ? 1 : 0) === 1
    },
  }
})

/** Watches what it is told to, and counts. */
export const Watching = protocol('watching', {
  Watch: { who: u32 },
  Unwatch: { who: u32 },
  Child: { name: text(20) },
  StopChild: {},
  Gone: request({}, { count: u32, last: u32 }),
  Stop: {},
})

export const watcher = behavior(Watching, (ctx) => {
  let count = 0
  let last = 0
  let child: Ref<'bank'> = 0
  return {
    Watch: (m) => ctx.watch(m.who as Ref),
    Unwatch: (m) => ctx.unwatch(m.who as Ref),
    Child: (m) => {
      child = ctx.spawn(account, m.name)
      ctx.watch(child)
    },
    StopChild: () => ctx.stop(child),
    Gone: () => ctx.reply(Watching.Gone, { count, last }),
    Stop: () => ctx.stop(),
    terminated(ref) {
      count++
      last = ref
    },
    transfer(snapshot) {
      count = snapshot.number(count)
      last = snapshot.number(last)
      child = snapshot.number(child) as Ref<'bank'>
    },
  }
})
