/** `tradsys backup` and `tradsys restore`: each verified to the last frame, and its hashes said. */
import { EXCHANGE_KIND } from '../exchange-kind.ts'
import { backUp, restore } from '../storage/backup.ts'
import { type BackupManifest, readManifest } from '../storage/backup-manifest.ts'
import { journalBytes } from '../storage/segment-files.ts'
import { print } from './line-writer.ts'
import { startProgress } from './progress.ts'
import { refuseDamaged } from './replay/damage.ts'

export interface BackupFlags {
  readonly dataDir: string
  /** Where the backup is to be, or is. */
  readonly backup: string
  readonly json?: boolean
  readonly progress?: boolean
}

export async function backupVerb(flags: BackupFlags): Promise<void> {
  const progress = startProgress('bytes', journalBytes(flags.dataDir), flags)
  let manifest: BackupManifest
  try {
    const onProgress = (bytes: number): void => progress.update(bytes)
    const verify = (directory: string): Promise<void> => refuseDamaged(directory, flags)
    const { schemaHash } = EXCHANGE_KIND
    manifest = await backUp(flags.dataDir, flags.backup, { onProgress, verify, schemaHash })
  } finally {
    progress.stop()
  }
  await say('backed up', flags.backup, manifest, flags)
}

export async function restoreVerb(flags: BackupFlags): Promise<void> {
  const { files } = readManifest(flags.backup)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const progress = startProgress('bytes', total, flags)
  let manifest: BackupManifest
  try {
    const onProgress = (bytes: number): void => progress.update(bytes)
    const verify = (directory: string): Promise<void> => refuseDamaged(directory, flags)
    manifest = await restore(flags.backup, flags.dataDir, { onProgress, verify })
  } finally {
    progress.stop()
  }
  await say('restored', flags.dataDir, manifest, flags)
}

async function say(
  what: string,
  directory: string,
  { files, ...ends }: BackupManifest,
  { json }: BackupFlags,
): Promise<void> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  if (json) {
    await print(JSON.stringify({ directory, ...ends, files: files.length, bytes }))
    return
  }
  const { lastCommand, lastEvent, commandHash, eventHash } = ends
  await print(
    [
      `${what} to ${directory}: ${files.length} files, ${bytes} bytes, verified`,
      `commands up to ${lastCommand}, chain ${commandHash}`,
      `events up to ${lastEvent}, chain ${eventHash}`,
    ].join('\n'),
  )
}
