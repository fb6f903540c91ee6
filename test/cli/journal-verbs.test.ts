/** `tradsys journal stats`, `dump` and `export`, run as an operator runs them. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { timeText } from '../../cli/journal/log-point.ts'
import { checkout, Premises } from '../exchange/premises.ts'
import { type PlayedCommand, played, writeJournal } from './played-journal.ts'

/** The venue's definitions come before: 3 currencies, 2 instruments, 8 sessions, 12 deposits. */
const TABLE = `
  alice buy A 5 @ 100
  bob sell B 3 @ 100
  carol buy C 1 @ 50 on ETHUSD
  bob cancel Z
  kill dave halted
  bob/2 sell D 1 @ 100
`

interface Played {
  readonly premises: Premises
  readonly commands: readonly PlayedCommand[]
  /** The lines that a verb prints; it must end well. */
  lines(...args: readonly string[]): Promise<string[]>
  json(...args: readonly string[]): Promise<Record<string, unknown>[]>
}

function open(t: TestContext): Played {
  const premises = new Premises(t)
  const commands = played(TABLE)
  writeJournal(premises.dataDir, commands)
  const lines = async (...args: readonly string[]): Promise<string[]> => {
    const ended = await premises.run(['journal', ...args, '--data-dir', premises.dataDir])
    assert.equal(ended.status, 0, `${args.join(' ')}: ${ended.stderr}`)
    assert.equal(ended.stderr, '')
    return ended.stdout.split('\n').slice(0, -1)
  }
  const json = async (...args: readonly string[]) =>
    (await lines(...args)).map((line) => JSON.parse(line) as Record<string, unknown>)
  return { premises, commands, lines, json }
}

const messagesOf = (rows: readonly Record<string, unknown>[]): unknown[] =>
  rows.map(({ message }) => message)

test('journal stats: counts, bytes, numbers, times and rates of each kind, and the longest gap', async (t) => {
  const { premises, commands, lines, json } = open(t)
  const [stats] = (await json('stats', '--json')) as [Record<string, Record<string, unknown>>]
  const { commands: ofCommands, events, segments, longestGap } = stats
  assert.equal(ofCommands!.records, commands.length)
  assert.equal(ofCommands!.frames, Math.ceil(commands.length / 5))
  assert.deepEqual([ofCommands!.firstNumber, ofCommands!.lastNumber], [1, commands.length])
  assert.equal(ofCommands!.firstTime, timeText(commands[0]!.timeUs))
  assert.equal(ofCommands!.lastTime, timeText(commands.at(-1)!.timeUs))
  const types = ofCommands!.types as { message: string; count: number; bytes: number }[]
  const counts = Object.fromEntries(types.map(({ message, count }) => [message, count]))
  assert.deepEqual(counts, {
    ...{ CurrencyDefine: 3, InstrumentDefine: 2, SessionDefine: 8, Deposit: 12 },
    ...{ NewOrderSingle: 4, OrderCancelRequest: 1, KillSwitch: 1 },
  })
  const records = types.reduce((sum, { bytes }) => sum + bytes, 0)
  assert.equal(ofCommands!.plainBytes, records + 96 * Number(ofCommands!.frames))
  assert.ok(Number(ofCommands!.bytes) < Number(ofCommands!.plainBytes) / 2)
  assert.ok(Number(events!.records) > 0)
  // A microsecond between any two: the first of the longest.
  assert.deepEqual(longestGap, {
    ...{ afterSequence: 1, afterTime: timeText(commands[0]!.timeUs), seconds: 1e-6 },
  })
  const file = '000000000001.mdb'
  const { size } = statSync(join(premises.dataDir, 'journal', file))
  assert.deepEqual(segments, [{ file, bytes: size }])
  const text = (await lines('stats')).join('\n')
  assert.match(text, /^commands {2}31 in 7 frames, \d+ bytes, [\d.]+ a record\n {2}1 … 31, 1970-/)
  assert.match(text, /\n {2}Deposit +12 {2}\d+ bytes\n/)
  assert.match(text, /\nsegment {2}000000000001\.mdb {2}\d+ bytes$/)
})

