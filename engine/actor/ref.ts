/**
 * The address of an actor, as a number, so that it costs nothing to keep, to send in a message and to compare.
 *
 *   bit 31   30        29 … 24       23 … 20                            0
 *      +---+---+------------------+----------------------------------------+
 *      | 0 | 0 |        generation (10 bits)   |   index of the system's table   a transient actor
 *      | 0 | 1 |       shard      |   number within the shard, from 1            a journaled actor
 *      | 1 |              number of an ask, wrapping                             whoever asks from outside
 *      +---+---+------------------+----------------------------------------+
 *
 * The generation tells an actor from the one that had its place before: what is sent to an actor that is gone goes to the dead
 * letters, not to its successor. A place is used again only after all others that are free, so the same address comes again, and
 * an old copy of it leads to another actor, after 1,024 times as many births as there are free places: with the usual table, nearly
 * empty, after some sixty millions. Where there is a journal, each start begins behind the generations of the one before: journaled
 * actors may still have those addresses.
 */
import type { Field } from './fields.ts'
import { u32 } from './fields.ts'

declare const protocolName: unique symbol

/** The address of an actor that understands the protocol of this name. 0 is nobody's. */
export type Ref<Name extends string = string> = number & { readonly [protocolName]?: Name }

/** Nobody's address: the sender of what comes from outside. What is sent to it is GONE, and who watches it is told of its end. */
export const NOBODY = 0

export const INDEX_BITS = 20
export const INDEX_MASK = (1 << INDEX_BITS) - 1
export const GENERATION_MASK = (1 << 10) - 1

const JOURNALED_BIT = 1 << 30
const SHARD_SHIFT = 24
const SHARD_MASK = 63
export const SHARDS_MAX = SHARD_MASK + 1
export const NUMBER_MASK = (1 << SHARD_SHIFT) - 1

export const transientRef = (index: number, generation: number): Ref =>
  ((generation & GENERATION_MASK) << INDEX_BITS) | index

export const journaledRef = (shard: number, number: number): Ref =>
  JOURNALED_BIT | (shard << SHARD_SHIFT) | number

/** Of an ask from outside. Negative as an i32, and so is told from an actor's at one look. */
export const askRef = (number: number): Ref => number | (1 << 31)

export const isAsk = (ref: Ref): boolean => (ref | 0) < 0
export const isJournaled = (ref: Ref): boolean => (ref & JOURNALED_BIT) !== 0 && (ref | 0) > 0
export const isTransient = (ref: Ref): boolean => !isJournaled(ref) && !isAsk(ref)
export const shardOf = (ref: Ref): number => (ref >>> SHARD_SHIFT) & SHARD_MASK

/** Whether it may be anybody's at all: an integer of 32 bits, with or without a sign. */
export const mayBeRef = (ref: unknown): boolean =>
  typeof ref === 'number' && ((ref | 0) === ref || ref >>> 0 === ref)

/** What to give where one is wanted. */
export const REFS = "an actor's address"

/** A field that holds the address of an actor of the protocol of this name: it is there for its type. */
export const refTo = <const Name extends string>(_protocolName?: Name): Field<Ref<Name>> =>
  u32 as Field<Ref<Name>>
