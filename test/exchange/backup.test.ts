/** Backup, restore, repair and comparison by the command line, of exchanges that ran. */
import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { headMarkPath, listSegments } from '../../storage/segment-files.ts'
import { listSnapshots } from '../../storage/snapshot-files.ts'
import { unpacked } from './fixture-journals.ts'
import { assertWhole } from './journal-looks.ts'
import { Premises } from './premises.ts'
import { SteadyTrader } from './steady-trader.ts'

async function json(premises: Premises, args: readonly string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await premises.run([...args, '--json'])
  assert.equal(status, 0, `${args.join(' ')}: ${stderr}`)
  return JSON.parse(stdout) as Record<string, unknown>
}

/** Some hundred orders, and the exchange stopped. */
async function traded(t: TestContext): Promise<Premises> {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q', '--durability', 'process-crash'] })
  const trader = await SteadyTrader.start(exchange.orderEntryPort)
  await sleep(600)
  await trader.stop()
  await exchange.end('SIGTERM')
  return premises
}

test('backup: of a running exchange is restored to the state of its moment, and that exchange trades on', async (t) => {
  const premises = new Premises(t)
  const { dataDir } = premises
  const [backup, restored] = [join(premises.directory, 'backup'), join(premises.directory, 'again')]
  const exchange = await premises.start({ flags: ['-q'] })
  const trader = await SteadyTrader.start(exchange.orderEntryPort)
  await sleep(500)
  await json(premises, ['snapshot', '--data-dir', dataDir])
  const taken = await json(premises, ['backup', backup, '--data-dir', dataDir])
  await sleep(300)
  await trader.stop()
  await exchange.end('SIGTERM')
  const back = await json(premises, ['restore', backup, '--data-dir', restored])
  assert.deepEqual({ ...back, directory: '' }, { ...taken, directory: '' })
  assert.ok((taken.lastCommand as number) > 0)
  const until = ['--until', String(taken.lastCommand)]
  const [was, is] = await Promise.all([
    json(premises, ['replay', '--data-dir', dataDir, ...until]),
    json(premises, ['replay', '--data-dir', restored]),
  ])
  assert.equal(is.stateHash, was.stateHash)
  const again = await premises.start({ dataDir: restored, flags: ['-q'] })
  const other = await SteadyTrader.start(again.orderEntryPort)
  await sleep(200)
  await other.stop()
  // The same client again, with the same order ids: the restored exchange knows them.
  assert.ok(other.wrong.length > 0 && other.acknowledged.size < other.sent)
  await again.end('SIGTERM')
  const verified = await json(premises, ['journal', 'verify', '--data-dir', restored])
  assert.equal(verified.ok, true)
})

test('backup: what is in the way, missing or changed is told in one line, and nothing is made', async (t) => {
  const premises = await traded(t)
  const { dataDir, directory } = premises
  const backup = join(directory, 'backup')
  await json(premises, ['backup', backup, '--data-dir', dataDir])
  const refused = async (args: readonly string[], status: number, says: RegExp): Promise<void> => {
    const ended = await premises.run(args)
    assert.equal(ended.status, status, `${args.join(' ')}: ${ended.stderr}`)
    assert.match(ended.stderr, says)
    assert.equal(ended.stderr.trim().split('\n').length, 1)
  }
  await refused(['backup', backup, '--data-dir', dataDir], 5, /directory-not-empty/)
  await refused(['restore', backup, '--data-dir', dataDir], 5, /directory-not-empty/)
  await refused(['restore', join(directory, 'none')], 5, /backup-missing/)
  await refused(
    ['backup', join(directory, 'b2'), '--data-dir', join(directory, 'none')],
    5,
    /journal-missing/,
  )
  const [segment] = listSegments(backup)
  const bytes = fs.readFileSync(segment!.path)
  bytes[bytes.length >> 1]! ^= 1
  fs.writeFileSync(segment!.path, bytes)
  await refused(['restore', backup, '--data-dir', join(directory, 'r2')], 4, /journal-damaged/)
})

