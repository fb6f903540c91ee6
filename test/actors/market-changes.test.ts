/** What an operator changes or stops while orders are open, and while they follow each other. */
import { playMarkets } from './market-play.ts'

playMarkets('changes', {
  'a pegged buy never comes beyond its limit, though the range leaves it': `
    alice buy P 5 @ 50 peg primary
    carol buy C 1 @ 49 → P restated 5@49
    terms priceMin 60
    bob sell S 5 @ 60 → P restated 5@50
    bob sell T 5 @ 60
    order P → New 0/5 at 50
  `,
  'nor does a pegged sell': `
    alice sell P 5 @ 100 peg primary
    carol sell C 1 @ 101 → P restated 5@101
    terms priceMax 90
    carol sell D 1 @ 85 → P restated 5@100
    bob buy T 9 @ 90 → D gave 1@85, T took 1@85
    order P → New 0/5 at 100
  `,
  'a sell without a limit is worth the least price, also where that is another one now': `
    limits alice exposure 600
    alice sell P 10 peg primary
    exposure alice → 10
    terms priceMin 50
    exposure alice → 500
    terms priceMin 40
    exposure alice → 400
    alice cancel P
    exposure alice → 0
    alice buy Q 10 @ 100 → refused ExposureLimit
    alice buy R 6 @ 100
  `,
})

playMarkets(
  'changes',
  {
    'a market without a top order has forgotten whose it was': `
      bob sell A 5 @ 100
      terms topOrder 0
      dave sell Z 10 @ 100
      bob cancel A
      carol sell B 10 @ 100
      terms topOrder 1
      alice buy X 4 @ 100 → Z gave 2@100, X took 2@100, B gave 2@100, X took 2@100
    `,
  },
  { terms: { matching: 1, topOrder: 1 } },
)

for (const [stop, owner] of [
  ['kill bob halted → A canceled KillSwitch, P canceled KillSwitch', 'bob'],
  [
    'kill halted → A canceled KillSwitch, P canceled KillSwitch, C canceled KillSwitch, D canceled KillSwitch',
    'alice',
  ],
  ['bob mass → A canceled MassCanceled, P canceled MassCanceled, mass 2', 'bob'],
]) {
  playMarkets('stops', {
    [`nothing that goes trades because another went before it: ${stop!.split(' → ')[0]}`]: `
      carol sell C 1 @ 105
      dave sell D 5 @ 103 hidden
      ${owner} sell A 1 @ 101
      bob buy P 5 @ 200 peg market offset -1
      ${stop}
      position bob → 0
    `,
  })
}

const HALTING = { referencePrice: 100, moveBps: 1000, moveWindowSeconds: 60 }
const FALL = `
  alice buy A 1 @ 100
  bob sell B 1 @ 100 → A gave 1@100, B took 1@100
  alice buy C 1 @ 80
  bob sell D 1 @ 80 → C gave 1@80, D took 1@80
`

playMarkets(
  'stops',
  {
    'a market-wide halt holds the market whose fall caused it as long as the others': `
      breaker 700 1300 2000 halt 900
      day
      ${FALL}
      feed → trade 1@80, bid gone@80, phase halt MarketHalted, phase halt MarketHalted, wake 900
      tick 30
      alice buy E 1 @ 80 → refused PhaseForbids
      tick due
      feed → phase volatility-auction, phase volatility-auction, wake 910
      tick due
      feed → phase continuous, phase continuous
    `,
    'what an operator halts stays so, though it had halted by itself before': `
      ${FALL}
      feed → trade 1@80, bid gone@80, phase halt MarketHalted, wake 20
      phase halt
      tick 60
      alice buy E 1 @ 80 → refused PhaseForbids
      phase continuous
      alice buy F 1 @ 80
    `,
    'a term that says nothing of moves leaves what the breaker has seen': `
      alice buy A 1 @ 100
      bob sell B 1 @ 100 → A gave 1@100, B took 1@100
      terms openOrdersMax 9999
      alice buy C 1 @ 80
      bob sell D 1 @ 80 → C gave 1@80, D took 1@80
      feed → trade 1@80, bid gone@80, phase halt MarketHalted, wake 20
    `,
  },
  { terms: { ...HALTING, pauseSeconds: 20, auctionSeconds: 10 } },
)

playMarkets(
  'bands with a limit state',
  {
    'lie round a new reference price from then on': `
      terms referencePrice 200
      carol buy C 1 @ 50
      bob sell B 1 @ 200
      alice buy X 1 @ 200 → B gave 1@200, X took 1@200
    `,
    'begin where an uncross left them': `
      terms bandPolicy 0 limitStateSeconds 0
      phase opening-auction
      alice buy A 1 @ 150
      bob sell B 1 @ 150
      phase continuous → A gave 1@150, B took 1@150
      terms bandPolicy 2 limitStateSeconds 10
      bob sell C 1 @ 150
      alice buy D 1 @ 150 → C gave 1@150, D took 1@150
      bob sell E 1 @ 151
      alice buy F 1 @ 151 → E gave 1@151, F took 1@151
    `,
    'a timer of before means nothing under other bands': `
      alice buy A 1 @ 110
      terms bandBps 3000
      tick 12
      feed →
    `,
    'nor without a limit state': `
      alice buy A 1 @ 110
      terms bandPolicy 0 limitStateSeconds 0
      tick 12
      feed →
    `,
  },
  {
    terms: {
      ...{ bandBps: 1000, bandPolicy: 2, limitStateSeconds: 10, referencePrice: 100 },
      ...{ pauseSeconds: 5, auctionSeconds: 5 },
    },
  },
)

playMarkets(
  'bands with a limit state',
  {
    'there are none before an uncross, where no price was stated and prints do not count': `
      bob sell B 1 @ 100
      alice buy X 1 @ 100 → B gave 1@100, X took 1@100
      bob sell C 1 @ 150
      alice buy Y 1 @ 150 → C gave 1@150, Y took 1@150
    `,
  },
  { terms: { bandBps: 1000, bandPolicy: 2, limitStateSeconds: 10 } },
)

playMarkets('all or nothing', {
  'two linked orders, of which one ends the other, are not both there': `
    bob sell A 5 @ 100
    bob sell B 5 @ 101 oco A
    alice buy F 10 @ 101 fok → F expired UnfilledMinimum
    alice buy G 10 @ 101 all-or-none → G expired UnfilledMinimum
    alice buy H 5 @ 101 fok → A gave 5@100, H took 5@100, B canceled LinkedOrder
  `,
})

playMarkets('changes', {
  'a child that was amended to less than its minimum asks for all of it': `
    alice buy P 1 @ 100
    alice buy C 5 @ 101 min 4 after P
    alice amend C 3
    bob sell S 3 @ 101
    bob sell T 1 @ 100 → P gave 1@100, T took 1@100, C triggered, S gave 3@101, C took 3@101
  `,
})

playMarkets(
  'changes',
  {
    'a stop’s price was fixed when it was accepted': `
      alice buy S 5 stop 100
      order S → New 0/5 at 110 trigger 100
      terms protectionBps 0
      bob sell B 1 @ 100
      bob sell C 9 @ 105
      carol buy D 1 @ 100 → B gave 1@100, D took 1@100, S triggered, C gave 5@105, S took 5@105
    `,
  },
  { terms: { protectionBps: 1000 } },
)
