/**
 * What was decided about a handler that threw, as an event in the journal.
 *
 *   0            4            8           12          16                                  16 + ERROR_BYTES
 *   +------------+------------+-----------+-----------+------------------------------------+
 *   | delivery   | directive  | message   |   rest    |         the error, UTF-8           |
 *   |   u32      |  u8, +3    |  u8, +3   |  ms, u32  |         NUL-padded                 |
 *   +------------+------------+-----------+-----------+------------------------------------+
 *
 * `delivery` counts the messages that the command has led to so far: the first is the command itself. `message`: it is poison (1), or is
 * given again before all that waits for its actor (2). Journals of before that say 0: it was given again behind what waited.
 */
import {
  ENVELOPE_BYTES,
  SCHEMA_ID_OFFSET,
  TEMPLATE_ID_OFFSET,
  VERSION_OFFSET,
} from '../../protocol/envelope.ts'
import type { Ref } from '../actor/ref.ts'
import type { Directive, Verdict } from '../actor/supervision.ts'
import { textOf } from '../actor/thrown.ts'
import type { Outbox } from '../shard/outbox.ts'
import { ENGINE_SCHEMA } from './engine-messages.ts'

/** Template id, of the engine's own schema. */
const VERDICT_ID = 16
const ERROR_OFFSET = 16
const ERROR_BYTES = 112
const VERDICT_BYTES = ERROR_OFFSET + ERROR_BYTES

const [AGAIN_BEHIND, POISON, AGAIN_FIRST] = [0, 1, 2] as const

/** `suspend` is no strategy's: its state cannot be brought back, so it is set aside until the next start. */
export type JournaledDirective = Directive | 'suspend'

const DIRECTIVES: readonly JournaledDirective[] = [
  ...(['resume', 'restart', 'stop', 'escalate', 'suspend'] as const),
]

export interface JournaledVerdict extends Omit<Verdict, 'directive'> {
  readonly directive: JournaledDirective
  readonly delivery: number
  /** Where the message is given again: before all that waits for its actor. */
  readonly isFirst: boolean
  readonly error: string
}

/** What was thrown, as a verdict keeps it: cut to whole characters, so that a replay says the same bytes. */
export function errorText(error: unknown): string {
  const said = error instanceof Error || typeof error !== 'object' ? textOf(error) : 'an object'
  const bytes = Buffer.from(said.replaceAll('\0', ' '))
  let end = Math.min(bytes.length, ERROR_BYTES)
  // Not within a character: bytes 10xxxxxx belong to the one before.
  while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--
  return bytes.subarray(0, end).toString()
}

/** As an event of that actor. */
export function sayVerdict(outbox: Outbox, ref: Ref, verdict: JournaledVerdict): void {
  const at = outbox.open(VERDICT_ID, VERDICT_BYTES, ref, 0)
  const { view } = outbox
  view.setUint16(at - ENVELOPE_BYTES + SCHEMA_ID_OFFSET, ENGINE_SCHEMA, true)
  view.setUint16(at - ENVELOPE_BYTES + VERSION_OFFSET, 0, true)
  writeVerdict(view, at, verdict)
}

/** Whether the message with its envelope at `at` is one. */
export const isVerdict = (view: DataView, at: number): boolean =>
  view.getUint16(at + TEMPLATE_ID_OFFSET, true) === VERDICT_ID &&
  view.getUint16(at + SCHEMA_ID_OFFSET, true) === ENGINE_SCHEMA

export function writeVerdict(view: DataView, at: number, verdict: JournaledVerdict): void {
  view.setUint32(at, verdict.delivery, true)
  view.setUint8(at + 4, DIRECTIVES.indexOf(verdict.directive))
  const again = verdict.isFirst ? AGAIN_FIRST : AGAIN_BEHIND
  view.setUint8(at + 8, verdict.isPoison ? POISON : again)
  view.setUint32(at + 12, verdict.restMs, true)
  const error = Buffer.from(verdict.error)
  for (let i = 0; i < ERROR_BYTES; i++) view.setUint8(at + ERROR_OFFSET + i, error[i] ?? 0)
}

export function readVerdict(view: DataView, at: number): JournaledVerdict {
  const error = Array.from({ length: ERROR_BYTES }, (_, i) => view.getUint8(at + ERROR_OFFSET + i))
  const end = error.indexOf(0)
  return {
    delivery: view.getUint32(at, true),
    directive: DIRECTIVES[view.getUint8(at + 4)] ?? 'stop',
    isPoison: view.getUint8(at + 8) === POISON,
    isFirst: view.getUint8(at + 8) === AGAIN_FIRST,
    restMs: view.getUint32(at + 12, true),
    error: Buffer.from(error.slice(0, end < 0 ? ERROR_BYTES : end)).toString(),
  }
}
