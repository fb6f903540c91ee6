/**
 * Whatever bytes come to the doors: their sender is refused or closed, the others notice nothing, and the journal is
 * as whole as ever. What is wrong in one place only is test/conformance's business, what a session sends test/fuzz's.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { logonFrame, orderFrame as orderFrameOf } from '../gateway/order-entry/raw-client.ts'
import { randomFrom } from '../storage/journal-fixture.ts'
import { GoodSession } from './good-session.ts'
import { assertWhole } from './journal-looks.ts'
import { type ExchangeProcess, Premises } from './premises.ts'

const SEED = 20_265
/** At one time; order entry takes some thousands. */
const ABREAST = 24
const GARBAGE_CONNECTIONS = 4_000
const MARKET_DATA_GARBAGE = 300
/** The good session's slowest answer: on a busy machine of two cores, many times the usual. */
const ANSWER_MS_MAX = 1_000
/** What garbage may leave behind in memory, once everything was warm: young garbage of V8 that is not collected yet. */
const GROWTH_BYTES_MAX = 48 << 20

const orderFrame = (number: number): Buffer =>
  orderFrameOf(number, { Symbol: 'BTCUSDT', Price: 6_000_000 })

/** Connects, says this, and resolves when the exchange has closed; `hangsUp`: after saying it, our half is closed. */
function say(port: number, bytes: Uint8Array, hangsUp: boolean, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    socket.setTimeout(5_000, () => socket.destroy(new Error(`${where}: not closed within 5 s`)))
    // A reset is a way to close too, and so is a broken pipe.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
    })
    socket.on('close', () => resolve())
    socket.resume()
    if (hangsUp) socket.end(bytes)
    else socket.write(bytes)
  })
}

/** Runs all of them, some at a time. */
async function abreast(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: ABREAST }, worker))
}

async function cutFrames(port: number): Promise<void> {
  const all = Buffer.concat([logonFrame('CUT'), orderFrame(1)])
  await abreast(all.length, (index) => {
    const named = Buffer.concat([logonFrame(`CUT-${index}`), orderFrame(1)])
    return say(port, named.subarray(0, index + 1), true, `cut after ${index + 1} bytes`)
  })
}

async function garbage(port: number, count: number, seed: number): Promise<void> {
  await abreast(count, (index) => {
    const random = randomFrom(seed + index)
    const bytes = Buffer.from(
      Array.from({ length: 1 + Math.floor(random() * 2_000) }, () => Math.floor(random() * 256)),
    )
    // Each other one begins like a frame of ours, so that it is read further.
    if (index % 2 === 0 && bytes.length >= 6) {
      bytes.writeUInt32LE(Math.min(bytes.length, 36 + Math.floor(random() * 989)), 0)
      bytes.writeUInt16LE(0xeb50, 4)
    }
    return say(port, bytes, true, `seed ${seed}, garbage ${index}`)
  })
}

async function settledBytes(exchange: ExchangeProcess): Promise<number> {
  await sleep(300)
  return exchange.residentBytes
}

test('bad-bytes: they end their own session, and nothing else', async (t) => {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q', '--durability', 'process-crash'] })
  const { orderEntryPort: port } = exchange
  const good = await GoodSession.start(port)
  await cutFrames(port)
  await garbage(port, GARBAGE_CONNECTIONS / 2, SEED)
  const bytesBefore = await settledBytes(exchange)
  await garbage(port, GARBAGE_CONNECTIONS / 2, SEED + GARBAGE_CONNECTIONS)
  await garbage(exchange.marketDataPort, MARKET_DATA_GARBAGE, SEED)
  const grownBytes = (await settledBytes(exchange)) - bytesBefore
  await good.stop()

  assert.ok(good.answers > 50, `${good.answers} answers`)
  assert.ok(good.slowestMs < ANSWER_MS_MAX, `slowest answer ${good.slowestMs.toFixed(0)} ms`)
  assert.ok(grownBytes < GROWTH_BYTES_MAX, `grown by ${grownBytes} bytes`)
  const ready = await fetch(`${exchange.url}/readyz`)
  assert.equal(ready.status, 200)
  const { status, stderr } = await exchange.end('SIGTERM')
  assert.equal(status, 143, stderr)
  assert.doesNotMatch(stderr, /connection-failed/)
  await assertWhole(premises, 'after all that')
  const mib = (grownBytes / (1 << 20)).toFixed(1)
  t.diagnostic(`${good.answers} answers, slowest ${good.slowestMs.toFixed(0)} ms; grown ${mib} MiB`)
})
