/** A task for a pool: a snapshot of one shard of a journal, taken from the log beside whoever writes it. */

import { Catalog } from '../actor/catalog.ts'
import type { ShardPlace } from '../journaled/journaled-shard.ts'
import { shardRecovery } from '../journaled/shard-roles.ts'
import { snapshotJournal } from '../recovery/snapshotting.ts'

export interface SnapshotTask {
  readonly directory: string
  readonly module: string
  readonly behaviors: readonly string[]
  readonly place: ShardPlace
}

export interface ShardSnapshot {
  readonly shard: number
  /** Of the last command that it has seen. */
  readonly sequence: number
  readonly bytes: number
}

/** Undefined: nothing is new since the newest one. Throws where log and shard do not agree. */
export async function takeShardSnapshot(task: SnapshotTask): Promise<ShardSnapshot | undefined> {
  const { directory, module, behaviors, place } = task
  const catalog = await Catalog.load(module, behaviors)
  const buildHash = '0'.repeat(16)
  const taken = await snapshotJournal({ ...shardRecovery(directory, catalog, place), buildHash })
  if (taken === undefined) return undefined
  return { shard: place.shard, sequence: taken.head.sequence, bytes: taken.bytes }
}
