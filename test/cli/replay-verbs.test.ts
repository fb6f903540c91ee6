/** `tradsys replay` and its ways, run as an operator runs them. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { timeText } from '../../cli/journal/log-point.ts'
import { journaled } from '../exchange/invoked-exchange.ts'
import { type Ended, Premises } from '../exchange/premises.ts'
import { segmentPath } from '../storage/journal-fixture.ts'
import { type JournalOptions, type PlayedCommand, played, writeJournal } from './played-journal.ts'

const TABLE = `
  alice buy A 5 @ 100
  bob sell B 3 @ 100
  carol buy C 1 @ 50 on ETHUSD
  alice cancel A
`

class Desk {
  readonly premises: Premises

  constructor(t: TestContext) {
    this.premises = new Premises(t)
  }

  /** A journal in a directory of this name. */
  write(name: string, commands: readonly PlayedCommand[], options: JournalOptions = {}): string {
    const directory = join(this.premises.directory, name)
    writeJournal(directory, commands, options)
    return directory
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.premises.run(['replay', ...args])
  }

  async json(status: number, ...args: readonly string[]): Promise<Record<string, unknown>> {
    const ended = await this.run('--json', ...args)
    assert.equal(ended.status, status, `${args.join(' ')}: ${ended.stdout}${ended.stderr}`)
    return JSON.parse(ended.stdout) as Record<string, unknown>
  }
}

test('replay: stops behind a sequence, or behind the last command that is not later', async (t) => {
  const desk = new Desk(t)
  const commands = played(TABLE)
  const dir = desk.write('a', commands)
  const whole = await desk.json(0, '--verify', '--data-dir', dir)
  assert.deepEqual([whole.commands, whole.eventsMissing], [commands.length, 0])
  const bySequence = await desk.json(0, '--data-dir', dir, '--until', '27')
  const time = timeText(commands[26]!.timeUs)
  const byTime = await desk.json(0, '--data-dir', dir, '--until', time)
  const { seconds: _, ...first } = bySequence
  const { seconds: __, ...second } = byTime
  assert.deepEqual(second, first)
  assert.deepEqual([first.commands, first.time], [27, time])
  assert.notEqual(first.stateHash, whole.stateHash)
  const before = await desk.json(0, '--data-dir', dir, '--until', '1969-01-01')
  assert.deepEqual([before.commands, before.eventsEqual], [0, 0])
})

test('replay: several looks at once, all in one object', async (t) => {
  const desk = new Desk(t)
  const dir = desk.write('a', played(TABLE))
  const looks = ['--book', 'ETHUSD', '--account', 'bob', '--order', 'alice/A1']
  const all = await desk.json(0, '--data-dir', dir, ...looks)
  assert.equal((all.book as { bids: { price: string }[] }).bids[0]!.price, '50')
  assert.equal((all.account as { account: string }).account, 'bob')
  const order = all.order as { status: string; events: unknown[] }
  assert.deepEqual([order.status, order.events.length], ['Canceled', 3])
  const { status, stdout } = await desk.run('--data-dir', dir, ...looks)
  assert.equal(status, 0)
  assert.match(stdout, /^behind command 29, 1970-01-01T00:00:01\.\d{6}Z\nETHUSD: Continuous/)
  assert.match(stdout, /\nbob: trading Active/)
  assert.match(stdout, /\n26 alice\/A1: BTCUSD Buy 5 @ 100 Limit GoodTillCancel, Canceled\n/)
  assert.match(
    stdout,
    /event \d+ {2}Trade 3 @ 100 against 27 bob\/B2 .* \(the other side\), told alice/,
  )
})

test('replay --diff: frames and builds make no difference; the first command or event that differs does', async (t) => {
  const desk = new Desk(t)
  const commands = played(TABLE)
  const a = desk.write('a', commands)
  const same = desk.write('b', commands, { commandsPerCommit: 3, buildHash: '00000000000000cc' })
  const equal = await desk.json(0, '--data-dir', a, '--diff', same)
  assert.equal(equal.equal, true)
  assert.equal(equal.commands, commands.length)
  const other = desk.write('c', played(TABLE.replace('bob sell B 3', 'bob sell B 2')))
  const differs = await desk.json(1, '--data-dir', a, '--diff', other)
  const { difference } = differs as { difference: Record<string, Record<string, unknown>> }
  assert.deepEqual([difference.kind, difference.number], ['commands', 27])
  assert.deepEqual([difference.left!.OrderQty, difference.right!.OrderQty], [3, 2])
  const shorter = desk.write('d', commands.slice(0, -1))
  for (const [left, right, ended] of [
    [a, shorter, 'right'],
    [shorter, a, 'left'],
  ] as const) {
    const found = await desk.json(1, '--data-dir', left, '--diff', right)
    const { difference: end } = found as { difference: Record<string, unknown> }
    assert.deepEqual([end.kind, end.number, end[ended]], ['commands', commands.length, null])
  }
  const cut = desk.write('e', commands, { eventsCut: 1 })
  const behind = await desk.json(1, '--data-dir', a, '--diff', cut)
  const { difference: lacking } = behind as { difference: Record<string, unknown> }
  assert.deepEqual([lacking.kind, lacking.right], ['events', null])
  // Up to a command that both have they are the same.
  await desk.json(0, '--data-dir', a, '--diff', other, '--until', '26')
  const { stdout, status } = await desk.run('--data-dir', a, '--diff', shorter)
  assert.equal(status, 1)
  assert.match(
    stdout,
    /^DIFFERS at command 29; equal before it: 28 commands\n.*OrderCancelRequest.*\n.*d: ends before it\n$/,
  )
})

