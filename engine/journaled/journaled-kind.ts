/** What a shard's journal is the log of: the behaviors of a system, with all that they understand. */
import type { Catalog } from '../actor/catalog.ts'
import type { MachineKind } from '../shard/machine-kind.ts'
import type { AtHand } from '../system/flight-recorder.ts'
import { Engine } from './engine-messages.ts'
import { JournaledShard, type ShardPlace } from './journaled-shard.ts'
import { ProtocolHistory } from './protocol-history.ts'
import { layoutsOf } from './protocol-layouts.ts'

const VERSION = 0

/** `history`: of its journal, where it has one. `poison`: a message that threads died of. `setAside`: see JournalOptions. */
export function journaledKind(
  catalog: Catalog,
  place: ShardPlace,
  {
    history,
    poison,
    setAside = [],
  }: {
    readonly history?: ProtocolHistory
    readonly poison?: AtHand | undefined
    readonly setAside?: readonly string[] | undefined
  } = {},
): MachineKind<JournaledShard> {
  const protocols = history ?? new ProtocolHistory(layoutsOf(catalog))
  return {
    schemaHash: protocols.schemas,
    // Each record has its own protocol's.
    ...{ schemaId: Engine.$schemaId, version: VERSION },
    newMachine: (outbox) => {
      const machine = new JournaledShard(outbox, place, catalog, protocols)
      machine.poison = poison
      machine.setAside = setAside
      return machine
    },
  }
}
