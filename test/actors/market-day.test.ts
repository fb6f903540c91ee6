/** A market's day: phases, auctions, halts, breakers and what becomes due, with what the feed says. */
import { BandPolicy, MarketPhase } from '../../protocol/codecs.ts'
import { playMarkets } from './market-play.ts'

playMarkets(
  'day',
  {
    'a call gathers, tells what would trade, and opens at one price': `
    feed →
    alice buy A 5 @ 105
    feed → bid 5@105 x1
    bob sell B 3 @ 100
    feed → indicative 3@105 +2, ask 3@100 x1
    carol buy C 4 @ 103
    feed → bid 4@103 x1
    dave sell D 6 @ 101
    feed → indicative 9@102 0, ask 6@101 x1
    alice buy E 1 @ 100 ioc → refused PhaseForbids
    phase continuous on BTCUSD
      → A gave 3@102, B took 3@102, A gave 2@102, D took 2@102, C gave 4@102, D took 4@102
    feed → phase continuous, uncross 3@102, uncross 2@102, uncross 4@102, bid gone@105,
      → ask gone@100, ask gone@101, bid gone@103
    money alice USD → 99490
    money bob USD → 100306
    book → /
  `,
    'what an auction takes from nobody: a cancel takes the indicative price back': `
    alice buy A 5 @ 105
    bob sell B 3 @ 100
    alice cancel A
    feed → indicative 0@0 0, bid gone@105
    phase continuous on BTCUSD
    feed → phase continuous
    book → / 3@100
  `,
    'an auction of a set length asks for its end and ends by it': `
    terms auctionSeconds 30
    alice buy A 5 @ 105
    bob sell B 5 @ 100
    phase opening-auction on BTCUSD
    feed → phase opening-auction, wake 30
    tick early
    feed → wake 30
    tick due → A gave 5@102, B took 5@102
    feed → phase continuous, uncross 5@102, bid gone@105, ask gone@100
  `,
    'at the opening goes in before it and expires behind it': `
    alice buy A 5 @ 105 at-open
    bob sell B 3 @ 100 at-open
    carol buy C 2 market at-open → refused NoReferencePrice
    phase continuous → A gave 3@105, B took 3@105, A expired UnfilledAuction
    alice buy D 5 @ 105 at-open → refused PhaseForbids
    money alice USD → 99685
  `,
    'at the close waits for it, whichever phase it came in': `
    alice buy A 5 @ 105 at-close
    phase continuous on BTCUSD
    feed → phase continuous
    alice buy B 2 market at-close → refused NoReferencePrice
    bob sell C 1 @ 101
    carol buy D 1 @ 101 → C gave 1@101, D took 1@101
    alice buy B 2 market at-close
    money alice USD → 99271 held 729
    bob sell E 4 @ 100 day
    carol buy F 1 @ 90 day
    phase closing-auction on BTCUSD
    feed → phase closing-auction, indicative 4@105 +1, bid 5@105 x1, bid 2@102 x1
    phase closed on BTCUSD → A gave 4@105, E took 4@105,
      → A expired UnfilledAuction, B expired UnfilledMarket, F expired DayEnded
    feed → phase closed, uncross 4@105, bid gone@105, ask gone@100, bid gone@102, bid gone@90
    alice buy G 1 @ 100 → refused PhaseForbids
  `,
    'a halt takes cancels and nothing else': `
    phase continuous
    alice buy A 5 @ 105
    phase halt on BTCUSD
    feed → phase halt
    bob sell B 5 @ 105 → refused PhaseForbids
    alice amend A 4 @ 105 → refused PhaseForbids
    alice buy X 5 @ 105 on ETHUSD
    alice cancel A
    alice mass → X canceled MassCanceled, mass 1
    phase continuous on BTCUSD
    bob sell B 5 @ 105
  `,
    'a halt keeps the book, and what is amended or comes in the reopening trades once': `
    phase continuous
    alice buy A 5 @ 100
    phase halt
    phase volatility-auction
    bob sell B 2 @ 100
    feed → indicative 2@100 +3, ask 2@100 x1
    alice amend A 6 @ 102
    feed → indicative 2@102 +4, bid gone@100, bid 6@102 x1
    phase continuous → A gave 2@102, B took 2@102
    book → 4@102 /
  `,
    'day orders end with their day, good till cancel stay': `
    phase continuous
    alice buy A 1 @ 10 day
    alice buy B 1 @ 10
    bob sell C 1 @ 20 stop 5 day
    phase closed → A expired DayEnded, C expired DayEnded
    phase pre-open
    book → 1@10 /
  `,
    'an iceberg counts whole in an auction and shows a new tip behind it': `
    alice buy A 9 @ 100 display 3
    feed → bid 3@100 x1
    bob sell B 4 @ 100
    feed → indicative 4@100 +5, ask 4@100 x1
    phase continuous → A gave 4@100, B took 4@100
    book → 3@100 /
    order A → PartiallyFilled 4/5 at 100
  `,
    'a stop elected by the uncross trades behind it': `
    terms referencePrice 100
    alice buy A 1 @ 105
    bob sell B 1 @ 105
    carol buy C 2 stop 104
    dave sell D 2 @ 105
    phase continuous
      → A gave 1@105, B took 1@105, C triggered, D gave 2@105, C took 2@105
  `,
  },
  { terms: { initialPhase: MarketPhase.PreOpen, protectionBps: 100 } },
)

