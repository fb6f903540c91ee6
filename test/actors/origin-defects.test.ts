/**
 * What went wrong in the exchange that this one replaces: a test for each of its thirteen defects,
 * through the whole machine, so that none of them comes back.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExecType, Side } from '../../protocol/codecs.ts'
import { openVenue } from './exchange-harness.ts'
import { playMarkets } from './market-play.ts'
import { newOrderFields } from './market-words.ts'
import { specOf } from './order-words.ts'
import { RandomFlow } from './seeded.ts'

playMarkets(
  'origin',
  {
    '1: stops are kept by trigger: one without a price hides none that is due': `
    bob sell B 9 @ 100
    alice buy S1 1 stop 120
    alice buy S2 1 stop 100
    alice buy S3 1 @ 100 stop 100
    carol buy C 1 @ 100 → B gave 1@100, C took 1@100,
      → S2 triggered, B gave 1@100, S2 took 1@100, S3 triggered, B gave 1@100, S3 took 1@100
    order S1 → New 0/1 at 126 trigger 120
  `,
    '2: an elected stop’s fills are reported and settled like any others': `
    bob sell B 2 @ 100
    alice buy S 1 stop 100
    carol buy C 1 @ 100
      → B gave 1@100, C took 1@100, S triggered, B gave 1@100, S took 1@100
    feed → trade 1@100, trade 1@100, ask gone@100
    order S → Filled 1/0 at 105 trigger 100
    order B → Filled 2/0 at 100
    money alice USD → 99900
    money bob USD → 100200
  `,
    '3: every order type comes to a fill, a rest, a cancel or a refusal': `
    bob sell B 20 @ 100
    alice buy A 1 @ 100 → B gave 1@100, A took 1@100
    alice buy C 1 market → B gave 1@100, C took 1@100
    alice buy D 1 to-limit → B gave 1@100, D took 1@100
    alice buy E 1 stop 100 → E triggered, B gave 1@100, E took 1@100
    alice buy F 1 @ 100 stop 100 → F triggered, B gave 1@100, F took 1@100
    alice buy G 1 trail 1 from 100 → G triggered, B gave 1@100, G took 1@100
    alice buy H 1 @ 100 peg market → B gave 1@100, H took 1@100
    alice buy I 1 @ 90 peg primary
    alice sell J 1 trail 5
    alice mass → I canceled MassCanceled, J canceled MassCanceled, mass 2
    order B → PartiallyFilled 7/13 at 100
  `,
    '5: the first orders of a new symbol meet in one book': `
    alice buy A 2 @ 100 on ETHUSD
    bob sell B 3 @ 100 on ETHUSD → A gave 2@100, B took 2@100
    order B → PartiallyFilled 2/1 at 100
    bob buy C 1 @ 100
    book → 1@100 /
  `,
    '6: priority is the order of arrival, whatever comes and goes': `
    alice buy A 1 @ 100
    bob buy B 1 @ 100
    carol buy C 1 @ 100
    dave buy D 1 @ 100
    bob cancel B
    bob buy E 1 @ 100
    dave sell X 4 @ 100 → A gave 1@100, X took 1@100, C gave 1@100, X took 1@100,
      → D gave 1@100, X took 1@100, E gave 1@100, X took 1@100
    alice cancel A → refused TooLate
  `,
    '7: a market order’s rest is expired in a report, and each time in force is obeyed': `
    bob sell B 1 @ 100
    alice buy A 3 market → B gave 1@100, A took 1@100, A expired UnfilledMarket
    bob sell C 1 @ 100
    alice buy D 3 @ 100 ioc → C gave 1@100, D took 1@100, D expired UnfilledIoc
    bob sell E 1 @ 100
    alice buy F 3 @ 100 fok → F expired UnfilledMinimum
    alice buy G 1 @ 100 fok → E gave 1@100, G took 1@100
    alice buy H 1 @ 50 day
    alice buy I 1 @ 50 gtc
    alice buy J 1 @ 50 gtd 5
    alice buy K 1 @ 50 at-open → refused PhaseForbids
    alice buy L 1 @ 40 at-close
    tick 5 → J expired DateReached
    phase closed → H expired DayEnded, L expired DayEnded
    order I → New 0/1 at 50
  `,
    '8: a better price first, at one price the oldest, and who filled in part keeps the rest': `
    bob sell B1 5 @ 101
    bob sell B2 5 @ 100
    bob sell B3 5 @ 100
    alice buy A 7 @ 101
      → B2 gave 5@100, A took 5@100, B3 gave 2@100, A took 2@100
    order B3 → PartiallyFilled 2/3 at 100
    alice buy C 4 @ 101
      → B3 gave 3@100, C took 3@100, B1 gave 1@101, C took 1@101
    book → / 4@101
  `,
    '9: a resting order keeps its price, size and id while others come and go': `
    alice buy A 5 @ 100
    bob sell B 5 @ 101
    carol buy C 5 @ 101 → B gave 5@101, C took 5@101
    bob sell D 3 @ 102
    bob cancel D
    carol buy E 1 @ 99
    carol cancel E
    order A → New 0/5 at 100
    dave sell F 5 @ 100 → A gave 5@100, F took 5@100
    order A → Filled 5/0 at 100
  `,
    '10: an iceberg refills, and a hidden order can be hit': `
    bob sell B 6 @ 100 display 2
    bob sell H 2 @ 100 hidden
    feed →
    alice buy A 8 @ 100 → B gave 2@100, A took 2@100, B gave 2@100, A took 2@100,
      → B gave 2@100, A took 2@100, H gave 2@100, A took 2@100
    feed → trade 2@100, trade 2@100, trade 2@100, trade 2@100, ask gone@100
  `,
    '12: a cancel that answers has canceled, and an unknown id is refused': `
    alice buy A 5 @ 100
    alice cancel A
    order A → Canceled 0/0 at 100
    book → /
    bob sell B 5 @ 100
    alice cancel A → refused TooLate
    alice cancel Z → refused UnknownOrder
    bob cancel A → refused UnknownOrder
  `,
  },
  { terms: { protectionBps: 500 } },
)

test('origin: 4: a command that says much is said to its end, and every report has the next number', () => {
  const exchange = openVenue({ names: ['alice', 'bob'], units: 1_000_000 })
  const order = (words: string, clOrdId: string) => ({
    ...{
      ...newOrderFields(
        specOf(words.split(' '), 0, () => 0),
        '',
      ),
      symbol: 'BTCUSD',
    },
    clOrdId,
  })
  for (let i = 1; i <= 5000; i++)
    exchange.submit('NewOrderSingle', 1, order('sell A 1 @ 7', `a${i}`))
  const events = exchange.send('NewOrderSingle', 2, order('buy B 5000 @ 7', 'b'))
  const fills = events.filter(({ execType }) => execType === ExecType.Trade)
  const makers = fills.filter(({ session }) => session === 1)
  assert.equal(fills.length, 10_000)
  assert.deepEqual(
    makers.map(({ clOrdId, number }) => `${clOrdId} ${number}`),
    makers.map((_, i) => `a${i + 1} ${5001 + i}`),
  )
  assert.equal(fills.at(-1)?.leavesQty, 0)
})

test('origin: 11, 13: a random flow trades, and each trade has two orders and the maker’s price', () => {
  const exchange = openVenue({ names: ['alice', 'bob', 'carol'], units: 1_000_000 })
  const flow = new RandomFlow(7, 3)
  const resting = new Map<number, { side: number; price: number }>()
  let trades = 0
  for (let i = 0; i < 3000; i++) {
    const { name, session, fields } = flow.next()
    const events = exchange.send(name, session, fields)
    flow.hear(events)
    for (const event of events) {
      if (event.name === 'ExecutionReport' && event.orderId !== 0) {
        const { side, price } = event
        resting.set(Number(event.orderId), { side: Number(side), price: Number(price) })
      }
      if (event.name !== 'Trade') continue
      trades++
      const [maker, taker] = [event.makerOrderId, event.takerOrderId].map((id) =>
        resting.get(Number(id)),
      )
      assert.ok(maker !== undefined && taker !== undefined)
      assert.notEqual(event.makerOrderId, event.takerOrderId)
      assert.equal(event.price, maker.price)
      assert.notEqual(maker.side, taker.side)
      assert.equal(event.takerSide, taker.side)
      const sign = taker.side === Side.Buy ? 1 : -1
      assert.ok(sign * (taker.price - maker.price) >= 0)
      assert.ok(Number(event.lots) > 0)
    }
  }
  assert.ok(trades > 500, `${trades} trades`)
})
