/**
 * Plays one run of a conformance case: sends what its client sends, and holds what comes back to what it says. Nothing may come that
 * it does not say; at its end the session is asked whether it is still well, and how many reports there were.
 */
import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConformanceCase, type Line, stepsOf } from '../../protocol/conformance/case.ts'
import { fixTime } from '../../protocol/logon-signature.ts'
import type { Field } from '../../protocol/message.ts'
import { type PlaceToPlay, type RunKey, revoke } from './conformance-venue.ts'
import {
  copyFields,
  encodedValue,
  frameOf,
  integerOf,
  messageOf,
  type RunNames,
} from './frame-writer.ts'
import { type Heard, isReport, Peer, said } from './peer.ts'

/** Only what hangs waits so long. */
const ANSWER_MS_MAX = 30_000
/** Timers of the exchange are looked at each 100 ms, and begin with a message that was under way. */
const EARLY_MS = 150
/** For what was sent last to have come. */
const QUIET_MS = 100
const DRIP_MS = 100
/** The exchange may see a new connection before the end of the one before. */
const LOGON_TRIES = 100

export interface Run {
  readonly one: ConformanceCase
  readonly index: number
  readonly place: PlaceToPlay
  readonly names: RunNames
  readonly localAddress: string
  /** By the name that the case calls them by. */
  readonly keys: Readonly<Record<string, RunKey>>
}

interface Side {
  peer: Peer
  /** Number of the next message that uses one up. */
  next: number
  logon: Buffer | undefined
  logonLine: Line | undefined
  hasVanished: boolean
}

export class Player {
  readonly #run: Run
  readonly #sides = new Map<number, Side>()
  #startedMs = 0
  /** OrderID by ClOrdID, as reports told it. */
  readonly #orderIds = new Map<string, number>()

  constructor(run: Run) {
    this.#run = run
  }

