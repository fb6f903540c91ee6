/**
 * Forked by autopsy.ts: reads a journal that nobody writes to, by its own means as far as it can, and ends. A torn file
 * may kill it, and only it.
 *
 * The state is that of a machine that never stopped: a fresh one, from the first command, one after the other, without
 * snapshots, events or anything else that a recovery may lean on.
 */
import { createHash, type Hash } from 'node:crypto'
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { Outbox } from '../../engine/outbox.ts'
import {
  RECORD_BLOCK_OFFSET,
  RECORD_HEADER_BYTES,
  SEQUENCE_OFFSET,
  TEMPLATE_ID_OFFSET,
  TIME_OFFSET,
} from '../../protocol/envelope.ts'
import { readInt64 } from '../../protocol/integers.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import type { FrameView } from '../../storage/frame-view.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { verifyJournal } from '../../storage/verify.ts'
import type { Autopsy } from './autopsy.ts'
import { wordsOfCommand } from './request-flow.ts'

const [, , directory = '', depth] = process.argv

function examine(): Autopsy {
  const { firstProblem } = verifyJournal(directory)
  if (firstProblem !== undefined) return { problem: firstProblem.what }
  const journal = JournalReader.open(directory)
  try {
    const frames = createHash('sha256')
    for (const frame of journal.events()) addFrame(frames, frame)
    const requests: string[] = []
    const machine = depth === 'content' ? undefined : new FreshMachine()
    let commands = 0
    let timeUs = 0
    for (const frame of journal.commands()) {
      addFrame(frames, frame)
      timeUs = frame.time
      for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at)) {
        commands++
        const words = machine?.run(frame.view, at)
        if (words !== undefined) requests.push(words)
      }
    }
    const content = frames.digest('hex')
    return { commands, timeUs, content, requests, stateHash: machine?.stateHash }
  } finally {
    journal.close()
  }
}

class FreshMachine {
  readonly #outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  readonly #machine = new ExchangeMachine(this.#outbox)

  get stateHash(): string {
    return this.#machine.stateHash()
  }

  /** Runs the command of this record; the words of a trader's request. */
  run(view: DataView, record: number): string | undefined {
    const envelope = record + RECORD_HEADER_BYTES
    this.#outbox.begin(
      readInt64(view, envelope + SEQUENCE_OFFSET),
      readInt64(view, envelope + TIME_OFFSET),
    )
    this.#machine.apply(view, envelope)
    this.#outbox.clear()
    const templateId = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
    return wordsOfCommand(templateId, view, record + RECORD_BLOCK_OFFSET)
  }
}

function addFrame(hash: Hash, frame: FrameView): void {
  hash.update(`${frame.kind} ${frame.firstSequence} ${frame.bytes.length}\n`)
  hash.update(frame.bytes)
}

function answer(): Autopsy {
  try {
    return examine()
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

process.send?.(answer(), () => process.disconnect())
