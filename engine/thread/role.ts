/**
 * A role with a turn: gateway, sequencer, shard. Which thread gives it its turns is the plan's business, not the role's.
 */
export interface Role {
  readonly name: string
  /** Does what is waiting, up to a bound of its own, and says how much that was; 0 lets the thread think of parking. */
  doWork(): number
  /** A fresh look at what could wake it, made between the decision to park and parking. */
  hasWork(): boolean
  /** Longest sleep that it can stand, where it has something to do later without being rung for it. */
  readonly wakeWithinMs?: number
  /** Nothing taken that is not passed on yet: a drained exchange is one whose roles are all quiet. */
  readonly isQuiet?: boolean
  /** From now on take nothing new from outside; go on finishing what was taken. */
  drain?(): void
  /**
   * Finishes what it holds and gives back its sockets and files. Called once, after its last turn. `isFailing`: a role of its
   * thread has thrown, and what the thread does may be taken up by another.
   */
  close(isFailing: boolean): void | Promise<void>
}
