/** What the exchange's journal is the log of. Whoever runs it again needs this: recovery, snapshots, the replay tool. */
import { ExchangeMachine } from './actors/exchange-machine.ts'
import type { MachineKind } from './engine/shard/machine-kind.ts'
import { SCHEMA_HASH } from './protocol/codecs.ts'
import { OLDER_SCHEMAS, SCHEMA_ID, VERSION } from './protocol/schema.ts'

export const EXCHANGE_KIND: MachineKind<ExchangeMachine> = {
  schemaHash: [SCHEMA_HASH, ...OLDER_SCHEMAS],
  schemaId: SCHEMA_ID,
  version: VERSION,
  newMachine: (outbox) => new ExchangeMachine(outbox),
}
