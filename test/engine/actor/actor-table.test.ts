/** The places of a system's transient actors, which all its threads share. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INDEX_MASK, type Ref } from '../../../engine/actor/ref.ts'
import { ActorTable, allocateActorTable, NO_THREAD } from '../../../engine/host/actor-table.ts'
import { seeded } from '../../actors/seeded.ts'

const PLACES = 100

function openTables(): ActorTable[] {
  const memory = allocateActorTable(PLACES)
  return [0, 1, 2].map((thread) => new ActorTable(memory, thread))
}

const takeAll = (table: ActorTable): Ref[] => Array.from({ length: PLACES }, () => table.take())

test('actor table: a place that one thread has given up is free for all', () => {
  const [a, b] = openTables()
  for (const ref of takeAll(a!)) a!.free(ref)
  const refs = takeAll(b!)
  assert.equal(new Set(refs.map((ref) => ref & INDEX_MASK)).size, PLACES)
  assert.throws(() => a!.take(), /100 actors are there, .*: stop some, or give .* actorsMax/)
  assert.ok(refs.every((ref) => a!.threadOf(ref) === 1))
})

test('actor table: what a thread has given up is free after its death, and so is what lived there', () => {
  const [a, b] = openTables()
  const refs = takeAll(a!)
  for (const ref of refs.slice(0, 60)) a!.free(ref)
  const kept = refs.slice(90)
  // As its successor does.
  a!.freeAllBut(kept)
  const again = Array.from({ length: 90 }, () => b!.take())
  assert.ok(again.every((ref) => b!.threadOf(ref) === 1))
  assert.ok(kept.every((ref) => b!.threadOf(ref) === 0))
  assert.throws(() => b!.take(), /no more have room/)
})

test('actor table: a place is taken again after all others that are free, whoever frees and takes', () => {
  const random = seeded(7)
  const tables = openTables()
  for (let stays = 0; stays < PLACES - 10; stays++) tables[0]!.take()
  const births: number[] = []
  for (let birth = 0; birth < 10_000; birth++) {
    const ref = tables[random(3)]!.take()
    births.push(ref & INDEX_MASK)
    tables[random(3)]!.free(ref)
    assert.equal(tables[0]!.threadOf(ref), NO_THREAD)
    assert.equal(new Set(births.slice(-10)).size, Math.min(birth + 1, 10), `birth ${birth}`)
  }
})
