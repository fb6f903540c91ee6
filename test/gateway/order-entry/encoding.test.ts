/** The session engine knows no encoding: the same rules by another one. The rules themselves are tested in the exchange's own. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { fieldsOf, LINE_TEXT } from './line-text.ts'
import { until, Venue } from './venue.ts'

let venue: Venue
before(async () => {
  venue = await Venue.start({ encoding: LINE_TEXT })
})
after(async () => {
  await venue.stop()
  assert.deepEqual(venue.failures, [])
})

const LOGON = '49=SENDER|56=TRADSYS|108=30|789=1'
const order = (number: number): string =>
  `35=D|34=${number}|11=id-${number}|54=1|40=2|59=1|55=BTC|38=5|44=100`

class LineClient {
  readonly heard: string[] = []
  isClosed = false
  readonly #socket: Socket
  #rest = ''

  constructor(port: number) {
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString('latin1')).split('\n')
      this.#rest = lines.pop()!
      this.heard.push(...lines)
    })
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => {
      this.isClosed = true
    })
  }

  say(...lines: readonly string[]): this {
    this.#socket.write(lines.map((line) => `${line}|52=${Date.now() * 1_000}\n`).join(''))
    return this
  }

  async hears(line: RegExp, count = 1): Promise<string> {
    const found = (): readonly string[] => this.heard.filter((one) => line.test(one))
    await until(`${line}, heard ${this.heard.join(' ')}`, () => found().length >= count)
    return found()[count - 1]!
  }
}

test('encoding: a session in text is logged on, trades, closes a gap, hears again and logs out', async () => {
  const client = new LineClient(venue.port).say(`35=A|34=1|${LOGON}`)
  assert.equal(await client.hears(/^35=A/), '35=A|34=1|49=TRADSYS|56=SENDER|108=30|789=1')
  client.say('35=1|34=1|112=are you there', order(1))
  assert.equal(await client.hears(/^35=0/), '35=0|34=1|112=are you there')
  assert.equal(await client.hears(/^35=8/), '35=8|34=1|11=id-1')

  client.say(order(3))
  assert.equal(await client.hears(/^35=2/), '35=2|34=2|7=2|16=0')
  client.say('35=4|34=2|36=3|123=Y', order(3), '35=D|34=4|11=no order at all')
  await client.hears(/^35=8.*id-3/)
  assert.equal(fieldsOf(await client.hears(/^35=3/)).get(45), '4')

  client.say('35=2|34=5|7=1|16=2', '35=2|34=5|7=9|16=0')
  await client.hears(/^35=8\|34=1\|43=Y\|11=id-1$/)
  await client.hears(/^35=8\|34=2\|43=Y\|11=id-3$/)
  assert.equal(fieldsOf(await client.hears(/^35=3/, 2)).get(371), '7')

  client.say('35=5|34=5')
  await client.hears(/^35=5.*1409=4/)
  await until('closed', () => client.isClosed)
  assert.deepEqual(venue.commands, ['open SENDER', 'D 1 #1', 'D 1 #3', 'close 1 logout'])
})

test('encoding: what was missed meanwhile is told at the next Logon', async () => {
  venue.say('SENDER', 1)
  const client = new LineClient(venue.port).say(`35=A|34=1|${LOGON}`)
  await client.hears(/^35=8\|34=3\|43=Y\|11=unasked/)
  client.say('35=D|34=1')
  assert.match(await client.hears(/^35=5/), /MsgSeqNum too low, expecting 4 but received 1/)
})

test('encoding: its own framing and its own first message', async () => {
  const lost = new LineClient(venue.port).say('x'.repeat(300))
  const early = new LineClient(venue.port).say(order(1))
  await until('both closed', () => lost.isClosed && early.isClosed)
  assert.deepEqual([lost.heard, early.heard], [[], []])
})
