/**
 * What is asked of a shard itself, at its address 0. All of it is sequenced and journaled like any message: which actors there are, and
 * that a timer's time has come, are inputs.
 */
import { i53, text, textWithin, u32 } from '../actor/fields.ts'
import { protocol, request } from '../actor/message.ts'

/** Of an actor's whole name, its parents' included. */
export const NAME_BYTES_MAX = 200
/** Of the names of all that are set aside. */
export const SET_ASIDE_BYTES_MAX = 1_000
const PROBLEM_BYTES_MAX = 300

const place = { ref: u32, problem: text(PROBLEM_BYTES_MAX) }

export const Root = protocol('tradsys.root', {
  /** One that is there already, with the same behavior, is answered as if it were new. `options` is JSON. */
  Spawn: request({ behavior: text(64), name: text(NAME_BYTES_MAX), options: text(1024) }, place),
  Stop: request({ name: text(NAME_BYTES_MAX) }, place),
  Find: request({ name: text(NAME_BYTES_MAX) }, place),
  /** Timers whose time has come by this command's own time fire. */
  Wake: { dueUs: i53 },
  /**
   * The system has started, and no transient actor of before is there any more. Those of this start have addresses of this
   * generation and of later ones. What follows is said in the protocols of this hash, and by these rules of the engine.
   * `setAside`: names of actors, as JSON, that get nothing until the next start.
   */
  Started: { generation: i53, schema: text(16), rules: u32, setAside: text(SET_ASIDE_BYTES_MAX) },
  /** Addresses up to this generation are about to be given out: the next start begins behind it. */
  Reserve: { generation: i53 },
})

export const problemText = (error: unknown): string =>
  textWithin(error instanceof Error ? error.message : String(error), PROBLEM_BYTES_MAX)
