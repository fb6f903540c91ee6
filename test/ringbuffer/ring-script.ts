/**
 * Plays a script against one ring, both ends on this thread. A line is a call and what it must
 * answer:
 *
 *   claim 8 → 8           payload bytes → offset of the payload, or full
 *   commit 3              the type; the payload is filled with this byte
 *   peek → 8 type 3 × 8   offset, type, payload bytes, or empty
 *   publish · abort · advance · release
 */

import assert from 'node:assert/strict'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateRing } from '../../ringbuffer/spsc/allocate-ring.ts'
import { RingGauge } from '../../ringbuffer/spsc/ring-gauge.ts'
import { EMPTY, FULL, RingConsumer, RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'

export class RingBench {
  readonly memory: SharedArrayBuffer
  readonly consumerBell = new Doorbell(allocateDoorbell())
  readonly producerBell = new Doorbell(allocateDoorbell())
  readonly producer: RingProducer
  readonly consumer: RingConsumer
  readonly gauge: RingGauge
  #payload: Uint8Array = new Uint8Array()

  /** A fresh ring of so many bytes, or one that is there already. */
  constructor(ring: number | SharedArrayBuffer, startPosition = 0) {
    this.memory =
      typeof ring === 'number'
        ? allocateRing({ capacityBytes: ring, name: 'test', startPosition })
        : ring
    this.producer = new RingProducer(this.memory, this)
    this.consumer = new RingConsumer(this.memory, this)
    this.gauge = new RingGauge(this.memory)
  }

  play(script: string): this {
    for (const [index, line] of script.split('\n').entries()) {
      const [call = '', expected = ''] = line.split('→').map((part) => part.trim())
      if (call === '') continue
      assert.equal(this.#answer(call), expected, `line ${index}: ${line.trim()}`)
    }
    return this
  }

  #answer(call: string): string {
    const [verb, argument] = call.split(/\s+/)
    switch (verb) {
      case 'claim':
        return this.#claim(Number(argument))
      case 'commit':
        this.#payload.fill(Number(argument))
        this.producer.commit(Number(argument))
        return ''
      case 'abort':
        this.#payload.fill(0xff)
        this.producer.abort()
        return ''
      case 'publish':
        this.producer.publish()
        return ''
      case 'peek':
        return this.#peek()
      case 'advance':
        this.consumer.advance()
        return ''
      case 'release':
        this.consumer.release()
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

  #peek(): string {
    const offset = this.consumer.peek()
    if (offset === EMPTY) return 'empty'
    const { recordType, payloadBytes } = this.consumer
    const payload = this.consumer.bytes.subarray(offset, offset + payloadBytes)
    assert.ok(
      payload.every((byte) => byte === (recordType & 0xff)),
      `payload of type ${recordType} at ${offset}: ${payload}`,
    )
    return `${offset} type ${recordType} × ${payloadBytes}`
  }
}
