/**
 * Ten thousand connections that never log on: silent ones, half-closed ones, and such as say a byte a second. The exchange keeps its
 * memory and its files, serves those who are logged on, and lets in who comes in the middle of it.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ExecType, OrderEntryClient, Side } from '../../client/client.ts'
import { ORDER_ENTRY_LIMITS } from '../../gateway/order-entry/limits.ts'
import { GoodSession } from '../exchange/good-session.ts'
import { assertWhole } from '../exchange/journal-looks.ts'
import { type ExchangeProcess, Premises } from '../exchange/premises.ts'
import { logonFrame } from '../gateway/order-entry/raw-client.ts'
import { until } from '../gateway/order-entry/venue.ts'

const CONNECTIONS = 10_000
/** Of them at once; then somebody comes who means it. */
const WAVE = 500
/** Here and in the exchange a connection is a file each; beside them what a process has anyway. */
const FILES_NEEDED = CONNECTIONS + 500
/** Long enough for the first of those who say a byte a second to have met their deadline. */
const DRIP_SECONDS = ORDER_ENTRY_LIMITS.logonDeadlineMs / 1000 + 3
const DRIPPING = 60
const HALF_OPEN = 40
/** A thousand strangers, and young garbage. Ten thousand connections with a buffer each would be 640 MiB. */
const GROWTH_BYTES_MAX = 192 << 20
/** Who was logged on before waits no longer, and who logs on meanwhile either: on a busy machine of two cores. */
const ANSWER_MS_MAX = 5_000

const filesMax = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }))
const skip =
  filesMax < FILES_NEEDED && `needs ${FILES_NEEDED} files at one time, ulimit -n is ${filesMax}`

const ORDER = { symbol: 'ETHUSDT', side: Side.Buy, lots: 10, priceTicks: 300_000 }

test('siege: ten thousand connections that never log on shut nobody out', { skip }, async (t) => {
  const { premises, exchange, good, before } = await peaceful(t)
  const sockets: Socket[] = []
  let filesPeak = 0
  let bytesPeak = 0
  let slowestMs = 0
  try {
    for (let from = 0; from < CONNECTIONS; from += WAVE) {
      for (let i = 0; i < WAVE; i++) sockets.push(stranger(exchange.orderEntryPort, from + i))
      slowestMs = Math.max(slowestMs, await meansIt(exchange.orderEntryPort, `NEW-${from}`))
      filesPeak = Math.max(filesPeak, filesOf(exchange))
      bytesPeak = Math.max(bytesPeak, exchange.anonymousBytes)
    }
    for (const socket of sockets) socket.destroy()
    await until('all files are closed', () => filesOf(exchange) <= before.files)
  } finally {
    await good.stop()
  }
  const { connectionsMax } = ORDER_ENTRY_LIMITS
  assert.ok(filesPeak <= before.files + connectionsMax + 50, `${filesPeak} files`)
  assert.ok(bytesPeak - before.bytes < GROWTH_BYTES_MAX, `grown to ${bytesPeak} bytes`)
  assert.ok(slowestMs < ANSWER_MS_MAX, `${slowestMs} ms to log on and be answered`)
  assert.ok(good.slowestMs < ANSWER_MS_MAX, `slowest answer ${good.slowestMs} ms`)
  await ends(premises, exchange)
  const grownMib = ((bytesPeak - before.bytes) / 2 ** 20).toFixed(0)
  t.diagnostic(
    `at most ${filesPeak - before.files} of them at one time, ${grownMib} MiB more; slowest answer to who was there ` +
      `${good.slowestMs.toFixed(0)} ms, to who came ${slowestMs.toFixed(0)} ms`,
  )
})

test('siege: a byte a second, or half a connection, is over at the deadline', async (t) => {
  const { premises, exchange, good, before } = await peaceful(t)
  const port = exchange.orderEntryPort
  const dripping = Array.from({ length: DRIPPING }, (_, i) => quiet(port, i))
  const halfOpen = Array.from({ length: HALF_OPEN }, (_, i) => quiet(port, i).end())
  const logon = logonFrame('DRIP')
  try {
    for (let second = 0; second < DRIP_SECONDS; second++) {
      for (const socket of dripping) socket.write(logon.subarray(second, second + 1))
      await sleep(1_000)
    }
    await until('all are closed', () => filesOf(exchange) <= before.files)
    assert.ok([...dripping, ...halfOpen].every((socket) => socket.destroyed))
  } finally {
    for (const socket of [...dripping, ...halfOpen]) socket.destroy()
    await good.stop()
  }
  assert.ok(good.slowestMs < ANSWER_MS_MAX, `slowest answer ${good.slowestMs} ms`)
  await ends(premises, exchange)
})

interface Peaceful {
  readonly premises: Premises
  readonly exchange: ExchangeProcess
  readonly good: GoodSession
  readonly before: { readonly files: number; readonly bytes: number }
}

/** An exchange where somebody trades. */
async function peaceful(t: {
  readonly after: (end: () => Promise<void>) => void
}): Promise<Peaceful> {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q', '--durability', 'process-crash'] })
  const good = await GoodSession.start(exchange.orderEntryPort)
  await sleep(500)
  const before = { files: filesOf(exchange), bytes: exchange.anonymousBytes }
  return { premises, exchange, good, before }
}

async function ends(premises: Premises, exchange: ExchangeProcess): Promise<void> {
  const { status, stderr } = await exchange.end('SIGTERM')
  assert.equal(status, 143, stderr)
  assert.doesNotMatch(stderr, /connection-failed/)
  await assertWhole(premises, 'after the siege')
}

/** From one of several addresses, as there are not so many ports behind one. */
function quiet(port: number, index: number): Socket {
  const localAddress = `127.0.4.${1 + (index % 8)}`
  const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true })
  // Cut off, as it should be.
  socket.on('error', () => socket.destroy())
  socket.resume()
  return socket
}

/** Every tenth half-closed, every fifth with the first bytes of a Logon. */
function stranger(port: number, index: number): Socket {
  const socket = quiet(port, index)
  if (index % 10 === 0) socket.end()
  else if (index % 5 === 1) socket.write(logonFrame('NEVER').subarray(0, 1 + (index % 100)))
  return socket
}

/** Logs on, enters an order, hears of it and leaves. Returns how long that took, ms. */
async function meansIt(port: number, compId: string): Promise<number> {
  const started = performance.now()
  const client = await OrderEntryClient.connect({ host: '127.0.0.1', port, compId })
  const { execType } = await client.request({ ...ORDER, clOrdId: 'in-the-middle' })
  assert.equal(execType, ExecType.New)
  await client.logout()
  return performance.now() - started
}

const filesOf = ({ pid }: ExchangeProcess): number => readdirSync(`/proc/${pid}/fd`).length
