/** `actors/RULES.md` in tables, §2, §8 and §9: phases, auctions, price bands. */
import { playAll } from './book-play.ts'

playAll('rules 2', {
  'halt and closed take no orders and no amends, and let cancels through': `
    buy A 5 @ 100               → rests
    phase halt
    buy B 5 @ 100               → refused PhaseForbids
    amend A 4                   → refused PhaseForbids
    cancel A                    → canceled 5
    phase continuous
    buy A 5 @ 100               → rests
    phase closed
    buy B 5 @ 100 at-close      → refused PhaseForbids
    amend A 4                   → refused PhaseForbids
    cancel A                    → canceled 5`,
  'a call lets orders rest, crossed too, and refuses what takes at once': `
    phase pre-open
    buy A 5 @ 100               → rests
    sell B 5 @ 99               → rests, indicative 5@99 0
    buy C 5 @ 100 ioc           → refused PhaseForbids
    buy C 5 @ 100 fok           → refused PhaseForbids
    buy C 5 @ 100 min 1         → refused PhaseForbids
    buy C 5 @ 100 all-or-none   → refused PhaseForbids
    buy C 0 market ioc budget 900 → refused PhaseForbids
    buy C 5 to-limit            → refused PhaseForbids
    amend A 5 @ 101             → amended, indicative 5@100 0
    cancel A                    → canceled 5, indicative 0@0 0`,
  'at the opening is taken before and in the opening auction': `
    buy A 5 @ 100 at-open       → refused PhaseForbids
    phase pre-open
    buy A 5 @ 100 at-open       → rests
    phase opening-auction
    buy B 5 @ 100 at-open       → rests
    phase volatility-auction
    buy C 5 @ 100 at-open       → refused PhaseForbids
    phase closing-auction
    buy C 5 @ 100 at-open       → refused PhaseForbids`,
  'at the close is parked until its auction, and comes in order of arrival': `
    buy A 5 @ 100 at-close      → parked
    phase pre-open
    buy B 5 @ 100 at-close      → parked
    where B                     → parked close price=100 open=5 filled=0
    buy C 5 @ 100               → rests
    phase closing-auction
    buy D 5 @ 100 at-close      → rests
    queue buy C 5/5 A 5/5 B 5/5 D 5/5`,
  'what was parked for the close is amended where it waits': `
    buy A 5 @ 100 at-close      → parked
    amend A 9 @ 101             → amended
    phase closing-auction
    queue buy A 9/9`,
  'in a call stops wait and pegs are parked': `
    phase pre-open
    buy A 5 @ 100               → rests
    buy S 5 stop 110            → at 111, waits
    buy P 5 @ 100 peg primary   → parked`,
  'closed ends what is of the day, wherever it waits, in order of arrival': `
    buy A 5 @ 100 day           → rests
    buy B 5 @ 100               → rests
    buy C 5 stop 110 day        → at 111, waits
    buy D 5 @ 90 day peg market → parked
    buy E 5 @ 100 at-close      → parked
    buy F 5 @ 100 day after B   → waits
    buy G 5 @ 100 gtd 99        → rests
    phase closed
      → A ended 5 DayEnded, C ended 5 DayEnded, D ended 5 DayEnded, E ended 5 DayEnded,
      → F ended 5 DayEnded
    time 99                     → G ended 5 DateReached
    book 5@100 /`,
  'at the opening that met no uncross ends with the day': `
    phase pre-open
    buy A 5 @ 100 at-open       → rests
    phase closed                → A ended 5 DayEnded`,
  'dates are reached in order, then by arrival': `
    buy A 5 @ 100 gtd 30        → rests
    buy B 5 @ 100 gtd 20        → rests
    buy C 5 stop 110 gtd 20     → at 111, waits
    buy D 5 @ 100 gtd 31        → rests
    time 30
      → B ended 5 DateReached, C ended 5 DateReached, A ended 5 DateReached`,
})

const CALL = { phase: 'pre-open' } as const