test('replay --to: the same commands, events made again, a chain that verifies; and the same bytes each time', async (t) => {
  const desk = new Desk(t)
  const commands = played(TABLE)
  const whole = desk.write('whole', commands)
  const cut = desk.write('cut', commands, { eventsCut: 2 })
  const [to, again] = [join(desk.premises.directory, 'to'), join(desk.premises.directory, 'again')]
  const made = await desk.json(0, '--data-dir', cut, '--to', to)
  assert.deepEqual([made.commands, made.oldEvents], [commands.length, 'cut-off'])
  assert.deepEqual(readdirSync(to), ['journal'])
  assert.deepEqual(journaled(to), journaled(whole))
  const verified = await desk.json(0, '--verify', '--data-dir', to)
  assert.deepEqual([verified.eventsMissing, verified.stateHash], [0, made.stateHash])
  assert.match(String(made.commandHash), /^[0-9a-f]{64}$/)
  // As one leaves it that was ended on the way: in nobody's way.
  mkdirSync(join(again, 'unfinished', 'journal'), { recursive: true })
  writeFileSync(join(again, 'unfinished', 'journal', 'head.mark'), 'half')
  const { stdout, status } = await desk.run('--data-dir', whole, '--to', again)
  assert.equal(status, 0)
  const words = `commands  ${made.commandHash}\nevents    ${made.eventHash}\nstate     ${made.stateHash}\n`
  assert.ok(stdout.endsWith(words), stdout)
  assert.deepEqual(readdirSync(again), ['journal'])
  assert.match(stdout, /29 commands, \d+ events, verified; the events are the old ones/)
  const part = await desk.json(0, '--data-dir', whole, '--to', `${to}-part`, '--until', '27')
  assert.equal(part.commands, 27)
})

test('replay --to: a directory that holds something is left as it is', async (t) => {
  const desk = new Desk(t)
  const dir = desk.write('a', played(TABLE))
  const used = join(desk.premises.directory, 'used')
  mkdirSync(used)
  writeFileSync(join(used, 'letter'), 'dear')
  for (const to of [used, dir]) {
    const before = readdirSync(to)
    const { status, stderr } = await desk.run('--data-dir', dir, '--to', to)
    assert.equal(status, 5)
    assert.match(
      stderr,
      /^tradsys: directory-not-empty: .* holds something already: .*Give a directory that is empty/,
    )
    assert.deepEqual(readdirSync(to), before)
  }
  const file = await desk.run('--data-dir', dir, '--to', join(used, 'letter'))
  assert.equal(file.status, 5)
  assert.match(file.stderr, /^tradsys: directory-unusable: /)
})

test('replay: a journal whose events this build would not say is refused, and can still be rebuilt', async (t) => {
  const desk = new Desk(t)
  const commands = played(TABLE)
  const dir = join(desk.premises.directory, 'odd')
  writeJournal(dir, commands, { oddEvents: true })
  for (const flags of [[], ['--book', 'BTCUSD'], ['--verify']]) {
    const { status, stderr } = await desk.run('--data-dir', dir, ...flags)
    assert.equal(status, 4, stderr)
    assert.match(stderr, /^tradsys: replay\.differs: .*event 1\b[^\n]*\n$/)
  }
  const to = join(desk.premises.directory, 'mended')
  const { stdout, status } = await desk.run('--data-dir', dir, '--to', to)
  assert.equal(status, 0)
  assert.match(stdout, /EVENT 1 IS NOT THE OLD ONE: see tradsys replay --diff/)
})

/** Verbs that open the file themselves. */
const READERS = [
  ...[['journal', 'dump'], ['journal', 'stats'], ['journal', 'export', '--all'], ['replay']],
  ['replay', '--feed', '0'],
]

