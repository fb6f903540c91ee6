/**
 * What `tradsys/engine` exports: actors over threads and rings, journaled where they ask for it. ENGINE.md has the guide, and
 * this list is its table of contents.
 */

export type { IdleStrategy } from '../ringbuffer/idle-strategy.ts'
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
export { hashed, onThread, type Placement, withActor } from './actor/placement.ts'
export { NOBODY, type Ref, refTo } from './actor/ref.ts'
export { ConsistentHash, RoundRobin } from './actor/router.ts'
// What happens when it throws.
export { escalate, restart, resume, type Strategy, stop } from './actor/supervision.ts'
export type { JournalOptions } from './journaled/shard-roles.ts'
export type { SnapshotTransfer } from './recovery/snapshot-transfer.ts'
// A state machine of one's own with its journal, without actors and threads.
export {
  ENVELOPE_BYTES,
  JournaledMachine,
  type JournaledMachineOptions,
} from './shard/journaled-machine.ts'
export type { MachineKind } from './shard/machine-kind.ts'
export type { Outbox } from './shard/outbox.ts'
export type { StateMachine } from './shard/state-machine.ts'
// Where it runs.
export { ActorSystem } from './system/actor-system.ts'
export type { PoolOptions } from './system/compute-pool.ts'
export { AskTimeout } from './system/outside.ts'
export type { SystemControl } from './system/system-control.ts'
// What happens to it while it runs, and who may look at it.
export type { SystemEvent } from './system/system-event.ts'
export type { SystemOptions, SystemSpawnOptions } from './system/system-options.ts'
export type { SystemStatus } from './system/system-status.ts'
// How it is tested.
export { type Probe, TestSystem, type TestSystemOptions } from './system/test-system.ts'
export type { ThreadOptions } from './system/topology.ts'
