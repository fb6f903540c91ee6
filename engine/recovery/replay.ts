/**
 *   journal's commands ──▶ state machine ──▶ events ══ equal, byte for byte ══ journal's events
 *
 * Runs a log again. What the machine says must be what the journal holds; what the journal does not hold yet (events are
 * written behind, a crash cuts them off) stays in the outbox for whoever goes on from here.
 */
import {
  alignRecord,
  RECORD_HEADER_BYTES,
  RECORD_LENGTH_OFFSET,
  SEQUENCE_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import type { FrameView } from '../../storage/frame-view.ts'
import type { ReadOptions } from '../../storage/journal-reader.ts'
import { type CommandRouter, EVERY_SHARD } from '../shard/command-router.ts'
import type { Outbox } from '../shard/outbox.ts'
import type { StateMachine } from '../shard/state-machine.ts'

/** The part of a journal that a replay reads; JournalReader has it. */
export interface ReplaySource {
  readonly lastCommand: number
  readonly lastEvent: number
  commands(fromSequence: number, options?: ReadOptions): Iterable<FrameView>
  events(fromSequence: number, options?: ReadOptions): Iterable<FrameView>
}

export interface ReplayOutcome {
  /** How many were run. */
  readonly commands: number
  /** The last one's sequence, or that of the place where the replay began. */
  readonly lastCommand: number
  /** Events that were made again and found equal. */
  readonly eventsEqual: number
  /** Events that the journal does not hold yet; they are in the outbox. */
  readonly eventsMissing: number
}

/** The log and this build do not agree: it must not go on from here. */
export class ReplayDiffers extends Error {
  readonly code = 'replay.differs'
  /** Number of the first event that differs. */
  readonly event: number
  /** Sequence of the command that caused it. */
  readonly command: number

  constructor(what: string, { event, command }: { event: number; command: number }) {
    super(
      `replay.differs: ${what} (event ${event}, command ${command}); likely cause: this build decides otherwise than the one ` +
        `that wrote the journal; mend: start the build that wrote it, or look with 'tradsys journal dump'`,
    )
    this.event = event
    this.command = command
  }
}

export interface ReplayOptions {
  readonly source: ReplaySource
  readonly machine: StateMachine
  readonly outbox: Outbox
  /** Where in the log the machine stands, and the outbox with it. @default before the first command */
  readonly from?: ReplayPlace
  /** The machine is one of several: it hears what a fresh router says is for it, and `source` has its events. */
  readonly shard?: { readonly number: number; readonly router: CommandRouter }
  /** Stop behind this command. @default the last one */
  readonly untilSequence?: number
  /** Called after each frame of the journal with the last sequence that was run. */
  readonly onProgress?: (sequence: number) => void
}

export interface ReplayPlace {
  /** Of the last command that was run. */
  readonly sequence: number
  /** Of the last event that was said. */
  readonly eventNumber: number
}

/** What was read is run and compared before the next is read. */
const TRANSIENT: ReadOptions = { transient: true }
/** Events are held against what the machine says, byte for byte: a checksum says no more, unless they differ. */
const COMPARED: ReadOptions = { ...TRANSIENT, unchecked: true }

const BEGINNING: ReplayPlace = { sequence: 0, eventNumber: 0 }

/** So much is gathered before it is compared in one: asking costs as much as some hundred bytes, and more would leave the near cache. */
const COMPARED_BYTES = 32 * 1024

/** Throws ReplayDiffers at the first event that is not the same, or the first command that is not the next. */
export function replay(options: ReplayOptions): ReplayOutcome {
  const { source, machine, outbox, shard, from = BEGINNING, onProgress } = options
  const until = options.untilSequence ?? source.lastCommand
  const journaled = new EventCursor(source.events(from.eventNumber + 1, COMPARED), from.eventNumber)
  const foretold = new Foretold(source, machine, from.eventNumber)
  let last = from.sequence
  for (const frame of last < until ? source.commands(last + 1, TRANSIENT) : []) {
    for (let at = frame.firstRecord; at >= 0 && last < until; at = frame.nextRecord(at)) {
      const envelope = at + RECORD_HEADER_BYTES
      const sequence = readInt64(frame.view, envelope + SEQUENCE_OFFSET)
      if (sequence <= from.sequence) continue
      if (sequence !== last + 1) throw gapAt(sequence, last, journaled.number)
      last = sequence
      if (shard !== undefined && !isFor(shard, frame.view, envelope)) continue
      outbox.begin(sequence, readInt64(frame.view, envelope + TIME_OFFSET))
      if (sequence >= foretold.nextCommand) foretold.tell(sequence)
      machine.apply(frame.view, envelope)
      if (outbox.endBytes >= COMPARED_BYTES) compare(outbox, journaled)
    }
    compare(outbox, journaled)
    onProgress?.(last)
    if (last >= until) break
  }
  if (until >= source.lastCommand && !journaled.atEnd) {
    journaled.checkFrame()
    const next = { event: journaled.number + 1, command: journaled.command }
    throw new ReplayDiffers('the journal holds an event that no command causes', next)
  }
  return {
    commands: last - from.sequence,
    lastCommand: last,
    eventsEqual: journaled.number - from.eventNumber,
    eventsMissing: outbox.eventNumber - journaled.number,
  }
}

/** Those events of the log that a machine must know before it runs the commands that caused them. */
class Foretold {
  readonly #machine: StateMachine
  readonly #events: Iterator<{ view: DataView; at: number; command: number }>
  #next: { view: DataView; at: number; command: number } | undefined

  constructor(source: ReplaySource, machine: StateMachine, before: number) {
    this.#machine = machine
    this.#events = foretoldEvents(source, machine, before)
    this.#step()
  }

  /** Sequence of the command of the next one; infinity: there is none. */
  get nextCommand(): number {
    return this.#next?.command ?? Number.POSITIVE_INFINITY
  }

  /** All that are of this command. */
  tell(sequence: number): void {
    while (this.#next !== undefined && this.#next.command <= sequence) {
      const { view, at, command } = this.#next
      if (command === sequence) this.#machine.foretell?.(view, at)
      this.#step()
    }
  }

  #step(): void {
    const next = this.#events.next()
    this.#next = next.done === true ? undefined : next.value
  }
}

