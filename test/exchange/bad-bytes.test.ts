/**
 * Whatever bytes come to the doors: their sender is refused or closed, the others notice nothing, and the journal is
 * as whole as ever.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrderEntryClient, Side } from '../../client/client.ts'
import { WIRE_FRAME_BYTES_MAX } from '../../protocol/wire-frame.ts'
import {
  frame,
  logonFrame,
  orderFrame as orderFrameOf,
  RawClient,
} from '../gateway/order-entry/raw-client.ts'
import { until } from '../gateway/order-entry/venue.ts'
import { randomFrom } from '../storage/journal-fixture.ts'
import { assertWhole } from './journal-looks.ts'
import { type ExchangeProcess, Premises } from './premises.ts'

const SEED = 20_265
/** At one time; order entry takes some thousands. */
const ABREAST = 24
const GARBAGE_CONNECTIONS = 4_000
const MARKET_DATA_GARBAGE = 300
const FUZZ_ROUNDS = 30
const FRAMES_PER_FUZZ = 12
/** The good session's slowest answer: on a busy machine of two cores, many times the usual. */
const ANSWER_MS_MAX = 1_000
/** What garbage may leave behind in memory, once everything was warm: young garbage of V8 that is not collected yet. */
const GROWTH_BYTES_MAX = 48 << 20

/** Enters an order every few milliseconds and measures how long each answer takes. */
class GoodSession {
  answers = 0
  slowestMs = 0
  readonly #client: OrderEntryClient
  #isStopping = false
  #loop: Promise<void> = Promise.resolve()

  static async start(port: number): Promise<GoodSession> {
    let good: GoodSession | undefined
    const client = await OrderEntryClient.connect({
      ...{ host: '127.0.0.1', port, compId: 'GOOD' },
      onDisconnect: (error) => good?.onDisconnect(error),
    })
    good = new GoodSession(client)
    good.#loop = good.#trade()
    // It is awaited in the end: until then a failure is no unhandled one.
    good.#loop.catch(() => undefined)
    return good
  }

  private constructor(client: OrderEntryClient) {
    this.#client = client
  }

  onDisconnect(error: Error): void {
    throw new Error(`the good session was disconnected: ${error.message}`)
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#loop
    await this.#client.logout()
  }

  async #trade(): Promise<void> {
    for (; !this.#isStopping; this.answers++) {
      const side = this.answers % 2 === 0 ? Side.Buy : Side.Sell
      const startedMs = performance.now()
      await this.#client.request({
        ...{ clOrdId: `good-${this.answers}`, symbol: 'ETHUSDT', side },
        ...{ lots: 10, priceTicks: 300_000 },
      })
      this.slowestMs = Math.max(this.slowestMs, performance.now() - startedMs)
      await sleep(5)
    }
  }
}

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

const withField = (bytes: Buffer, at: number, value: number, width: 2 | 4): Buffer => {
  const changed = Buffer.from(bytes)
  if (width === 2) changed.writeUInt16LE(value, at)
  else changed.writeUInt32LE(value, at)
  return changed
}

/** One wrong thing each in an order's header: [what, bytes]. */
const wrongOrders = (number: number): readonly (readonly [string, Buffer])[] => [
  ['length 0', withField(orderFrame(number), 0, 0, 4)],
  ['length 3', withField(orderFrame(number), 0, 3, 4)],
  ['length 35', withField(orderFrame(number), 0, 35, 4)],
  ['length 2,049', withField(orderFrame(number), 0, 2_049, 4)],
  ['length 2^31', withField(orderFrame(number), 0, 2 ** 31, 4)],
  ['length 2^32 - 1', withField(orderFrame(number), 0, 2 ** 32 - 1, 4)],
  ['another encoding', withField(orderFrame(number), 4, 0xe05b, 2)],
  ['a block of 0', withField(orderFrame(number), 6, 0, 2)],
  ['a block of 65,535', withField(orderFrame(number), 6, 65_535, 2)],
  ['template 0', withField(orderFrame(number), 8, 0, 2)],
  ['template 65,535', withField(orderFrame(number), 8, 65_535, 2)],
  ['a report, which clients do not send', withField(orderFrame(number), 8, 56, 2)],
  ['another schema', withField(orderFrame(number), 10, 4, 2)],
  ['version 0', withField(orderFrame(number), 12, 0, 2)],
  ['number 0', withField(orderFrame(number), 14, 0, 4)],
  ['number 2^32 - 1', withField(orderFrame(number), 14, 2 ** 32 - 1, 4)],
]

async function cutFrames(port: number): Promise<void> {
  const all = Buffer.concat([logonFrame('CUT'), orderFrame(1)])
  await abreast(all.length, (index) => {
    const named = Buffer.concat([logonFrame(`CUT-${index}`), orderFrame(1)])
    return say(port, named.subarray(0, index + 1), true, `cut after ${index + 1} bytes`)
  })
}

async function wrongHeaders(port: number): Promise<void> {
  const rows = wrongOrders(1)
  await abreast(rows.length, async (index) => {
    const [what, bytes] = rows[index]!
    await say(port, bytes, false, `${what}, before any Logon`)
    const client = await RawClient.loggedOn(port, `WRONG-${index}`)
    client.send(bytes)
    const isRefused = (): boolean => client.heard.some(({ name }) => name.endsWith('Reject'))
    await until(`${what}: Reject or close`, () => isRefused() || client.isClosed)
    client.socket.destroy()
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

/** Orders with some flipped bits, from sessions that are logged on; a closed one logs on again in the next round. */
async function fuzz(port: number): Promise<void> {
  await abreast(FUZZ_ROUNDS * ABREAST, async (index) => {
    const random = randomFrom(SEED + index)
    const where = `seed ${SEED}, fuzz ${index}`
    const client = await RawClient.loggedOn(port, `FUZZ-${index}`)
    for (let number = 1; number <= FRAMES_PER_FUZZ; number++) {
      const bytes = orderFrame(number)
      for (let flips = 1 + Math.floor(random() * 3); flips > 0; flips--) {
        // The framing and the number only now and then, or no session would get far.
        const from = random() < 0.05 ? 0 : 36
        const at = from + Math.floor(random() * (bytes.length - from))
        bytes[at]! ^= 1 << Math.floor(random() * 8)
      }
      client.send(bytes)
    }
    // Several: a flipped length may have swallowed the first of them, and waits for the rest of its frame.
    const question = frame('TestRequest', { TestReqID: 'still there' }, FRAMES_PER_FUZZ + 1)
    client.send(
      Buffer.concat(
        Array.from({ length: WIRE_FRAME_BYTES_MAX / question.length + 2 }, () => question),
      ),
    )
    const isAnswered = (): boolean => client.heard.some(({ name }) => name === 'Heartbeat')
    await until(`${where}: Heartbeat or close`, () => isAnswered() || client.isClosed)
    client.socket.destroy()
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
  await wrongHeaders(port)
  await fuzz(port)
  await garbage(port, GARBAGE_CONNECTIONS / 2, SEED)
  const bytesBefore = await settledBytes(exchange)
  await garbage(port, GARBAGE_CONNECTIONS / 2, SEED + GARBAGE_CONNECTIONS)
  await garbage(exchange.marketDataPort, MARKET_DATA_GARBAGE, SEED)
  const grownBytes = (await settledBytes(exchange)) - bytesBefore
  await good.stop()

  assert.ok(good.answers > 200, `${good.answers} answers`)
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
