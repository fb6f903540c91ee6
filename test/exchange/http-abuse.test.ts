/** HTTP clients that ask and go, or ask and do not read: they harm themselves only. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { OrderEntryClient, Side } from '../../client/client.ts'
import { type ExchangeProcess, Premises } from './premises.ts'

const LEVELS = 2_000
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
const DEPTH = get('/api/v3/depth?symbol=GOOG&limit=5000')
const INFO = get('/api/v3/exchangeInfo')

async function openDeepBook(
  premises: Premises,
): Promise<{ exchange: ExchangeProcess; client: OrderEntryClient }> {
  const exchange = await premises.start({ flags: ['-q', '--durability', 'none'] })
  const at = { host: '127.0.0.1', port: exchange.orderEntryPort }
  const client = await OrderEntryClient.connect({ ...at, compId: 'DEEP' })
  for (let i = 0; i < LEVELS; i++) {
    const order = {
      clOrdId: `d${i}`,
      symbol: 'GOOG',
      side: Side.Buy,
      lots: 1,
      priceTicks: 10_000 + i,
    }
    await (i % 500 === 499 ? client.request(order) : client.newOrder(order))
  }
  return { exchange, client }
}

async function asking(exchange: ExchangeProcess, text: string): Promise<Socket> {
  const socket = connect(exchange.marketDataPort, '127.0.0.1')
  socket.on('error', () => undefined).pause()
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(text)
  return socket
}

test('http: who asks hundreds of times in one go and then breaks off, ends nobody but himself', async (t) => {
  const { exchange, client } = await openDeepBook(new Premises(t))
  for (let round = 0; round < 15; round++) {
    const reset = await asking(exchange, INFO.repeat(600))
    reset.resetAndDestroy()
    const closed = await asking(exchange, DEPTH.repeat(100))
    closed.destroy()
    const half = await asking(exchange, DEPTH.repeat(100))
    await sleep(2)
    half.resetAndDestroy()
  }
  assert.ok(exchange.isRunning, exchange.stderr)
  assert.equal(((await exchange.get('/readyz')) as { status: string }).status, 'ready')
  await client.logout()
})

test('http: who asks for whole books and does not read costs neither memory nor others their time', async (t) => {
  const { exchange, client } = await openDeepBook(new Premises(t))
  const before = exchange.residentBytes
  const sockets = await Promise.all(
    Array.from({ length: 50 }, () => asking(exchange, DEPTH.repeat(300))),
  )
  let slowestMs = 0
  for (let i = 0; i < 50; i++) {
    const sentMs = performance.now()
    const order = { clOrdId: `x${i}`, symbol: 'GOOG', side: Side.Buy, lots: 1, priceTicks: 9_000 }
    await client.request(order)
    slowestMs = Math.max(slowestMs, performance.now() - sentMs)
  }
  const grownMiB = (exchange.residentBytes - before) / 2 ** 20
  for (const socket of sockets) socket.destroy()
  assert.ok(exchange.isRunning, exchange.stderr)
  assert.ok(grownMiB < 150, `${grownMiB} MiB more`)
  assert.ok(slowestMs < 2_000, `an order waited ${slowestMs} ms`)
  await client.logout()
})

test('http: a body larger than the socket takes at once arrives whole', async (t) => {
  const { exchange, client } = await openDeepBook(new Premises(t))
  const depth = (await exchange.get('/api/v3/depth?symbol=GOOG&limit=5000')) as { bids: unknown[] }
  assert.equal(depth.bids.length, LEVELS)
  const slow = connect(exchange.marketDataPort, '127.0.0.1')
  slow.write(DEPTH.replace('Host', 'Connection: close\r\nHost'))
  let text = ''
  slow.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
    slow.pause()
    setTimeout(() => slow.resume(), 1)
  })
  const [, length] = await new Promise<RegExpExecArray>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`only ${text.length} bytes came`)), 10_000)
    const look = setInterval(() => {
      const head = /content-length: (\d+)[\s\S]*?\r\n\r\n/i.exec(text)
      if (head === null || text.length < head.index + head[0].length + Number(head[1])) return
      clearInterval(look)
      clearTimeout(late)
      resolve(head)
    }, 5)
  })
  assert.ok(Number(length) > 20_000)
  assert.equal(
    (JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as { bids: unknown[] }).bids.length,
    LEVELS,
  )
  slow.destroy()
  await client.logout()
})
