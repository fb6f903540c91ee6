/** Actors for the tests of systems over real threads. Each thread loads this module by its address. */
import { answerTo, BUSY, behavior } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'

const SENDERS_MAX = 16

export const Sink = protocol('sink', {
  Put: { from: u32, number: u32 },
  Seen: request({}, { count: u32, disorder: u32 }),
  /** Keeps what comes until it is opened again. */
  Shut: {},
  Open: {},
  /** A Put of its own after so long. */
  Later: { ms: u32, from: u32, number: u32 },
  /** Asks for what that one has seen, and keeps the sum of the counts that it hears of. */
  Compare: { of: refTo<'sink'>(), timeoutMs: u32 },
  Heard: request({}, { sum: u32, answers: u32, late: u32 }),
})

/** Each sender counts from 0: what is lost, doubled or overtaken is disorder. */
export const sink = behavior(Sink, (ctx) => {
  const next = new Int32Array(SENDERS_MAX)
  let [count, disorder, isShut] = [0, 0, 0]
  let [sum, answers, late] = [0, 0, 0]
  return {
    Put({ from, number }) {
      if (isShut === 1) return ctx.stash()
      if (number !== next[from]) disorder++
      next[from] = number + 1
      count++
      return undefined
    },
    Seen: () => ctx.reply(Sink.Seen, { count, disorder }),
    Shut() {
      isShut = 1
    },
    Open() {
      isShut = 0
      ctx.unstash()
    },
    Later: ({ ms, from, number }) => ctx.after(ms, Sink.Put, { from, number }, number),
    Compare: (m) => ctx.ask(m.of, Sink.Seen, {}, { timeoutMs: m.timeoutMs }),
    Heard: () => ctx.reply(Sink.Heard, { sum, answers, late }),
    answers: [
      answerTo(Sink.Seen, (answer) => {
        if (answer === undefined) late++
        else sum += answer.count
        answers++
        return undefined
      }),
    ],
    transfer(snapshot) {
      snapshot.fill(next)
      count = snapshot.number(count)
      disorder = snapshot.number(disorder)
      isShut = snapshot.number(isShut)
      sum = snapshot.number(sum)
      answers = snapshot.number(answers)
      late = snapshot.number(late)
    },
  }
})

export const Pump = protocol('pump', {
  /** Sends `count` numbers, `batch` of them each millisecond or as many as there is room for. */
  Run: { to: refTo<'sink'>(), from: u32, count: u32, batch: u32 },
  Step: {},
  /** The same, with numbers from `first` on. */
  Resume: { to: refTo<'sink'>(), from: u32, first: u32, count: u32 },
  Sent: request({}, { count: u32, busy: u32 }),
})

export const pump = behavior(Pump, (ctx) => {
  let [to, from, count, batch, sent, busy] = [0 as Ref<'sink'>, 0, 0, 0, 0, 0]
  let until = 0
  return {
    Run(m) {
      to = m.to
      from = m.from
      count = m.count
      batch = m.batch
      ctx.after(1, Pump.Step, {})
    },
    Resume(m) {
      to = m.to
      from = m.from
      sent = m.first
      count = m.first + m.count
      batch = m.count
      ctx.after(0, Pump.Step, {})
    },
    Step() {
      if (until <= sent) until = Math.min(count, sent + batch)
      for (; sent < until; sent++) {
        if (ctx.tell(to, Sink.Put, { from, number: sent }) !== BUSY) continue
        busy++
        return BUSY
      }
      if (sent < count) ctx.after(1, Pump.Step, {})
      return undefined
    },
    Sent: () => ctx.reply(Pump.Sent, { count: sent, busy }),
  }
})

export const Trouble = protocol('trouble', {
  Count: {},
  Total: request({}, { count: u32 }),
  /** Never answered. */
  Silence: request({}, {}),
  Refuse: request({}, {}),
  Exit: {},
  /** Outside of any handler. */
  ThrowLater: {},
  ThrowIn: { ms: u32 },
  Allocate: {},
  Loop: {},
  Child: { name: text(20) },
  ChildRef: request({}, { ref: u32 }),
  /** Holds up its thread for so long. */
  Work: { ms: u32 },
})