playAll(
  'rules 8',
  {
    'the largest quantity, then the least left over': `
    buy A 40 @ 103              → rests
    buy B 30 @ 102              → rests
    buy C 50 @ 101              → rests
    buy D 20 @ 100              → rests
    sell E 20 @ 102             → rests, indicative 20@103 +20
    sell F 40 @ 101             → rests, indicative 60@102 +10
    sell G 30 @ 100             → rests, indicative 70@102 -20
    phase continuous
      → A-G 30@102, A-F 10@102, B-F 30@102
    book 50@101 20@100 / 20@102`,
    'buys left over: the highest': `
    buy A 50 @ 105              → rests
    sell B 30 @ 100             → rests, indicative 30@105 +20
    phase continuous            → A-B 30@105
    book 20@105 /`,
    'sells left over: the lowest': `
    buy A 30 @ 105              → rests
    sell B 50 @ 100             → rests, indicative 30@100 -20`,
    'nothing left over and nothing to go by: the middle, rounded down': `
    buy A 30 @ 105              → rests
    sell B 30 @ 100             → rests, indicative 30@102 0`,
    'left over on both sides: as if nothing were': `
    sell A 10 @ 100             → rests
    sell B 5 @ 102              → rests
    buy C 10 @ 102              → rests, indicative 10@100 0
    buy D 5 @ 101               → rests, indicative 10@101 +5`,
    'nearest to the last print': `
    phase continuous
    sell A 1 @ 104              → rests
    buy B 1 @ 104               → A 1@104
    phase volatility-auction
    buy C 30 @ 105              → rests
    sell D 30 @ 100             → rests, indicative 30@104 0
    cancel D                    → canceled 30, indicative 0@0 0
    sell D 30 @ 105             → rests, indicative 30@105 0`,
    'the younger of two takes, whichever side it is on': `
    buy A 5 @ 100               → rests
    sell B 8 @ 100              → rests, indicative 5@100 -3
    buy C 3 @ 100               → rests, indicative 8@100 0
    phase continuous            → A-B 5@100, B-C 3@100`,
    'orders trade by priority, each with all that is open': `
    buy A 50 @ 100 display 10   → rests
    buy H 50 @ 100 hidden       → rests
    buy B 50 @ 100              → rests
    sell C 70 @ 100             → rests, indicative 70@100 +80
    phase continuous            → A-C 50@100, B-C 20@100
    queue buy B 30/30 H 0/50`,
    'an iceberg that traded its tip displays a new one, at the back': `
    buy A 50 @ 100 display 10   → rests
    buy B 50 @ 100              → rests
    sell C 10 @ 100             → rests, indicative 10@100 +90
    phase continuous            → A-C 10@100
    queue buy B 50/50 A 10/40`,
    'one that traded less keeps its place': `
    buy A 50 @ 100 display 10   → rests
    buy B 50 @ 100              → rests
    sell C 9 @ 100              → rests, indicative 9@100 +91
    phase continuous            → A-C 9@100
    queue buy A 1/41 B 50/50`,
    'an uncross prevents no self-trade': `
    buy A 5 @ 100 group 1 stp expire-both → rests
    sell B 5 @ 100 group 1 stp expire-both → rests, indicative 5@100 0
    phase continuous            → A-B 5@100`,
    'what is left of market orders and at the opening expires': `
    buy A 5 @ 100               → rests
    sell B 5 @ 100              → rests, indicative 5@100 0
    phase continuous            → A-B 5@100
    phase opening-auction
    buy M 5 market              → at 101, rests
    buy O 5 @ 100 at-open       → rests
    sell N 5 market at-open     → at 99, rests, indicative 5@101 0
    buy C 5 @ 98                → rests
    phase continuous
      → M-N 5@101, O ended 5 UnfilledAuction
    phase opening-auction
    buy M 5 market              → at 102, rests
    sell S 5 market at-open day → at 100, rests, indicative 5@101 0
    cancel M                    → canceled 5, indicative 0@0 0
    phase continuous            → S ended 5 UnfilledMarket`,
    'a market order needs a price to be protected from': `
    buy A 5 market              → refused NoReferencePrice`,
    'the uncross is one print, for stops too': `
    buy S 5 @ 110 stop 100      → waits
    buy T 5 @ 90 stop 101       → waits
    buy A 5 @ 100               → rests
    buy B 5 @ 100               → rests
    sell C 10 @ 100             → rests, indicative 10@100 0
    sell D 9 @ 105              → rests
    phase continuous            → A-C 5@100, B-C 5@100, S triggered, D 5@105, T triggered`,
    'children of what the uncross filled come before the stops': `
    buy S 1 @ 90 stop 100       → waits
    buy A 5 @ 100               → rests
    sell B 5 @ 100              → rests, indicative 5@100 0
    sell C 5 @ 120 after B      → waits
    buy D 5 @ 80 after-first A  → waits
    phase continuous            → A-B 5@100, D triggered, C triggered, S triggered`,
    'the closing uncross elects nothing, and ends what was for the close and the day': `
    buy S 5 @ 110 stop 100      → waits
    phase closing-auction
    buy A 5 @ 100               → rests
    buy L 5 @ 100 at-close      → rests
    buy E 5 @ 99 day            → rests
    sell B 7 @ 100 at-close     → rests, indicative 7@100 +3
    phase closed
      → A-B 5@100, L-B 2@100, L ended 3 UnfilledAuction, E ended 5 DayEnded
    where S                     → stop trigger=100 price=110 open=5`,
    'closed from another phase uncrosses nothing': `
    buy A 5 @ 100               → rests
    sell B 5 @ 100              → rests, indicative 5@100 0
    phase closed
    phase continuous            → A-B 5@100`,
    'entering continuous uncrosses whatever the phase was before': `
    buy A 5 @ 100               → rests
    sell B 5 @ 100              → rests, indicative 5@100 0
    phase halt
    phase continuous            → A-B 5@100`,
  },
  CALL,
)