  async play(): Promise<void> {
    try {
      for (const { sent, answered } of stepsOf(this.#run.one, this.#run.index)) {
        this.#startedMs = performance.now()
        await this.#send(sent)
        for (const line of answered) await this.#expect(line)
      }
      for (const side of this.#sides.values()) await this.#finish(side)
    } finally {
      for (const { peer } of this.#sides.values()) peer.destroy()
    }
  }

  /** What follows on one connection without a pause goes out in one piece. */
  async #send(lines: readonly Line[]): Promise<void> {
    let pieces: Buffer[] = []
    let to: Side | undefined
    const flush = async (): Promise<void> => {
      if (to !== undefined && pieces.length > 0) await to.peer.send(Buffer.concat(pieces))
      pieces = []
    }
    for (const line of lines) {
      const side = this.#side(line)
      if (side !== to) await flush()
      to = side
      if (await this.#acts(line, side, flush)) continue
      const { extras } = line
      const times = extras.cut === 'everywhere' ? this.#frame(line, side).length - 1 : 1
      for (let i = 0; i < Number(extras.times ?? times); i++) {
        const bytes = this.#frame(line, side)
        this.#count(line, side, bytes)
        if (extras.cut !== undefined) {
          const cut = extras.cut === 'everywhere' ? i + 1 : Number(extras.cut)
          await side.peer.send(bytes.subarray(0, cut))
          await sleep(2)
          await side.peer.send(bytes.subarray(cut))
        } else pieces.push(extras.first ? bytes.subarray(0, Number(extras.first)) : bytes)
      }
    }
    await flush()
  }

  /** Does what the line says, where it is no message. */
  async #acts(line: Line, side: Side, flush: () => Promise<void>): Promise<boolean> {
    const { name, flags } = line
    if (/^[A-Z]/.test(name)) return false
    await flush()
    if (name === 'waits') await sleep(Number(flags[0]) * 1000)
    else if (name === 'hangs up') side.peer.hangUp()
    else if (name === 'drips') void this.#drip({ ...line, name: 'Logon' }, side)
    else if (name === 'vanishes') {
      await sleep(QUIET_MS)
      side.peer.vanish()
      side.hasVanished = true
    } else if (name === 'connects') this.#connect(side)
    else if (name === 'revokes') {
      revoke(this.#run.place.dataDirectory, this.#run.keys[keyName(side)]?.id ?? '')
    } else if (name === 'repeats') {
      const logon = [...this.#sides.values()].find((one) => one.logon !== undefined)?.logon
      if (logon === undefined) throw new Error('there is no Logon to repeat')
      await side.peer.send(logon)
    } else throw new Error(`${line.text}: nobody does that`)
    return true
  }

  async #drip(line: Line, side: Side): Promise<void> {
    const { peer } = side
    for (const byte of this.#frame(line, side)) {
      if (peer.isClosed) return
      await peer.send(Buffer.of(byte))
      await sleep(DRIP_MS)
    }
  }

  #side({ connection }: Line): Side {
    const known = this.#sides.get(connection)
    if (known !== undefined) return known
    const common = { next: 1, logon: undefined, logonLine: undefined, hasVanished: false }
    const side: Side = { peer: this.#newPeer(), ...common }
    this.#sides.set(connection, side)
    return side
  }

  #newPeer(): Peer {
    return new Peer(this.#run.place.port, this.#run.localAddress)
  }

  #connect(side: Side): void {
    if (side.logon === undefined && !side.peer.isClosed) return
    this.#assertSilent(side.peer)
    side.peer.destroy()
    side.peer = this.#newPeer()
  }

  #frame(line: Line, side: Side): Buffer {
    const { fields } = line
    const asked = fields.SendingTime
    const sendingTime = asked === undefined ? BigInt(Date.now()) * 1000n : integerOf(asked)
    const { SendingTime: _, OrigSendingTime: orig, ...rest } = fields
    const header = { number: line.number ?? side.next, sendingTime }
    const named = /^ID\((.+)\)$/.exec(rest.OrderID ?? '')?.[1]
    const OrderID = String(this.#orderIds.get(named ?? ''))
    const plain = { ...line, fields: named === undefined ? rest : { ...rest, OrderID } }
    const { names } = this.#run
    const proof = line.extras.key === undefined ? {} : this.#proof(plain, header)
    const bytes = frameOf(plain, header, names, proof)
    const first = orig ?? (line.flags.includes('PossDup') ? String(sendingTime) : 'null')
    if (first !== 'null') bytes.writeBigInt64LE(integerOf(first), 28)
    return bytes
  }

  /** Username and RawData of a Logon. */
  #proof(
    line: Line,
    header: { readonly number: number; readonly sendingTime: bigint },
  ): Record<string, string> {
    const { key: keyIs = '', signature } = line.extras
    const { keys, names, place } = this.#run
    const key = keyIs === 'configured' ? place.configured : keys[keyIs]
    if (key === undefined) throw new Error(`${line.text}: there is no such key`)
    if (signature === 'left-out') return {}
    const user: Record<string, string> = key.id === '' ? {} : { Username: key.id }
    if (signature === 'none') return { ...user, RawData: '' }
    if (signature === 'garbage') return { ...user, RawData: '"!! no base64 at all !!"' }
    const said = line.fields.SenderCompID ?? 'OWN'
    const sender = said === 'OWN' ? names.OWN : said
    const timeUs = Number(header.sendingTime) + (signature === 'time' ? 1 : 0)
    const inRange = Math.abs(timeUs) < 8.64e18
    const text = [
      ...['A', signature === 'sender' ? names.OTHER : sender, 'TRADSYS'],
      String(header.number + (signature === 'number' ? 1 : 0)),
      inRange && timeUs >= 0 && timeUs < 2 ** 52 ? fixTime(timeUs) : '',
    ].join('\x01')
    const by = signature === 'stranger' ? strangersKey(key) : key
    const bytes =
      by.hmacKey === undefined
        ? sign(null, Buffer.from(text), by.privateKey ?? strangersKey(key).privateKey ?? '')
        : createHmac('sha256', by.hmacKey).update(text).digest()
    return { ...user, RawData: bytes.toString('base64') }
  }

  #count(line: Line, side: Side, bytes: Buffer): void {
    if (
      line.name === 'Logon' &&
      (side.peer.nextTold === 0 || line.fields.ResetSeqNumFlag === '1')
    ) {
      const wants = line.fields.NextExpectedMsgSeqNum ?? '1'
      side.peer.wants = Number(integerOf(wants))
      side.logonLine = line
      side.logon = bytes
    }
    const { direction } = messageOf(line.name)
    const usesOne = direction !== 'both' && line.name !== 'Reject'
    if (usesOne && (line.number ?? side.next) === side.next) side.next++
  }

