/**
 * The one table of every message. From it come the codecs (`codecs.ts`), the SBE XML for clients in other languages
 * (`tradsys.sbe.xml`), the wire document (`WIRE.md`) and the golden bytes (`golden.json`): `npm run generate`.
 *
 * Rules, so that old and new ends go on understanding each other: a field is added only at the end of a block, with
 * `VERSION` raised; nothing changes its type, size, offset or meaning, but what had to be there may become optional; a
 * template id or a tag is never used again. A block that ends before a field that was appended means "absent" by it.
 *
 * Template ids are FIX MsgTypes as little-endian u16, so they can be read: 'D' is 68. What starts with 'U' is ours (FIX
 * leaves these to the user) and lives only inside the exchange: in rings and in the journal, never on a client's wire.
 *
 * Prices are ticks, quantities lots, money the smallest unit of its currency, times microseconds since 1970: all int64
 * that stay JavaScript safe integers.
 */
import { EVENTS, SESSION_COMMANDS } from './inner-messages.ts'
import { GROUP_MESSAGES } from './list-messages.ts'
import type { Message } from './message.ts'
import { OPERATOR_COMMANDS } from './operator-messages.ts'
import { SESSION_MESSAGES } from './session-messages.ts'
import { SHARD_MESSAGES } from './shard-messages.ts'
import { MARKET_MESSAGES, ORDER_MESSAGES } from './wire-messages.ts'

export const SCHEMA_ID = 3
export const VERSION = 2

/** Messages on a client's wire. */
export const WIRE_MESSAGES: readonly Message[] = [
  ...SESSION_MESSAGES,
  ...ORDER_MESSAGES,
  ...GROUP_MESSAGES,
  ...MARKET_MESSAGES,
]

/** Messages that only rings and the journal carry. */
export const INNER_MESSAGES: readonly Message[] = [
  ...OPERATOR_COMMANDS,
  ...SESSION_COMMANDS,
  ...EVENTS,
  ...SHARD_MESSAGES,
]

export const MESSAGES: readonly Message[] = [...WIRE_MESSAGES, ...INNER_MESSAGES]

/**
 * Hashes of the schemas before this one whose messages all mean today what they meant then: fields were added at the end
 * of root blocks, and messages. Journals of these are read, those of any other are refused.
 */
export const OLDER_SCHEMAS: readonly string[] = ['4bbf56294e0244ca']