test('replay and journal: a file cut short is one line and exit 4, wherever it was cut', async (t) => {
  const desk = new Desk(t)
  const orders = Array.from({ length: 800 }, () => 'alice buy A 1 @ 100').join('\n')
  const dir = desk.write('a', played(orders), { commandsPerCommit: 100 })
  const path = segmentPath(dir)
  const file = readFileSync(path)
  // Below a page no code of ours gets to look at the length: LMDB itself runs into the hole.
  for (const length of [file.length >> 1, 100]) {
    truncateSync(path, length)
    await Promise.all(
      READERS.map(async (verb) => {
        const ended = await desk.premises.run([...verb, '--data-dir', dir])
        const where = `${verb.join(' ')}, cut to ${length} of ${file.length}`
        assert.equal(ended.status, 4, `${where}: ${ended.signal} ${ended.stderr}`)
        assert.match(ended.stderr, /^tradsys: journal-damaged: [^\n]+\n$/, where)
        assert.match(ended.stderr, /restore the data directory/i, where)
        assert.equal(ended.stdout, '', where)
      }),
    )
    writeFileSync(path, file)
  }
  assert.equal((await desk.run('--verify', '--data-dir', dir)).status, 0)
})

test('replay: bad input is one line with cause and mend', async (t) => {
  const desk = new Desk(t)
  const dir = desk.write('a', played(TABLE))
  const cases: readonly (readonly [flags: string, status: number, line: RegExp])[] = [
    ['--until 0', 2, /Commands are numbered from 1/],
    ['--until soon', 2, /It must be the sequence of a command, or a time such as 2026/],
    ['--until 2026-02-30', 2, /It must be the sequence of a command, or a time/],
    ['--book BTCUSD --depth 0', 2, /It must be a whole number, 1 or more/],
    ['--depth 3', 2, /usage-flag: --depth says something only with --book\. Add --book/],
    ['--book NOPE', 1, /unknown-symbol: there is no instrument NOPE in the log by then/],
    ['--account NOPE', 1, /unknown-account: there is no account NOPE in the log by then/],
    ['--order 0', 2, /It must be the exchange's OrderID, such as 4711, or ACCOUNT\/ClOrdID/],
    ['--order alice/', 2, /It must be the exchange's OrderID/],
    ['--order alice/x', 1, /unknown-order: there is no order alice\/x in the log by then/],
    ['--order 999', 1, /unknown-order: there is no order with id 999 in the log by then/],
    ['--order 3', 1, /unknown-order: there is no order with id 3 in the log by then/],
    ['--diff nothing-here', 5, /journal-missing: no journal in nothing-here/],
    ['--diff b --to c', 2, /cannot be used with option/],
    ['--to c --book BTCUSD', 2, /cannot be used with option/],
    ['--feed 0 --to-exchange 127.0.0.1:1', 2, /cannot be used with option/],
    ['--feed 70000', 2, /It must be a whole number, 0 to 65535/],
    ['--feed 0 --speed 0x', 2, /It must be a multiple such as 1x, 10x or 0\.5x, or 'max'/],
    ['--feed 0 --speed fast', 2, /It must be a multiple such as 1x/],
    ['--speed 2x', 2, /--speed says something only with --to-exchange or --feed/],
    ['--from 3', 2, /--from says something only with --to-exchange or --feed/],
    ['--no-wait', 2, /--no-wait says something only with --feed/],
    ['--in-order', 2, /--in-order says something only with --to-exchange/],
    ['--to-exchange nowhere', 2, /'nowhere' is not HOST:PORT/],
    ['--to-exchange 127.0.0.1:1 --key alice', 2, /It must be COMPID=FILE/],
    ['--to-exchange 127.0.0.1:1 --key alice=nofile', 2, /nofile is no private key for alice/],
    ['--to-exchange 127.0.0.1:1 --speed max', 5, /unreachable: cannot log on as alice at 127/],
    ['--data-dir nothing-here', 5, /journal-missing: no journal in nothing-here/],
  ]
  for (let first = 0; first < cases.length; first += 4) {
    await Promise.all(
      cases.slice(first, first + 4).map(async ([flags, status, line]) => {
        const ended = await desk.run('--data-dir', dir, ...flags.split(' '))
        assert.equal(ended.status, status, `${flags}: ${ended.stderr}`)
        assert.match(ended.stderr, line, flags)
        assert.ok(!ended.stderr.includes('    at '), `${flags}: ${ended.stderr}`)
        assert.equal(ended.stdout, '', flags)
      }),
    )
  }
})
