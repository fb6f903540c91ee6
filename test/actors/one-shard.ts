/** What several shards are held against: the same requests on one. */
import assert from 'node:assert/strict'
import type { AccountActor } from '../../actors/account-actor.ts'
import { Reason } from '../../protocol/codecs.ts'
import { ExchangeHarness } from './exchange-harness.ts'
import { CURRENCIES, definitions, type NamedCommand, type ShardedVenue } from './sharded-venue.ts'

export type Balances = Pick<ShardedVenue, 'free' | 'held' | 'fees'>

/** Free and held of every account and currency, and fees, in words. */
export function balancesOf(read: Balances, names: readonly string[]): string[] {
  return CURRENCIES.flatMap((currency) => [
    `fees ${currency} ${read.fees(currency)}`,
    ...names.map((name, i) => {
      return `${name} ${currency} ${read.free(i + 1, currency)}/${read.held(i + 1, currency)}`
    }),
  ])
}

/** Of the accounts of all shards together. */
export function summed(shards: readonly AccountActor[]): Balances {
  const sum = (currency: string, of: (accounts: AccountActor, number: number) => number): number =>
    shards.reduce((units, one) => units + of(one, CURRENCIES.indexOf(currency) + 1), 0)
  return {
    free: (account, currency) => sum(currency, (one, number) => one.free(account, number)),
    held: (account, currency) => sum(currency, (one, number) => one.held(account, number)),
    fees: (currency) => sum(currency, (one, number) => one.fees(number)),
  }
}

/** The balances that one shard ends with, each account having had `units` of each currency: ample ones. */
export function playOnOne(
  requests: readonly NamedCommand[],
  names: readonly string[],
  units: number,
): string[] {
  const exchange = new ExchangeHarness()
  for (const { name, fields } of definitions(names, units)) exchange.submit(name, 0, fields)
  for (const { name, session, fields } of requests) {
    const said = exchange.send(name, session!, fields)
    const short = said.find(({ reason }) => reason === Reason.InsufficientFunds)
    assert.equal(short, undefined, 'funds are ample')
  }
  return balancesOf(summed([exchange.machine.venue.accounts]), names)
}
