/** Orders that wait, hide, follow or end each other: what sessions and the feed are told, in which order. */
import { playMarkets } from './market-play.ts'

playMarkets(
  'stops',
  {
    'an elected stop is announced, and its fills are reported like any others': `
    alice buy A 2 stop 101
    order A → New 0/2 at 102 trigger 101
    bob sell B 1 @ 101
    bob sell C 5 @ 102
    carol buy D 1 @ 101
      → B gave 1@101, D took 1@101, A triggered, C gave 2@102, A took 2@102
    feed → trade 1@101, trade 2@102, ask gone@101, ask 3@102 x1
    order A → Filled 2/0 at 102 trigger 101
    money alice USD → 99796
  `,
    'a stop without a price hides no later one that is due': `
    bob sell B 9 @ 100
    alice sell A 1 stop 50
    alice buy S1 1 stop 100
    alice buy S2 1 @ 100 stop 100
    carol buy C 1 @ 100 → B gave 1@100, C took 1@100,
      → S1 triggered, B gave 1@100, S1 took 1@100, S2 triggered, B gave 1@100, S2 took 1@100
    book → / 6@100
  `,
    'a stop elects the next: each runs to its end before the next one': `
    bob sell B 1 @ 100
    bob sell C 1 @ 101
    bob sell D 1 @ 102
    alice buy S2 1 @ 102 stop 101
    alice buy S1 1 @ 101 stop 100
    carol buy E 1 @ 100 → B gave 1@100, E took 1@100,
      → S1 triggered, C gave 1@101, S1 took 1@101, S2 triggered, D gave 1@102, S2 took 1@102
  `,
    'what is left of a stop without a limit expires, of one with a limit it rests': `
    bob sell B 2 @ 100
    alice buy S1 2 stop 100
    alice buy S2 2 @ 100 stop 100
    carol buy E 1 @ 100
      → B gave 1@100, E took 1@100, S1 triggered, B gave 1@100, S1 took 1@100,
      → S1 expired UnfilledMarket, S2 triggered
    book → 2@100 /
    order S2 → New 0/2 at 100 trigger 100
    money alice USD → 99700 held 200
  `,
    'a stop whose trigger the last print has reached is elected at once': `
    bob sell B 5 @ 100
    carol buy C 1 @ 100 → B gave 1@100, C took 1@100
    alice buy S 1 stop 100 → S triggered, B gave 1@100, S took 1@100
  `,
    'a trailing stop follows the print and never comes back': `
    bob buy B 9 @ 90
    alice sell S 1 trail 5 from 95
    order S → New 0/1 at 95 trigger 95
    carol sell C 1 @ 104
    dave buy D 1 @ 104 → C gave 1@104, D took 1@104
    carol sell E 1 @ 100
    dave buy F 1 @ 100 → E gave 1@100, F took 1@100
    dave buy G 1 @ 98
    carol sell H 1 @ 98 → G gave 1@98, H took 1@98, S triggered, S expired UnfilledMarket
    order S → Expired 0/0 at 99 trigger 99
  `,
    'a waiting stop can be changed and canceled, and holds what it may cost': `
    alice buy A 2 @ 110 stop 105
    money alice USD → 99780 held 220
    alice amend A 3 @ 108
    money alice USD → 99676 held 324
    alice cancel A
    money alice USD → 100000
    alice buy C 1 stop 105
    alice amend C 2 @ 110 → refused InvalidInstruction
    alice amend C 2
    order C → New 0/2 at 106 trigger 105
  `,
  },
  { terms: { protectionBps: 100 } },
)

