/**
 * What a journal is the log of: everything that is needed to run one again. An exchange has one (exchange-kind.ts), and so has
 * any other system of actors that wants to be journaled.
 */
import type { Outbox } from './outbox.ts'
import type { StateMachine } from './state-machine.ts'

export interface MachineKind<Machine extends StateMachine = StateMachine> {
  /** Of the messages that it speaks, 16 hex digits: a journal of others is refused. */
  readonly schemaHash: string
  /** In the envelope of each event. */
  readonly schemaId: number
  readonly version: number

  /** A machine that has run nothing yet, and says what it says into `outbox`. */
  newMachine(outbox: Outbox): Machine
}
