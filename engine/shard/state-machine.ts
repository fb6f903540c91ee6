/**
 * What a shard runs. Whatever has this shape can be journaled, recovered and replayed: it is a function of the log.
 *
 * No clock, no randomness, no I/O, no `await`: time is the command's stamp, and everything that is said goes into the
 * outbox that the machine was made with.
 */
import type { SnapshotTransfer } from '../recovery/snapshot-transfer.ts'

export interface StateMachine {
  /**
   * Runs one command to its end. `view` holds the command's envelope at `at`, its root block behind it; both are the engine's
   * and good only until return.
   */
  apply(view: DataView, at: number): void

  /**
   * Whether the event at `at` of the log has to be known before the command that caused it is run: a decision that the command alone
   * does not lead to again. A replay then gives it to `foretell`. Absent: there are none.
   */
  isForetold?(view: DataView, at: number): boolean

  /** Before `apply` of the command that caused it, in a replay. */
  foretell?(view: DataView, at: number): void

  /**
   * Something was decided that a replay learns from the log alone: before anything of it is seen outside, its events are to be durable. The
   * shard takes it back then. Absent: never.
   */
  hasDecided?: boolean

  /**
   * Says again what receivers without a memory need after a start: definitions, whole books. Not events: they are
   * handed to the gateways only, and must not change any state or number.
   */
  announce(): void

  /** Checks the invariants over the whole state. Returns the breach in words, or undefined. A breach halts the shard. */
  audit(): string | undefined

  /**
   * Hands its whole state to a snapshot, or takes it from one (snapshot.ts), between two commands. Taking: it is new, and has
   * run nothing.
   */
  transfer(snapshot: SnapshotTransfer): void

  /** Hash of the whole state: equal after the same commands, whichever way it was reached. */
  stateHash(): string
}
