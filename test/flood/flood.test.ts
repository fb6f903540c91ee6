/**
 * A session that floods at ten times what it may, beside one that trades as it may: how long the other waits for its answers, with the
 * flood and without, turn by turn. With TRADSYS_LONG=1 the turns are long, and p99 within 1.5 times is asserted: that is a measurement,
 * for a machine that does nothing else. Without, only that everybody is answered.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ExecType, OrderEntryClient, Side, TimeInForce } from '../../client/client.ts'
import { assertWhole } from '../exchange/journal-looks.ts'
import { Premises } from '../exchange/premises.ts'

const isLong = process.env.TRADSYS_LONG !== undefined
/** What a session may send a second, and what the other one does. */
const ALLOWED = 1_000
const STEADY = 500
const FLOOD = 10 * ALLOWED
const TURNS = isLong ? 5 : 1
const TURN_SECONDS = isLong ? 8 : 1.5
/** After a flood has begun or ended. */
const SETTLE_MS = 500
const P99_TIMES_MAX = 1.5
/** A busy machine of two cores, and a flood that runs on one of them. */
const LAX_MS_MAX = 10_000

const THROTTLE = `
orderEntry:
  throttle:
    session: { messages: ${ALLOWED}, cancels: ${ALLOWED} }
`

test(`flood: a session that sends ten times what it may, and one beside it`, async (t) => {
  const premises = new Premises(t)
  const config = premises.file('throttle.yaml', THROTTLE)
  const flags = ['-q', '--durability', 'process-crash', '-c', config]
  const exchange = await premises.start({ flags })
  const { orderEntryPort: port } = exchange
  const steady = await Steady.start(port)
  await steady.measure(1)
  const calm: number[] = []
  const flooded: number[] = []
  const told = { sent: 0, logons: 0, refused: 0, taken: 0 }
  for (let turn = 0; turn < TURNS; turn++) {
    calm.push(await steady.measure(TURN_SECONDS))
    const flood = spawn(process.execPath, [flooder, `127.0.0.1:${port}`, String(FLOOD)])
    t.after(() => flood.kill('SIGKILL'))
    await sleep(SETTLE_MS)
    flooded.push(await steady.measure(TURN_SECONDS))
    const counts = await ended(flood)
    for (const name of Object.keys(told) as (keyof typeof told)[]) told[name] += counts[name] ?? 0
    await sleep(SETTLE_MS)
  }
  await steady.stop()
  const { status, stderr } = await exchange.end('SIGTERM')
  assert.equal(status, 143, stderr)
  assert.doesNotMatch(stderr, /connection-failed/)
  await assertWhole(premises, 'after the flood')

  const [before, during] = [median(calm), median(flooded)]
  const seconds = TURNS * (TURN_SECONDS + SETTLE_MS / 1000)
  t.diagnostic(
    `p99 ${before.toFixed(2)} ms without the flood, ${during.toFixed(2)} ms in it, ${(during / before).toFixed(2)} times; ` +
      `turns ${rounded(calm)} / ${rounded(flooded)}; the flood sent ${told.sent}, ${told.taken} were taken, ` +
      `${told.refused} refused, ${told.logons} Logons`,
  )
  assert.ok(told.refused > 0, 'nothing was refused')
  assert.ok(
    told.taken <= ALLOWED * (seconds + TURNS) * 1.2,
    `${told.taken} of the flood were taken`,
  )
  if (isLong) assert.ok(during <= P99_TIMES_MAX * before, 'the flood is felt')
  else assert.ok(during < LAX_MS_MAX, `${during} ms`)
})

const flooder = fileURLToPath(new URL('./flooder.js', import.meta.url))

/** Open loop: an order is due when it is due, and its latency counts from then. */
class Steady {
  readonly #client: OrderEntryClient
  #orders = 0

  static async start(port: number): Promise<Steady> {
    return new Steady(await OrderEntryClient.connect({ host: '127.0.0.1', port, compId: 'STEADY' }))
  }

  private constructor(client: OrderEntryClient) {
    this.#client = client
  }

  /** p99 of so many seconds, ms. */
  async measure(seconds: number): Promise<number> {
    const waits: Promise<number>[] = []
    const started = performance.now()
    for (let i = 0; i < seconds * STEADY; i++) {
      const dueMs = started + (i * 1_000) / STEADY
      const aheadMs = dueMs - performance.now()
      if (aheadMs > 0) await sleep(aheadMs)
      waits.push(this.#enter(dueMs))
    }
    const latencies = (await Promise.all(waits)).sort((a, b) => a - b)
    return latencies[Math.floor(latencies.length * 0.99)]!
  }

  stop(): Promise<void> {
    return this.#client.logout()
  }

  async #enter(dueMs: number): Promise<number> {
    const { execType } = await this.#client.request({
      ...{ clOrdId: `steady-${++this.#orders}`, symbol: 'ETHUSDT', side: Side.Buy },
      ...{ lots: 10, priceTicks: 290_000, timeInForce: TimeInForce.ImmediateOrCancel },
    })
    assert.equal(execType, ExecType.New)
    return performance.now() - dueMs
  }
}

async function ended(flood: ChildProcess): Promise<Partial<Record<string, number>>> {
  let text = ''
  flood.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  flood.kill('SIGTERM')
  await once(flood, 'close')
  return JSON.parse(text) as Record<string, number>
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
const rounded = (values: readonly number[]): string =>
  values.map((value) => value.toFixed(2)).join(' ')