test('journal stats: an empty journal has nothing, and says so', async (t) => {
  const premises = new Premises(t)
  writeJournal(premises.dataDir, [])
  const { status, stdout } = await premises.run([
    'journal',
    'stats',
    '--data-dir',
    premises.dataDir,
  ])
  assert.equal(status, 0)
  assert.match(stdout, /^commands {2}none\nevents {2}none\nsegment /)
})

test('journal dump: from a number on, so many, commands or events', async (t) => {
  const { commands, json } = open(t)
  assert.equal((await json('dump')).length, commands.length)
  const some = await json('dump', '--from', '25', '--count', '2')
  assert.deepEqual(
    some.map(({ sequence, message, event }) => [sequence, message, event]),
    [
      [25, 'Deposit', undefined],
      [26, 'NewOrderSingle', undefined],
    ],
  )
  const events = await json('dump', '--events', '--from', '3', '--count', '2')
  assert.deepEqual(
    events.map(({ event }) => event),
    [3, 4],
  )
  assert.deepEqual(await json('dump', '--from', '99'), [])
})

test('journal export: what is asked for, with names in place of numbers', async (t) => {
  const { commands, json } = open(t)
  assert.equal((await json('export')).length, commands.length)
  const orders = await json('export', '--type', 'NewOrderSingle,OrderCancelRequest')
  assert.deepEqual(
    orders.map(({ compId, account, ClOrdID }) => [compId, account, ClOrdID]),
    [
      ...[
        ['alice', 'alice', 'A1'],
        ['bob', 'bob', 'B2'],
        ['carol', 'carol', 'C3'],
      ],
      ...[
        ['bob', 'bob', 'Z4'],
        ['bob/2', 'bob', 'D5'],
      ],
    ],
  )
  assert.equal(orders[0]!.time, timeText(Number(orders[0]!.timeUs)))
  const clOrdIds = async (...flags: string[]): Promise<unknown[]> =>
    (await json('export', '--type', 'NewOrderSingle', ...flags)).map(({ ClOrdID }) => ClOrdID)
  assert.deepEqual(await clOrdIds('--account', 'bob'), ['B2', 'D5'])
  assert.deepEqual(await clOrdIds('--session', 'bob/2'), ['D5'])
  assert.deepEqual(await clOrdIds('--symbol', 'ETHUSD'), ['C3'])
  assert.deepEqual(await clOrdIds('--from', '27', '--until', '28'), ['B2', 'C3'])
  assert.deepEqual(await clOrdIds('--count', '1'), ['A1'])
  const [from, until] = [commands[26]!.timeUs, commands[27]!.timeUs].map(timeText)
  assert.deepEqual(await clOrdIds('--from', from!, '--until', until!), ['B2', 'C3'])
  // What names an account is about it, whoever says it.
  const ofDave = await json('export', '--account', 'dave', '--from', '26')
  assert.deepEqual(messagesOf(ofDave), ['KillSwitch'])
})

test('journal export: events, and each command with the events that it caused', async (t) => {
  const { json } = open(t)
  const trades = await json('export', '--events', '--type', 'Trade')
  assert.deepEqual(
    trades.map(({ sequence, Price, Lots }) => [sequence, Price, Lots]),
    [
      [27, 100, 3],
      [31, 100, 1],
    ],
  )
  const turn = await json('export', '--all', '--from', '27', '--until', '27')
  assert.deepEqual(messagesOf(turn).slice(0, 2), ['NewOrderSingle', 'ExecutionReport'])
  assert.ok(turn.slice(1).every(({ event, sequence }) => Number(event) > 0 && sequence === 27))
  // An instrument's market data names it by number, and a refusal of its cancel not at all.
  const ofEth = messagesOf(await json('export', '--events', '--symbol', 'ETHUSD'))
  assert.deepEqual(ofEth, ['InstrumentDefine', 'ExecutionReport', 'DepthUpdate', 'BookTicker'])
  const refused = await json('export', '--events', '--type', 'OrderCancelReject')
  assert.deepEqual(
    await json('export', '--events', '--type', 'OrderCancelReject', '--symbol', 'BTCUSD'),
    refused,
  )
  assert.equal(refused.length, 1)
})

