import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimalToSteps, decimalToUnits, parseDecimal } from '../../cli/decimal.ts'
import { defaultVenue, venueDefinition, venueSchema } from '../../cli/venue-config.ts'

test('decimal: text to integers, exactly or not at all', () => {
  for (const [text, decimals, units] of [
    ['1', 0, 1],
    ['1', 2, 100],
    ['0.01', 2, 1],
    ['0.010', 2, 1],
    ['0.001', 2, undefined],
    ['90071992.54740991', 8, 9007199254740991],
    ['90071992.54740992', 8, undefined],
    ['1e3', 0, undefined],
    ['-1', 0, undefined],
    ['.5', 1, undefined],
  ] as const) {
    assert.equal(decimalToUnits(text, decimals), units, `${text} in 10^-${decimals}`)
  }
})

test('decimal: whole numbers of ticks', () => {
  const tick = parseDecimal('0.25')!
  assert.equal(decimalToSteps('10.75', tick), 43)
  assert.equal(decimalToSteps('10.7', tick), undefined)
  assert.equal(decimalToSteps('1', { mantissa: 0, decimals: 0 }), undefined)
})

test('venue: the default one in ticks, lots and units', () => {
  const { currencies, instruments } = venueDefinition(defaultVenue())
  assert.deepEqual(currencies[0], { code: 'USDT', decimals: 6, paperGrant: 100_000_000_000 })
  const bitcoin = instruments[0]!
  assert.deepEqual(
    [bitcoin.symbol, bitcoin.tickSize, bitcoin.priceDecimals, bitcoin.lotSize, bitcoin.lotDecimals],
    ['BTCUSDT', 1, 2, 1, 4],
  )
  assert.deepEqual([bitcoin.collarBps, bitcoin.referenceTicks], [1000, 6_000_000])
})

test('venue: what is no whole number of steps, or speaks of no currency, is refused by name', () => {
  const venue = defaultVenue()
  const wrong = (change: (copy: ReturnType<typeof defaultVenue>) => void): (() => unknown) => {
    const copy = structuredClone(venue)
    change(copy)
    return () => venueDefinition(venueSchema.parse(copy))
  }
  assert.throws(
    wrong((v) => {
      v.instruments[0]!.reference = '60000.001'
    }),
    /BTCUSDT: price 60000.001/,
  )
  assert.throws(
    wrong((v) => {
      v.instruments[1]!.quote = 'EUR'
    }),
    /ETHUSDT: currency EUR/,
  )
  assert.throws(
    wrong((v) => {
      v.sessions = [{ compId: 'A', account: 'A', deposits: { USD: '0.001' } }]
    }),
    /A.deposits.USD/,
  )
})
