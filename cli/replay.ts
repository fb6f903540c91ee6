/** `tradsys replay`: runs the journal again, through the same actors that ran it live. */
import { recoverFrom } from '../engine/recovery.ts'
import { EXCHANGE_KIND } from '../exchange-kind.ts'
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
  const source = JournalReader.open(flags.dataDir, EXCHANGE_KIND)
  const progress = startProgress('replay', flags.until ?? source.lastCommand, flags)
  const started = performance.now()
  try {
    const { machine, outcome } = recoverFrom(source, {
      ...{ directory: flags.dataDir, kind: EXCHANGE_KIND },
      ...(flags.until === undefined ? {} : { untilSequence: flags.until }),
      // A journal that has its beginning is run from there: then it proves the snapshots too.
      useSnapshots: source.firstCommand > 1,
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
