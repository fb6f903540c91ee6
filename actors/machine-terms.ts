/** What two machines must have in common, or the state of one is none for the other: limits and place. */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import type { ShardPlace } from './funds-line.ts'
import type { ExchangeLimits } from './limits.ts'

export function transferTerms(
  snapshot: SnapshotTransfer,
  limits: ExchangeLimits,
  { shard, shards }: ShardPlace,
): void {
  snapshot.part('terms')
  snapshot.same('the number of shards', shards)
  snapshot.same('the number of this shard', shard)
  for (const [name, value] of Object.entries(limits).sort(([a], [b]) => (a < b ? -1 : 1))) {
    snapshot.same(`limit ${name}`, value as number)
  }
}
