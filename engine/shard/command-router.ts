/**
 * Which shard runs what: the one question about commands that the engine leaves to whoever brings the state machine.
 *
 * An answer may depend on the commands before it, so there is one router for each walk over the log (the sequencer's,
 * and each replay's), and each is asked about every command once, in the log's order: they all answer alike.
 */

/** A command that each shard runs, and each alike. */
export const EVERY_SHARD = -1
/** What is no message between shards has no sender. */
export const NO_SHARD = -1

export interface CommandRouter {
  /** How many shards there are; they are numbered from 0. */
  readonly shards: number

  /** The shard that the command whose envelope stands at `at` is for, or EVERY_SHARD. */
  route(view: DataView, at: number): number

  /**
   * The shard that says the message whose envelope stands at `at`, or NO_SHARD: it is something else. A shard says it as an
   * event; the sequencer puts it into the log, as a command.
   */
  senderOf(view: DataView, at: number): number

  /** Number of a message among those of its sender: 1, 2, 3, … in the order in which they are said. */
  numberOf(view: DataView, at: number): number
}
