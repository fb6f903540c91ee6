/** The session engine knows no encoding: the same rules by another one. The rules themselves are tested in the exchange's own. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { fieldsOf, LINE_TEXT, NUMBERED_LINE_TEXT } from './line-text.ts'
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

const numbered = async (
  run: (venue: Venue, client: LineClient) => Promise<void>,
  logon = `35=A|34=1|${LOGON}`,
): Promise<void> => {
  const own = await Venue.start({ encoding: NUMBERED_LINE_TEXT })
  await run(own, new LineClient(own.port).say(logon))
  await own.stop()
  assert.deepEqual(own.failures, [])
}
const taken = ({ commands }: Venue): string =>
  commands.flatMap((command) => /^D 1 #(\d+)/.exec(command)?.[1] ?? []).join(' ')

test('numbered: a Logon in order uses its number up, and so does what is said of the session', () =>
  numbered(async (own, client) => {
    assert.match(await client.hears(/^35=A/), /789=2$/)
    client.say('35=1|34=2|112=a', '35=0|34=3|112=', order(4), '35=3|34=5', order(6), '35=Z|34=7')
    client.say(order(8))
    await client.hears(/^35=8.*id-8/)
    await client.hears(/^35=3.*45=7/)
    assert.equal(taken(own), '4 6 8')
    client.say('35=5|34=9')
    await client.hears(/^35=5.*1409=4/)
    // All that was behind the last order is not in the journal: it is asked for.
    const again = new LineClient(own.port).say(`35=A|34=12|${LOGON}`)
    assert.match(await again.hears(/^35=A/), /789=9$/)
    assert.match(await again.hears(/^35=2/), /7=9\|16=0/)
    again.say('35=4|34=9|43=Y|36=13|123=Y', order(13))
    await again.hears(/^35=8.*id-13/)
  }))

test('numbered: a Logon of a number that was used is refused', () =>
  numbered(async (own, client) => {
    client.say(order(2))
    await client.hears(/^35=8/)
    client.say('35=5|34=3')
    await until('closed', () => client.isClosed)
    const low = new LineClient(own.port).say(`35=A|34=2|${LOGON}`)
    assert.match(
      await low.hears(/^35=5/),
      /1409=9\|58=MsgSeqNum too low, expecting 3 but received 2/,
    )
  }))

test('numbered: one that begins the numbers again counts as their first', () =>
  numbered(async (own, client) => {
    client.say(order(2), order(3))
    await client.hears(/^35=8.*id-3/)
    client.say(`35=A|34=1|141=Y|${LOGON}`, '35=1|34=2|112=b', order(3))
    assert.match(await client.hears(/^35=A/, 2), /34=1.*789=2$/)
    await client.hears(/^35=0.*112=b/)
    await client.hears(/^35=8\|34=1\|11=id-3/)
    assert.equal(taken(own), '2 3 3')
  }))

test('numbered: behind a gap nothing is answered but a ResendRequest, and a Logout', () =>
  numbered(async (own, client) => {
    client.say(order(2))
    await client.hears(/^35=8/)
    client.say('35=1|34=5|112=early', '35=2|34=6|7=1|16=0', '35=0|34=7|112=')
    assert.match(await client.hears(/^35=2/), /7=3\|16=0/)
    await client.hears(/^35=8\|34=1\|43=Y/)
    client.say(
      '35=4|34=3|43=Y|36=5|123=Y',
      '35=1|34=5|43=Y|122=1|112=again',
      '35=4|34=6|36=8|123=Y',
    )
    await client.hears(/^35=0.*112=again/)
    client.say(order(8))
    await client.hears(/^35=8.*id-8/)
    assert.ok(!client.heard.some((line) => line.includes('early')))
    assert.equal(client.heard.filter((line) => line.startsWith('35=2')).length, 1)
    client.say('35=5|34=20')
    await client.hears(/^35=5.*1409=4/)
    assert.equal(client.heard.filter((line) => line.startsWith('35=2')).length, 1, 'who leaves')
    assert.equal(taken(own), '2 8')
  }))

test('numbered: a number that is too low ends the session, a repetition of one does not', () =>
  numbered(async (_, client) => {
    client.say('35=1|34=2|112=a', '35=1|34=2|43=Y|122=1|112=b', '35=0|34=3|112=', '35=0|34=3|112=')
    assert.match(await client.hears(/^35=5/), /expecting 4 but received 3/)
    assert.ok(!client.heard.some((line) => line.includes('112=b')))
  }))