test('journal export: CSV has the same columns whatever comes, into a new file only', async (t) => {
  const { premises, lines } = open(t)
  const [head, ...rows] = await lines('export', '--type', 'NewOrderSingle', '--format', 'csv')
  assert.match(head!, /^sequence,time,timeUs,session,compId,account,number,message,ClOrdID,Side,/)
  assert.equal(rows.length, 4)
  for (const row of rows) assert.equal(row.split(',').length, head!.split(',').length)
  assert.match(
    rows[0]!,
    /^26,1970-01-01T00:00:01\.\d{6}Z,\d+,1,alice,alice,1,NewOrderSingle,A1,Buy,/,
  )
  const none = await lines('export', '--events', '--type', 'PreventedMatch', '--format', 'csv')
  assert.equal(none.length, 1)
  const path = join(premises.directory, 'orders.csv')
  const out = ['export', '--type', 'NewOrderSingle', '--format', 'csv', '--out', path]
  assert.deepEqual(await lines(...out), [])
  assert.equal(readFileSync(path, 'utf8'), `${[head, ...rows].join('\n')}\n`)
  const again = await premises.run(['journal', ...out, '--data-dir', premises.dataDir])
  assert.equal(again.status, 5)
  assert.match(again.stderr, /^tradsys: cannot-write: .*orders\.csv is there already\. Remove it/)
})

const MANY = 3_000

/** A verb whose reader has seen enough after so many bytes: exit status, and what it complained about. */
function readSome(args: readonly string[]): Promise<{ status: number | null; stderr: string }> {
  const command = join(checkout, 'bin/tradsys')
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
  })
  child.stdout.once('data', () => child.stdout.destroy())
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stderr }))
  })
}

test('journal verbs: a reader that leaves ends them, and is no error', async (t) => {
  const premises = new Premises(t)
  const orders = Array.from({ length: MANY }, () => 'alice buy A 1 @ 100').join('\n')
  writeJournal(premises.dataDir, played(orders), { commandsPerCommit: 100 })
  for (const verb of [
    ...[
      ['journal', 'dump'],
      ['journal', 'dump', '--events'],
      ['journal', 'export', '--all'],
    ],
    ...[['journal', 'stats'], ['replay'], ['replay', '--account', 'alice']],
  ]) {
    const { status, stderr } = await readSome([...verb, '--data-dir', premises.dataDir])
    assert.deepEqual([status, stderr], [0, ''], verb.join(' '))
  }
})

test('journal export: bad input is one line with cause and mend, and exit 2', async (t) => {
  const premises = new Premises(t)
  writeJournal(premises.dataDir, played(''))
  const cases: readonly (readonly [flags: string, status: number, line: RegExp])[] = [
    ['--type Foo', 2, /There is no message 'Foo'\. 'tradsys journal stats' lists/],
    ['--type newordersingle', 2, /Is it NewOrderSingle\?/],
    ['--events --all', 2, /'--events' cannot be used with option '--all'/],
    ['--format xml', 2, /Allowed choices are json, csv/],
    ['--from yesterday', 2, /It must be the sequence of a command, or a time such as 2026/],
    ['--until 0', 2, /Commands are numbered from 1/],
    ['--count 0', 2, /It must be a whole number, 1 or more/],
    ['--symbol NOPE', 1, /^tradsys: export-unknown-name: the log knows no symbol NOPE/],
    ['--account NOPE', 1, /^tradsys: export-unknown-name: the log knows no account NOPE/],
    ['--session NOPE', 1, /^tradsys: export-unknown-name: the log knows no session NOPE/],
    ['--out /nowhere/at/all', 5, /^tradsys: cannot-write: cannot write \/nowhere\/at\/all/],
    ['--data-dir nothing-here', 5, /^tradsys: journal-missing: no journal in nothing-here/],
  ]
  await Promise.all(
    cases.map(async ([flags, status, line]) => {
      const args = ['journal', 'export', '--data-dir', premises.dataDir, ...flags.split(' ')]
      const ended = await premises.run(args)
      assert.equal(ended.status, status, `${flags}: ${ended.stderr}`)
      assert.match(ended.stderr, line, flags)
      assert.ok(!ended.stderr.includes('    at '), `${flags}: ${ended.stderr}`)
      assert.equal(ended.stdout, '', flags)
    }),
  )
})
