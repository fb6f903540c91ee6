import assert from 'node:assert/strict'
import { test } from 'node:test'
import WebSocket from 'ws'
import { assertWhole } from '../exchange/journal-looks.ts'
import { ExchangeProcess, Premises } from '../exchange/premises.ts'

/** The promise is ten seconds on a machine that has nothing else to do. */
const TRADES_MS_MAX = 10_000

test('demo: a subscriber sees trades of every market within ten seconds of the start', async (t) => {
  const premises = new Premises(t)
  const ports = ['--order-entry-port', '0', '--market-data-port', '0']
  const args = ['demo', '--json', '-q', '--data-dir', premises.dataDir, ...ports]
  const demo = new ExchangeProcess(args, premises.directory)
  t.after(() => (demo.isRunning ? demo.end('SIGKILL') : undefined))
  await demo.untilOpen()
  const waiting = new Set(['BTCUSDT', 'ETHUSDT', 'GOOG'])
  const socket = new WebSocket(
    `ws://127.0.0.1:${demo.marketDataPort}/stream?streams=btcusdt@trade/ethusdt@trade/goog@trade`,
  )
  const seen = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no trade in ${[...waiting]}`)), TRADES_MS_MAX)
    socket.on('message', (data) => {
      const { s } = (JSON.parse(String(data)) as { data: { s: string } }).data
      waiting.delete(s)
      if (waiting.size > 0) return
      clearTimeout(late)
      resolve()
    })
  })
  await seen
  socket.terminate()
  const ended = await demo.end('SIGINT')
  assert.equal(ended.status, 130, ended.stderr)
  await assertWhole(premises, 'demo')
  const dumped = await premises.run(['journal', 'dump', '--events', '--data-dir', premises.dataDir])
  const events = dumped.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { message: string })
  assert.ok(events.filter(({ message }) => message === 'Trade').length >= 3)
  assert.ok(!dumped.stdout.includes('"ExecType":"Rejected"'), 'a trader was refused')
})
