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
} from '../protocol/envelope.ts'
import { readInt64 } from '../protocol/integers.ts'
import type { FrameView } from '../storage/frame-view.ts'
import { type CommandRouter, EVERY_SHARD } from './command-router.ts'
import type { Outbox } from './outbox.ts'
import type { StateMachine } from './state-machine.ts'

/** The part of a journal that a replay reads; JournalReader has it. */
export interface ReplaySource {
  readonly lastCommand: number
  readonly lastEvent: number
  commands(fromSequence: number): Iterable<FrameView>
  events(fromSequence: number): Iterable<FrameView>
}

export interface ReplayOutcome {
  readonly commands: number
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
  /** The machine is one of several: it hears what a fresh router says is for it, and `source` has its events. */
  readonly shard?: { readonly number: number; readonly router: CommandRouter }
  /** Stop behind this command. @default the last one */
  readonly untilSequence?: number
  readonly onProgress?: (commands: number) => void
}

/** Throws ReplayDiffers at the first event that is not the same, or the first command that is not the next. */
export function replay(options: ReplayOptions): ReplayOutcome {
  const { source, machine, outbox, shard, onProgress } = options
  const until = options.untilSequence ?? source.lastCommand
  const journaled = new EventCursor(source.events(1))
  let commands = 0
  let eventsEqual = 0
  for (const frame of source.commands(1)) {
    for (let at = frame.firstRecord; at >= 0 && commands < until; at = frame.nextRecord(at)) {
      const envelope = at + RECORD_HEADER_BYTES
      const sequence = readInt64(frame.view, envelope + SEQUENCE_OFFSET)
      if (sequence !== commands + 1) throw gapAt(sequence, commands, eventsEqual)
      commands++
      if (shard !== undefined && !isFor(shard, frame.view, envelope)) continue
      outbox.begin(sequence, readInt64(frame.view, envelope + TIME_OFFSET))
      machine.apply(frame.view, envelope)
      if (!journaled.atEnd) eventsEqual += compareTurn(outbox, journaled, eventsEqual)
    }
    onProgress?.(commands)
    if (commands >= until) break
  }
  if (until >= source.lastCommand && !journaled.atEnd) {
    const next = { event: eventsEqual + 1, command: journaled.command }
    throw new ReplayDiffers('the journal holds an event that no command causes', next)
  }
  return { commands, eventsEqual, eventsMissing: outbox.eventNumber - eventsEqual }
}

function isFor(
  { number, router }: { readonly number: number; readonly router: CommandRouter },
  view: DataView,
  envelope: number,
): boolean {
  const shard = router.route(view, envelope)
  return shard === EVERY_SHARD || shard === number
}

/** A machine that starts from nothing must hear every command, from the first. */
function gapAt(command: number, last: number, eventsEqual: number): ReplayDiffers {
  const what = `the journal's command after ${last} is ${command}`
  return new ReplayDiffers(what, { event: eventsEqual + 1, command })
}

/** Takes from the outbox what the journal holds too. Only the log's end may leave something in it. */
function compareTurn(outbox: Outbox, journaled: EventCursor, eventsBefore: number): number {
  let equal = 0
  let at = 0
  for (; at < outbox.endBytes && !journaled.atEnd; at = outbox.next(at)) {
    if (!journaled.equals(outbox.bytes, at, outbox.next(at))) {
      const event = eventsBefore + equal + 1
      throw new ReplayDiffers('an event was made again and is not the same', {
        event,
        command: outbox.sequence,
      })
    }
    journaled.advance()
    equal++
  }
  outbox.dropFirst(at)
  return equal
}

/** The journal's events, one after the other. */
class EventCursor {
  readonly #frames: Iterator<FrameView>
  #frame: FrameView | undefined
  #at = -1

  constructor(frames: Iterable<FrameView>) {
    this.#frames = frames[Symbol.iterator]()
    this.#nextFrame()
  }

  get atEnd(): boolean {
    return this.#frame === undefined
  }

  /** Sequence of the command that caused the event at hand. */
  get command(): number {
    return readInt64(this.#frame!.view, this.#at + RECORD_HEADER_BYTES + SEQUENCE_OFFSET)
  }

  /** Whether the record at hand has the same bytes as [start, end), padding included. */
  equals(bytes: Uint8Array, start: number, end: number): boolean {
    const frame = this.#frame!
    const length = alignRecord(frame.view.getInt32(this.#at + RECORD_LENGTH_OFFSET, true))
    if (length !== end - start) return false
    for (let i = 0; i < length; i++)
      if (frame.bytes[this.#at + i] !== bytes[start + i]) return false
    return true
  }

  advance(): void {
    this.#at = this.#frame!.nextRecord(this.#at)
    if (this.#at < 0) this.#nextFrame()
  }

  #nextFrame(): void {
    const next = this.#frames.next()
    this.#frame = next.done === true ? undefined : next.value
    this.#at = this.#frame?.firstRecord ?? -1
  }
}
