/** A venue with all that a machine can hold, a random flow over it, and the log of both. */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { EXCHANGE_LIMITS } from '../../actors/limits.ts'
import { restoreSnapshot, takeSnapshot } from '../../engine/recovery/snapshot.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { SCHEMA_HASH } from '../../protocol/codecs.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import type { SnapshotHead } from '../../storage/snapshot-head.ts'
import { decodeAll, type ExchangeHarness, encode, FIRST_US } from './exchange-harness.ts'
import { DrawnFlow } from './machine-draws.ts'
import { openPlayground } from './market-play.ts'
import { seeded } from './seeded.ts'

const US_PER_SECOND = 1_000_000
/** With all that may be watched: bands with a window, limit-up and limit-down, moves, a collar. */
const TERMS = {
  ...{ priceMin: 50, priceMax: 200, referencePrice: 100, bandBps: 900, bandPolicy: 1 },
  ...{ limitStateSeconds: 15, pauseSeconds: 20, auctionSeconds: 5, protectionBps: 2_000 },
  ...{ referenceWindowSeconds: 60, referenceStepBps: 50, referenceIntervalSeconds: 10 },
  ...{ moveBps: 700, moveWindowSeconds: 60, collarBps: 1_500 },
}

/** More than most commands make a machine say. */
const OVERWRITTEN_BYTES = 1 << 14

export interface LoggedCommand {
  readonly view: DataView
  readonly sequence: number
  readonly timeUs: number
  /** What it made the machine say, as bytes. */
  readonly said: Buffer
}

export class SnapshotRun {
  readonly exchange: ExchangeHarness
  readonly log: LoggedCommand[] = []
  readonly #random: (bound: number) => number
  readonly #flow = new DrawnFlow()
  readonly #numbers = new Map<number, number>()

  constructor(seed: number) {
    this.#random = seeded(seed)
    this.exchange = openPlayground({ terms: TERMS, units: 1_000_000 })
    const fees = { account: '', symbol: '', makerPpm: 10, takerPpm: 20 }
    this.exchange.send('FeeDefine', 0, fees)
    this.exchange.send('FeeDefine', 0, { ...fees, account: 'bob', symbol: 'ETHUSD', makerPpm: 5 })
    this.exchange.send('GroupDefine', 0, { account: 'bob', group: 7 })
    this.exchange.send('FirmDefine', 0, { account: 'bob', firm: 'bank' })
    this.exchange.send('DropCopyDefine', 0, { compId: 'ear', firm: 'bank' })
    this.exchange.send('DropCopyDefine', 0, { compId: 'alice-ear', account: 'alice' })
    const breaker = { level1Bps: 700, level2Bps: 1300, level3Bps: 9000, haltSeconds: 9 }
    this.exchange.send('BreakerDefine', 0, breaker)
    this.exchange.send('DayStart', 0, { lateTime: 0 })
  }

  get machine(): ExchangeMachine {
    return this.exchange.machine
  }

  run(commands: number): void {
    const random = this.#random
    const { exchange } = this
    for (let i = 0; i < commands; i++) {
      const draw = {
        ...{ kind: random(100), who: random(8), side: random(2), ticks: random(12) },
        ...{ lots: random(12), which: random(20), more: random(1000) },
      }
      const second = Math.floor((exchange.timeUs - FIRST_US) / US_PER_SECOND)
      const { name, session, fields, seconds } = this.#flow.commandOf(draw, second)
      exchange.waitUntil(exchange.timeUs + seconds * US_PER_SECOND)
      const number = session === 0 ? 0 : (this.#numbers.get(session) ?? 0) + 1
      this.#numbers.set(session, number)
      const view = encode(name, session, number, fields)
      exchange.apply(view)
      const { outbox, sequence } = exchange
      const said = Buffer.from(outbox.bytes.subarray(0, outbox.endBytes))
      this.log.push({ view, sequence, timeUs: outbox.timeUs, said })
      this.#flow.hear(decodeAll(outbox))
    }
  }

  take(): Uint8Array {
    const { outbox, sequence, machine } = this.exchange
    const place = { sequence, timeUs: outbox.timeUs, eventNumber: outbox.eventNumber }
    return takeSnapshot(machine, place, { schemaHash: SCHEMA_HASH })
  }
}

/** A machine of a snapshot, which hears the log from there on. */
export class Restored {
  readonly machine: ExchangeMachine
  readonly head: SnapshotHead
  readonly #outbox: Outbox

  constructor(snapshot: Uint8Array, place = { shard: 0, shards: 1 }) {
    this.#outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
    this.machine = new ExchangeMachine(this.#outbox, EXCHANGE_LIMITS, place)
    this.head = restoreSnapshot(snapshot, this.machine, SCHEMA_HASH)
    this.#outbox.eventNumber = this.head.eventNumber
  }

  /** What it says to a command, where this byte stands in the outbox already. */
  apply({ view, sequence, timeUs }: Omit<LoggedCommand, 'said'>, before = 0): Buffer {
    const outbox = this.#outbox
    outbox.clear()
    outbox.bytes.fill(before, 0, OVERWRITTEN_BYTES)
    outbox.begin(sequence, timeUs)
    this.machine.apply(view, 0)
    return Buffer.from(outbox.bytes.subarray(0, outbox.endBytes))
  }
}
