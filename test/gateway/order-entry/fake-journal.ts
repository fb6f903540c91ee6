/** A journal's events in memory, by script. */
import { Outbox } from '../../../engine/shard/outbox.ts'
import { ExecutionReport, SessionOpened, Trade } from '../../../protocol/codecs.ts'
import { FRAME_HEADER_BYTES, FrameKind, NO_HASH, sealFrame } from '../../../storage/frame.ts'
import { FrameView } from '../../../storage/frame-view.ts'

/**
 * `[session, number]` of each event, frame by frame; session 0 is a trade for everyone. A third number is the tape that the report
 * is on: an account's, or with a minus a firm's.
 */
type ScriptEvent = readonly [session: number, number: number, tape?: number]
export type Script = readonly (readonly ScriptEvent[])[]

/** A journal in memory, with the reader's own rules. */
export class FakeJournal {
  isClosed = false
  refreshCount = 0
  framesRead = 0
  readonly frames: FrameView[] = []

  add(script: Script): this {
    for (const events of script) this.#addFrame(events)
    return this
  }

  refresh(): void {
    this.refreshCount++
  }

  *events(from = 1): Generator<FrameView, void, void> {
    for (const frame of this.frames) {
      if (frame.lastSequence < from) continue
      this.framesRead++
      yield frame
    }
  }

  close(): void {
    this.isClosed = true
  }

  get lastEvent(): number {
    return this.frames.at(-1)?.lastSequence ?? 0
  }

  *eventsBackwards(from = Number.POSITIVE_INFINITY): Generator<FrameView, void, void> {
    for (const frame of this.frames.toReversed()) {
      if (frame.firstSequence > from) continue
      this.framesRead++
      yield frame
    }
  }

  #addFrame(events: readonly ScriptEvent[]): void {
    const outbox = new Outbox({ schemaId: 3, version: 1, eventsBefore: 0 })
    for (const [session, number, tape = 0] of events) {
      if (session === 0) outbox.open(Trade.TEMPLATE_ID, Trade.BLOCK_BYTES, 0, 0)
      else if (number === 0)
        outbox.open(SessionOpened.TEMPLATE_ID, SessionOpened.BLOCK_BYTES, session, 0)
      else {
        const { TEMPLATE_ID, BLOCK_BYTES } = ExecutionReport
        const block = outbox.open(TEMPLATE_ID, BLOCK_BYTES, session, number)
        const report = new ExecutionReport().wrap(outbox.view, block)
        if (tape < 0) report.firmTape = -tape
        else report.accountTape = tape
      }
    }
    const bytes = new Uint8Array(FRAME_HEADER_BYTES + outbox.endBytes)
    bytes.set(outbox.bytes.subarray(0, outbox.endBytes), FRAME_HEADER_BYTES)
    const firstSequence = (this.frames.at(-1)?.lastSequence ?? 0) + 1
    const hashes = { schemaHash: '0'.repeat(16), buildHash: '0'.repeat(16), previousHash: NO_HASH }
    const kind = FrameKind.Events
    sealFrame(bytes, { kind, ...hashes, firstSequence, count: events.length, timeUs: 0 })
    this.frames.push(new FrameView(kind, firstSequence, bytes))
  }
}
