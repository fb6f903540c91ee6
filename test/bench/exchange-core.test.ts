import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  exchangeCoreDigest,
  makeExchangeCore,
  XC_COMMANDS,
  XC_FILL,
  XcTif,
  XcType,
} from '../../bench/workloads/exchange-core.ts'
import { XcBook, XcSide } from '../../bench/workloads/exchange-core-book.ts'

/** As specified. Shares are in percent, of the commands after the fill phase. */
const FULL = [
  {
    mix: 'head',
    digest: 'a721ad4925f3dbceb9318af26a4645842f6951fac07562b754bb2e853572fb4f',
    shares: ['12.60', '1.80', '0.06', '7.20', '71.13', '7.22'],
    trading: '2.11',
    traded: [122_607, 1_066_063],
    means: [977, 510],
    left: [
      { orders: 490, levels: 253, lots: 8_187, best: 34_478 },
      { orders: 530, levels: 265, lots: 8_941, best: 34_479 },
    ],
  },
  {
    mix: 'readme',
    digest: 'dbe59649f1c61dd31c9a8113f36b78b53812a69c302576fa210d703b618f9366',
    shares: ['8.82', '2.70', '0.09', '5.81', '82.59', '0.00'],
    trading: '2.87',
    traded: [166_681, 1_472_993],
    means: [1_015, 552],
    left: [
      { orders: 494, levels: 283, lots: 7_840, best: 34_446 },
      { orders: 546, levels: 282, lots: 8_553, best: 34_454 },
    ],
  },
] as const

for (const full of FULL) {
  test(`exchange-core ${full.mix}: its commands, and what they do, are as specified`, () => {
    const { commands, figures } = makeExchangeCore({ mix: full.mix })
    assert.equal(commands.count, XC_FILL + XC_COMMANDS)
    const percent = (count: number): string => ((100 * count) / XC_COMMANDS).toFixed(2)
    const { gtc, ioc, fokBudget, cancels, moves, reduces } = figures
    const counts = [gtc - XC_FILL, ioc, fokBudget, cancels, moves, reduces]
    assert.deepEqual(counts.map(percent), full.shares)
    assert.equal(
      counts.reduce((sum, one) => sum + one, 0),
      XC_COMMANDS,
    )
    assert.equal(percent(figures.trading), full.trading)
    assert.deepEqual([figures.fills, figures.lots], full.traded)
    assert.deepEqual([figures.restingMean, figures.levelsMean].map(Math.round), full.means)
    assert.deepEqual(figures.left, full.left)
    assert.equal(exchangeCoreDigest(commands), full.digest)
  })
}

test('exchange-core: a smaller run is the beginning of a whole one', () => {
  const small = makeExchangeCore({ mix: 'head', commands: 2_000 }).commands
  const larger = makeExchangeCore({ mix: 'head', commands: 4_000 }).commands
  assert.equal(small.count, 3_000)
  for (const column of ['type', 'side', 'tif', 'qty', 'id', 'price', 'uid'] as const) {
    assert.deepEqual(small[column], larger[column].subarray(0, small.count), column)
  }
})

test('exchange-core: a budget is the quantity at the limit, and only new orders have a tif', () => {
  const { commands } = makeExchangeCore({ mix: 'readme', commands: 20_000 })
  const [low, high] = [25_795, 42_985]
  let budgets = 0
  for (let i = 0; i < commands.count; i++) {
    const tif = commands.tif[i]!
    const limit = commands.side[i] === XcSide.Bid ? high : low
    if (tif === XcTif.FokBudget) assert.equal(commands.price[i], commands.qty[i]! * limit)
    if (tif === XcTif.Ioc) assert.equal(commands.price[i], limit)
    if (commands.type[i] !== XcType.New) assert.equal(tif, 0)
    if (tif === XcTif.FokBudget) budgets++
  }
  assert.ok(budgets > 0)
})

test('exchange-core book: the best price first, at one price the oldest, levels counted', () => {
  const book = new XcBook(100)
  const asks = book.side(XcSide.Ask)
  const order = (id: number, side: number, price: number, open: number) =>
    ({ id, uid: 1, side, price, open }) as const
  for (const ask of [order(1, 1, 52, 5), order(2, 1, 51, 5), order(3, 1, 51, 5)]) asks.add(ask)
  assert.deepEqual(
    [...asks].map(({ id }) => id),
    [2, 3, 1],
  )
  assert.deepEqual([asks.count, asks.levels, asks.best], [3, 2, 51])
  assert.equal(book.cost(XcSide.Bid, 11), 10 * 51 + 52)
  assert.equal(book.cost(XcSide.Bid, 16), undefined)

  const fills: string[] = []
  const bid = order(4, XcSide.Bid, 51, 12)
  book.match(bid, (maker, qty) => fills.push(`${maker.id}: ${qty} @ ${maker.price}`))
  assert.deepEqual(fills, ['2: 5 @ 51', '3: 5 @ 51'])
  assert.equal(bid.open, 2)
  assert.deepEqual([asks.count, asks.levels, asks.best], [1, 1, 52])
  asks.remove([...asks][0]!)
  assert.deepEqual([asks.count, asks.levels, asks.best], [0, 0, undefined])
})
