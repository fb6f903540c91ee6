/**
 * The actors of `bench actor`: what their threads load. Items and requests are blocks of 24 bytes, so that a record of one, with its
 * header of 8 and its envelope of 32, is 64 bytes long.
 *
 *   main ── Begin ──▶ SOURCE ── 64 Items a turn, then Burst to itself ──▶ SINK          main asks both what they have counted
 *   main ── Begin ──▶ ASKER ◀── one Echo after the other ──▶ ECHO
 */
import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import {
  answerTo,
  BUSY,
  behavior,
  type Context,
  f64,
  i32,
  i53,
  NOBODY,
  protocol,
  type Ref,
  refTo,
  request,
  u32,
  type View,
} from '../../engine/engine.ts'
import { TripMeter } from '../ring/meters.ts'

const COUNTED = { count: f64, sum: i32 }
const HEAP = { bytes: f64, collections: f64 }

export const Sink = protocol('bench-sink', {
  Item: { source: u32, number: u32, price: i53, lots: u32, flags: u32 },
  /** What it has got; `misplaced`: behind another one of its source that was sent later. */
  Report: request({}, { ...COUNTED, misplaced: f64 }),
  Heap: request({}, HEAP),
})

export const Source = protocol('bench-source', {
  Begin: { source: u32, to: refTo<'bench-sink'>() },
  Burst: {},
  /** It sends no more; what it has sent. */
  End: request({}, COUNTED),
  Heap: request({}, HEAP),
})

export const Echo = protocol('bench-echo', {
  Echo: request({ number: u32, price: i53 }, { number: u32, price: i53 }),
})

export const Asker = protocol('bench-asker', {
  /** `perLook`: trips to a look at the clock. */
  Begin: { to: refTo<'bench-echo'>(), perLook: u32 },
  /** It asks no more; `wrong`: answers that are none. */
  End: request({}, { medianUs: f64, trips: f64, wrong: f64 }),
})

type Item = View<{
  readonly source: number
  readonly number: number
  readonly price: number
  readonly lots: number
  readonly flags: number
}>

const BURST = 64
const PRICE = 1_000_000
const LOTS_MASK = 1023
const FLAGS = 1
/** Sources of one sink are numbered from 0. */
export const SOURCES_MAX = 64

/** The same whatever else comes in between, so that a sink has one for all its sources. */
const sumOf = (source: number, number: number, price: number, lots: number, flags: number) =>
  (Math.imul(number, 31) + source + price + lots + flags) | 0

/** Of this thread, while it runs. */
let collections = 0
new PerformanceObserver((list) => {
  collections += list.getEntries().length
}).observe({ entryTypes: ['gc'] })

const heap = () => ({ bytes: getHeapStatistics().used_heap_size, collections })

class Counter {
  count = 0
  sum = 0
  misplaced = 0
  readonly #next = new Float64Array(SOURCES_MAX)

  add({ source, number, price, lots, flags }: Item): void {
    this.count++
    this.sum = (this.sum + sumOf(source, number, price, lots, flags)) | 0
    if (this.#next[source] !== number) this.misplaced++
    this.#next[source] = number + 1
  }

  get counted() {
    return { count: this.count, sum: this.sum, misplaced: this.misplaced }
  }

  /** What a journaled one keeps. */
  transfer(number: (value: number) => number): void {
    this.count = number(this.count)
    this.sum = number(this.sum)
    this.misplaced = number(this.misplaced)
    for (let i = 0; i < SOURCES_MAX; i++) this.#next[i] = number(this.#next[i]!)
  }
}

/** For transient and journaled ones. */
export const sink = behavior(Sink, (ctx) => {
  const counter = new Counter()
  return {
    Item(item) {
      counter.add(item)
    },
    Report: () => ctx.reply(Sink.Report, counter.counted),
    Heap: () => ctx.reply(Sink.Heap, heap()),
    transfer(snapshot) {
      counter.transfer((value) => snapshot.number(value))
    },
  }
})

export const source = behavior(Source, (ctx) => {
  const sender = new Sender(ctx)
  return {
    Begin({ source, to }) {
      sender.begin(source, to)
      ctx.tell(ctx.self, Source.Burst, {})
    },
    Burst() {
      if (sender.isOver) return
      // With nothing sent it may be told again, when there is room.
      if (sender.sendBurst() === 0) return BUSY
      // By tell() it would cost an object.
      if (ctx.claim(ctx.self, Source.Burst) !== undefined) ctx.commit()
    },
    End() {
      sender.isOver = true
      return ctx.reply(Source.End, { count: sender.count, sum: sender.sum })
    },
    Heap: () => ctx.reply(Source.Heap, heap()),
  }
})

class Sender {
  count = 0
  sum = 0
  isOver = false
  readonly #ctx: Context<'bench-source'>
  #source = 0
  #to: Ref<'bench-sink'> = NOBODY

  constructor(ctx: Context<'bench-source'>) {
    this.#ctx = ctx
  }

  begin(source: number, to: Ref<'bench-sink'>): void {
    this.#source = source
    this.#to = to
  }

  /** How many found room. */
  sendBurst(): number {
    const ctx = this.#ctx
    for (let sent = 0; sent < BURST; sent++) {
      const item = ctx.claim(this.#to, Sink.Item)
      if (item === undefined) return sent
      const number = this.count
      const price = PRICE + number
      const lots = number & LOTS_MASK
      item.source = this.#source
      item.number = number
      item.price = price
      item.lots = lots
      item.flags = FLAGS
      ctx.commit()
      this.sum = (this.sum + sumOf(this.#source, number, price, lots, FLAGS)) | 0
      this.count = number + 1
    }
    return BURST
  }
}

export const echo = behavior(Echo, (ctx) => ({
  Echo: ({ number, price }) => ctx.reply(Echo.Echo, { number, price }),
}))

/** A trip that takes longer has gone wrong. */
const TRIP_MS_MAX = 10_000

export const asker = behavior(Asker, (ctx) => {
  let to: Ref<'bench-echo'> = NOBODY
  let number = 0
  let wrong = 0
  let startMs = 0
  let isOver = false
  let meter = new TripMeter(1)
  const ask = () =>
    ctx.ask(to, Echo.Echo, { number, price: PRICE + number }, { timeoutMs: TRIP_MS_MAX })
  return {
    Begin(given) {
      to = given.to
      meter = new TripMeter(given.perLook)
      startMs = performance.now()
      return ask()
    },
    End() {
      isOver = true
      return ctx.reply(Asker.End, { medianUs: meter.medianMs * 1000, trips: number, wrong })
    },
    answers: [
      answerTo(Echo.Echo, (answer) => {
        if (answer?.number !== number || answer.price !== PRICE + number) wrong++
        number++
        if (number % meter.perLook === 0) {
          const nowMs = performance.now()
          meter.add(nowMs - startMs)
          startMs = nowMs
        }
        return isOver ? undefined : ask()
      }),
    ],
  }
})
