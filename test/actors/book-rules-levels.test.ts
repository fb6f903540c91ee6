/** `actors/RULES.md` in tables, §10 and §11: amends, and levels that are shared out. */
import { playAll } from './book-play.ts'

playAll('rules 10', {
  'no more keeps its place, more or another price goes to the back': `
    sell A 10 @ 100             → rests
    sell B 10 @ 100             → rests
    sell C 10 @ 100             → rests
    amend A 5                   → amended
    amend B 10 @ 100            → amended
    queue sell A 5/5 B 10/10 C 10/10
    amend A 6                   → amended
    queue sell B 10/10 C 10/10 A 6/6
    amend B 9 @ 101             → amended
    amend B 9 @ 100             → amended
    queue sell C 10/10 A 6/6 B 9/9`,
  'the total counts what is filled': `
    sell A 10 @ 100             → rests
    buy X 4 @ 100               → A 4@100
    amend A 7                   → amended
    queue sell A 3/3
    amend A 12                  → amended
    queue sell A 8/8`,
  'no more than is filled: the order counts as filled': `
    sell A 10 @ 100             → rests
    buy X 9 @ 100               → A 9@100
    amend A 5 @ 100             → done
    cancel A                    → refused UnknownOrder
    book /`,
  'an iceberg that keeps its place shows its tip, or what is left': `
    sell I 100 @ 100 display 30 → rests
    sell B 5 @ 100              → rests
    buy X 10 @ 100              → I 10@100
    amend I 50                  → amended
    queue sell I 20/40 B 5/5
    amend I 25                  → amended
    queue sell I 15/15 B 5/5`,
  'one that goes to the back displays anew': `
    sell I 100 @ 100 display 30 → rests
    sell B 5 @ 100              → rests
    buy X 10 @ 100              → I 10@100
    amend I 101                 → amended
    queue sell B 5/5 I 30/91`,
  'an amend that crosses takes': `
    sell A 5 @ 105              → rests
    buy B 8 @ 100               → rests
    amend B 8 @ 110             → amended, A 5@105, rests 3
    book 3@110 /`,
  'a post-only amend that would trade is refused, and nothing changed; or slides': `
    sell A 5 @ 105              → rests
    buy B 5 @ 100 post-only     → rests
    buy C 5 @ 100 slide         → rests
    amend B 9 @ 105             → refused WouldTrade
    queue buy B 5/5 C 5/5
    amend C 9 @ 107             → amended
    queue buy C 9/9 B 5/5
    book 9@104 5@100 / 5@105`,
  'what has no price of its own does not change it; market-to-limit has one by then': `
    sell A 5 @ 100              → rests
    buy B 9 to-limit            → at 100, A 5@100, rests 4
    amend B 12 @ 101            → amended
    amend B 8                   → amended
    queue buy B 3/3
    sell S 5 stop 90            → at 90, waits
    amend S 5 @ 91              → refused InvalidInstruction
    phase volatility-auction
    buy M 5 market              → at 101, rests
    amend M 5 @ 102             → refused InvalidInstruction
    amend M 6                   → amended
    queue buy B 3/3 M 6/6`,
  'a minimum counts on the first arrival only': `
    sell A 5 @ 100              → rests
    buy B 9 @ 100 min 5         → A 5@100, rests 4
    sell C 1 @ 102              → rests
    amend B 9 @ 102             → amended, C 1@102, rests 3`,
  'a total of nothing is no quantity': `
    buy A 5 @ 100               → rests
    amend A 0                   → refused QuantityOutOfRange`,
  'a hidden order stays hidden': `
    buy A 5 @ 100 hidden        → rests
    amend A 4                   → amended
    queue buy A 0/4
    amend A 9 @ 101             → amended
    queue buy A 0/9`,
})

const SHARED = { matching: 'pro-rata', allocationMin: 2 } as const

