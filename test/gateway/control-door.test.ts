/** Where a running exchange hears its operator: a line in, a line out, and nobody else. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { addressFault, controlAddress } from '../../gateway/control/control-address.ts'
import { ControlDoor } from '../../gateway/control/control-door.ts'
import type { VenueFacts } from '../../gateway/control/control-request.ts'
import type { Command } from '../../gateway/operator-commands.ts'
import { commandName, OperatorUnheard } from '../../gateway/operator-desk.ts'
import { Reason } from '../../protocol/codecs.ts'
import { until } from './order-entry/venue.ts'

const FACTS: VenueFacts = {
  ...{ version: '1.2.3', pid: 7, admission: 'paper', currencies: { USD: 2 } },
}

/** A door, and a desk whose answers the test gives. */
class Bench {
  readonly directory = mkdtempSync(join(tmpdir(), 'tradsys-control-'))
  readonly asked: string[] = []
  answer: (name: string) => Promise<number> = async () => Reason.None
  door!: ControlDoor

  static async open(t: TestContext): Promise<Bench> {
    const bench = new Bench()
    t.after(() => rmSync(bench.directory, { recursive: true, force: true }))
    await bench.open()
    return bench
  }

  async open(): Promise<void> {
    const ask = (command: Command): Promise<number> => {
      const name = commandName(command.templateId)
      this.asked.push(name)
      return this.answer(name)
    }
    const { directory: dataDirectory } = this
    this.door = await ControlDoor.open({ dataDirectory, desk: { ask }, facts: FACTS })
  }

  async connect(): Promise<Socket> {
    const socket = connect(this.door.address)
    await once(socket, 'connect')
    return socket
  }

  /** Says the lines and hears as many. */
  async say(...lines: readonly string[]): Promise<unknown[]> {
    const socket = await this.connect()
    const heard: unknown[] = []
    socket.write(lines.map((line) => `${line}\n`).join(''))
    for await (const line of createInterface({ input: socket })) {
      if (heard.push(JSON.parse(line)) === lines.length) break
    }
    socket.destroy()
    return heard
  }
}

const DEFINE = JSON.stringify({
  ...{ do: 'account.define', account: 'DESK', sessions: ['DESK-1', 'DESK-2'] },
  deposits: { USD: 100, BTC: 5 },
})

test('control door: each line has its answer, when the shard has given it', async (t) => {
  const bench = await Bench.open(t)
  assert.deepEqual(await bench.say('{"do":"venue"}', DEFINE), [
    { ok: true, ...FACTS },
    { ok: true },
  ])
  // Money comes last: where a session is refused none was paid in.
  const sessions = ['SessionDefine', 'SessionDefine']
  assert.deepEqual(bench.asked, [...sessions, 'SessionDefine', 'Deposit', 'Deposit'])
  bench.answer = async (name) => (name === 'Deposit' ? Reason.DuplicateReference : Reason.None)
  bench.asked.length = 0
  const [refused] = await bench.say(DEFINE)
  assert.deepEqual(refused, {
    ...{ ok: false, code: 'refused', command: 'Deposit', reason: Reason.DuplicateReference },
    text: 'Another deposit with this reference was made already.',
  })
  assert.deepEqual(bench.asked, [...sessions, 'SessionDefine', 'Deposit'], 'it stops there')
  await bench.door.close()
})

test('control door: only its owner may open it, and one that was left behind is no hindrance', async (t) => {
  const bench = await Bench.open(t)
  const { address } = bench.door
  assert.equal(statSync(address).mode & 0o777, 0o600)
  await bench.door.close()
  assert.equal(statSync(address, { throwIfNoEntry: false }), undefined)
  writeFileSync(address, 'of a process that was killed')
  await bench.open()
  assert.deepEqual(await bench.say('{"do":"venue"}'), [{ ok: true, ...FACTS }])
  await bench.door.close()
})

