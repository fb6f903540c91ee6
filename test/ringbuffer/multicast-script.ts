/**
 * Plays a script against one multicast ring, all its ends on this thread. A line is a call and what
 * it must answer, as in ring-script.ts, with the reader's number behind the verb:
 *
 *   claim 8 → 8             payload bytes → offset of the payload, or full
 *   commit 3                the type; the payload is filled with this byte
 *   peek 0 → 8 type 3 × 8   offset, type, payload bytes, or empty
 *   take 0 → 8 type 3 × 8   peek and advance
 *   publish · abort · advance 0 · release 0 · detach 0 · attach 0, which makes a successor too
 */

import assert from 'node:assert/strict'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateMulticastRing } from '../../ringbuffer/multicast/allocate-multicast-ring.ts'
import { MulticastGate } from '../../ringbuffer/multicast/multicast-gate.ts'
import { MulticastGauge } from '../../ringbuffer/multicast/multicast-gauge.ts'
import { MulticastReader } from '../../ringbuffer/multicast/multicast-reader.ts'
import { MulticastProducer } from '../../ringbuffer/multicast/multicast-ring.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'

export class MulticastBench {
  readonly memory: SharedArrayBuffer
  readonly producerBell = new Doorbell(allocateDoorbell())
  readonly readerBells: readonly Doorbell[]
  readonly producer: MulticastProducer
  readonly readers: MulticastReader[]
  readonly gate: MulticastGate
  readonly gauge: MulticastGauge
  #payload: Uint8Array = new Uint8Array()

  constructor(
    capacityBytes: number,
    behind: readonly (readonly number[])[],
    startPosition: number = 0,
  ) {
    this.memory = allocateMulticastRing({ capacityBytes, name: 'test', behind, startPosition })
    this.readerBells = behind.map(() => new Doorbell(allocateDoorbell()))
    this.producer = new MulticastProducer(this.memory, this)
    this.readers = behind.map((_, reader) => new MulticastReader(this.memory, reader, this))
    this.gate = new MulticastGate(this.memory, this)
    this.gauge = new MulticastGauge(this.memory)
  }

  play(script: string): this {
    for (const [index, line] of script.split('\n').entries()) {
      const [call = '', expected = ''] = line.split('→').map((part) => part.trim())
      if (call === '') continue
      assert.equal(this.#answer(call), expected, `line ${index}: ${line.trim()}`)
    }
    return this
  }

  /** Eight records of 8 B fill a ring of 64 B. */
  fill(): this {
    for (let n = 0; n < 8; n += 1) {
      assert.notEqual(this.producer.claim(0), FULL)
      this.producer.commit(1)
    }
    this.producer.publish()
    return this
  }

  #answer(call: string): string {
    const [verb, argument] = call.split(/\s+/)
    const number = Number(argument)
    switch (verb) {
      case 'claim':
        return this.#claim(number)
      case 'commit':
        this.#payload.fill(number)
        this.producer.commit(number)
        return ''
      case 'abort':
      case 'publish':
        this.producer[verb]()
        return ''
      case 'peek':
        return this.#peek(number)
      case 'take': {
        const seen = this.#peek(number)
        if (seen !== 'empty') this.readers[number]!.advance()
        return seen
      }
      case 'advance':
      case 'release':
        this.readers[number]![verb]()
        return ''
      case 'detach':
        this.gate.detachReader(number)
        return ''
      case 'attach':
        this.gate.attachReader(number)
        this.readers[number] = new MulticastReader(this.memory, number, this)
        return ''
      default:
        throw new Error(`the script has no verb '${verb}'`)
    }
  }

  #claim(payloadBytes: number): string {
    const offset = this.producer.claim(payloadBytes)
    if (offset === FULL) return 'full'
    this.#payload = this.producer.bytes.subarray(offset, offset + payloadBytes)
    return String(offset)
  }

  #peek(number: number): string {
    const reader = this.readers[number]!
    const offset = reader.peek()
    if (offset === EMPTY) return 'empty'
    const { recordType, payloadBytes } = reader
    const payload = reader.bytes.subarray(offset, offset + payloadBytes)
    assert.ok(
      payload.every((byte) => byte === (recordType & 0xff)),
      `payload of type ${recordType} at ${offset}: ${payload}`,
    )
    return `${offset} type ${recordType} × ${payloadBytes}`
  }
}