playMarkets('links', {
  'of two linked orders the fill of one ends the other, before the next trade': `
    alice sell A 5 @ 100
    alice sell B 5 @ 90 stop 95 oco A
    bob buy C 2 @ 100 → A gave 2@100, C took 2@100, B canceled LinkedOrder
    money alice BTC → 99995 held 3
    alice cancel A
    alice sell D 5 @ 100 oco A → refused LinkedOrder
  `,
  'the stop of the two ends the other when it is elected': `
    bob buy X 9 @ 90
    alice sell A 5 @ 100
    alice sell B 5 @ 90 stop 95 oco A
    carol buy C 1 @ 95
    dave sell D 1 @ 95
      → C gave 1@95, D took 1@95, A canceled LinkedOrder, B triggered, X gave 5@90, B took 5@90
  `,
  'a cancel of one ends the other': `
    alice sell A 5 @ 100
    alice sell B 5 @ 110 oco A
    alice cancel A → B canceled LinkedOrder
    money alice BTC → 100000
  `,
  'a child waits for the whole of its parent, or for its first fill': `
    alice buy P 4 @ 100
    alice sell C1 4 @ 110 after P
    alice sell C2 1 @ 120 after-first P
    money alice BTC → 99995 held 5
    book → 4@100 /
    bob sell B 1 @ 100 → P gave 1@100, B took 1@100, C2 triggered
    feed → trade 1@100, bid 3@100 x1, ask 1@120 x1
    bob sell D 3 @ 100 → P gave 3@100, D took 3@100, C1 triggered
    book → / 4@110 1@120
  `,
  'a bracket: the parent fills, take-profit and stop-loss wake, one ends the other': `
    alice buy P 2 @ 100
    alice sell T 2 @ 110 after P
    alice sell S 2 @ 80 stop 90 oco T
    bob sell B 2 @ 100 → P gave 2@100, B took 2@100, T triggered, S triggered
    order S → New 0/2 at 80 trigger 90
    book → / 2@110
    carol buy C 2 @ 110 → T gave 2@110, C took 2@110, S canceled LinkedOrder
    position alice → 0
    money alice USD → 100020
    money alice BTC → 100000
  `,
  'a parent that ends unfilled takes its children along': `
    alice buy P 2 @ 100
    alice sell T 2 @ 110 after P
    alice sell S 2 @ 80 stop 90 oco T
    alice cancel P → T canceled ParentEnded, S canceled LinkedOrder
    money alice BTC → 100000
    alice sell U 1 @ 100 after P → refused ParentEnded
    alice sell V 1 @ 100 after Z → refused ParentEnded
  `,
  'a child of a parent that has filled arrives at once': `
    alice buy P 1 @ 100
    bob sell B 1 @ 100 → P gave 1@100, B took 1@100
    alice sell T 1 @ 110 after P → T triggered
    book → / 1@110
  `,
})

playMarkets('icebergs', {
  'only the tip is shown, and reports say all of it': `
    alice sell A 10 @ 100 display 3
    feed → ask 3@100 x1
    bob sell B 2 @ 100
    feed → ask 5@100 x2
    carol buy C 4 @ 100 → A gave 3@100, C took 3@100, B gave 1@100, C took 1@100
    feed → trade 3@100, trade 1@100, ask 4@100 x2
    order A → PartiallyFilled 3/7 at 100
    carol buy D 9 @ 100 → B gave 1@100, D took 1@100, A gave 3@100, D took 3@100,
      → A gave 3@100, D took 3@100, A gave 1@100, D took 1@100
    feed → trade 1@100, trade 3@100, trade 3@100, trade 1@100, ask gone@100, bid 1@100 x1
    money alice BTC → 99990
  `,
  'an iceberg takes whole, and what rests is split anew': `
    bob sell B 25 @ 100
    alice buy A 100 @ 100 display 30 → B gave 25@100, A took 25@100
    feed → trade 25@100, ask gone@100, bid 30@100 x1
    order A → PartiallyFilled 25/75 at 100
    money alice USD → 90000 held 7500
  `,
  'a hidden order is not in the feed, and trades behind those displayed': `
    alice sell A 5 @ 100 hidden
    feed →
    book → /
    bob sell B 2 @ 100
    feed → ask 2@100 x1
    carol buy C 4 @ 100 → B gave 2@100, C took 2@100, A gave 2@100, C took 2@100
    feed → trade 2@100, trade 2@100, ask gone@100
    alice cancel A
    feed →
  `,
  'a smaller total keeps the place, a larger one loses it': `
    alice sell A 10 @ 100 display 3
    bob sell B 1 @ 100
    alice amend A 8 @ 100
    feed → ask 4@100 x2
    carol buy C 1 @ 100 → A gave 1@100, C took 1@100
    alice amend A 9 @ 100
    carol buy D 1 @ 100 → B gave 1@100, D took 1@100
  `,
})

