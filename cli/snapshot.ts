/** `tradsys snapshot`: of a data directory, whether an exchange runs on it or not. Reads its journal, writes to snapshots/. */
import { takeExchangeSnapshot } from '../exchange-snapshot.ts'
import { print } from './line-writer.ts'
import { startProgress } from './progress.ts'
import { buildHash } from './version.ts'

export interface SnapshotFlags {
  readonly dataDir: string
  readonly json?: boolean
  readonly progress?: boolean
}

export async function snapshot(flags: SnapshotFlags): Promise<void> {
  const startMs = performance.now()
  const progress = startProgress('snapshot: commands run again', 0, flags)
  const taken = await takeExchangeSnapshot(
    { directory: flags.dataDir, buildHash: buildHash() },
    {
      onProgress: (sequence) => progress.update(sequence),
      onRefused: (why) => process.stderr.write(`tradsys: passed over ${why}\n`),
    },
  ).finally(() => progress.stop())
  const seconds = (performance.now() - startMs) / 1000
  if (flags.json) return print(JSON.stringify({ taken, seconds }))
  if (taken === null) return print('nothing new since the newest snapshot')
  const { path, sequence, bytes, stateHash } = taken
  const size = `${bytes} bytes, state ${stateHash}, ${seconds.toFixed(1)} s`
  await print(`${path}: behind command ${sequence}, ${size}`)
}
