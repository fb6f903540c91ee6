/**
 * The fresh process of `bench book --workload shard`: an exchange machine, with account and risk before the
 * book, and its events carried into a ring as engine/shard/shard.ts carries them. Argument: a ShardRun as JSON;
 * prints one JSON line. One ring stands for the shard's two: journal and gateways.
 *
 *   commands ──▶ EXCHANGE MACHINE ──▶ outbox ──▶ ring ──▶ drain
 */

import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { sendRecords } from '../../engine/shard/records.ts'
import { TURN_BYTES_MAX, TURN_COMMANDS_MAX } from '../../engine/shard/shard.ts'
import { inlineMore } from '../../engine/thread/inlining.ts'
import { RECORD_HEADER_BYTES, SEQUENCE_OFFSET, TIME_OFFSET } from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import type { RingProducer } from '../../ringbuffer/spsc/spsc-ring.ts'
import { readMessages } from './book-messages.ts'
import { type Passes, timePasses } from './passes.ts'
import { chooseCpus, pinTo } from './pinning.ts'
import { type DrainedPass, ReportDrain } from './report-drain.ts'
import { addWords } from './report-sum.ts'
import { ShardCommands } from './shard-commands.ts'

export interface ShardRun {
  readonly file: string
  readonly idMax: number
}

export interface ShardRunResult extends Passes {
  readonly commands: number
  /** What the flow's commands made the machine say. */
  readonly events: number
  readonly unpinned?: string
}

const CONSUMER_SILENT_MS_MAX = 10_000

class ShardBench {
  readonly outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  readonly #machine = new ExchangeMachine(this.outbox)
  readonly #commands: ShardCommands

  /** Set up, and warm; what that made it say is gone. */
  constructor(commands: ShardCommands) {
    this.#commands = commands
    for (let i = 0; i < steadyFrom(commands); i++) {
      this.outbox.clear()
      this.#apply(i)
    }
    this.outbox.clear()
    this.outbox.eventNumber = 0
  }

  run(carryAway: () => void): void {
    const { count } = this.#commands
    const { outbox } = this
    let taken = 0
    for (let i = steadyFrom(this.#commands); i < count; i++) {
      this.#apply(i)
      taken++
      if (taken < TURN_COMMANDS_MAX && outbox.endBytes < TURN_BYTES_MAX) continue
      taken = 0
      carryAway()
    }
    carryAway()
  }

  audit(): void {
    const breach = this.#machine.audit()
    if (breach !== undefined)
      throw new Error(`bench: the machine's books do not balance: ${breach}`)
  }

  #apply(i: number): void {
    const { view, offsets } = this.#commands
    const at = offsets[i]!
    const timeUs = readInt64(view, at + TIME_OFFSET)
    this.outbox.begin(readInt64(view, at + SEQUENCE_OFFSET), timeUs)
    this.#machine.apply(view, at)
  }
}

/**
 * The first command on the clock: a third of the flow goes before it, and then the machine knows as many
 * closed ids as it may, and its tables grow no more.
 */
const steadyFrom = ({ setupCount, count }: ShardCommands): number =>
  setupCount + Math.floor((count - setupCount) / 3)

function carryInto(ring: RingProducer, outbox: Outbox): void {
  const { endBytes } = outbox
  for (let at = sendRecords(ring, outbox, 0, endBytes); at < endBytes; ) {
    if (!ring.waitForRoom(CONSUMER_SILENT_MS_MAX)) {
      throw new Error('bench: the thread that reads the events has stopped')
    }
    at = sendRecords(ring, outbox, at, endBytes)
  }
  ring.publish()
  outbox.clear()
}

/** Once more, off the clock: what was drained must be this. */
function keptPass(commands: ShardCommands): DrainedPass {
  const bench = new ShardBench(commands)
  const { outbox } = bench
  let sum = 0
  bench.run(() => {
    const words = new Int32Array(outbox.bytes.buffer)
    for (let at = 0; at < outbox.endBytes; at = outbox.next(at)) {
      const end = outbox.view.getInt32(at, true) + at
      sum = addWords(sum, words, (at + RECORD_HEADER_BYTES) >> 2, end >> 2)
    }
    outbox.clear()
  })
  bench.audit()
  return { reports: outbox.eventNumber, sum }
}

const run = JSON.parse(process.argv[2]!) as ShardRun
inlineMore()
const cpus = chooseCpus()
const { reason } = pinTo(cpus?.book)
const drain = await ReportDrain.start(cpus?.drain)
const commands = new ShardCommands(readMessages(run.file, run.idMax))
const count = commands.count - steadyFrom(commands)
const drained: DrainedPass[] = []
const passes = await timePasses(count, () => {
  const bench = new ShardBench(commands)
  return () => {
    bench.run(() => carryInto(drain.ring, bench.outbox))
    drained.push(drain.finishPass())
  }
})
const kept = keptPass(commands)
for (const pass of drained) {
  if (pass.reports === kept.reports && pass.sum === kept.sum) continue
  const [read, said] = [JSON.stringify(pass), JSON.stringify(kept)]
  throw new Error(`bench: ${read} was read from the ring, but the machine said ${said}`)
}
const why = reason ?? drain.pinned.reason
const unpinned = why === undefined ? {} : { unpinned: why }
const result: ShardRunResult = { commands: count, events: kept.reports, ...passes, ...unpinned }
process.stdout.write(`${JSON.stringify(result)}\n`)
await drain.stop()
