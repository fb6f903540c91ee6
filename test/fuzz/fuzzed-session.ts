/**
 *   FRAME MUTATOR ──▶ FUZZED SESSION ──TCP──▶ exchange
 *                         │  ▲ what it refuses
 *                         ▼  │
 *                     NAIVE DOOR
 *
 * One client that sends what the mutator makes, in batches with a question behind each, and holds the answers to what the naive door
 * says. What was taken is kept, byte by byte: it must stand in the journal.
 */
import { connect, type Socket } from 'node:net'
import { frame } from '../gateway/order-entry/raw-client.ts'
import { FrameMutator } from './frame-mutator.ts'
import { type Candidate, NaiveDoor } from './naive-door.ts'

const [LOGON, LOGOUT, REJECT, HEARTBEAT] = [65, 53, 51, 48]
const BUSINESS_REJECT = 106
const BATCH = 100
const ANSWER_MS_MAX = 60_000
/** One after the other: numbers that are used up are reset by the next. */
const LOGONS_REFUSED_MAX = 3

export interface FuzzTerms {
  readonly port: number
  readonly seed: number
  readonly compId: string
}

export class FuzzedSession {
  /** In the order in which they were taken. */
  readonly taken: Omit<Candidate, 'isFaulty'>[] = []
  framesSent = 0
  connections = 0
  refused = 0
  readonly #terms: FuzzTerms
  readonly #mutator: FrameMutator
  #question = 0

  readonly compId: string

  constructor(terms: FuzzTerms) {
    this.compId = terms.compId
    this.#terms = terms
    this.#mutator = new FrameMutator(terms.seed)
  }

  /** Sends so many frames, over as many connections as it takes. */
  async run(count: number): Promise<void> {
    let renumbers = 0
    let refused = 0
    while (this.framesSent < count) {
      if (refused > LOGONS_REFUSED_MAX) throw this.#differs('nobody lets it in')
      const link = new Link(this.#terms.port)
      try {
        this.connections++
        link.send(this.#logon(renumbers))
        await link.until(() => link.logon !== undefined || link.isClosed, 'Logon')
        // Numbers are used up, where a SequenceReset went that far.
        renumbers = link.logon === undefined ? 1 : 0
        refused = link.logon === undefined ? refused + 1 : 0
        if (link.logon !== undefined) await this.#talk(link, link.logon, count)
      } finally {
        link.destroy()
      }
    }
  }

  #logon(renumbers: number): Buffer {
    return frame('Logon', {
      ...{ SenderCompID: this.#terms.compId, TargetCompID: 'TRADSYS', HeartBtInt: 60 },
      ...{ NextExpectedMsgSeqNum: 0, SecondLogon: 1, ResetSeqNumFlag: renumbers },
    })
  }

  async #talk(link: Link, expected: number, count: number): Promise<void> {
    const door = new NaiveDoor(expected)
    const whole = new Set<number>()
    while (!door.isOver && this.framesSent < count) {
      const batch: Buffer[] = []
      for (let i = 0; i < BATCH && !door.isOver; i++) {
        const nowUs = BigInt(Date.now()) * 1000n
        const number = door.expected
        const { bytes, isWhole } = this.#mutator.next(number, nowUs)
        const { isInFrame, candidates } = door
        const before = candidates.length
        door.take(bytes, nowUs)
        this.framesSent++
        if (isWhole && !isInFrame && candidates.length > before) whole.add(number)
        batch.push(bytes)
      }
      // One may be swallowed by a frame that said it was longer: then the next.
      const id = `q${++this.#question}`
      while (!door.isOver && door.questions.at(-1) !== id) {
        const nowMs = Date.now()
        const question = frame('TestRequest', { TestReqID: id }, door.expected, nowMs * 1000)
        door.take(question, BigInt(nowMs) * 1000n)
        batch.push(question)
      }
      link.send(Buffer.concat(batch))
      if (!door.isOver) await link.until(() => link.heartbeat === id || link.isClosed, id)
      if (link.isClosed && !door.isOver) throw this.#differs(`closed: ${link.goodbye}`)
    }
    if (door.isOver) await link.until(() => link.isClosed, 'the end of the session')
    this.#settle(door, link, whole)
  }

  #settle({ candidates, refusedElse }: NaiveDoor, link: Link, whole: ReadonlySet<number>): void {
    for (const key of refusedElse) link.refused.set(key, (link.refused.get(key) ?? 0) - 1)
    for (const { number, templateId, block, isFaulty } of candidates) {
      const isRefused = (link.refused.get(`${number} ${templateId}`) ?? 0) > 0
      const what = `#${number} of template ${templateId}, ${block.toString('hex')}`
      if (isFaulty && !isRefused)
        throw this.#differs(`${what}: its header is wrong, and it was taken`)
      if (isRefused && whole.has(number)) throw this.#differs(`${what}: is right, and was refused`)
      if (isRefused) this.refused++
      else this.taken.push({ number, templateId, block })
    }
  }

  #differs(what: string): Error {
    const { compId, seed } = this.#terms
    return new Error(`${compId}, seed ${seed}, within ${this.framesSent} frames: ${what}`)
  }
}

/** A connection: keeps of what it hears only what is asked for. */
class Link {
  /** NextExpectedMsgSeqNum of the exchange's Logon. */
  logon: number | undefined
  /** TestReqID of the last one that had one. */
  heartbeat = ''
  /** How often each `number template` was answered by a Reject or BusinessMessageReject. */
  readonly refused = new Map<string, number>()
  goodbye = 'no Logout'
  isClosed = false
  readonly #socket: Socket
  #bytes: Buffer = Buffer.alloc(0)
  #wake: () => void = () => undefined

  constructor(port: number) {
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk))
    const close = (): void => {
      this.isClosed = true
      this.#wake()
    }
    this.#socket.on('end', close).on('close', close).on('error', close)
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  async until(isSo: () => boolean, what: string): Promise<void> {
    const endMs = performance.now() + ANSWER_MS_MAX
    while (!isSo()) {
      if (performance.now() > endMs) throw new Error(`not in time: ${what}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  #take(chunk: Buffer): void {
    const bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    let at = 0
    while (bytes.length - at >= 4 && bytes.length - at >= bytes.readUInt32LE(at)) {
      const length = bytes.readUInt32LE(at)
      this.#hear(bytes.subarray(at, at + length))
      at += length
    }
    this.#bytes = bytes.subarray(at)
    this.#wake()
  }

  #count(key: string): void {
    this.refused.set(key, (this.refused.get(key) ?? 0) + 1)
  }

  #hear(heard: Buffer): void {
    const block = heard.subarray(36)
    switch (heard.readUInt16LE(8)) {
      case LOGON:
        this.logon = block.readUInt32LE(36)
        break
      case HEARTBEAT:
        if (block[0] !== 0) this.heartbeat = block.toString('latin1', 0, 32).replaceAll('\0', '')
        break
      case REJECT:
        this.#count(`${block.readUInt32LE(0)} ${block.readUInt16LE(6)}`)
        break
      case BUSINESS_REJECT:
        this.#count(`${block.readUInt32LE(0)} ${block.readUInt16LE(4)}`)
        break
      case LOGOUT:
        this.goodbye = block.toString('latin1', 0, 64).replaceAll('\0', '')
        break
    }
  }
}
