/**
 * Mutated frames, from a seed, against a running exchange: 20,000 of them, or a million with TRADSYS_LONG=1. Each session hears what a
 * slow model of the door says it must; the journal holds byte by byte what was taken, and replays to what the exchange has said; memory
 * stays where it was, and who behaves is served. FUZZ_SEED begins elsewhere.
 */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { GoodSession } from '../exchange/good-session.ts'
import { assertWhole } from '../exchange/journal-looks.ts'
import { Premises } from '../exchange/premises.ts'
import { FuzzedSession } from './fuzzed-session.ts'
import { assertJournaled } from './journal-of-fuzz.ts'

const FRAMES = process.env.TRADSYS_LONG === undefined ? 20_000 : 1_000_000
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_129)
/** Then another takes its place, so that what one is told again does not grow. */
const FRAMES_OF_SESSION = 2_000
const ABREAST = 4
/** Of the frames, before memory is looked at first. */
const WARM_SHARE = 0.3
/** What the exchange may have grown by, from warm to the end: orders that rest, ids that are remembered, and V8's young garbage. */
const GROWTH_BYTES_MAX = 64 << 20

test(`fuzz: ${FRAMES.toLocaleString('en')} mutated frames end their own session at most`, async (t) => {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q', '--durability', 'none'] })
  const good = await GoodSession.start(exchange.orderEntryPort)
  const sessions = Array.from(
    { length: Math.ceil(FRAMES / FRAMES_OF_SESSION) },
    (_, index) =>
      new FuzzedSession({
        ...{ port: exchange.orderEntryPort, seed: SEED + index, compId: `Z-${index}` },
      }),
  )
  const filesBefore = filesOf(exchange.pid)
  const started = performance.now()
  let next = 0
  const runUntil = async (end: number): Promise<void> => {
    const worker = async (): Promise<void> => {
      while (next < end) await sessions[next++]!.run(FRAMES_OF_SESSION)
    }
    await Promise.all(Array.from({ length: ABREAST }, worker))
    await sleep(500)
  }
  await runUntil(Math.ceil(sessions.length * WARM_SHARE))
  const warmBytes = exchange.residentBytes
  await runUntil(sessions.length)
  const grownBytes = exchange.residentBytes - warmBytes
  const seconds = (performance.now() - started) / 1000
  await good.stop()

  assert.ok(filesOf(exchange.pid) <= filesBefore, `${filesOf(exchange.pid)} files are open`)
  assert.ok(grownBytes < GROWTH_BYTES_MAX, `grown by ${grownBytes} bytes`)
  assert.ok(good.answers > 0, 'who behaves was not served')
  const last = await GoodSession.start(exchange.orderEntryPort, 'LAST')
  await last.stop()
  const { status, stderr } = await exchange.end('SIGTERM')
  assert.equal(status, 143, stderr)
  assert.doesNotMatch(stderr, /connection-failed/)
  const taken = new Map(sessions.map((one, index) => [`Z-${index}`, one.taken]))
  const journaled = assertJournaled(premises.dataDir, taken)
  const { stateHash } = await assertWhole(premises, `seed ${SEED}`)
  const sum = (of: (one: FuzzedSession) => number): string =>
    sessions.reduce((total, one) => total + of(one), 0).toLocaleString('en')
  t.diagnostic(
    `${sum((one) => one.framesSent)} frames over ${sum((one) => one.connections)} connections in ${seconds.toFixed(0)} s: ` +
      `${journaled.toLocaleString('en')} taken, ${sum((one) => one.refused)} refused; ` +
      `memory ${(warmBytes / 2 ** 20).toFixed(0)} MiB warm, ${(grownBytes / 2 ** 20).toFixed(1)} MiB more at the end; ` +
      `state ${stateHash}; ${good.answers} answers to who behaves, slowest ${good.slowestMs.toFixed(0)} ms`,
  )
})

const filesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length
