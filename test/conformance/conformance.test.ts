/**
 * The conformance table (protocol/conformance) against running exchanges, over TCP: each case as often as it has values.
 * CONFORMANCE=D-17, or CONFORMANCE=D, plays those alone.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type CaseVenue,
  type ConformanceCase,
  runCount,
  stepsOf,
} from '../../protocol/conformance/case.ts'
import { CONFORMANCE } from '../../protocol/conformance/table.ts'
import type { StoredKey } from '../../storage/key-file.ts'
import { newKey, type PlaceToPlay, placeToPlay, type RunKey } from './conformance-venue.ts'
import { Player, type Run } from './player.ts'

/** Cases at one time. Most of the slow ones wait for a clock. */
const ABREAST = 24
/** Runs of one case at one time. */
const RUNS_ABREAST = 8

type Deal = Omit<Run, 'place'>

const only = process.env.CONFORMANCE
const cases = CONFORMANCE.filter(({ id }) => !only || id === only || id.startsWith(`${only}-`))

const keysOf = new Map<CaseVenue, StoredKey[]>()
let mineCount = 0
let addressCount = 0

function deal(one: ConformanceCase, index: number): Deal {
  const OWN = `${one.id}-${index + 1}`
  const text = one.lines.join('\n')
  if (text.includes('MINE')) mineCount++
  const names = { OWN, OTHER: `${OWN}-B`, MINE: `M${mineCount}` }
  const keys: Record<string, RunKey> = {}
  for (const name of keyNames(one, index)) {
    const { stored, own } = newKey(name === 'others' ? names.OTHER : OWN, name)
    keys[name] = own
    if (name !== 'unknown') keysOf.set(one.venue, [...(keysOf.get(one.venue) ?? []), stored])
  }
  // From an address of its own: what is counted by address is counted for this run alone.
  const n = ++addressCount
  const localAddress = `127.${1 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
  return { one, index, names, keys, localAddress }
}

function keyNames(one: ConformanceCase, index: number): readonly string[] {
  const lines = stepsOf(one, index).flatMap(({ sent }) => sent)
  const names = lines.map(({ extras }) => extras.key).filter((name) => name !== undefined)
  return [...new Set(names)].filter((name) => name !== 'configured')
}

const deals = cases.map((one) => ({
  one,
  runs: Array.from({ length: runCount(one) }, (_, index) => deal(one, index)),
}))
/** Those that wait begin first. */
const isSlow = ({ one }: (typeof deals)[number]): boolean =>
  /waits|after=/.test(one.lines.join(' '))
const inOrder = [...deals.filter(isSlow), ...deals.filter((one) => !isSlow(one))]

describe('conformance', { concurrency: ABREAST }, () => {
  const places = new Map<CaseVenue, PlaceToPlay>()
  const ends: (() => Promise<void>)[] = []
  after(async () => {
    for (const end of ends) await end()
  })
  before(async () => {
    const atTheEnd = { after: (end: () => Promise<void>) => void ends.push(end) }
    const venues = [...new Set(cases.map(({ venue }) => venue))]
    const keys = (venue: CaseVenue): StoredKey[] => keysOf.get(venue) ?? []
    await Promise.all(
      venues.map(async (venue) => {
        const terms = { mineCount: venue === 'open' ? mineCount : 0, keys: keys(venue) }
        places.set(venue, await placeToPlay(atTheEnd, venue, terms))
      }),
    )
  })
  for (const { one, runs } of inOrder) {
    test(`${one.id}: ${one.rule}`, async () => {
      const place = places.get(one.venue)
      assert.ok(place !== undefined)
      for (let from = 0; from < runs.length; from += RUNS_ABREAST) {
        const some = runs.slice(from, from + RUNS_ABREAST)
        await Promise.all(some.map((run) => played({ ...run, place })))
      }
    })
  }
})

async function played(run: Run): Promise<void> {
  try {
    await new Player(run).play()
  } catch (error) {
    const { message } = error as Error
    throw new Error(`${run.one.id}, run ${run.index + 1}: ${message}`, { cause: error })
  }
}
