/**
 *   tell ──▶ journal ── durable ──▶ state machine ──▶ events ──▶ whoever listens
 *                                                        └────▶ journal, behind
 *
 * One state machine and its journal on the caller's own thread: for a system that wants to be journaled, recovered and
 * replayed, and needs no threads for it. What threads would do (sequencer.ts, shard.ts) is done here in a row, under the
 * same rules: the log first, a command to its end, the same log the same bytes.
 */
import {
  alignRecord,
  BLOCK_LENGTH_OFFSET,
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  RECORD_TYPE_OFFSET,
  recordBytes,
  SCHEMA_ID_OFFSET,
  SEQUENCE_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
  VERSION_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64, writeInt64 } from '../../protocol/integers.ts'
import { type DirectoryLock, lockDirectory } from '../../storage/directory-lock.ts'
import { FRAME_BODY_BYTES_MAX, FrameKind } from '../../storage/frame.ts'
import { FrameBatch, FULL } from '../../storage/frame-batch.ts'
import { messageOf } from '../../storage/journal-error.ts'
import { type Durability, JournalWriter } from '../../storage/journal-writer.ts'
import { type Recovery, recover } from '../recovery/recovery.ts'
import { type SnapshotTaken, snapshotJournal } from '../recovery/snapshotting.ts'
import type { MachineKind } from './machine-kind.ts'
import type { Outbox } from './outbox.ts'
import type { StateMachine } from './state-machine.ts'

export { ENVELOPE_BYTES } from '../../protocol/envelope.ts'

export interface JournaledMachineOptions<Machine extends StateMachine> {
  /** Made if it is not there; one process at a time. */
  readonly directory: string
  readonly kind: MachineKind<Machine>
  /** What a command survives once `flush` has returned. @default 'power-loss' */
  readonly durability?: Durability
  /** 16 hex digits: in each frame, for whoever reads it in ten years. @default zeros */
  readonly buildHash?: string
  /** µs since 1970. May jump: commands' times never run backwards. @default the wall clock */
  readonly clockUs?: () => number
  /**
   * Hears each event once, when it is said: its envelope stands at `at`, its root block behind it. Good until return. It may
   * answer with `tell`: `flush` returns when that is durable and run too.
   */
  readonly onEvent?: (view: DataView, at: number) => void
}

const newBatch = (): FrameBatch => new FrameBatch(FrameKind.Commands)

const NO_BUILD = '0'.repeat(16)
/** How often one looks whether a sync is due; the journal knows when. */
const SYNC_LOOK_MS = 50

export class JournaledMachine<Machine extends StateMachine> {
  readonly machine: Machine
  /** What was found in the directory. */
  readonly recovery: Recovery<Machine>
  readonly #options: JournaledMachineOptions<Machine>
  readonly #lock: DirectoryLock
  readonly #journal: JournalWriter
  readonly #outbox: Outbox
  readonly #clockUs: () => number
  readonly #record = new Uint8Array(FRAME_BODY_BYTES_MAX)
  readonly #view = new DataView(this.#record.buffer)
  readonly #sync: NodeJS.Timeout
  /** What is not run yet, in order: one batch, and more where `onEvent` answers with more than one takes. */
  readonly #told = [newBatch()]
  readonly #spare: FrameBatch[] = []
  #lastCommand: number
  #lastTimeUs: number
  #isRunning = false
  #failure: unknown

  /** Recovers what the directory holds. Throws a JournalError, or ReplayDiffers, in one line with cause and mend. */
  static open<Machine extends StateMachine>(
    options: JournaledMachineOptions<Machine>,
  ): JournaledMachine<Machine> {
    const lock = lockDirectory(options.directory)
    try {
      return new JournaledMachine(options, lock)
    } catch (error) {
      lock.release()
      throw error
    }
  }

