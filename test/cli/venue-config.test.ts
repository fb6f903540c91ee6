/** The venue's rules from what people write to what the exchange is told. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse as parseYaml } from 'yaml'
import { defaultVenue, venueDefinition, venueSchema } from '../../cli/venue-config.ts'
import type { VenueDefinition } from '../../gateway/venue-definition.ts'
import { BandPolicy, MarketPhase, Matching } from '../../protocol/codecs.ts'

const VENUE = `
currencies:
  - { code: USD, decimals: 2 }
  - { code: EUR, decimals: 0 }
  - { code: ACME, decimals: 1 }
instruments:
  - symbol: ACMEUSD
    base: ACME
    quote: USD
    tick: "0.01"
    lot: "0.5"
    price: { min: "0.01", max: "1000" }
    quantity: { min: "0.5", max: "1000" }
    notional: { min: "0.01", max: "100000" }
    MORE
  - symbol: ACMEEUR
    base: ACME
    quote: EUR
    tick: "1"
    lot: "1"
    price: { min: "1", max: "1000" }
    quantity: { min: "1", max: "1000" }
    notional: { min: "1", max: "100000" }
`

/** The venue with more about its first instrument, and about itself. */
const read = (instrument: string, venue: string): VenueDefinition =>
  venueDefinition(venueSchema.parse(parseYaml(`${VENUE.replace('MORE', instrument)}\n${venue}`)))

test('venue rules: an instrument of which nothing is said trades plainly', () => {
  const { trading } = read('', '').instruments[0]!
  assert.deepEqual(trading, {
    ...{ protectionBps: 500, bandBps: 0, bandPolicy: BandPolicy.Cancel, limitStateSeconds: 0 },
    ...{ referenceWindowSeconds: 0, referenceStepBps: 0, referenceIntervalSeconds: 0 },
    ...{ matching: Matching.PriceTime, topOrder: false, allocationMin: 0, auctionSeconds: 0 },
    ...{ initialPhase: MarketPhase.Continuous, pauseSeconds: 300, moveBps: 0 },
    moveWindowSeconds: 0,
  })
})

test('venue rules: percents become hundredths of one, quantities lots', () => {
  const { trading } = read(
    `protectionPercent: "2.5"
    band: { percent: "10", policy: limit-state, referenceSeconds: 300 }
    pauseSeconds: 120
    breaker: { percent: "7.25", windowSeconds: 60 }
    matching: { rule: pro-rata, topOrder: true, shareMin: "1" }
    phase: pre-open
    auctionSeconds: 30`,
    '',
  ).instruments[0]!
  assert.deepEqual(trading, {
    ...{ protectionBps: 250, bandBps: 1_000, bandPolicy: BandPolicy.LimitState },
    ...{ limitStateSeconds: 15, referenceWindowSeconds: 300, referenceStepBps: 100 },
    ...{ referenceIntervalSeconds: 30, matching: Matching.ProRata, topOrder: true },
    ...{ allocationMin: 2, initialPhase: MarketPhase.PreOpen, auctionSeconds: 30 },
    ...{ pauseSeconds: 120, moveBps: 725, moveWindowSeconds: 60 },
  })
})

test('venue rules: fees are millionths, of everyone or of who is named', () => {
  const { fees } = read(
    '',
    `fees:
  - { makerPercent: "0.02", takerPercent: "0.0501" }
  - { account: ALICE, symbol: ACMEUSD, takerPercent: "1" }`,
  )
  assert.deepEqual(fees, [
    { account: '', symbol: '', makerPpm: 200, takerPpm: 501 },
    { account: 'ALICE', symbol: 'ACMEUSD', makerPpm: 0, takerPpm: 10_000 },
  ])
})

test('venue rules: money without a symbol is said of each instrument, in its own units', () => {
  const { limits } = read(
    '',
    `limits:
  - { messagesPerSecond: 100, exposure: "50", dailyLoss: none }
  - { symbol: ACMEUSD, quantity: "2", exposure: "70" }
  - { account: ALICE, symbol: ACMEEUR, position: "9" }`,
  )
  assert.deepEqual(limits, [
    { account: '', symbol: '', messagesPerSecond: 100 },
    { account: '', symbol: 'ACMEUSD', orderQtyMax: 4, exposureMax: 7_000, dailyLossMax: 0 },
    { account: '', symbol: 'ACMEEUR', exposureMax: 50, dailyLossMax: 0 },
    { account: 'ALICE', symbol: 'ACMEEUR', positionMax: 9 },
  ])
})

