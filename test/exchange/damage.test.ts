/** Bytes that changed while nobody looked: nothing is served on top of them, and the one line says what and what now. */
import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { FRAME_HEADER_BYTES } from '../../storage/frame.ts'
import { randomFrom, segmentPath } from '../storage/journal-fixture.ts'
import { flipInAll, storedFrames } from '../storage/stored-frames.ts'
import { freePorts, Premises } from './premises.ts'
import { SteadyTrader } from './steady-trader.ts'

const SEED = 20_264
const FLIPS = 4
const ORDERS_MIN = 400

/** A directory that an exchange has traded in, and has left in order. */
async function tradedPremises(t: TestContext): Promise<Premises> {
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['-q'] })
  const trader = await SteadyTrader.start(exchange.orderEntryPort)
  while (trader.acknowledged.size < ORDERS_MIN) await sleep(2)
  await trader.stop()
  assert.equal((await exchange.end('SIGTERM')).status, 143)
  return premises
}

/** What `start` does on damage: one line, exit 4, and its doors are never open. */
async function assertRefused(premises: Premises, where: string): Promise<void> {
  const ports = await freePorts()
  const exchange = premises.launch({ ...ports, flags: ['-q'] })
  while (exchange.isRunning) {
    for (const port of Object.values(ports)) {
      assert.equal(await isOpen(port), false, `${where}: port ${port} is open`)
    }
    await sleep(5)
  }
  const { status, stdout, stderr } = await exchange.ended
  assert.equal(status, 4, `${where}: ${stderr}`)
  assert.equal(stdout, '', where)
  assert.match(stderr, /^tradsys: journal-\S+: [^\n]+\n$/, where)
  assert.match(stderr, /restore the data directory from a replica or a backup/i, where)
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

test('damage: one flipped bit anywhere in a frame is named, and nothing starts on it', async (t) => {
  const premises = await tradedPremises(t)
  const { dataDir } = premises
  const frames = storedFrames(dataDir, segmentPath(dataDir))
  const random = randomFrom(SEED)
  const handle = openSync(segmentPath(dataDir), 'r+')
  t.after(() => closeSync(handle))
  for (let flip = 0; flip < FLIPS; flip++) {
    const frame = frames[Math.floor(random() * frames.length)]!
    const offset = Math.floor(random() * (flip % 2 === 0 ? FRAME_HEADER_BYTES : frame.bytes))
    const bit = Math.floor(random() * 8)
    const where = `seed ${SEED}, flip ${flip}: bit ${bit} of byte ${offset} of ${frame.bytes}`
    flipInAll(handle, frame, offset, bit)
    const inWords = await premises.run(['journal', 'verify', '--data-dir', dataDir])
    assert.equal(inWords.status, 4, `${where}: ${inWords.stdout}`)
    assert.match(inWords.stdout, /^DAMAGED at (commands|events) from \d+: .+\nKeep the files,/)
    const asJson = await premises.run(['journal', 'verify', '--json', '--data-dir', dataDir])
    assert.equal(asJson.status, 4, where)
    const { firstProblem } = JSON.parse(asJson.stdout) as { firstProblem: Record<string, unknown> }
    assert.ok(['commands', 'events'].includes(String(firstProblem.kind)), where)
    assert.ok(Number(firstProblem.firstSequence) >= 1, where)
    await assertRefused(premises, where)
    const replayed = await premises.run(['replay', '--verify', '--data-dir', dataDir])
    assert.equal(replayed.status, 4, `${where}: ${replayed.stdout}`)
    flipInAll(handle, frame, offset, bit)
  }
  const whole = await premises.run(['journal', 'verify', '--data-dir', dataDir])
  assert.equal(whole.status, 0, `mended: ${whole.stdout}`)
  await (await premises.start({ flags: ['-q'] })).end('SIGTERM')
})

test('damage: a file cut short is told in one line, and nothing starts on it', async (t) => {
  const premises = await tradedPremises(t)
  const { dataDir } = premises
  const path = segmentPath(dataDir)
  const file = readFileSync(path)
  // The very end may be pages that LMDB has free: the newest frame is not among them.
  const newest = Math.min(...storedFrames(dataDir, path).at(-1)!.places)
  for (const length of [newest + 100, newest >> 1, 8192, 100]) {
    const where = `cut from ${file.length} to ${length}`
    writeFileSync(path, file.subarray(0, length))
    const { status, stdout } = await premises.run(['journal', 'verify', '--data-dir', dataDir])
    assert.equal(status, 4, `${where}: ${stdout}`)
    assert.match(stdout, /^DAMAGED at .+\n.*restore the data directory/i, where)
    await assertRefused(premises, where)
    writeFileSync(path, file)
  }
  await (await premises.start({ flags: ['-q'] })).end('SIGTERM')
})
