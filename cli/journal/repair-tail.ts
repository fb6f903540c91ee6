/** `tradsys journal repair-tail`: what a power cut has left of a journal that was synced behind its commits. */
import { lockDirectory } from '../../storage/directory-lock.ts'
import { type Salvage, salvageTail } from '../../storage/salvage.ts'
import { hasJournal, journalMissing } from '../../storage/segment-files.ts'
import { verifyInChild } from '../../storage/verify-in-child.ts'
import { print } from '../line-writer.ts'
import { refuseDamaged } from '../replay/damage.ts'

export interface RepairFlags {
  readonly dataDir: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

export async function repairTail(flags: RepairFlags): Promise<void> {
  const { dataDir, dryRun = false, json = false } = flags
  // Before the lock, which makes the directory: where there is no journal nothing is to be left.
  if (!hasJournal(dataDir)) throw journalMissing(dataDir)
  const lock = lockDirectory(dataDir)
  try {
    const { firstProblem } = await verifyInChild(dataDir)
    if (firstProblem === undefined) {
      await print(
        json ? JSON.stringify({ whole: true }) : 'nothing to repair: the journal is whole',
      )
      return
    }
    const salvage = salvageTail(dataDir, { dryRun })
    if (!dryRun) await refuseDamaged(dataDir, { progress: false })
    await print(json ? JSON.stringify(plain(salvage)) : describe(salvage, firstProblem.what))
  } finally {
    lock.release()
  }
}

const plain = ({ path, commands, events, framesLeft, damaged }: Salvage) => ({
  ...{ whole: false, path, lastCommand: commands.lastSequence, lastEvent: events.lastSequence },
  ...{ framesLeft, damaged: damaged ?? null },
})

function describe({ path, commands, events, framesLeft, damaged }: Salvage, what: string): string {
  const kept = `commands up to ${commands.lastSequence} and events up to ${events.lastSequence}`
  const done =
    damaged === undefined
      ? `${path} can be repaired: it would hold ${kept}`
      : `repaired ${path}: it holds ${kept}; the damaged file is kept as ${damaged}`
  return [`damage: ${what}`, done, `frames that belong to no chain: ${framesLeft}`].join('\n')
}
