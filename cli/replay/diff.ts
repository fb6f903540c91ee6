/**
 * `tradsys replay --diff OTHER`: where two logs part. What is compared are records, byte for byte: commands first, as what differs
 * there makes events differ too, then events. How they were cut into frames, and which build wrote them, is no difference.
 */
import { RECORD_LENGTH_OFFSET } from '../../protocol/envelope.ts'
import { ExitCode } from '../cli-error.ts'
import {
  type JournalRecord,
  type WalkedJournal,
  walkCommands,
  walkEvents,
} from '../journal/record-walk.ts'
import { print } from '../line-writer.ts'
import { recordToJson } from '../message-json.ts'
import { type Progress, startProgress } from '../progress.ts'

/** What can be held against another one of its kind: a journal, up to a command. */
export interface ComparedLog {
  /** How the user named it. */
  readonly name: string
  readonly journal: WalkedJournal
  readonly until: number
}

export interface Difference {
  readonly kind: 'commands' | 'events'
  /** Sequence of the command, or number of the event. */
  readonly number: number
  /** Null: this one has ended. */
  readonly left: Readonly<Record<string, unknown>> | null
  readonly right: Readonly<Record<string, unknown>> | null
}

export interface Comparison {
  readonly equal: boolean
  /** How many of each were found equal. */
  readonly commands: number
  readonly events: number
  readonly difference?: Difference
}

export async function diffLogs(
  left: ComparedLog,
  right: ComparedLog,
  flags: { readonly json?: boolean; readonly progress?: boolean },
): Promise<void> {
  const total = left.until + left.journal.lastEvent
  const progress = startProgress('records', total, flags)
  let found: Comparison
  try {
    found = compareLogs(left, right, progress)
  } finally {
    progress.stop()
  }
  const names = { left: left.name, right: right.name }
  await print(
    flags.json ? JSON.stringify({ ...names, ...found }) : describeComparison(names, found),
  )
  if (!found.equal) process.exitCode = ExitCode.Failure
}

export function compareLogs(
  left: ComparedLog,
  right: ComparedLog,
  progress?: Progress,
): Comparison {
  const commands = firstDifference('commands', left, right, progress, 0)
  if ('difference' in commands) {
    return { equal: false, commands: commands.equal, events: 0, difference: commands.difference }
  }
  const events = firstDifference('events', left, right, progress, commands.equal)
  const counted = { commands: commands.equal, events: events.equal }
  if ('difference' in events) return { equal: false, ...counted, difference: events.difference }
  return { equal: true, ...counted }
}

type Found =
  | { readonly equal: number }
  | { readonly equal: number; readonly difference: Difference }

function firstDifference(
  kind: 'commands' | 'events',
  left: ComparedLog,
  right: ComparedLog,
  progress: Progress | undefined,
  before: number,
): Found {
  const ofLeft = recordsOf(kind, left)
  const ofRight = recordsOf(kind, right)
  for (let equal = 0; ; equal++) {
    const a = ofLeft.next()
    const b = ofRight.next()
    if (a.done === true && b.done === true) return { equal }
    if (a.done === true || b.done === true || !isSame(a.value, b.value)) {
      const first =
        (a.done === true ? undefined : a.value) ?? (b.done === true ? undefined : b.value)
      const sides = { left: jsonOf(a), right: jsonOf(b) }
      return { equal, difference: { kind, number: first!.number, ...sides } }
    }
    progress?.update(before + equal)
  }
}

function recordsOf(kind: 'commands' | 'events', { journal, until }: ComparedLog) {
  const walk = kind === 'commands' ? walkCommands : walkEvents
  return walk(journal, { from: 1, until })
}

/** The number, and all bytes from the length to the block's end. */
function isSame(a: JournalRecord, b: JournalRecord): boolean {
  if (a.number !== b.number) return false
  const length = a.view.getInt32(a.at + RECORD_LENGTH_OFFSET, true)
  // That is where the length itself stands: another one differs in the first word.
  return Buffer.compare(bytesOf(a, length), bytesOf(b, length)) === 0
}

const bytesOf = ({ view, at }: JournalRecord, length: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + at, Math.min(length, view.byteLength - at))

function jsonOf(step: IteratorResult<JournalRecord, void>): Difference['left'] {
  return step.done === true ? null : recordToJson(step.value.view, step.value.at)
}

function describeComparison(
  { left, right }: { readonly left: string; readonly right: string },
  { commands, events, difference }: Comparison,
): string {
  if (difference === undefined) return `equal: ${commands} commands and ${events} events\n`
  const { kind, number } = difference
  // Of logs whose commands differ, events were not looked at.
  const equal = `${commands} commands${kind === 'commands' ? '' : `, ${events} events`}`
  const side = (name: string, json: Difference['left']): string =>
    `${name}: ${json === null ? 'ends before it' : JSON.stringify(json)}`
  const where = kind === 'commands' ? `command ${number}` : `event ${number}`
  return [
    `DIFFERS at ${where}; equal before it: ${equal}`,
    side(left, difference.left),
    side(right, difference.right),
    '',
  ].join('\n')
}
