/**
 * What `tradsys/engine` exports: actors over threads and rings, journaled where they ask for it. ENGINE.md has the guide, and
 * this list is its table of contents.
 */

export type { IdleStrategy } from '../ringbuffer/idle-strategy.ts'
// Where it runs.
export { ActorSystem, type SystemOptions, type SystemSpawnOptions } from './actor/actor-system.ts'
// What an actor does.
export {
  answerTo,
  type Behavior,
  BUSY,
  behavior,
  type Context,
  GONE,
  type Handlers,
  type Hooks,
  SENT,
  type Sent,
  type SpawnOptions,
} from './actor/behavior.ts'
export type { PoolOptions } from './actor/compute-pool.ts'
export type { DeadLetter, DeadLetterReason } from './actor/dead-letters.ts'
// What messages are made of.
export { bool, f64, i32, i53, text, u8, u16, u32 } from './actor/fields.ts'
export {
  type Definitions,
  type MessageType,
  type Protocol,
  packed,
  protocol,
  request,
  type View,
} from './actor/message.ts'
export { AskTimeout } from './actor/outside.ts'
export { hashed, onThread, type Placement, withActor } from './actor/placement.ts'
export { NOBODY, type Ref, refTo } from './actor/ref.ts'
export { ConsistentHash, RoundRobin } from './actor/router.ts'
export type { JournalOptions } from './actor/shard-roles.ts'
// What happens when it throws.
export { escalate, restart, resume, type Strategy, stop } from './actor/supervision.ts'
export type { SystemControl } from './actor/system-control.ts'
export type { SystemStatus } from './actor/system-status.ts'
// What happens to it while it runs, and who may look at it.
export type { SystemEvent } from './actor/system-threads.ts'

// How it is tested.
export { type Probe, TestSystem, type TestSystemOptions } from './actor/test-system.ts'
export type { ThreadOptions } from './actor/topology.ts'
// A state machine of one's own with its journal, without actors and threads.
export {
  ENVELOPE_BYTES,
  JournaledMachine,
  type JournaledMachineOptions,
} from './journaled-machine.ts'
export type { MachineKind } from './machine-kind.ts'
export type { Outbox } from './outbox.ts'
export type { SnapshotTransfer } from './snapshot-transfer.ts'
export type { StateMachine } from './state-machine.ts'
