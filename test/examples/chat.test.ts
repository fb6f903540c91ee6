/** The chat of examples/, by the sockets of people who talk, drop out, shout, and do not listen. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { ExampleProcess, temporaryDirectory } from './example-process.ts'

const WAIT_MS_MAX = 20_000

interface Chat {
  readonly process: ExampleProcess
  readonly host: string
}

async function startChat(t: TestContext, directory = temporaryDirectory(t)): Promise<Chat> {
  const process = new ExampleProcess(t, 'examples/chat.js', [directory, '0'])
  const found = await process.line(/^http:\/\/(127\.0\.0\.1:\d+)\/$/)
  assert.ok(found !== undefined, process.stderr)
  return { process, host: found[1]! }
}

/** Somebody at a socket, and all that they have heard. */
class Guest {
  readonly nick: string
  readonly socket: WebSocket
  readonly heard: string[] = []
  closed: number | undefined

  constructor(t: TestContext, { host }: Chat, nick: string, room = 'lobby') {
    this.nick = nick
    this.socket = new WebSocket(`ws://${host}/${room}?nick=${nick}`)
    this.socket.on('message', (data) => {
      const { nick: who, words } = JSON.parse(String(data)) as { nick: string; words: string }
      this.heard.push(`${who}: ${words}`)
    })
    this.socket.on('close', (code) => {
      this.closed = code
    })
    this.socket.on('error', () => this.socket.terminate())
    t.after(() => this.socket.terminate())
  }

  /** Has come in, and heard so. */
  async here(): Promise<this> {
    await this.hears(`${this.nick}: has come`)
    return this
  }

  async hears(line: string): Promise<void> {
    await until(
      () => this.heard.includes(line),
      () => `${this.nick} has not heard '${line}'`,
    )
  }
}

async function until(isSo: () => boolean, trouble: () => string): Promise<void> {
  const endMs = Date.now() + WAIT_MS_MAX
  while (!isSo()) {
    if (Date.now() > endMs) throw new Error(trouble())
    await sleep(2)
  }
}

test('examples: a chat room tells who comes and goes, and what was said is there after a kill', async (t) => {
  const directory = temporaryDirectory(t)
  const chat = await startChat(t, directory)
  // The first to come stays: the kill ends him, and who comes first after it is somebody else.
  const bert = await new Guest(t, chat, 'bert').here()
  const anna = await new Guest(t, chat, 'anna').here()
  const carl = await new Guest(t, chat, 'carl', 'kitchen').here()
  anna.socket.send('hello')
  bert.socket.send('good morning, Łódź')
  for (const guest of [anna, bert]) {
    await guest.hears('anna: hello')
    await guest.hears('bert: good morning, Łódź')
  }
  anna.socket.terminate()
  await bert.hears('anna: has left')
  assert.deepEqual(carl.heard, ['carl: has come'])

  await chat.process.kill()
  const again = await startChat(t, directory)
  const dora = await new Guest(t, again, 'dora').here()
  assert.deepEqual(dora.heard, [...bert.heard, 'bert: has left', 'dora: has come'])
  const emil = await new Guest(t, again, 'emil').here()
  dora.socket.terminate()
  await emil.hears('dora: has left')
})

test('examples: a chat takes nobody without a name, no book for a sentence, and no page of another house', async (t) => {
  const chat = await startChat(t)
  const refused = [
    new Guest(t, chat, ''),
    new Guest(t, chat, 'a'.repeat(21)),
    new Guest(t, chat, 'anna', 'cellar'),
  ]
  const shouting = await new Guest(t, chat, 'bert').here()
  shouting.socket.send('a'.repeat(1_001))
  const drawing = await new Guest(t, chat, 'carl').here()
  drawing.socket.send(new Uint8Array(8))
  const all = [...refused, shouting, drawing]
  await until(
    () => all.every(({ closed }) => closed !== undefined),
    () => `${all.map(({ closed }) => closed)}`,
  )
  assert.deepEqual(
    all.map(({ closed }) => closed),
    [1008, 1008, 1008, 1009, 1003],
  )
  const stranger = new WebSocket(`ws://${chat.host}/lobby?nick=eve`, {
    origin: 'http://else.where',
  })
  const [error] = (await once(stranger, 'error')) as [Error]
  assert.match(error.message, /401/)
})

test('examples: a chat cuts off who does not read, and the others go on', async (t) => {
  const chat = await startChat(t)
  const deaf = await new Guest(t, chat, 'deaf').here()
  deaf.socket.pause()
  const anna = await new Guest(t, chat, 'anna').here()
  const words = 'a'.repeat(990)
  // More than the kernel holds for a reader, in pieces that are heard before the next is said.
  const isCut = (): boolean => anna.heard.includes('deaf: has left')
  for (let said = 0; said < 60_000 && !isCut(); ) {
    for (let i = 0; i < 40; i++, said++) anna.socket.send(words)
    const expected = anna.heard.length + 40
    await until(
      () => anna.heard.length >= expected || isCut(),
      () => `${anna.heard.length} of ${expected} heard, closed: ${anna.closed}`,
    )
  }
  assert.ok(isCut(), 'it is still there')
  anna.socket.send('where is deaf?')
  await anna.hears('anna: where is deaf?')
})

/** As much of a browser's element as the page uses. */
interface Element {
  textContent: string
  value: string
  onchange?: () => void
}

test("examples: the chat's page says what is typed and shows what is heard, in a stand-in for a browser", async (t) => {
  const chat = await startChat(t)
  const page = await (await fetch(`http://${chat.host}/`)).text()
  const script = /<script type="module">([\s\S]*?)<\/script>/.exec(page)![1]!
  const shown: string[] = []
  const elements = new Map<string, Element>()
  for (const [, tag, id] of page.matchAll(/<(\w+)(?: id="(\w+)")?/g)) {
    const append = ({ textContent }: Element): number => shown.push(textContent)
    const element = { textContent: '', value: '', append, focus: () => undefined }
    elements.set(id === undefined ? tag! : `#${id}`, element)
  }
  const document = {
    querySelector: (selector: string) => elements.get(selector),
    createElement: () => ({}),
  }
  const run = new Function('document', 'location', 'WebSocket', script)
  run(document, { host: chat.host, search: '?nick=anna&room=library' }, WebSocket)

  const sees = (end: string): Promise<void> =>
    until(
      () => shown.some((line) => line.endsWith(end)),
      () => `no '${end}' in ${shown}`,
    )
  await sees('anna: has come')
  assert.equal(elements.get('h1')!.textContent, 'anna in the library')
  const words = elements.get('#words')!
  words.value = 'is it <b>quiet</b> here?'
  words.onchange!()
  await sees('anna: is it <b>quiet</b> here?')
  assert.equal(words.value, '')
  await chat.process.kill()
  await sees('The connection is gone. ')
})
