/**
 * Readings come faster than they can be stored, and none is lost: whoever finds the next one full is told BUSY and gives its
 * own message back, so it is full itself soon, and so on up to the sources. They make readings as fast as these are stored.
 *
 *   source-1 ─▶ parser-1 ┐               ┌─▶ windows of some sensors  ┐        ┌─▶ store (slow: says BUSY)
 *   source-2 ─▶ parser-2 ┴─ by sensor ─▶ ┴─▶ windows of the others    ┴─ rows ─┴─▶ dashboard (slower: drops what is newest)
 *
 *   node examples/sensors.js [readings]      prints where pressure is: who is Blocked, what waits; and the memory, which is flat
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'
import * as engine from 'tradsys/engine'

const { ActorSystem, BUSY, behavior, f64, hashed, onThread, protocol } = engine
const { refTo, request, text, u8, u32, withActor } = engine

const SENSORS = 8
const SOURCES = 2
const READINGS_PER_WINDOW = 50

export const Rows = protocol('rows', {
  Row: { sensor: u8, number: u32, mean: f64 },
  Total: request({}, { rows: u32, missed: u32 }),
})
export const Window = protocol('window', {
  Begin: { sensor: u8, store: refTo('rows'), dashboard: refTo('rows') },
  Reading: { value: f64 },
})
export const Parser = protocol('parser', {
  Route: { sensor: u8, to: refTo('window') },
  Line: { line: text(24) },
})
export const Source = protocol('source', { Begin: { parser: refTo('parser'), readings: u32 } })

export const source = behavior(Source, (ctx) => {
  let made = 0
  return {
    // Given again after a BUSY, it goes on where it was: what was sent is counted.
    Begin({ parser, readings }) {
      for (; made < readings; made++) {
        const line = `s${made % SENSORS} ${20 + (made % 10)}.5`
        if (ctx.tell(parser, Parser.Line, { line }) === BUSY) return BUSY
      }
    },
  }
})

export const parser = behavior(Parser, (ctx) => {
  const windows = []
  return {
    Route({ sensor, to }) {
      windows[sensor] = to
    },
    Line({ line }) {
      // In place: the number goes from the text into the ring, and no object is made.
      const reading = ctx.claim(windows[line[1]], Window.Reading)
      if (reading === undefined) return BUSY
      reading.value = Number(line.slice(3))
      return ctx.commit()
    },
  }
})

export const window = behavior(Window, (ctx) => {
  let place
  let number = 0
  let readings = 0
  let sum = 0
  return {
    Begin(m) {
      place = m.copy()
    },
    Reading({ value }) {
      if (readings === READINGS_PER_WINDOW - 1) {
        const row = { sensor: place.sensor, number, mean: (sum + value) / READINGS_PER_WINDOW }
        // Before anything has changed: given again, this handler finds what it found now.
        if (ctx.tell(place.store, Rows.Row, row) === BUSY) return BUSY
        // Not given again: the row is in the store by now, and a dashboard may miss some.
        ctx.tell(place.dashboard, Rows.Row, row)
        number++
      }
      readings = (readings + 1) % READINGS_PER_WINDOW
      sum = readings === 0 ? 0 : sum + value
    },
  }
})

const never = new Int32Array(new SharedArrayBuffer(4))
/** Its thread stands still over each row, as before a slow disk. */
const taker = (rowMs) =>
  behavior(Rows, (ctx) => {
    const next = new Array(SENSORS).fill(0)
    let rows = 0
    return {
      Row({ sensor, number }) {
        Atomics.wait(never, 0, 0, rowMs)
        rows++
        next[sensor] = number + 1
      },
      Total: () => ctx.reply(Rows.Total, { rows, missed: next.reduce((a, b) => a + b) - rows }),
    }
  })
export const store = taker(0.2)
export const dashboard = taker(2)

if (isMainThread) {
  const wanted = Math.max(1, process.argv[2] ?? 1e6)
  const rows = SENSORS * Math.ceil(wanted / SENSORS / READINGS_PER_WINDOW)
  const system = await ActorSystem.start({
    ...{ from: import.meta.url, behaviors: { source, parser, window, store, dashboard } },
    threads: ['sources', 'windows-1', 'windows-2', 'store', 'dashboard'].map((name) => ({ name })),
    ringBytes: 64 * 1024, // what is under way: small, so that pressure is felt soon
  })
  const drops = { on: onThread('dashboard'), overflow: 'drop-newest', mailboxBytes: 4096 }
  const ends = {
    store: await system.spawn(store, 'store', { on: onThread('store') }),
    dashboard: await system.spawn(dashboard, 'dashboard', drops),
  }
  const windows = []
  for (let sensor = 0; sensor < SENSORS; sensor++) {
    const on = hashed(`sensor ${sensor}`, ['windows-1', 'windows-2'])
    windows[sensor] = await system.spawn(window, `window-${sensor}`, { on })
    system.tell(windows[sensor], Window.Begin, { sensor, ...ends })
  }
  for (let i = 1; i <= SOURCES; i++) {
    const from = await system.spawn(source, `source-${i}`, { on: onThread('sources') })
    const to = await system.spawn(parser, `parser-${i}`, { on: withActor(from) })
    for (const [sensor, at] of windows.entries()) system.tell(to, Parser.Route, { sensor, to: at })
    const readings = (rows / SOURCES) * READINGS_PER_WINDOW
    system.tell(from, Source.Begin, { parser: to, readings })
  }
  const startMs = performance.now()
  let stored = { rows: 0, missed: 0 }
  while (stored.rows < rows) {
    await sleep(500)
    const actors = await system.control.actors()
    const seconds = (performance.now() - startMs) / 1000
    for (const { name, handled, waiting, condition } of actors) {
      console.log(name.padEnd(10), Math.round(handled / seconds), '/s', waiting, 'wait', condition)
    }
    stored = await system.ask(ends.store, Rows.Total, {})
    const memory = `${Math.round(process.memoryUsage.rss() / 1e6)} MB`
    console.log(`stored ${stored.rows} of ${rows}, missed ${stored.missed}, in ${memory}`)
  }
  const shown = await system.ask(ends.dashboard, Rows.Total, {})
  console.log(`shown ${shown.rows} of ${rows}, missed ${shown.missed}`)
  await system.stop()
}