playAll(
  'rules 11',
  {
    'shares are rounded down, small ones dropped, the rest goes by time': `
    sell A 100 @ 100            → rests
    sell B 60 @ 100             → rests
    sell C 3 @ 100              → rests
    buy X 50 @ 100              → A 32@100, B 18@100
    queue sell A 68/68 B 42/42 C 3/3`,
    'all that is displayed fills in order, then refilled tips, then what is hidden': `
    sell I 60 @ 100 display 20  → rests
    sell H 30 @ 100 hidden      → rests
    sell A 40 @ 100             → rests
    buy X 110 @ 100             → I 20@100, A 40@100, I 20@100, I 20@100, H 10@100`,
    'a taker of exactly what is displayed takes it in order': `
    sell A 40 @ 100             → rests
    sell B 20 @ 100             → rests
    buy X 60 @ 101              → A 40@100, B 20@100`,
    'tips count, not what is behind them': `
    sell I 100 @ 100 display 20 → rests
    sell A 80 @ 100             → rests
    buy X 50 @ 100              → I 10@100, A 40@100
    queue sell I 10/90 A 40/40`,
    'hidden orders get nothing while something is displayed': `
    sell H 100 @ 100 hidden     → rests
    sell A 80 @ 100             → rests
    buy X 50 @ 100              → A 50@100`,
    'what is left goes up to the tips': `
    sell A 3 @ 100              → rests
    sell B 3 @ 100              → rests
    sell C 3 @ 100              → rests
    buy X 5 @ 100               → A 3@100, B 2@100`,
    'a better price comes first, and is shared on its own': `
    sell A 10 @ 101             → rests
    sell B 10 @ 101             → rests
    sell C 10 @ 100             → rests
    buy X 20 @ 101              → C 10@100, A 5@101, B 5@101`,
    'without the rule the first order is one of many': `
    sell A 10 @ 100             → rests
    sell B 90 @ 100             → rests
    buy X 20 @ 100              → A 2@100, B 18@100`,
    'all of the group at the level are met before it is shared': `
    sell A 10 @ 100 group 2     → rests
    sell B 10 @ 100 group 1     → rests
    sell H 10 @ 100 hidden group 1 → rests
    sell C 10 @ 101 group 1     → rests
    buy X 5 @ 100 group 1 stp expire-maker
      → B ended 10 SelfTrade, H ended 10 SelfTrade, A 5@100
    buy Y 5 @ 101 group 1 stp expire-taker → A 5@100
    buy Z 5 @ 101 group 1 stp expire-taker → ended 5 SelfTrade`,
    'expire taker: nothing of a level where the group stands': `
    sell A 10 @ 100 group 2     → rests
    sell B 10 @ 101 group 2     → rests
    sell C 10 @ 101 group 1     → rests
    buy X 15 @ 101 group 1 stp expire-taker → A 10@100, ended 5 SelfTrade
    book / 20@101`,
    'a minimum ends before such a level': `
    sell A 10 @ 100 group 2     → rests
    sell B 10 @ 101 group 2     → rests
    sell C 10 @ 101 group 1     → rests
    buy X 15 @ 101 fok group 1 stp expire-taker → ended 15 UnfilledMinimum
    buy Y 15 @ 101 fok group 1 stp expire-maker → A 10@100, C ended 10 SelfTrade, B 5@101`,
    'a budget shares what it can pay': `
    sell A 10 @ 100             → rests
    sell B 10 @ 100             → rests
    buy X 0 market ioc budget 1000 → at 101, lots 10, A 5@100, B 5@100`,
  },
  SHARED,
)

playAll(
  'rules 11, top order',
  {
    'the order that bettered the market comes first': `
    sell A 10 @ 100             → rests
    sell B 90 @ 100             → rests
    buy X 5 @ 100               → A 5@100
    buy Y 50 @ 100              → A 5@100, B 45@100`,
    'the others share what it leaves': `
    sell A 10 @ 100             → rests
    sell B 40 @ 100             → rests
    sell C 30 @ 100             → rests
    buy X 50 @ 100              → A 10@100, B 23@100, C 17@100`,
    'whoever left its place is top no more': `
    sell A 40 @ 100             → rests
    sell B 40 @ 100             → rests
    amend A 39                  → amended
    buy X 10 @ 100              → A 10@100
    amend A 50                  → amended
    buy Y 10 @ 100              → B 5@100, A 5@100`,
    'another one betters the price': `
    sell A 40 @ 101             → rests
    sell B 40 @ 101             → rests
    sell C 5 @ 100              → rests
    buy X 5 @ 100               → C 5@100
    buy Y 10 @ 101              → A 5@101, B 5@101`,
    'a refill is leaving': `
    sell I 60 @ 100 display 20  → rests
    sell A 20 @ 100             → rests
    buy X 10 @ 100              → I 10@100
    buy Y 30 @ 100              → I 10@100, A 20@100
    sell B 20 @ 100             → rests
    buy Z 10 @ 100              → I 5@100, B 5@100`,
    'hidden orders neither are top nor are bettered': `
    sell H 40 @ 99 hidden       → rests
    sell A 40 @ 100             → rests
    sell B 40 @ 100             → rests
    buy X 50 @ 100              → H 40@99, A 10@100`,
  },
  { ...SHARED, topOrder: true },
)
