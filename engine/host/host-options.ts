/** What a thread's host of actors is made of. */
import type { Catalog } from '../actor/catalog.ts'
import type { Ref } from '../actor/ref.ts'
import type { AtHand, FlightRecorder } from '../system/flight-recorder.ts'
import type { HostEvent } from './host-event.ts'
import type { Links } from './links.ts'

export interface HostOptions {
  /** Of this thread, as in the plan. */
  readonly name: string
  readonly links: Links
  /** Of what may come from another thread. */
  readonly catalog: Catalog
  /** µs since 1970. May jump: what actors see never runs backwards. */
  readonly clockUs: () => number
  /** µs of a clock that nobody sets, the same for all threads: by it timers are due. @default clockUs */
  readonly monotonicUs?: () => number
  /** An actor's failure that no strategy holds: the system is to end. */
  readonly onFailure: (error: unknown) => void
  /** Called amid a turn: it does nothing to the actors. @default nobody is told */
  readonly onEvent?: (event: HostEvent) => void
  /** @default one that nobody reads */
  readonly recorder?: FlightRecorder
  /** The message that this thread's predecessors died of: it goes to the dead letters. */
  readonly poison?: AtHand | undefined
  /** Answers to what was asked from outside; only the thread has it that the system was started on. */
  readonly onAnswer?: (to: Ref, view: DataView, envelope: number) => boolean
}
