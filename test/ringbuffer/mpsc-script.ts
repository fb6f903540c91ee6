/**
 * Plays a script against one ring of many producers, all ends on this thread. A line is a call and
 * what it must answer, a producer's with its number first:
 *
 *   2 claim 8 → 8         payload bytes → offset of the payload, or full
 *   2 commit 3            the type; the payload is filled with this byte
 *   2 abort
 *   2 leaves 3 claim 8    makes a claim, but only its first 3 steps in shared memory: its thread is
 *                         dead then, and a successor has the number after `unblock`
 *   2 leaves 3 commit 3      the first of these fills the payload
 *   peek → 8 type 3 × 8   offset, type, payload bytes, or empty
 *   waits → 2             whose claim the consumer stands before, or 0
 *   unblock 2 → true      settled, or false
 *   advance · release
 */

import assert from 'node:assert/strict'
import { allocateDoorbell, Doorbell } from '../../ringbuffer/doorbell.ts'
import { allocateMpscRing } from '../../ringbuffer/mpsc/allocate-mpsc-ring.ts'
import { MpscGauge } from '../../ringbuffer/mpsc/mpsc-gauge.ts'
import { MpscConsumer, MpscProducer } from '../../ringbuffer/mpsc/mpsc-ring.ts'
import { DATA_OFFSET } from '../../ringbuffer/ring-layout.ts'
import { EMPTY, FULL } from '../../ringbuffer/spsc/spsc-ring.ts'
import { dieAt } from './shared-steps.ts'

export interface MpscBenchOptions {
  readonly capacityBytes: number
  readonly producersMax?: number
  readonly startPosition?: number
}

export class MpscBench {
  readonly memory: SharedArrayBuffer
  readonly consumerBell = new Doorbell(allocateDoorbell())
  readonly producerBells: readonly Doorbell[]
  readonly gauge: MpscGauge
  consumer: MpscConsumer
  readonly #producers: MpscProducer[]
  readonly #payloads: Uint8Array[] = []

  constructor(options: MpscBenchOptions) {
    const { producersMax = 3 } = options
    this.memory = allocateMpscRing({ name: 'test', ...options, producersMax })
    const numbers = Array.from({ length: producersMax }, (_, index) => index + 1)
    this.producerBells = numbers.map(() => new Doorbell(allocateDoorbell()))
    this.gauge = new MpscGauge(this.memory)
    this.consumer = new MpscConsumer(this.memory, this)
    this.#producers = numbers.map((number) => this.#make(number))
  }

  producer(number: number): MpscProducer {
    return this.#producers[number - 1]!
  }

  /** A successor takes the number, as another thread would. */
  succeed(number: number): MpscProducer {
    this.#producers[number - 1] = this.#make(number)
    return this.producer(number)
  }

  succeedConsumer(): void {
    this.consumer = new MpscConsumer(this.memory, this)
  }

  #make(number: number): MpscProducer {
    const producerBell = this.producerBells[number - 1]!
    return new MpscProducer(this.memory, number, { consumerBell: this.consumerBell, producerBell })
  }

  play(script: string): this {
    for (const [index, line] of script.split('\n').entries()) {
      const [call = '', expected = ''] = line.split('→').map((part) => part.trim())
      if (call === '') continue
      const [first = '', ...rest] = call.split(/\s+/)
      const number = Number(first)
      const answer = number > 0 ? this.#produce(number, rest) : this.#consume(first, rest)
      assert.equal(answer, expected, `line ${index}: ${line.trim()}`)
    }
    return this
  }

  /** Nothing is left in the ring: what is free must be zero. */
  assertEmptyAndZero(why = ''): void {
    assert.equal(this.consumer.peek(), EMPTY, why)
    this.consumer.release()
    assert.equal(this.gauge.depthBytes, 0, why)
    const records = new Uint8Array(this.memory, DATA_OFFSET, this.gauge.capacityBytes)
    assert.ok(
      records.every((byte) => byte === 0),
      `${why}: what is free is not zero`,
    )
  }

  #produce(number: number, [verb, argument, ...more]: string[]): string {
    const producer = this.producer(number)
    switch (verb) {
      case 'claim':
        return this.#claim(number, Number(argument))
      case 'commit':
        this.#payloads[number]!.fill(Number(argument))
        producer.commit(Number(argument))
        return ''
      case 'abort':
        this.#payloads[number]!.fill(0xff)
        producer.abort()
        return ''
      case 'leaves':
        assert.equal(dieAt(Number(argument), () => this.#produce(number, more)).isWhole, false)
        return ''
      default:
        throw new Error(`the script has no verb '${verb}' for a producer`)
    }
  }

  #consume(verb: string, [argument]: string[]): string {
    switch (verb) {
      case 'peek':
        return this.#peek()
      case 'advance':
        this.consumer.advance()
        return ''
      case 'release':
        this.consumer.release()
        return ''
      case 'waits':
        return String(this.consumer.waitsFor)
      case 'unblock': {
        const isSettled = this.consumer.unblock(Number(argument))
        if (isSettled) this.succeed(Number(argument))
        return String(isSettled)
      }
      default:
        throw new Error(`the script has no verb '${verb}' for the consumer`)
    }
  }

  #claim(number: number, payloadBytes: number): string {
    const { bytes } = this.producer(number)
    const offset = this.producer(number).claim(payloadBytes)
    if (offset === FULL) return 'full'
    this.#payloads[number] = bytes.subarray(offset, offset + payloadBytes)
    assert.ok(
      this.#payloads[number].every((byte) => byte === 0),
      'what is claimed is zero',
    )
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
