/** `tradsys replay`: runs the journal again, through the same actors that ran it live. */
import { ExchangeMachine } from '../actors/exchange-machine.ts'
import { Outbox } from '../engine/outbox.ts'
import { replay } from '../engine/replay.ts'
import { SCHEMA_HASH } from '../protocol/codecs.ts'
import { SCHEMA_ID, VERSION } from '../protocol/schema.ts'
import { JournalReader } from '../storage/journal-reader.ts'
import { verifyInChild } from '../storage/verify-in-child.ts'
import { CliError, ExitCode } from './cli-error.ts'
import { startProgress } from './progress.ts'

export interface ReplayFlags {
  readonly dataDir: string
  readonly verify?: boolean
  readonly until?: number
  readonly json?: boolean
  readonly progress?: boolean
}

export async function replayVerb(flags: ReplayFlags): Promise<void> {
  if (flags.verify) await refuseDamaged(flags.dataDir)
  const source = JournalReader.open(flags.dataDir, { schemaHash: SCHEMA_HASH })
  const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  const machine = new ExchangeMachine(outbox)
  const progress = startProgress('replay', flags.until ?? source.lastCommand, flags)
  const started = performance.now()
  try {
    const outcome = replay({
      ...{ source, machine, outbox },
      ...(flags.until === undefined ? {} : { untilSequence: flags.until }),
      onProgress: (commands) => progress.update(commands),
    })
    const breach = machine.audit()
    if (breach !== undefined) {
      throw new CliError('replay.invariant', ExitCode.Journal, {
        what: `the journal leads to a broken invariant: ${breach}`,
        mend: 'Keep the data directory and report it',
      })
    }
    progress.stop()
    const seconds = (performance.now() - started) / 1000
    print({ ...outcome, stateHash: machine.stateHash(), seconds }, flags)
  } finally {
    progress.stop()
    source.close()
  }
}

async function refuseDamaged(dataDir: string): Promise<void> {
  const { firstProblem } = await verifyInChild(dataDir)
  if (firstProblem === undefined) return
  const { kind, firstSequence, what, mend } = firstProblem
  throw new CliError('journal-damaged', ExitCode.Journal, {
    what: `the journal is damaged at ${kind} from ${firstSequence}: ${what}`,
    mend: mend.replace(/\.$/, ''),
  })
}

function print(
  result: {
    readonly commands: number
    readonly eventsEqual: number
    readonly eventsMissing: number
    readonly stateHash: string
    readonly seconds: number
  },
  flags: ReplayFlags,
): void {
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return
  }
  const { commands, eventsEqual, eventsMissing, stateHash, seconds } = result
  const missing =
    eventsMissing === 0 ? '' : `, ${eventsMissing} more that the journal did not hold yet`
  process.stdout.write(
    `${commands} commands, ${eventsEqual} events equal${missing}, state ${stateHash}, ${seconds.toFixed(1)} s\n`,
  )
}