playAll(
  'rules 8',
  {
    'equal sizes trade nearest to the reference price': `
    buy A 30 @ 105              → rests
    sell B 30 @ 100             → rests, indicative 30@103 0`,
    'the reference is moved into the range': `
    buy A 30 @ 101              → rests
    sell B 30 @ 100             → rests, indicative 30@101 0
    cancel A                    → canceled 30, indicative 0@0 0
    cancel B                    → canceled 30
    buy A 30 @ 109              → rests
    sell B 30 @ 106             → rests, indicative 30@106 0`,
    'a market order in a call is protected from the reference price': `
    buy A 30 market             → at 104, rests
    sell B 30 market            → at 102, rests, indicative 30@103 0`,
  },
  { ...CALL, referencePrice: 103 },
)

const BANDS = { bandBps: 500, referencePrice: 100 }

playAll(
  'rules 9',
  {
    'what could trade only outside the bands expires, whatever it is': `
    sell A 5 @ 105              → rests
    sell B 5 @ 106              → rests
    buy C 9 @ 110               → A 5@105, ended 4 PriceBand
    buy D 9 @ 110 ioc           → ended 9 PriceBand
    buy M 9 market              → at 107, ended 9 PriceBand
    buy E 9 @ 105               → rests
    book 9@105 / 5@106`,
    'what would stand outside may rest, and is not reached': `
    buy A 5 @ 94                → rests
    buy B 5 @ 95                → rests
    sell C 9 @ 90               → B 5@95, ended 4 PriceBand`,
    'what needs more than is inside expires whole': `
    sell A 5 @ 105              → rests
    sell B 5 @ 106              → rests
    buy C 9 @ 110 min 6         → ended 9 UnfilledMinimum
    buy D 9 @ 110 fok           → ended 9 UnfilledMinimum`,
    'nothing left is nothing stopped': `
    sell A 5 @ 105              → rests
    sell B 5 @ 106              → rests
    buy C 5 @ 110               → A 5@105`,
    'an amend is judged as a new order is': `
    sell B 5 @ 106              → rests
    buy C 5 @ 100               → rests
    amend C 5 @ 110             → amended, ended 5 PriceBand`,
    'an uncross may trade outside, and moves the bands': `
    phase volatility-auction
    sell A 5 @ 120              → rests
    buy B 5 @ 120               → rests, indicative 5@120 0
    phase continuous            → A-B 5@120
    sell C 5 @ 114              → rests
    sell D 5 @ 127              → rests
    buy E 5 @ 130               → C 5@114
    buy F 5 @ 130               → ended 5 PriceBand
    sell G 5 @ 126              → rests
    buy H 5 @ 130               → G 5@126`,
  },
  BANDS,
)

playAll(
  'rules 9',
  {
    'a pause: it rests, and the volatility auction begins': `
    sell A 5 @ 105              → rests
    sell B 5 @ 106              → rests
    buy C 9 @ 110               → A 5@105, rests 4, phase volatility-auction, indicative 4@106 -1
    phase continuous            → B-C 4@106`,
    'what may not rest expires, and the auction begins all the same': `
    sell B 5 @ 106              → rests
    buy C 9 @ 110 ioc           → ended 9 PriceBand, phase volatility-auction`,
    'what is due arrives as in a call, and what a call refuses expires': `
    sell A 5 @ 105              → rests
    sell B 5 @ 106              → rests
    buy S 5 @ 107 stop 105      → waits
    buy D 5 @ 90 ioc after A    → waits
    buy T 5 stop 105            → at 106, waits
    buy P 5 @ 103 peg primary   → parked
    buy C 9 @ 110
      → A 5@105, rests 4, phase volatility-auction, D triggered, ended 5 PhaseForbids,
      → S triggered, T triggered, indicative 5@107 +4
    queue buy C 4/4 S 5/5 T 5/5
    phase continuous            → B-C 4@107, B-S 1@107, T ended 5 UnfilledMarket,
      → P restated 5@103`,
    'pegs are parked by it': `
    buy A 5 @ 99                → rests
    buy P 5 @ 110 peg primary   → at 99, rests
    sell B 5 @ 106              → rests
    buy C 9 @ 110
      → rests, phase volatility-auction, P restated 5@0, indicative 5@110 +4`,
  },
  { ...BANDS, bandPolicy: 'pause' },
)