const BAD: readonly (readonly [string, RegExp])[] = [
  ['', /one JSON object/],
  ['nonsense', /one JSON object/],
  ['[]', /one JSON object/],
  ['null', /one JSON object/],
  ['{}', /do: there is no/],
  ['{"do":"shutdown"}', /there is no "shutdown"/],
  ['{"do":"account.define","account":"A B","sessions":["A"]}', /account must be 1 to 16/],
  ['{"do":"account.define","account":"A"}', /sessions must be/],
  ['{"do":"account.define","account":"A","sessions":[]}', /sessions must be/],
  ['{"do":"account.define","account":"A","sessions":[7]}', /sessions must be/],
  ['{"do":"account.define","account":"A","sessions":["A"],"deposits":[]}', /deposits must be/],
  ['{"do":"account.define","account":"A","sessions":["A"],"deposits":{"USD":0}}', /deposits\.USD/],
  ['{"do":"account.define","account":"A","sessions":["A"],"deposits":{"usd":1}}', /no currency/],
  ['{"do":"account.deposit","account":"A","currency":"USD","units":0.5,"reference":"r"}', /units/],
  [
    '{"do":"account.deposit","account":"A","currency":"USD","units":1e300,"reference":"r"}',
    /units/,
  ],
  ['{"do":"account.deposit","account":"A","currency":"USD","units":1,"reference":"a b"}', /refer/],
  ['{"do":"account.deposit","account":"","currency":"USD","units":1,"reference":"r"}', /account/],
  ['{"do":"account.trading","account":"","state":"halted"}', /account must be/],
  ['{"do":"account.trading","account":"A","state":"dead"}', /state must be one of lifted/],
]

test('control door: what is no request is answered with what is wrong, and does nothing', async (t) => {
  const bench = await Bench.open(t)
  const heard = await bench.say(...BAD.map(([line]) => line), '{"do":"venue"}')
  for (const [index, [line, text]] of BAD.entries()) {
    const answer = heard[index] as { readonly code: string; readonly text: string }
    assert.equal(answer.code, 'malformed', line)
    assert.match(answer.text, text, line)
  }
  assert.deepEqual(heard.at(-1), { ok: true, ...FACTS }, 'the line goes on')
  assert.deepEqual(bench.asked, [])
  const [tooLong] = (await bench.say('x'.repeat(1 << 20))) as { readonly text: string }[]
  assert.match(tooLong!.text, /8192 bytes/)
  await bench.door.close()
})

test('control door: who hangs up, or never ends a line, is no harm to others', async (t) => {
  const bench = await Bench.open(t)
  for (let i = 0; i < 40; i++) {
    const socket = connect(bench.door.address)
    // Above its sixteen, who comes is hung up on.
    socket.on('error', () => undefined)
    socket.write('{"do":')
    socket.on('close', () => undefined)
    if (i % 2 === 0) socket.destroy()
    else setTimeout(() => socket.destroy(), 20)
  }
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.deepEqual(await bench.say('{"do":"venue"}'), [{ ok: true, ...FACTS }])
  await bench.door.close()
})

test('control door: of one that does not read nothing more is taken, and nobody waits for it', async (t) => {
  const bench = await Bench.open(t)
  const deaf = await bench.connect()
  deaf.on('error', () => undefined)
  deaf.pause()
  // Many more than the answers' way holds: what is behind them waits here.
  deaf.write('{"do":"venue"}\n'.repeat(200_000))
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.ok(deaf.writableLength > 1 << 20, `${deaf.writableLength} B wait at the peer`)
  const startedMs = performance.now()
  await bench.door.close()
  assert.ok(performance.now() - startedMs < 5_000)
  deaf.destroy()
})

test('control door: when the exchange stops, who waits is told so, and the others are hung up on', async (t) => {
  const bench = await Bench.open(t)
  let stop: (error: Error) => void = () => undefined
  bench.answer = () =>
    new Promise((_, reject) => {
      stop = reject
    })
  const waiting = bench.say('{"do":"account.trading","account":"DESK","state":"halted"}')
  const idle = await bench.connect()
  const hungUp = once(idle, 'close')
  idle.resume()
  await until('asked', () => bench.asked.length === 1)
  const closed = bench.door.close()
  await hungUp
  stop(new OperatorUnheard())
  const [answer] = (await waiting) as { readonly ok: boolean; readonly code: string }[]
  assert.deepEqual([answer!.ok, answer!.code], [false, 'stopping'])
  await closed
  await assert.rejects(bench.connect(), /ENOENT|ECONNREFUSED/)
})

test('control address: beside the journal; on Windows a pipe; a path too long is named', () => {
  assert.equal(controlAddress('/srv/tradsys', 'linux'), '/srv/tradsys/control.sock')
  const pipe = controlAddress('C:\\tradsys', 'win32')
  assert.match(pipe, /^\\\\\.\\pipe\\tradsys-[0-9a-f]{32}$/)
  assert.equal(addressFault(pipe), undefined)
  assert.match(addressFault(controlAddress(`/srv/${'x'.repeat(120)}`))!, /has 138 bytes/)
})
