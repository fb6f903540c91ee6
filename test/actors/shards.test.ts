/** Accounts at home on one shard, orders on another: money moves by messages, and comes out right. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reason } from '../../protocol/codecs.ts'
import type { PlainEvent } from './exchange-harness.ts'
import { balancesOf, playOnOne } from './one-shard.ts'
import { seeded } from './seeded.ts'
import { ShardFlow } from './shard-flow.ts'
import { type NamedCommand, openSharded, ShardedVenue } from './sharded-venue.ts'

const NAMES = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay']
const AMPLE = 10_000_000
const SCARCE = 3_000
const SEEDS = 20
const COMMANDS = 600

interface Played {
  readonly venue: ShardedVenue
  readonly events: PlainEvent[]
  /** The requests, in the order in which they took effect. */
  readonly effective: readonly NamedCommand[]
  /** Whether they took effect as they were sent. */
  readonly isInOrder: boolean
}

/** `patience`: turns of messages for one of a client; 0: all that are there. */
function play(seed: number, units: number, patience: number): Played {
  const venue = openSharded(NAMES, units)
  const flow = new ShardFlow(seed, NAMES.length)
  const random = seeded(~seed)
  const events: PlainEvent[] = []
  const sent: (NamedCommand & { readonly id: string })[] = []
  const effects = new Map<string, number>()
  const hear = (said: readonly PlainEvent[]): void => {
    flow.hear(said)
    events.push(...said)
    for (const { clOrdId } of said) {
      // Of an order's later reports none is the first with its id.
      if (typeof clOrdId === 'string' && !effects.has(clOrdId))
        effects.set(clOrdId, venue.log.length)
    }
  }
  for (let i = 0; i < COMMANDS; i++) {
    const { name, session, fields } = flow.next()
    sent.push({ name, session, fields, id: fields.clOrdId as string })
    hear(venue.send(name, session, fields))
    if (patience === 0) venue.settle(hear)
    for (let turn = random(patience + 1); turn > 0; turn--) hear(venue.hearFrom(random(2)) ?? [])
  }
  venue.settle(hear)
  for (const { id, name } of sent)
    assert.ok(effects.has(id), `seed ${seed}: ${name} ${id} unanswered`)
  const effective = [...sent].sort((a, b) => effects.get(a.id)! - effects.get(b.id)!)
  return { venue, events, effective, isInOrder: effective.every((one, i) => one === sent[i]) }
}

const countOf = (events: readonly PlainEvent[], name: string): number =>
  events.filter((event) => event.name === name).length

test('shards: with ample funds two end with the balances of one, however messages interleave', () => {
  let [asks, delayed] = [0, 0]
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { venue, events, effective, isInOrder } = play(seed, AMPLE, 1 + (seed % 4))
    assert.deepEqual(balancesOf(venue, NAMES), playOnOne(effective, NAMES, AMPLE), `seed ${seed}`)
    asks += countOf(events, 'FundsAsk')
    if (!isInOrder) delayed++
    assert.ok(countOf(events, 'Trade') > 50, `seed ${seed}`)
  }
  assert.ok(asks > 100 * SEEDS, `${asks} asks`)
  assert.ok(delayed > SEEDS / 2, `${delayed} runs in which an order overtook another`)
})

test('shards: where each request is answered before the next, they take effect as they were sent', () => {
  for (let seed = 101; seed <= 105; seed++) {
    const { venue, effective, isInOrder } = play(seed, AMPLE, 0)
    assert.ok(isInOrder, `seed ${seed}`)
    assert.deepEqual(balancesOf(venue, NAMES), playOnOne(effective, NAMES, AMPLE), `seed ${seed}`)
  }
})

test('shards: with scarce funds money is conserved, and what goes beyond it is refused', () => {
  let [refused, grants] = [0, 0]
  for (let seed = 201; seed <= 200 + SEEDS; seed++) {
    const { venue, events } = play(seed, SCARCE, 1 + (seed % 4))
    refused += events.filter(({ reason }) => reason === Reason.InsufficientFunds).length
    grants += events.filter(({ name, amount }) => name === 'FundsGrant' && amount !== 0).length
    for (const { machine } of venue.shards) assert.equal(machine.venue.funds!.waiting.count, 0)
  }
  assert.ok(refused > 20 * SEEDS && grants > 20 * SEEDS, `${refused} refused, ${grants} granted`)
})

test('shards: the same log gives the same bytes on each, and the same state', () => {
  for (let seed = 301; seed <= 305; seed++) {
    const { venue } = play(seed, SCARCE, 3)
    const copy = new ShardedVenue()
    for (const command of venue.log) copy.apply(command)
    venue.shards.forEach((shard, i) => {
      assert.ok(shard.eventBytes.equals(copy.shards[i]!.eventBytes), `seed ${seed}, shard ${i}`)
      assert.equal(shard.machine.stateHash(), copy.shards[i]!.machine.stateHash())
    })
  }
})