playMarkets(
  'self-trade',
  {
    'accounts of a group do not meet, if the taker asks for it': `
    group alice 7
    group bob 7
    alice sell A 5 @ 100
    carol sell X 5 @ 100
    bob buy B 5 @ 100 stp expire-taker → B expired SelfTrade
    bob buy C 5 @ 100 stp expire-maker → A expired SelfTrade, X gave 5@100, C took 5@100
    money alice BTC → 100000
    group bob 0
    alice sell D 5 @ 100
    bob buy E 5 @ 100 stp expire-taker → D gave 5@100, E took 5@100
  `,
    'an account is a group of its own': `
    alice sell A 5 @ 100
    alice/2 buy B 5 @ 100 stp expire-both → A expired SelfTrade, B expired SelfTrade
    alice sell C 5 @ 100
    alice buy D 5 @ 100 → C gave 5@100, D took 5@100
  `,
    'a decrement takes the smaller from both, and gives back what it held': `
    alice sell A 5 @ 100
    alice buy B 3 @ 110 stp decrement → A restated SelfTrade 2@100, B expired SelfTrade
    feed → prevented 3@100, ask 2@100 x1
    order A → New 0/2 at 100
    money alice USD → 100000
    money alice BTC → 99998 held 2
    alice buy C 2 @ 110 stp decrement → A expired SelfTrade, C expired SelfTrade
    money alice BTC → 100000
  `,
    'a decrement of a budget takes the money of it': `
    fees maker 0 taker 10000
    alice sell A 5 @ 100
    bob sell X 9 @ 100
    alice buy B 0 market ioc budget 1000 stp decrement
      → A expired SelfTrade, B restated SelfTrade 5@105, X gave 5@100, B took 5@100 fee 5
    money alice USD → 99495
    money alice BTC → 100005
  `,
  },
  { terms: { protectionBps: 500 } },
)

playMarkets('terms', {
  'new limits hold for what comes, what is open stays as it is': `
    alice buy A 50 @ 100
    terms priceMax 90 qtyMax 10
    book → 50@100 /
    bob buy B 5 @ 91 → refused PriceOutOfRange
    alice amend A 40 @ 100 → refused PriceOutOfRange
    bob sell C 10 @ 90 → A gave 10@100, C took 10@100
    alice cancel A
    money alice USD → 99000
  `,
  'tick, lot and currencies are for ever': `
    alice buy A 5 @ 100
    terms tickSize 2 → refused InvalidDefinition
  `,
  'lots too': `
    terms lotSize 2 → refused InvalidDefinition
  `,
  'bands that come hold at once': `
    bob sell A 1 @ 106
    terms bandBps 500 referencePrice 100
    alice buy B 1 @ 106 → B expired PriceBand
    terms bandBps 600
    alice buy C 1 @ 106 → A gave 1@106, C took 1@106
  `,
  'a reference that comes makes market orders possible': `
    alice buy A 1 market → refused NoReferencePrice
    terms referencePrice 100
    alice buy B 1 market → B expired UnfilledMarket
  `,
})

playMarkets('pegs', {
  'a peg follows the best bid, and its owner is told': `
    alice buy A 5 @ 110 peg primary
    feed →
    bob buy B 1 @ 100 → A restated 5@100
    feed → bid 6@100 x2
    bob buy C 1 @ 101 → A restated 5@101
    book → 6@101 1@100 /
    bob cancel C → A restated 5@100
    book → 6@100 /
    bob cancel B → A restated 5@none
    book → /
    money alice USD → 99450 held 550
  `,
})