test('backup: without its beginning, a journal needs a snapshot that is good; without its middle it is none', async (t) => {
  const dataDir = unpacked(t, 'journal-3')
  const premises = new Premises(t)
  const backup = join(premises.directory, 'backup')
  const backUp = ['backup', backup, '--data-dir', dataDir]
  const [first, second] = listSegments(dataDir)
  const [snapshot] = listSnapshots(dataDir)
  fs.renameSync(first!.path, `${first!.path}.aside`)
  const bytes = fs.readFileSync(snapshot!.path)
  fs.writeFileSync(snapshot!.path, Buffer.from(bytes).fill(0, bytes.length >> 1))
  const unreached = await premises.run(backUp)
  assert.equal(unreached.status, 4, unreached.stderr)
  assert.match(unreached.stderr, /^tradsys: snapshot-missing: .* no good snapshot .*\n$/)
  assert.ok(!fs.existsSync(backup))
  fs.writeFileSync(snapshot!.path, bytes)
  await json(premises, backUp)
  const restored = join(premises.directory, 'restored')
  await json(premises, ['restore', backup, '--data-dir', restored])
  await json(premises, ['replay', '--verify', '--data-dir', restored])
  fs.renameSync(`${first!.path}.aside`, first!.path)
  fs.rmSync(second!.path)
  fs.rmSync(backup, { recursive: true })
  const holed = await premises.run(backUp)
  assert.equal(holed.status, 4, holed.stderr)
  assert.ok(!fs.existsSync(backup))
})

test('repair-tail: a whole journal is left alone, a torn end is mended, and the exchange goes on', async (t) => {
  const premises = await traded(t)
  const { dataDir } = premises
  const place = ['--data-dir', dataDir]
  assert.deepEqual(await json(premises, ['journal', 'repair-tail', ...place]), { whole: true })
  // As after a power cut: the mark is older than the file, whose meta pages name what never came to the disk.
  fs.rmSync(headMarkPath(dataDir))
  const { path } = listSegments(dataDir).at(-1)!
  const handle = fs.openSync(path, 'r+')
  fs.writeSync(handle, Buffer.alloc(8192), 0, 8192, 0)
  fs.closeSync(handle)
  const before = await premises.run(['start', ...place, '-q'])
  assert.equal(before.status, 4, before.stderr)
  const told = await json(premises, ['journal', 'repair-tail', '--dry-run', ...place])
  assert.equal(told.damaged, null)
  const repaired = await json(premises, ['journal', 'repair-tail', ...place])
  assert.equal(repaired.lastCommand, told.lastCommand)
  assert.ok(fs.existsSync(repaired.damaged as string))
  await assertWhole(premises, 'repaired')
  const exchange = await premises.start({ flags: ['-q'] })
  const inUse = await premises.run(['journal', 'repair-tail', ...place])
  assert.equal(inUse.status, 5, inUse.stderr)
  await exchange.end('SIGTERM')
})

test('replay --diff: a log and its snapshot are equal; another snapshot differs, and where is said', async (t) => {
  const premises = await traded(t)
  const other = await traded(t)
  for (const { dataDir } of [premises, other])
    await json(premises, ['snapshot', '--data-dir', dataDir])
  const [own, foreign] = [premises, other].map(({ dataDir }) => listSnapshots(dataDir)[0]!)
  const diff = ['replay', '--data-dir', premises.dataDir, '--diff']
  assert.equal((await json(premises, [...diff, own!.path])).equal, true)
  const { status, stdout, stderr } = await premises.run([...diff, foreign!.path])
  // Behind the journal's end there is nothing to compare.
  assert.ok(status === 1 || (status === 4 && own!.sequence < foreign!.sequence), stderr)
  if (status === 1) assert.match(stdout, /^DIFFERS behind command \d+: chain/)
})
