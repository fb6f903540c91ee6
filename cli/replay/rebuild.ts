/**
 *   journal's commands ──▶ a fresh machine ──▶ NEWDIR: the same commands, events made anew, a chain made anew
 *
 * `tradsys replay --to NEWDIR`. The commands are the old ones to the byte, sequence and time included; what they lead to is
 * this build's word. Nothing of the old events is taken over or trusted: where they differ, it is said.
 */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { SCHEMA_HASH } from '../../protocol/codecs.ts'
import { RECORD_HEADER_BYTES, RECORD_LENGTH_OFFSET } from '../../protocol/envelope.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import { hashFrame } from '../../storage/frame.ts'
import { type FrameBatch, FULL } from '../../storage/frame-batch.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { JournalWriter } from '../../storage/journal-writer.ts'
import { Workshop } from '../../storage/workshop.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import {
  type JournalRecord,
  sequenceOf,
  timeUsOf,
  type WalkedJournal,
  walkCommands,
} from '../journal/record-walk.ts'
import { print } from '../line-writer.ts'
import { startProgress } from '../progress.ts'
import { buildHash } from '../version.ts'
import { refuseDamaged } from './damage.ts'
import { compareLogs } from './diff.ts'
import { refuseBreach, refuseMissingStart } from './run.ts'

export interface RebuildOptions {
  readonly dataDir: string
  readonly to: string
  readonly until: number
  readonly json?: boolean
  readonly progress?: boolean
}

export async function rebuild(source: JournalReader, options: RebuildOptions): Promise<void> {
  refuseMissingStart(source)
  const workshop = Workshop.open(options.to, ['journal'])
  let result: RebuildResult
  try {
    result = await rebuildIn(workshop.directory, source, options)
    workshop.finish()
  } catch (error) {
    workshop.clear()
    throw error
  }
  await printResult(result, options)
}

async function rebuildIn(
  workshop: string,
  source: WalkedJournal,
  options: RebuildOptions,
): Promise<RebuildResult> {
  const { dataDir, until, to } = options
  const started = performance.now()
  const stateHash = writeAll(source, workshop, options)
  await refuseDamaged(workshop, options)
  const made = JournalReader.open(workshop, { schemaHash: SCHEMA_HASH })
  try {
    const { difference } = compareLogs(
      { name: dataDir, journal: source, until },
      { name: to, journal: made, until: made.lastCommand },
    )
    if (difference?.kind === 'commands') {
      throw new CliError('rebuild-differs', ExitCode.Failure, {
        what: `${to} would not hold the commands of ${dataDir}: the first that differs is ${difference.number}`,
        mend: 'This is a defect in TradSys: please report it with this line',
      })
    }
    return {
      ...{ commands: made.lastCommand, events: made.lastEvent, stateHash },
      commandHash: lastHash(made.commandsBackwards()),
      eventHash: lastHash(made.eventsBackwards()),
      oldEvents: difference === undefined ? 'equal' : difference.left ? 'different' : 'cut-off',
      ...(difference === undefined ? {} : { firstDifferentEvent: difference.number }),
      seconds: (performance.now() - started) / 1_000,
    }
  } finally {
    made.close()
  }
}

interface RebuildResult {
  readonly commands: number
  readonly events: number
  readonly stateHash: string
  /** SHA-256 of the last frame of each: the ends of the chains; null: there is none. */
  readonly commandHash: string | null
  readonly eventHash: string | null
  /** The source's, beside those made anew; cut-off: it only lacks the last ones, as after a crash. */
  readonly oldEvents: 'equal' | 'cut-off' | 'different'
  readonly firstDifferentEvent?: number
  readonly seconds: number
}

/** Returns the hash of the state that it comes to. */
function writeAll(source: WalkedJournal, directory: string, options: RebuildOptions): string {
  const { until } = options
  const writer = JournalWriter.open({
    ...{ directory, durability: 'process-crash', schemaHash: SCHEMA_HASH },
    buildHash: buildHash(),
  })
  const progress = startProgress('commands', until, options)
  try {
    const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
    const machine = new ExchangeMachine(outbox)
    let lastUs = 0
    for (const command of walkCommands(source, { from: 1, until })) {
      append(writer, writer.commands, bytesOf(command), 0, command)
      outbox.clear()
      outbox.begin(sequenceOf(command), timeUsOf(command))
      machine.apply(command.view, command.at + RECORD_HEADER_BYTES)
      for (let at = 0; at < outbox.endBytes; at = outbox.next(at)) {
        append(writer, writer.events, outbox.bytes, at, command)
      }
      lastUs = timeUsOf(command)
      progress.update(command.number)
    }
    // Not the clock's time: the same log is to have the same chain whenever it is rebuilt.
    writer.commit(lastUs)
    refuseBreach(machine)
    return machine.stateHash()
  } finally {
    progress.stop()
    writer.close()
  }
}

/** Full is when it is committed: a turn's events may follow in the next commit, as they do live. */
function append(
  writer: JournalWriter,
  batch: FrameBatch,
  bytes: Uint8Array,
  at: number,
  command: JournalRecord,
): void {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getInt32(
    at + RECORD_LENGTH_OFFSET,
    true,
  )
  if (batch.append(bytes, at, length) !== FULL) return
  writer.commit(timeUsOf(command))
  writer.commands.reset()
  writer.events.reset()
  batch.append(bytes, at, length)
}

/** A copy of the record: the frame's own bytes stand at any offset. */
function bytesOf({ view, at }: JournalRecord): Uint8Array {
  const length = view.getInt32(at + RECORD_LENGTH_OFFSET, true)
  return new Uint8Array(view.buffer, view.byteOffset + at, length).slice()
}

/** The last link of a chain: what a copy elsewhere must have too. */
function lastHash(frames: Iterable<{ readonly stored: Uint8Array }>): string | null {
  for (const { stored } of frames) return Buffer.from(hashFrame(stored)).toString('hex')
  return null
}

async function printResult(result: RebuildResult, { to, json }: RebuildOptions): Promise<void> {
  if (json) {
    await print(JSON.stringify({ ...result, directory: to }))
    return
  }
  const { commands, events, oldEvents, firstDifferentEvent: event, seconds } = result
  const compared = {
    equal: 'the events are the old ones',
    'cut-off': `the old journal lacks the events from ${event} on`,
    different: `EVENT ${event} IS NOT THE OLD ONE: see tradsys replay --diff`,
  }[oldEvents]
  await print(
    [
      `${to}: ${commands} commands, ${events} events, verified; ${compared}; ${seconds.toFixed(1)} s`,
      `commands  ${result.commandHash ?? '-'}`,
      `events    ${result.eventHash ?? '-'}`,
      `state     ${result.stateHash}`,
      '',
    ].join('\n'),
  )
}