test('venue rules: groups and the venue’s breaker', () => {
  const plain = read('', '')
  assert.deepEqual([plain.fees, plain.limits, plain.groups, plain.breaker], [[], [], {}, undefined])
  const { groups, breaker } = read('', 'groups: { ALICE: 1, BOB: 1 }\nbreaker: { haltSeconds: 60 }')
  assert.deepEqual(groups, { ALICE: 1, BOB: 1 })
  assert.deepEqual(breaker, { levelBps: [700, 1_300, 2_000], haltSeconds: 60 })
})

const SESSIONS = 'sessions: [{ compId: A1, account: A }, { compId: B1, account: B }]'

test('venue rules: drop copies are of an account or of a firm, and each account of one firm', () => {
  const plain = read('', '')
  assert.deepEqual([plain.firms, plain.dropCopies], [{}, []])
  const { firms, dropCopies } = read(
    '',
    `${SESSIONS}
firms: { BANK: [A, B] }
dropCopies: [{ compId: E1, of: { firm: BANK } }, { compId: E2, of: { account: B } }]`,
  )
  assert.deepEqual(firms, { A: 'BANK', B: 'BANK' })
  assert.deepEqual(dropCopies, [
    { compId: 'E1', account: '', firm: 'BANK' },
    { compId: 'E2', account: 'B', firm: '' },
  ])
})

const MISTAKES: readonly (readonly [instrument: string, venue: string, says: RegExp])[] = [
  ['protectionPercent: "0.001"', '', /ACMEUSD: protectionPercent is not a whole number/],
  ['band: { percent: "10001" }', '', /ACMEUSD: band.percent is more than 10000 percent/],
  ['band: { percent: "1", policy: stop }', '', /policy/],
  ['matching: { rule: pro-rata, shareMin: "0.7" }', '', /ACMEUSD: quantity 0.7/],
  ['breaker: { percent: "1", windowSeconds: 0 }', '', /windowSeconds/],
  ['phase: volatility-auction', '', /phase/],
  ['', 'fees: [{ takerPercent: "10.1" }]', /takerPercent 10.1 is more than 10 percent/],
  ['', 'fees: [{ takerPercent: "0.00001" }]', /takerPercent is not a whole number/],
  ['', 'limits: [{ quantity: "1" }]', /name its symbol/],
  ['', 'limits: [{ symbol: ACMEUSD, openOrders: 1 }]', /leave the symbol out/],
  ['', 'limits: [{ symbol: NOSUCH, notional: "1" }]', /NOSUCH is not defined/],
  ['', 'limits: [{ notional: "0" }]', /0 is no limit/],
  ['', 'limits: [{ exposure: "0.5" }]', /ACMEEUR: notional 0.5/],
  ['', 'limits: [{ openOrders: lots }]', /a whole number, or none/],
  ['', 'groups: { ALICE: -1 }', /groups/],
  ['', `${SESSIONS}\nfirms: { X: [A, C] }`, /firms: X: no session trades for account C/],
  ['', `${SESSIONS}\nfirms: { X: [A], Y: [B, A] }`, /account A is in X and in Y/],
  ['', `${SESSIONS}\ndropCopies: [{ compId: E, of: { firm: X } }]`, /firm X is not defined/],
  ['', `${SESSIONS}\ndropCopies: [{ compId: E, of: { account: C } }]`, /for account C/],
  ['', `${SESSIONS}\ndropCopies: [{ compId: A1, of: { account: B } }]`, /A1 is a session already/],
  ['', `${SESSIONS}\ndropCopies: [{ compId: E, of: {} }]`, /dropCopies/],
]

for (const [instrument, venue, says] of MISTAKES) {
  test(`venue rules: ${instrument}${venue} is refused`, () => {
    assert.throws(() => read(instrument, venue), says)
  })
}

test('venue rules: the default venue says none, and the README’s example is one', () => {
  const { fees, limits, breaker } = venueDefinition(defaultVenue())
  assert.deepEqual([fees, limits, breaker], [[], [], undefined])
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const [first, second] = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, yaml]) => (parseYaml(yaml!) as { venue: Record<string, unknown[]> }).venue,
  )
  const instrument = {
    ...(first!.instruments![0] as object),
    ...(second!.instruments![0] as object),
  }
  const venue = venueSchema.parse({ ...first, ...second, instruments: [instrument] })
  const definition = venueDefinition(venue)
  assert.equal(definition.instruments[0]!.trading?.bandPolicy, BandPolicy.Pause)
  assert.deepEqual(definition.limits?.at(-1), {
    ...{ account: 'ALICE', symbol: 'ACMEUSD', exposureMax: 0 },
  })
})
