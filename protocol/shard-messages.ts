/**
 * What shards say to one another, and where things live. A message between shards is an event of its sender's, and a
 * command once the sequencer has put it into the log, in the same bytes. Rules for changing them: schema.ts.
 */
import { f, type Message, SYMBOL } from './message.ts'

const FUNDS_BYTES = 32

/** From whom, to whom, whose money: the block of all messages about funds. */
const funds = (msgType: string, name: string, units: string, doc: string): Message => ({
  ...{ name, msgType, direction: 'shards', blockBytes: FUNDS_BYTES, since: 2, doc },
  fields: [
    f(0, 'u16', 25174, 'FromShard', 'the shard that says it'),
    f(2, 'u16', 25175, 'ToShard', 'the shard that is to hear it'),
    f(4, 'u32', 1, 'Account', 'the account’s number'),
    f(8, 'u32', 25176, 'CurrencyNumber', 'the currency’s number; 0: none'),
    f(12, 'u32', 25101, 'Reserved', '0'),
    f(16, 'i64', 25177, 'Number', 'counts up by one for each message of the sender’s'),
    f(24, 'i64', 25123, 'Amount', units),
  ],
})

export const SHARD_MESSAGES: readonly Message[] = [
  {
    name: 'ShardDefine',
    msgType: 'UH',
    direction: 'command',
    blockBytes: 40,
    since: 2,
    doc: 'The shard that an account or a symbol lives on, for ever. Said before anything else names it; unsaid: shard 0.',
    fields: [
      f(0, 'char[16]', 1, 'Account', 'the account, or empty'),
      f(16, 'char[16]', 55, 'Symbol', `${SYMBOL}; or empty: one of the two is named`),
      f(32, 'u32', 25178, 'Shard', 'from 0'),
      f(36, 'u32', 25101, 'Reserved', '0'),
    ],
  },
  funds(
    'Uq',
    'FundsAsk',
    'units that an order needs, above 0',
    'To an account’s home: an order away from it needs so much. Answered by FundsGrant.',
  ),
  funds(
    'Ug',
    'FundsGrant',
    'units that were asked for and go along; 0: there were not so many',
    'From an account’s home: the money, or none, for the request that waits for it.',
  ),
  funds(
    'Ur',
    'FundsReturn',
    'units, above 0',
    'To an account’s home: money that no order holds any more.',
  ),
  funds(
    'Un',
    'RunWaiting',
    '0',
    'From a shard to itself: the next request of the account, which waited behind one that needed funds, is due.',
  ),
]