  async #expect(line: Line): Promise<void> {
    const side = this.#side(line)
    const { peer } = side
    const after = Number((line.extras.after ?? '0s').slice(0, -1)) * 1000
    if (line.name === 'closes') {
      await this.#until(peer, after, line, () => peer.isClosed)
      this.#assertNotEarly(peer.closedMs, after, line)
      this.#assertSilent(peer)
    } else if (line.name === 'nothing') {
      await sleep(QUIET_MS)
      peer.check()
      this.#assertSilent(peer)
    } else {
      for (let i = 0; i < Number(line.extras.times ?? 1); i++)
        await this.#expectOne(line, side, after)
    }
  }

  async #expectOne(line: Line, side: Side, after: number): Promise<void> {
    const message = messageOf(line.name)
    const report = isReport(message)
    const has = (): boolean => side.peer.heard.some((heard) => isReport(heard.message) === report)
    await this.#until(side.peer, after, line, has)
    if (side.hasVanished && line.name === 'Logon') await this.#logOnAtLast(side, line)
    const heard = side.peer.next(report)
    if (heard === undefined) throw new Error('it was there')
    const told = `${line.text}\n heard ${said(heard)}`
    assert.equal(heard.message.name, line.name, told)
    const { ClOrdID, OrderID } = heard.fields
    if (report && typeof OrderID === 'number') this.#orderIds.set(String(ClOrdID), OrderID)
    this.#assertNotEarly(heard.atMs, after, line)
    if (line.number !== undefined) assert.equal(heard.number, line.number, `${told}: MsgSeqNum`)
    assert.equal(heard.possDup, line.flags.includes('PossDup'), `${told}: PossDup`)
    const isCopy = line.flags.includes('CopyMsgIndicator')
    assert.equal(heard.isCopy, isCopy, `${told}: CopyMsgIndicator`)
    const fields = isCopy ? [...message.fields, ...copyFields(message)] : message.fields
    this.#compare(heard.fields, line.fields, fields, heard.number, told)
    if (line.entries.length === 0 && line.extras.count === undefined) return
    const count = Number(line.extras.count ?? line.entries.length)
    assert.equal(heard.entries.length, count, `${told}: entries`)
    for (const [index, entry] of line.entries.entries()) {
      const of = `${told}: entry ${index + 1}`
      this.#compare(heard.entries[index] ?? {}, entry, message.group?.fields ?? [], index + 1, of)
    }
  }

  /** `number`: what N stands for. */
  #compare(
    values: Heard['fields'],
    texts: Line['fields'],
    fields: readonly Field[],
    number: number,
    told: string,
  ): void {
    for (const [name, text] of Object.entries(texts)) {
      const field = fields.find((one) => one.name === name)
      if (field === undefined) throw new Error(`${told}: there is no ${name}`)
      const value: string | number | undefined = values[name]
      const wanted = encodedValue(field, text, this.#run.names, { number })
      const expected = typeof wanted === 'bigint' ? wanted : wanted.toString('latin1')
      assert.equal(typeof value === 'number' ? BigInt(value) : value, expected, `${told}: ${name}`)
    }
  }

  /** Sends the Logon again while the exchange has not seen the end of the connection before. */
  async #logOnAtLast(side: Side, line: Line): Promise<void> {
    side.hasVanished = false
    for (let tries = 0; tries < LOGON_TRIES; tries++) {
      if (side.peer.heard[0]?.fields.Text !== 'This session is logged on already.') return
      const { wants } = side.peer
      side.peer.destroy()
      await sleep(QUIET_MS)
      side.peer = this.#newPeer()
      side.peer.wants = wants
      await side.peer.send(side.logon ?? Buffer.alloc(0))
      await this.#until(side.peer, 0, line, () => side.peer.heard.length > 0)
    }
  }

  async #until(peer: Peer, after: number, line: Line, isSo: () => boolean): Promise<void> {
    const endMs = performance.now() + after + ANSWER_MS_MAX
    peer.check()
    while (!isSo()) {
      const leftMs = endMs - performance.now()
      const isOver = peer.isClosed && line.name !== 'closes'
      if (leftMs < 0 || isOver) {
        const why = isOver ? 'closed' : 'in time'
        throw new Error(`${line.text}: not ${why}; heard ${peer.names || 'nothing'}`)
      }
      await peer.news(leftMs)
    }
  }

  #assertNotEarly(atMs: number, after: number, line: Line): void {
    const tookMs = atMs - this.#startedMs
    assert.ok(tookMs >= after - EARLY_MS, `${line.text}: came after ${tookMs.toFixed(0)} ms`)
  }

  #assertSilent(peer: Peer): void {
    assert.equal(peer.names, '', 'heard what the case does not say')
  }

  /** A session that is still logged on is well, and has told all. */
  async #finish(side: Side): Promise<void> {
    const { peer, logonLine } = side
    peer.check()
    this.#assertSilent(peer)
    const isCounted = this.#run.one.venue !== 'throttled'
    if (!isCounted || peer.isClosed || peer.nextTold === 0 || side.hasVanished) return
    const line = (name: string, fields = {}): Line => ({
      ...{ connection: 1, name, number: undefined, fields, extras: {}, entries: [], flags: [] },
      text: 'the end',
    })
    const ends = ['TestRequest', 'Logout'].map((name) => this.#frame(line(name), side))
    await peer.send(Buffer.concat(ends))
    await this.#expectOne(line('Heartbeat', { TestReqID: 'hello' }), side, 0)
    await this.#expectOne(line('Logout', { SessionStatus: 'LogoutComplete' }), side, 0)
    await this.#until(peer, 0, line('closes'), () => peer.isClosed)
    this.#assertSilent(peer)
    const asked = logonLine?.fields ?? {}
    const { CancelOnDisconnectType: cancels = 'Never', SenderCompID = 'OWN' } = asked
    const { DropCopyFlag = '0' } = asked
    if (cancels !== 'Never' || logonLine?.extras.key !== undefined) return
    const again = this.#newPeer()
    again.wants = 0
    const fields = { NextExpectedMsgSeqNum: '0', SenderCompID, DropCopyFlag }
    await again.send(this.#frame(line('Logon', fields), side))
    await this.#until(again, 0, line('Logon'), () => again.heard.length > 0)
    const [logon] = again.heard
    again.destroy()
    assert.equal(logon?.number, peer.nextTold, 'reports that the case does not say')
  }
}

const keyName = ({ logonLine }: Side): string => logonLine?.extras.key ?? ''

function strangersKey({ hmacKey }: RunKey): RunKey {
  if (hmacKey !== undefined) return { id: '', hmacKey: Buffer.alloc(32, 1) }
  return { id: '', privateKey: generateKeyPairSync('ed25519').privateKey }
}
