/**
 * What a journal is the log of: everything that is needed to run one again. An exchange has one (exchange-kind.ts), and so has
 * any other system of actors that wants to be journaled.
 */
import type { SchemaHashes } from '../../storage/frame.ts'
import type { Outbox } from './outbox.ts'
import type { StateMachine } from './state-machine.ts'

export interface MachineKind<Machine extends StateMachine = StateMachine> {
  /** Of the messages that it speaks, and of earlier ones that it understands: a journal of others is refused. */
  readonly schemaHash: SchemaHashes
  /** In the envelope of each event. */
  readonly schemaId: number
  readonly version: number

  /** A machine that has run nothing yet, and says what it says into `outbox`. */
  newMachine(outbox: Outbox): Machine
}