  private constructor(options: JournaledMachineOptions<Machine>, lock: DirectoryLock) {
    const { directory, kind, durability = 'power-loss', buildHash = NO_BUILD } = options
    this.#options = options
    this.#lock = lock
    this.#clockUs = options.clockUs ?? (() => Date.now() * 1000)
    this.#journal = JournalWriter.open({
      ...{ directory, durability, buildHash },
      schemaHash: kind.schemaHash,
    })
    try {
      this.recovery = recover(options)
    } catch (error) {
      this.#journal.close()
      throw error
    }
    this.machine = this.recovery.machine
    this.#outbox = this.recovery.outbox
    this.#lastCommand = this.#journal.lastCommand
    this.#lastTimeUs = this.#journal.lastTime
    // What a crash has cut off was said again: the journal gets it, and nobody hears it twice.
    this.#journalEvents()
    this.#sync = setInterval(() => this.#syncIfDue(), SYNC_LOOK_MS).unref()
  }

  /**
   * Takes a command whose root block of `blockBytes` the caller writes, at `at`, all zero before. It is neither durable nor run
   * before `flush`. Throws where the block is longer than a frame of the journal, some 64 KiB, or a command has failed before.
   */
  tell(templateId: number, blockBytes: number, write: (view: DataView, at: number) => void): void {
    const length = recordBytes(blockBytes)
    if (alignRecord(length) > this.#record.length) {
      const blockBytesMax = this.#record.length - recordBytes(0)
      throw new RangeError(
        `a command's block of ${blockBytes} B, and ${blockBytesMax} B is the most`,
      )
    }
    this.#checkUsable()
    this.#makeRoom(alignRecord(length))
    const view = this.#view
    this.#record.fill(0, 0, length)
    const { schemaId, version } = this.#options.kind
    view.setInt32(RECORD_LENGTH_OFFSET, length, true)
    view.setInt32(RECORD_TYPE_OFFSET, templateId, true)
    view.setUint16(RECORD_HEADER_BYTES + BLOCK_LENGTH_OFFSET, blockBytes, true)
    view.setUint16(RECORD_HEADER_BYTES + TEMPLATE_ID_OFFSET, templateId, true)
    view.setUint16(RECORD_HEADER_BYTES + SCHEMA_ID_OFFSET, schemaId, true)
    view.setUint16(RECORD_HEADER_BYTES + VERSION_OFFSET, version, true)
    write(view, RECORD_BLOCK_OFFSET)
    this.#lastTimeUs = Math.max(this.#lastTimeUs, this.#clockUs())
    writeInt64(view, RECORD_HEADER_BYTES + SEQUENCE_OFFSET, this.#lastCommand + 1)
    writeInt64(view, RECORD_HEADER_BYTES + TIME_OFFSET, this.#lastTimeUs)
    this.#told.at(-1)!.append(this.#record, 0, length)
    this.#lastCommand++
  }

  /**
   * All that was told is durable, then it is run; returns the sequence of the last command. Not from within `onEvent`. When it
   * throws, the journal may be ahead of the machine: open it anew.
   */
  flush(): number {
    this.#checkUsable()
    if (this.#isRunning) throw new Error('flush: commands are being run; tell what is to follow')
    this.#isRunning = true
    try {
      while (!this.#told[0]!.isEmpty) this.#runFirst()
    } catch (failure) {
      this.#failure = failure
      throw failure
    } finally {
      this.#isRunning = false
    }
    return this.#lastCommand
  }

  #runFirst(): void {
    const commands = this.#told.shift()!
    // What is told meanwhile is none of this batch's.
    if (this.#told.length === 0) this.#told.push(this.#spare.pop() ?? newBatch())
    this.#commit(commands)
    for (let at = commands.first(); at >= 0; at = commands.next(at)) {
      const envelope = at + RECORD_HEADER_BYTES
      const sequence = readInt64(commands.view, envelope + SEQUENCE_OFFSET)
      this.#outbox.begin(sequence, readInt64(commands.view, envelope + TIME_OFFSET))
      const from = this.#outbox.endBytes
      this.machine.apply(commands.view, envelope)
      this.#hear(from)
    }
    commands.reset()
    this.#spare.push(commands)
    this.#journalEvents()
  }

  /** Before a command is written down: running what is full may bring others that come before it. */
  #makeRoom(bytes: number): void {
    if (this.#told.at(-1)!.roomFor(bytes) > 0) return
    if (this.#isRunning) this.#told.push(this.#spare.pop() ?? newBatch())
    else this.flush()
  }

  #checkUsable(): void {
    if (this.#failure === undefined) return
    const what = `it failed before (${messageOf(this.#failure)}): open it anew, it recovers what is durable`
    throw new Error(what, { cause: this.#failure })
  }

  /** Of what was flushed; undefined: nothing is new since the newest one. */
  snapshot(): Promise<SnapshotTaken | undefined> {
    this.flush()
    this.#commit()
    const { directory, kind, buildHash = NO_BUILD } = this.#options
    return snapshotJournal({ directory, kind, buildHash })
  }

  /** Flushes, seals the journal, lets the directory go. */
  close(): void {
    clearInterval(this.#sync)
    try {
      if (this.#failure === undefined) {
        this.flush()
        this.#commit()
      }
    } finally {
      this.#journal.close()
      this.#lock.release()
    }
  }

  /** What was flushed last is not to wait for the next command. */
  #syncIfDue(): void {
    try {
      this.#journal.syncIfDue(this.#clockUs() / 1000)
    } catch {
      // The journal has stopped: whoever gives it the next command is told why.
      clearInterval(this.#sync)
    }
  }

  #commit(commands?: FrameBatch): void {
    this.#journal.commit(this.#clockUs(), commands)
    this.#journal.events.reset()
  }

  #hear(from: number): void {
    const { onEvent } = this.#options
    const outbox = this.#outbox
    for (let at = from; onEvent !== undefined && at < outbox.endBytes; at = outbox.next(at)) {
      onEvent(outbox.view, at + RECORD_HEADER_BYTES)
    }
  }

  /** They go with the next commit; where there are more than a batch takes, with one of their own. */
  #journalEvents(): void {
    const outbox = this.#outbox
    const { events } = this.#journal
    for (let at = 0; at < outbox.endBytes; ) {
      const length = outbox.view.getInt32(at + RECORD_LENGTH_OFFSET, true)
      if (events.append(outbox.bytes, at, length) === FULL) this.#commit()
      else at = outbox.next(at)
    }
    outbox.clear()
  }
}
