/**
 * Mutated frames, from a seed, against a running exchange: 20,000 of them, or a million with TRADSYS_LONG=1. Each session hears what a
 * slow model of the door says it must; the journal holds byte by byte what was taken, and replays to what the exchange has said; memory
 * stays where it was, and who behaves is served. FUZZ_SEED begins elsewhere.
 */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { GoodSession } from '../exchange/good-session.ts'
import { assertWhole } from '../exchange/journal-looks.ts'
import { Premises } from '../exchange/premises.ts'
import { until } from '../gateway/order-entry/venue.ts'
import { FuzzedSession } from './fuzzed-session.ts'
import { assertJournaled } from './journal-of-fuzz.ts'

const FRAMES = process.env.TRADSYS_LONG === undefined ? 20_000 : 1_000_000
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_129)
/** Then another takes its place, so that what one is told again does not grow. */
const FRAMES_OF_SESSION = 2_000
const ABREAST = 4
/** Memory is looked at after each tenth; it is warm after so many. */
const TENTHS_WARM = 4
/** What it may have grown by from there to the end: orders that rest, ids that are remembered, V8's young garbage. */
const GROWTH_BYTES_MAX = 48 << 20

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
  const mib: number[] = []
  try {
    for (let tenth = 0; tenth < 10; tenth++) {
      const from = Math.ceil((sessions.length * tenth) / 10)
      await runAll(sessions.slice(from, Math.ceil((sessions.length * (tenth + 1)) / 10)))
      mib.push(Math.round(exchange.anonymousBytes / 2 ** 20))
    }
  } finally {
    await good.stop()
  }
  const seconds = (performance.now() - started) / 1000
  const grownMib = mib.at(-1)! - mib[TENTHS_WARM]!
  assert.ok(grownMib * 2 ** 20 < GROWTH_BYTES_MAX, `MiB after each tenth: ${mib.join(' ')}`)
  assert.ok(good.answers > 0, 'who behaves was not served')
  const last = await GoodSession.start(exchange.orderEntryPort, 'LAST')
  await last.stop()
  await until('all files are closed', () => filesOf(exchange.pid) <= filesBefore)
  const { status, stderr } = await exchange.end('SIGTERM')
  assert.equal(status, 143, stderr)
  assert.doesNotMatch(stderr, /connection-failed/)
  const taken = new Map(sessions.map((one) => [one.compId, one.taken]))
  const journaled = assertJournaled(premises.dataDir, taken)
  const { stateHash } = await assertWhole(premises, `seed ${SEED}`)
  const sum = (of: (one: FuzzedSession) => number): string =>
    sessions.reduce((total, one) => total + of(one), 0).toLocaleString('en')
  const told = [
    `${sum((one) => one.framesSent)} frames over ${sum((one) => one.connections)} connections`,
    `${seconds.toFixed(0)} s`,
    `${journaled.toLocaleString('en')} taken, ${sum((one) => one.refused)} refused`,
    `MiB after each tenth: ${mib.join(' ')}`,
    `state ${stateHash}`,
    `${good.answers} answers to who behaves, slowest ${good.slowestMs.toFixed(0)} ms`,
  ]
  t.diagnostic(told.join('; '))
})

/** Some at a time; the first that fails is the last to begin. */
async function runAll(sessions: readonly FuzzedSession[]): Promise<void> {
  let next = 0
  let hasFailed = false
  const worker = async (): Promise<void> => {
    while (next < sessions.length && !hasFailed) {
      await sessions[next++]!.run(FRAMES_OF_SESSION).catch((error: unknown) => {
        hasFailed = true
        throw error
      })
    }
  }
  await Promise.all(Array.from({ length: ABREAST }, worker))
}

const filesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length