/** It can end its thread in every way that there is. */
export const trouble = behavior(Trouble, (ctx) => {
  let count = 0
  let child: Ref = 0
  return {
    Count() {
      count++
    },
    Total: () => ctx.reply(Trouble.Total, { count }),
    Silence: () => undefined,
    Refuse: () => ctx.refuse('not today'),
    Exit: () => process.exit(3),
    ThrowLater() {
      setTimeout(() => {
        throw new Error('outside of any handler')
      })
    },
    ThrowIn({ ms }) {
      setTimeout(() => {
        throw new Error('outside of any handler, later')
      }, ms)
    },
    Allocate() {
      const all: number[][] = []
      for (;;) all.push(new Array<number>(10_000).fill(all.length))
    },
    Loop() {
      for (;;);
    },
    Child(m) {
      child = ctx.spawn(sink, m.name)
    },
    ChildRef: () => ctx.reply(Trouble.ChildRef, { ref: child }),
    Work({ ms }) {
      const until = performance.now() + ms
      while (performance.now() < until);
    },
  }
})

export const Watch = protocol('watch', {
  On: { who: u32 },
  Gone: request({}, { count: u32, last: u32 }),
})

/** Counts those that it has heard the end of. */
export const watch = behavior(Watch, (ctx) => {
  let [count, last] = [0, 0]
  return {
    On: (m) => ctx.watch(m.who as Ref),
    Gone: () => ctx.reply(Watch.Gone, { count, last }),
    terminated(ref) {
      count++
      last = ref
    },
    transfer(snapshot) {
      count = snapshot.number(count)
      last = snapshot.number(last)
    },
  }
})

export const Ledger = protocol('ledger', {
  Add: { amount: u32 },
  /** Sends `amount` on to another, which may be of another shard. */
  Pass: { to: refTo<'ledger'>(), amount: u32 },
  Sum: request({}, { sum: u32, handled: u32 }),
  /** Acknowledged once it is durable. */
  Book: request({ amount: u32 }, { sum: u32 }),
  Exit: {},
})

/** Journaled: its sums tell what was lost or doubled. */
export const ledger = behavior(Ledger, (ctx) => {
  let [sum, handled] = [0, 0]
  const add = (amount: number): void => {
    sum += amount
    handled++
  }
  return {
    Add: (m) => add(m.amount),
    Pass: (m) => {
      handled++
      return ctx.tell(m.to, Ledger.Add, { amount: m.amount })
    },
    Sum: () => ctx.reply(Ledger.Sum, { sum, handled }),
    Book(m) {
      add(m.amount)
      return ctx.reply(Ledger.Book, { sum })
    },
    Exit: () => process.exit(4),
    transfer(snapshot) {
      sum = snapshot.number(sum)
      handled = snapshot.number(handled)
    },
  }
})

/** Its function throws. */
export const stillborn = behavior(Trouble, () => {
  throw new Error('cannot be born')
})

/** No transfer: it cannot move. */
export const rooted = behavior(Watch, (ctx) => ({
  On: () => undefined,
  Gone: () => ctx.reply(Watch.Gone, { count: 0, last: 0 }),
}))

/** Each of its lives begins with a timer, which is to fire once however often it moves. */
export const Egg = protocol('egg', { Hatch: {}, Hatched: request({}, { count: u32 }) })

export const egg = behavior(Egg, (ctx) => {
  let count = 0
  ctx.after(400, Egg.Hatch, {})
  return {
    Hatch() {
      count++
    },
    Hatched: () => ctx.reply(Egg.Hatched, { count }),
    transfer(snapshot) {
      count = snapshot.number(count)
    },
  }
})

export const Hesitant = protocol('hesitant', {
  Pass: request({}, {}),
  /** Closes it: until a timer of its own, or a callback that the engine knows nothing of, opens it after so long. */
  Shut: { timerMs: u32, callbackMs: u32 },
  Open: {},
})

/** BUSY as long as it is shut, with all the room in the world. */
export const hesitant = behavior(Hesitant, (ctx) => {
  let isOpen = true
  const open = (): void => {
    isOpen = true
  }
  return {
    Pass: () => (isOpen ? ctx.reply(Hesitant.Pass, {}) : BUSY),
    Shut({ timerMs, callbackMs }) {
      isOpen = false
      if (timerMs > 0) ctx.after(timerMs, Hesitant.Open, {})
      if (callbackMs > 0) setTimeout(open, callbackMs)
    },
    Open: open,
  }
})

export const Torn = protocol('torn', { Add: {}, Count: request({}, { count: u32 }) })

const tornBy = (readTooMuch: boolean) =>
  behavior(Torn, (ctx) => {
    let count = 0
    return {
      Add() {
        count++
      },
      Count: () => ctx.reply(Torn.Count, { count }),
      transfer(snapshot) {
        count = snapshot.number(count)
        if (!snapshot.isRestoring) return
        if (readTooMuch) snapshot.text('')
        throw new Error('not that state')
      },
    }
  })

/** Their transfers read other than they write. */
export const torn = tornBy(false)
export const greedy = tornBy(true)
