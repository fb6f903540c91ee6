/**
 * `tradsys replay --diff FILE.snapshot`: does the log lead to the state that a snapshot holds? The log is run up to the snapshot's
 * command, from its start where that is there, and what comes out is laid beside the file: place, chain, hash of the state. Where the
 * hashes differ the bytes say in which part; where they are equal, bytes may differ still: builds lay out their tables differently.
 */
import { takeSnapshot } from '../../engine/recovery/snapshot.ts'
import { SnapshotSize } from '../../engine/recovery/snapshot-writer.ts'
import type { StateMachine } from '../../engine/shard/state-machine.ts'
import { EXCHANGE_KIND } from '../../exchange-kind.ts'
import { spokenSchema } from '../../storage/frame.ts'
import { readSnapshot } from '../../storage/snapshot-files.ts'
import { HEAD_BYTES, type SnapshotHead, snapshotHead } from '../../storage/snapshot-head.ts'
import { SnapshotRefused } from '../../storage/snapshot-refused.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { print } from '../line-writer.ts'
import { type PlacedLog, runLog } from './run.ts'

interface SnapshotComparison {
  readonly left: string
  readonly right: string
  readonly equal: boolean
  /** Not so, and equal: the hash of the state is the same, and another build has laid out its tables otherwise. */
  readonly sameBytes: boolean
  /** The command behind which both stand. */
  readonly sequence: number
  readonly stateHash: string
  readonly difference?: StateDifference
}

interface StateDifference {
  /** What differs: of the head, or 'state'. */
  readonly what: 'chain' | 'events' | 'state'
  readonly left: string
  readonly right: string
  /** The part of the machine, as it names itself, and the byte in that part. */
  readonly part?: string
  readonly offset?: number
}

export async function diffSnapshot(
  log: PlacedLog,
  file: string,
  flags: { readonly json?: boolean; readonly progress?: boolean },
): Promise<void> {
  const bytes = readSnapshot(file, EXCHANGE_KIND.schemaHash)
  const head = snapshotHead(bytes, EXCHANGE_KIND.schemaHash)
  if (head.sequence > log.journal.lastCommand) {
    throw new SnapshotRefused(
      `it stands behind command ${head.sequence}, and the journal ends at ${log.journal.lastCommand}`,
      'compare it with the journal that it was taken of',
    )
  }
  const progress = flags.progress === undefined ? {} : { progress: flags.progress }
  const { machine, outbox, beganBehind } = runLog(log, { until: head.sequence, ...progress })
  if (beganBehind === head.sequence) throw nothingToCompare(log, head)
  const ours = takeSnapshot(
    machine,
    { sequence: head.sequence, timeUs: outbox.timeUs, eventNumber: outbox.eventNumber },
    { schemaHash: spokenSchema(EXCHANGE_KIND.schemaHash) },
  )
  const chain = log.journal.chainHashAt(head.sequence)
  const difference = differenceOf({ bytes: ours, machine, chain }, { bytes, head })
  const comparison: SnapshotComparison = {
    ...{ left: log.directory, right: file, equal: difference === undefined },
    sameBytes: Buffer.compare(ours.subarray(HEAD_BYTES), bytes.subarray(HEAD_BYTES)) === 0,
    ...{ sequence: head.sequence, stateHash: head.stateHash },
    ...(difference === undefined ? {} : { difference }),
  }
  await print(flags.json ? JSON.stringify(comparison) : describe(comparison))
  if (difference !== undefined) process.exitCode = ExitCode.Failure
}

function differenceOf(
  ours: {
    readonly bytes: Uint8Array
    readonly machine: StateMachine
    readonly chain: Uint8Array | undefined
  },
  theirs: { readonly bytes: Uint8Array; readonly head: SnapshotHead },
): StateDifference | undefined {
  const hex = (hash: Uint8Array | undefined): string =>
    hash === undefined ? 'ends no frame' : Buffer.from(hash).toString('hex')
  const [chain, theirChain] = [hex(ours.chain), hex(theirs.head.chainHash)]
  if (chain !== theirChain) return { what: 'chain', left: chain, right: theirChain }
  const head = snapshotHead(ours.bytes, EXCHANGE_KIND.schemaHash)
  const [events, theirEvents] = [head.eventNumber, theirs.head.eventNumber]
  if (events !== theirEvents) return { what: 'events', left: `${events}`, right: `${theirEvents}` }
  const [left, right] = [ours.bytes.subarray(HEAD_BYTES), theirs.bytes.subarray(HEAD_BYTES)]
  if (head.stateHash === theirs.head.stateHash) return undefined
  let at = 0
  while (at < left.length && left[at] === right[at]) at++
  const hashes = { left: head.stateHash, right: theirs.head.stateHash }
  return { what: 'state', ...hashes, ...new PartSearch(at).in(ours.machine) }
}

/** Which part of a machine the byte is of: goes through all of it as a writer would. */
class PartSearch extends SnapshotSize {
  readonly #at: number
  #found = { part: 'head', offset: 0 }

  constructor(at: number) {
    super()
    this.#at = at
    this.#found = { part: 'terms', offset: at }
  }

  override part(name: string): void {
    super.part(name)
    if (this.bytes <= this.#at) this.#found = { part: name, offset: this.#at - this.bytes }
  }

  in(machine: StateMachine): { readonly part: string; readonly offset: number } {
    machine.transfer(this)
    return this.#found
  }
}

/** It would be compared with itself: the run would begin with it. */
function nothingToCompare({ journal }: PlacedLog, { sequence }: SnapshotHead): CliError {
  return new CliError('log-start-missing', ExitCode.Unavailable, {
    what: `the journal begins at command ${journal.firstCommand}: nothing leads from there to the snapshot behind ${sequence}`,
    mend: 'Compare a newer snapshot, or put the older segments back into the journal folder',
  })
}

function describe(comparison: SnapshotComparison): string {
  const { equal, sameBytes, sequence, stateHash, difference, right } = comparison
  if (equal || difference === undefined) {
    const bytes = sameBytes ? '' : ', and another build has laid out its bytes otherwise'
    return `equal: behind command ${sequence} the log leads to the snapshot's state ${stateHash}${bytes}`
  }
  const { what, part, offset } = difference
  const where = part === undefined ? '' : ` in part '${part}', byte ${offset}`
  return [
    `DIFFERS behind command ${sequence}: ${what}${where}`,
    `log: ${difference.left}`,
    `${right}: ${difference.right}`,
  ].join('\n')
}