playMarkets(
  'due',
  {
    'good till a date ends at its time, before the command that comes then': `
    alice buy A 5 @ 100 gtd 5
    feed → bid 5@100 x1, wake 5
    alice buy B 5 @ 100 gtd 0 → refused InvalidInstruction
    bob buy C 5 @ 100 gtd 3
    feed → bid 10@100 x2, wake 3
    tick early
    tick due → C expired DateReached
    feed → bid 5@100 x1, wake 5
    bob sell D 1 @ 100 → A gave 1@100, D took 1@100
    tick 5 → A expired DateReached
    order A → Expired 1/0 at 100
    money alice USD → 99900
  `,
    'of one time the older goes first; a filled or canceled one is not waited for': `
    alice buy A 1 @ 100 gtd 5
    bob buy B 1 @ 99 gtd 5
    carol buy C 1 @ 98 gtd 5
    dave sell D 1 @ 100 → A gave 1@100, D took 1@100
    bob buy E 1 @ 97 gtd 5
    tick 5 → B expired DateReached, C expired DateReached, E expired DateReached
    feed → bid gone@99, bid gone@98, bid gone@97
  `,
    'a request that comes when something is due meets what is left': `
    alice buy A 5 @ 100 gtd 2
    tick 1
    bob buy B 1 @ 90 → A expired DateReached, B new
    bob sell C 5 @ 100
    book → 1@90 / 5@100
  `,
    'a waiting stop good till a date ends at it too': `
    alice buy A 5 stop 100 gtd 2
    order A → New 0/5 at 101 trigger 100
    tick 2 → A expired DateReached
    money alice USD → 100000
  `,
  },
  { terms: { protectionBps: 100 } },
)

