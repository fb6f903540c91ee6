/**
 * The journal that `bench journal` reads: a MEB flow as an exchange's commands, again and again until there are enough, with
 * all the events that they lead to; and a snapshot behind one of them.
 */
import * as fs from 'node:fs'
import { takeSnapshot } from '../../engine/recovery/snapshot.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { EXCHANGE_KIND } from '../../exchange-kind.ts'
import { SCHEMA_HASH } from '../../protocol/codecs.ts'
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  SEQUENCE_OFFSET,
  SESSION_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { writeInt64 } from '../../protocol/integers.ts'
import { FULL } from '../../storage/frame-batch.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { JournalWriter } from '../../storage/journal-writer.ts'
import { writeSnapshot } from '../../storage/snapshot-files.ts'
import { messagesOfMeb } from '../book/book-messages.ts'
import { ShardCommands } from '../book/shard-commands.ts'
import { MEB_SEED, makeMeb } from '../workloads/meb.ts'

export interface MadeJournal {
  readonly directory: string
  readonly commands: number
  /** Behind so many a snapshot is taken; 0: none. */
  readonly snapshotAt: number
}

const ORDERS = 500_000
const BUILD_HASH = '00000000000000bb'
const FIRST_TIME_US = 1_760_000_000_000_000
const RECORD_BYTES_MAX = 512
const OUTBOX_BYTES_DUE = 256 * 1024

export function makeJournal({ directory, commands, snapshotAt }: MadeJournal): void {
  fs.mkdirSync(directory, { recursive: true })
  const flow = new ShardCommands(
    messagesOfMeb(makeMeb({ scenario: 'normal', seed: MEB_SEED, orders: ORDERS })),
  )
  const maker = new JournalMaker(directory, flow)
  for (let index = 0; maker.sequence < commands; index++) {
    // The venue is set up once; the flow comes as often as it takes.
    if (index === flow.count) index = flow.setupCount
    maker.add(index)
    if (maker.sequence === snapshotAt) maker.snapshot()
  }
  maker.close()
}

class JournalMaker {
  sequence = 0
  readonly #directory: string
  readonly #flow: ShardCommands
  readonly #writer: JournalWriter
  readonly #outbox = new Outbox({ ...EXCHANGE_KIND, eventsBefore: 0 })
  readonly #machine = EXCHANGE_KIND.newMachine(this.#outbox)
  readonly #record = new Uint8Array(RECORD_BYTES_MAX)
  readonly #view = new DataView(this.#record.buffer)
  readonly #numbers = new Map<number, number>()
  #timeUs = FIRST_TIME_US

  constructor(directory: string, flow: ShardCommands) {
    this.#directory = directory
    this.#flow = flow
    const schemaHash = EXCHANGE_KIND.schemaHash
    this.#writer = JournalWriter.open({
      directory,
      durability: 'none',
      schemaHash,
      buildHash: BUILD_HASH,
    })
  }

  add(index: number): void {
    const length = this.#stamp(index)
    if (this.#writer.commands.append(this.#record, 0, length) === FULL) {
      this.#commit()
      this.#writer.commands.append(this.#record, 0, length)
    }
    this.#outbox.begin(this.sequence, this.#timeUs)
    this.#machine.apply(this.#view, RECORD_HEADER_BYTES)
    if (this.#outbox.endBytes > OUTBOX_BYTES_DUE) this.#commit()
  }

  snapshot(): void {
    this.#commit()
    const reader = JournalReader.open(this.#directory)
    const chainHash = reader.chainHashAt(this.sequence)!
    reader.close()
    const place = {
      ...{ sequence: this.sequence, timeUs: this.#timeUs, chainHash },
      eventNumber: this.#outbox.eventNumber,
    }
    const stamps = { schemaHash: SCHEMA_HASH, buildHash: BUILD_HASH }
    const bytes = takeSnapshot(this.#machine, place, stamps)
    writeSnapshot(this.#directory, { shard: 0, sequence: this.sequence }, bytes).name()
  }

  close(): void {
    this.#commit()
    this.#writer.close()
  }

  /** The command as the sequencer would stamp it now, as a record. */
  #stamp(index: number): number {
    const { view: from, offsets } = this.#flow
    const at = offsets[index]!
    const payload = ENVELOPE_BYTES + from.getUint16(at + BLOCK_LENGTH_OFFSET, true)
    this.#record.set(new Uint8Array(from.buffer, at, payload), RECORD_HEADER_BYTES)
    const view = this.#view
    const session = from.getUint32(at + SESSION_OFFSET, true)
    const number = session === 0 ? 0 : (this.#numbers.get(session) ?? 0) + 1
    this.#numbers.set(session, number)
    this.sequence++
    this.#timeUs++
    view.setInt32(RECORD_LENGTH_OFFSET, RECORD_HEADER_BYTES + payload, true)
    view.setInt32(RECORD_TYPE_OFFSET, from.getUint16(at + TEMPLATE_ID_OFFSET, true), true)
    view.setUint32(RECORD_HEADER_BYTES + NUMBER_OFFSET, number, true)
    writeInt64(view, RECORD_HEADER_BYTES + SEQUENCE_OFFSET, this.sequence)
    writeInt64(view, RECORD_HEADER_BYTES + TIME_OFFSET, this.#timeUs)
    return RECORD_HEADER_BYTES + payload
  }

  #commit(): void {
    const { commands, events } = this.#writer
    const outbox = this.#outbox
    for (let at = 0; at < outbox.endBytes; ) {
      const length = outbox.view.getInt32(at + RECORD_LENGTH_OFFSET, true)
      if (events.append(outbox.bytes, at, length) !== FULL) {
        at = outbox.next(at)
        continue
      }
      this.#writer.commit(this.#timeUs)
      commands.reset()
      events.reset()
    }
    this.#writer.commit(this.#timeUs)
    commands.reset()
    events.reset()
    outbox.clear()
  }
}