function* foretoldEvents(source: ReplaySource, machine: StateMachine, before: number) {
  if (machine.isForetold === undefined) return
  for (const frame of source.events(before + 1, TRANSIENT)) {
    const { view } = frame
    for (let record = frame.firstRecord; record >= 0; record = frame.nextRecord(record)) {
      const at = record + RECORD_HEADER_BYTES
      if (!machine.isForetold(view, at)) continue
      yield { view, at, command: readInt64(view, at + SEQUENCE_OFFSET) }
    }
  }
}

function isFor(
  { number, router }: { readonly number: number; readonly router: CommandRouter },
  view: DataView,
  envelope: number,
): boolean {
  const shard = router.route(view, envelope)
  return shard === EVERY_SHARD || shard === number
}

/** A machine must hear every command. */
function gapAt(command: number, last: number, event: number): ReplayDiffers {
  const what = `the journal's command after ${last} is ${command}`
  return new ReplayDiffers(what, { event: event + 1, command })
}

/**
 * Takes from the outbox what the journal holds by now behind event `before`; returns the number of the last one that it
 * took. Throws ReplayDiffers.
 */
export function takeEqual(
  source: Pick<ReplaySource, 'events'>,
  outbox: Outbox,
  before: number,
): number {
  const journaled = new EventCursor(source.events(before + 1, COMPARED), before)
  compare(outbox, journaled)
  return journaled.number
}

/** Takes from the outbox what the journal holds too. Only the log's end may leave something in it. */
function compare(outbox: Outbox, journaled: EventCursor): void {
  const taken = journaled.takeEqual(outbox.bytes, outbox.endBytes)
  if (taken < outbox.endBytes && !journaled.atEnd) {
    journaled.checkFrame()
    const at = taken + RECORD_HEADER_BYTES + SEQUENCE_OFFSET
    const place = { event: journaled.number + 1, command: readInt64(outbox.view, at) }
    throw new ReplayDiffers('an event was made again and is not the same', place)
  }
  outbox.dropFirst(taken)
}

/** The journal's events, one after the other. */
class EventCursor {
  readonly #frames: Iterator<FrameView>
  #frame: FrameView | undefined
  #at = -1
  /** Of the event before the one at hand. */
  number: number

  /** `before`: the number of the last event that is not looked at. */
  constructor(frames: Iterable<FrameView>, before: number) {
    this.#frames = frames[Symbol.iterator]()
    this.number = before
    this.#nextFrame()
    const first = this.#frame?.firstSequence ?? before + 1
    // What is passed over is held against nothing.
    if (first <= before) this.checkFrame()
    for (let number = first; number <= before; number++) {
      this.#at = this.#frame!.nextRecord(this.#at)
    }
    if (this.#at < 0) this.#nextFrame()
  }

  get atEnd(): boolean {
    return this.#frame === undefined
  }

  /** Throws if the frame at hand is damaged: what differs then says nothing about this build. */
  checkFrame(): void {
    this.#frame?.checkChecksum()
  }

  /** Sequence of the command that caused the event at hand. */
  get command(): number {
    return readInt64(this.#frame!.view, this.#at + RECORD_HEADER_BYTES + SEQUENCE_OFFSET)
  }

  /**
   * Goes over the journal's events as far as they have the bytes of the records in [0, end), padding included. Returns where
   * the first record stands that has no equal: `end`, if all have.
   */
  takeEqual(bytes: Uint8Array, end: number): number {
    let taken = 0
    while (taken < end && this.#frame !== undefined) {
      const length = Math.min(end - taken, this.#frame.bytes.length - this.#at)
      const ours = bytes.subarray(taken, taken + length)
      const theirs = this.#frame.bytes.subarray(this.#at, this.#at + length)
      // Records say their lengths, so bytes that are the same are cut the same.
      const isSame = Buffer.compare(ours, theirs) === 0
      if (!isSame) this.checkFrame()
      const passed = this.#advance(isSame ? length : commonBytes(ours, theirs))
      taken += passed
      // Also where the same bytes end amid a record: a frame does so that is damaged.
      if (passed < length) break
    }
    return taken
  }

  /** Over the whole records in the next `bytes`; returns how many bytes those are. */
  #advance(bytes: number): number {
    const frame = this.#frame!
    const start = this.#at
    const end = start + bytes
    let behind = start
    while (behind < end) {
      const next = behind + alignRecord(frame.view.getInt32(behind + RECORD_LENGTH_OFFSET, true))
      if (next > end) break
      behind = next
      this.number++
    }
    this.#at = behind
    if (behind === frame.bytes.length) {
      // The head says how many there are, and with that where the next frame begins, if there is one.
      if (this.number !== frame.lastSequence) this.checkFrame()
      this.#nextFrame()
    }
    return behind - start
  }

  #nextFrame(): void {
    const next = this.#frames.next()
    this.#frame = next.done === true ? undefined : next.value
    this.#at = this.#frame?.firstRecord ?? -1
  }
}

function commonBytes(one: Uint8Array, other: Uint8Array): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return at
}