playMarkets('breakers', {
  'a symbol that moved too far halts, and reopens by an auction': `
    terms moveBps 1000 moveWindowSeconds 60 pauseSeconds 20 auctionSeconds 10
    bob sell A 1 @ 100
    bob sell B 1 @ 109
    bob sell C 1 @ 110
    bob sell D 1 @ 120
    alice buy E 2 @ 109 → A gave 1@100, E took 1@100, B gave 1@109, E took 1@109
    alice buy F 2 @ 120 → C gave 1@110, F took 1@110, D gave 1@120, F took 1@120
    feed → trade 1@110, trade 1@120, ask gone@110, ask gone@120, phase halt MarketHalted, wake 20
    alice buy G 1 @ 100 → refused PhaseForbids
    alice buy G 1 @ 100 on ETHUSD
    tick early
    tick due
    feed → phase volatility-auction, wake 30
    alice buy H 2 @ 130
    bob sell I 1 @ 125
    feed → indicative 1@130 +1, ask 1@125 x1
    tick due → H gave 1@130, I took 1@130
    feed → phase continuous, uncross 1@130, bid 1@130 x1, ask gone@125
    bob sell J 1 @ 119 → H gave 1@130, J took 1@130
  `,
  'a move is forgotten with its window': `
    terms moveBps 1000 moveWindowSeconds 60 pauseSeconds 20
    bob sell A 1 @ 100
    alice buy B 1 @ 100 → A gave 1@100, B took 1@100
    tick 70
    bob sell C 1 @ 115
    alice buy D 1 @ 115 → C gave 1@115, D took 1@115
    feed → trade 1@115, ask gone@115
  `,
  'the market as a whole: levels halt all of it once a day each, the last ends it': `
    terms referencePrice 100
    breaker 700 1300 2000 halt 60
    day
    bob buy A 1 @ 93
    bob buy X 1 @ 86
    bob buy Y 1 @ 79
    alice sell B 1 @ 93 → A gave 1@93, B took 1@93
    feed → trade 1@93, bid gone@93, phase halt MarketHalted, phase halt MarketHalted, wake 60
    alice sell C 1 @ 86 → refused PhaseForbids
    tick due
    feed → phase volatility-auction, phase volatility-auction
    phase continuous
    alice sell D 1 @ 86 → X gave 1@86, D took 1@86
    feed → trade 1@86, bid gone@86, phase halt MarketHalted, phase halt MarketHalted, wake 120
    tick due
    phase continuous
    alice sell E 1 @ 79 → Y gave 1@79, E took 1@79
    feed → trade 1@79, bid gone@79, phase closed MarketHalted, phase closed MarketHalted
    alice sell F 1 @ 79 → refused PhaseForbids
  `,
  'late in the day only the last level acts': `
    terms referencePrice 100
    breaker 700 1300 2000 halt 60
    day late 10
    bob buy A 1 @ 90
    tick 10
    alice sell B 1 @ 90 → A gave 1@90, B took 1@90
    feed → trade 1@90, bid gone@90
  `,
  'levels that do not rise, or halts of no length, are a mistake': `
    breaker 700 700 2000 halt 60 → refused InvalidDefinition
    breaker 700 600 0 halt 60 → refused InvalidDefinition
    breaker 700 0 2000 halt 0 → refused InvalidDefinition
    breaker 0 0 10001 halt 0 → refused InvalidDefinition
    breaker 0 0 2000 halt 0
    breaker 0 0 0 halt 0
  `,
})

playMarkets(
  'bands',
  {
    'a taker stops at the band, and what is left expires': `
    bob sell A 1 @ 105
    bob sell B 1 @ 106
    alice buy C 3 @ 110 → A gave 1@105, C took 1@105, C expired PriceBand
    money alice USD → 99895
    alice buy D 1 @ 110 → D expired PriceBand
    alice buy E 1 @ 105
    book → 1@105 / 1@106
  `,
    'an order that meets nobody may rest outside': `
    alice buy A 1 @ 106
    bob sell B 1 @ 94 → B expired PriceBand
  `,
  },
  { terms: { referencePrice: 100, bandBps: 500, bandPolicy: BandPolicy.Cancel } },
)

playMarkets(
  'bands that pause',
  {
    'the pause reopens by an auction, whose price is the new reference': `
    terms auctionSeconds 10 pauseSeconds 30
    bob sell A 1 @ 106
    alice buy B 2 @ 110
    feed → phase volatility-auction PriceBand, indicative 1@110 +1, bid 2@110 x1, wake 30
    tick due → A gave 1@110, B took 1@110
    feed → phase continuous, uncross 1@110, bid 1@110 x1, ask gone@106
    carol sell C 1 @ 104 → B gave 1@110, C took 1@110
    carol sell D 1 @ 115
    dave buy E 1 @ 115 → D gave 1@115, E took 1@115
    carol sell F 1 @ 116
    dave buy G 1 @ 116
    feed → phase volatility-auction PriceBand, indicative 1@116 0, bid 1@116 x1, wake 60
  `,
  },
  { terms: { referencePrice: 100, bandBps: 500, bandPolicy: BandPolicy.Pause } },
)

playMarkets(
  'bands and limit state',
  {
    'a quote that stays at a band is a pause in the end': `
    bob sell A 1 @ 105
    alice buy B 1 @ 105 → A gave 1@105, B took 1@105
    alice buy C 1 @ 105
    feed → bid 1@105 x1, wake 15
    tick early
    tick due
    feed → phase volatility-auction PriceBand, wake 45
    tick due
    feed → phase continuous, wake 60
  `,
  },
  {
    terms: {
      ...{ referencePrice: 100, bandBps: 500, bandPolicy: BandPolicy.LimitState },
      ...{ limitStateSeconds: 15, pauseSeconds: 30 },
    },
  },
)
