import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FULL, joined, Mailbox } from '../../../engine/host/mailbox.ts'
import {
  alignRecord,
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  TEMPLATE_ID_OFFSET,
} from '../../../protocol/envelope.ts'
import { seeded } from '../../actors/seeded.ts'

const SEEDS = 200
const STEPS = 600
const BLOCK_BYTES_MAX = 700

interface Waiting {
  readonly mark: number
  readonly blockBytes: number
}

/** As a sender writes it: every word of the block is the record's mark. */
function write({ view }: Mailbox, at: number, { mark, blockBytes }: Waiting): void {
  view.setInt32(at + RECORD_LENGTH_OFFSET, RECORD_BLOCK_OFFSET + blockBytes, true)
  view.setInt32(at + RECORD_TYPE_OFFSET, 1, true)
  writePayload(view, at + RECORD_HEADER_BYTES, { mark, blockBytes })
}

function writePayload(view: DataView, envelope: number, { mark, blockBytes }: Waiting): void {
  view.setUint16(envelope + BLOCK_LENGTH_OFFSET, blockBytes, true)
  view.setUint16(envelope + TEMPLATE_ID_OFFSET, 1, true)
  for (let i = 0; i < blockBytes; i += 4) view.setInt32(envelope + ENVELOPE_BYTES + i, mark, true)
}

function check({ view }: Mailbox, at: number, { mark, blockBytes }: Waiting, seed: string): void {
  assert.equal(
    view.getUint16(at + RECORD_HEADER_BYTES + BLOCK_LENGTH_OFFSET, true),
    blockBytes,
    seed,
  )
  for (let i = 0; i < blockBytes; i += 4) {
    assert.equal(view.getInt32(at + RECORD_BLOCK_OFFSET + i, true), mark, seed)
  }
}

/** A mailbox and the array that it is held against. */
class Pair {
  readonly mailbox: Mailbox
  readonly model: Waiting[] = []
  readonly #random: (bound: number) => number
  readonly #seed: string
  #mark = 0
  refused = 0

  constructor(seed: number) {
    this.#random = seeded(seed)
    this.#seed = `seed ${seed}`
    this.mailbox = new Mailbox(1024 << this.#random(4))
  }

  step(): void {
    const { mailbox, model } = this
    const kind = this.#random(20)
    if (kind < 6) this.#claim()
    else if (kind < 10) this.#append(kind === 9)
    else if (kind < 18) this.#advance()
    else if (kind === 18) this.#claimAndTakeBack()
    else if (this.#random(20) === 0) {
      mailbox.clear()
      model.length = 0
    }
    assert.equal(mailbox.count, model.length, this.#seed)
    assert.equal(mailbox.peek() === -1, model.length === 0, this.#seed)
  }

  #next(): Waiting {
    return { mark: ++this.#mark, blockBytes: 8 * (1 + this.#random(BLOCK_BYTES_MAX / 8)) }
  }

  #claim(): void {
    const record = this.#next()
    const at = this.mailbox.claim(RECORD_BLOCK_OFFSET + record.blockBytes)
    if (at === FULL) {
      this.#mayRefuse()
      return
    }
    assert.equal(at, this.mailbox.newest)
    write(this.mailbox, at, record)
    this.model.push(record)
  }

  #append(beyondBound: boolean): void {
    const record = this.#next()
    const view = new DataView(new ArrayBuffer(8 + ENVELOPE_BYTES + record.blockBytes))
    writePayload(view, 8, record)
    if (this.mailbox.append(view, 8, beyondBound)) this.model.push(record)
    else {
      assert.equal(beyondBound, false, this.#seed)
      this.#mayRefuse()
    }
  }

  /** One that could take twice as much does not refuse. */
  #mayRefuse(): void {
    this.refused++
    const bytes = this.model.reduce((sum, { blockBytes }) => sum + bytesOf(blockBytes), 0)
    const mostBytes = bytes + 2 * bytesOf(BLOCK_BYTES_MAX)
    assert.ok(mostBytes > this.mailbox.bytesMax / 2, this.#seed)
  }

  #claimAndTakeBack(): void {
    const bytes = RECORD_BLOCK_OFFSET + this.#next().blockBytes
    if (this.mailbox.claim(bytes) !== FULL) this.mailbox.unclaim(bytes)
  }

  #advance(): void {
    const oldest = this.model.shift()
    if (oldest === undefined) return
    check(this.mailbox, this.mailbox.peek(), oldest, this.#seed)
    this.mailbox.advance()
  }

  checkAll(): void {
    let i = 0
    this.mailbox.forEach((at, bytes) => {
      const record = this.model[i++]!
      assert.equal(bytes, bytesOf(record.blockBytes))
      check(this.mailbox, at, record, this.#seed)
    })
    assert.equal(i, this.model.length, this.#seed)
  }
}

const bytesOf = (blockBytes: number): number => alignRecord(RECORD_BLOCK_OFFSET + blockBytes)

test('mailbox: it keeps what an array keeps, in the same order, whatever is done to it', () => {
  let refused = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const pair = new Pair(seed)
    for (let step = 0; step < STEPS; step++) {
      pair.step()
      if (step % 10 === 0) pair.checkAll()
    }
    refused += pair.refused
  }
  assert.ok(refused > SEEDS, `only ${refused} records met a full mailbox`)
})

test('mailbox: it has no memory before something waits, and grows as far as its bound', () => {
  const mailbox = new Mailbox(3000)
  assert.deepEqual([mailbox.bytesMax, mailbox.words.length], [4096, 0])
  let count = 0
  for (; ; count++) {
    const at = mailbox.claim(RECORD_BLOCK_OFFSET + 8)
    if (at === FULL) break
    write(mailbox, at, { mark: count, blockBytes: 8 })
  }
  assert.equal(count, Math.floor(4096 / bytesOf(8)))
  assert.equal(mailbox.words.byteLength, 4096)
  mailbox.advance()
  assert.notEqual(mailbox.claim(RECORD_BLOCK_OFFSET + 8), FULL)
})

test('mailbox: two are joined in order, also beyond the bound of the first', () => {
  const marks = (mailbox: Mailbox): number[] => {
    const all: number[] = []
    mailbox.forEach((at) => {
      all.push(mailbox.view.getInt32(at + RECORD_BLOCK_OFFSET, true))
    })
    return all
  }
  const filled = (first: number, count: number): Mailbox => {
    const mailbox = new Mailbox(1024)
    for (let mark = first; mark < first + count; mark++) {
      write(mailbox, mailbox.claim(RECORD_BLOCK_OFFSET + 200), { mark, blockBytes: 200 })
    }
    return mailbox
  }
  const second = filled(5, 4)
  assert.deepEqual(marks(joined(filled(1, 4), second)), [1, 2, 3, 4, 5, 6, 7, 8])
  assert.equal(second.count, 0)
  assert.deepEqual(marks(joined(undefined, filled(1, 2))), [1, 2])
})
