/** What a shard's journal is the log of: the behaviors of a system, with all that they understand. */
import { createHash } from 'node:crypto'
import type { Catalog } from '../actor/catalog.ts'
import type { MachineKind } from '../shard/machine-kind.ts'
import type { AtHand } from '../system/flight-recorder.ts'
import { Engine } from './engine-messages.ts'
import { JournaledShard, type ShardPlace } from './journaled-shard.ts'
import { Root } from './root-protocol.ts'

const VERSION = 0

/** `poison`: a message that threads died of. */
export function journaledKind(
  catalog: Catalog,
  place: ShardPlace,
  poison?: AtHand,
): MachineKind<JournaledShard> {
  return {
    schemaHash: schemaHashOf(catalog),
    // Each record has its own protocol's.
    ...{ schemaId: Engine.$schemaId, version: VERSION },
    newMachine: (outbox) => {
      const machine = new JournaledShard(outbox, place, catalog)
      machine.poison = poison
      return machine
    },
  }
}

/** Of all protocols: a journal whose messages lie otherwise is refused, and not misread. */
export function schemaHashOf(catalog: Catalog): string {
  const layouts = [...catalog.all].map(({ protocol }) => protocol.$layout)
  const all = [...new Set([Engine.$layout, Root.$layout, ...layouts])].sort()
  return createHash('sha256').update(all.join('\n')).digest('hex').slice(0, 16)
}
