/** What a system, and an actor that is spawned from outside, may be given; and whether it will do, before a thread is started. */
import { DURABILITIES } from '../../storage/journal-writer.ts'
import type { SpawnOptions } from '../actor/behavior.ts'
import {
  type Check,
  checkOptions,
  isFunction,
  isInteger,
  isListOf,
  isModule,
  isObjectOf,
  isOneOf,
  isText,
  isTime,
  refused,
} from '../actor/check-given.ts'
import { checkSpawn } from '../actor/check-spawn.ts'
import type { Placement } from '../actor/placement.ts'
import { mayBeRef, REFS, type Ref, SHARDS_MAX } from '../actor/ref.ts'
import type { JournalOptions } from '../journaled/shard-roles.ts'
import type { StatusOptions } from './status-server.ts'
import type { SystemEvent } from './system-event.ts'
import { TOPOLOGY, type TopologyOptions } from './topology.ts'

/** Of `ActorSystem.start`. Plain data but for the two listeners; an unknown option is refused. */
export interface SystemOptions extends TopologyOptions {
  /**
   * The module that exports the behaviors: each thread loads it, and runs what stands at its top. One that starts a system there
   * does so only where `isMainThread` says so.
   */
  readonly from: string | URL
  /** What can be spawned, by the names under which `from` exports it. */
  readonly behaviors: Readonly<
    Record<string, { readonly protocol: object; readonly start: unknown }>
  >
  /** With it actors may be journaled: their messages are durable before they have an effect, and a later start goes on from there. */
  readonly journal?: JournalOptions
  /** The system is of no use any more: a failure that no strategy holds, a journal that cannot be written. @default throws */
  readonly onFailure?: (error: unknown) => void
  /**
   * Actors that failed and what was decided, dead letters, threads that died and were replaced: system-event.ts has them all.
   * @default a line on stderr for each failure
   */
  readonly onEvent?: (event: SystemEvent) => void
  /** Tells `tradsys top`, and whoever else asks on this machine, how the system is. @default nobody is told */
  readonly status?: StatusOptions
  /** A thread that does nothing for so long hangs, and is replaced. @default 5,000 */
  readonly hangsAfterMs?: number
  /** Of a worker's heap; one that needs more is replaced. @default Node's own */
  readonly heapMiB?: number
  /** A message of which so many threads have died goes to the dead letters. @default 3 */
  readonly poisonAfter?: number
  /** A thread that dies more often in a minute is not replaced any more: the system fails. @default 10 */
  readonly threadRestartsMax?: number
}

/** Of `system.spawn`. */
export interface SystemSpawnOptions extends SpawnOptions {
  /** Of one that is not journaled. @default hashed by its name over all threads but 'main' */
  readonly on?: Placement
  /**
   * Its state is a function of the log, and outlives the system. `true`: on the shard that its name leads to; `with`: on that of
   * another, so that what they say to each other is handled at once. One of that name and behavior that is there already
   * is what you get. @default false
   */
  readonly journaled?: boolean | { readonly shard: number } | { readonly with: Ref }
}

export const areBehaviors: Check = (where, value) => {
  if (typeof value !== 'object' || value === null)
    throw refused(where, value, 'an object of behaviors')
}

const isAddress: Check = (where, value) => {
  if (!mayBeRef(value)) throw refused(where, value, REFS)
}

/** Infinity: only when asked. */
const isEver: Check = (where, value) => {
  if (value !== Number.POSITIVE_INFINITY) isInteger(1)(where, value)
}

const JOURNAL: Readonly<Record<keyof JournalOptions, Check>> = {
  directory: isText,
  durability: isOneOf(...DURABILITIES),
  shards: isInteger(1, SHARDS_MAX),
  snapshotMessages: isEver,
  setAside: isListOf(isText),
}

export const isJournal = isObjectOf(JOURNAL, ['directory'])

const STATUS: Readonly<Record<keyof StatusOptions, Check>> = {
  port: isInteger(0, 65_535),
  path: isText,
}

const SYSTEM: Readonly<Record<keyof SystemOptions, Check>> = {
  from: isModule,
  behaviors: areBehaviors,
  journal: isJournal,
  onFailure: isFunction,
  onEvent: isFunction,
  status: isObjectOf(STATUS),
  hangsAfterMs: isTime,
  heapMiB: isInteger(1),
  poisonAfter: isInteger(1),
  threadRestartsMax: isInteger(0),
  ...TOPOLOGY,
}

const PLACEMENTS: readonly Check[] = [
  isObjectOf({ thread: isText }, ['thread']),
  isObjectOf({ with: isAddress }, ['with']),
  isObjectOf({ hash: isText, over: isListOf(isText) }, ['hash']),
]

/** By the one of the three that it has. */
const isPlacement: Check = (where, value) => {
  const has = (key: string): boolean => typeof value === 'object' && value !== null && key in value
  const check = PLACEMENTS[['thread', 'with', 'hash'].findIndex(has)]
  if (check === undefined)
    throw refused(where, value, 'onThread(name), withActor(ref) or hashed(key)')
  check(where, value)
}

export const isJournaledPlace: Check = (where, value) => {
  if (typeof value === 'boolean') return
  const isShard = typeof value === 'object' && value !== null && 'shard' in value
  const isWith = typeof value === 'object' && value !== null && 'with' in value
  if (isShard) checkOptions(where, value, { shard: isInteger(0) })
  else if (isWith) checkOptions(where, value, { with: isAddress }, ['with'])
  else throw refused(where, value, 'true, false, { shard } or { with }')
}

/** Throws a RangeError that names the option that will not do, and says what would. */
export function checkSystemOptions(options: SystemOptions): void {
  checkOptions('', options, SYSTEM, ['from', 'behaviors'])
}

export function checkSystemSpawn(name: string, options: SystemSpawnOptions): void {
  checkSpawn(name, options, { on: isPlacement, journaled: isJournaledPlace })
}
