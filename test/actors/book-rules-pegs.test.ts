/** `actors/RULES.md` in tables, §7: pegged orders. */
import { playAll } from './book-play.ts'

playAll('rules 7', {
  'each kind stands where its reference prices say': `
    buy A 5 @ 99                → rests
    sell B 5 @ 104              → rests
    buy P 5 @ 110 peg primary   → at 99, rests
    buy Q 5 @ 110 peg primary offset 1 → at 100, rests
    buy M 5 @ 110 peg midpoint  → at 101, rests
    buy N 5 @ 110 peg market offset -3 → at 101, rests
    sell R 5 peg primary        → at 104, rests
    sell S 5 peg midpoint offset -1 → at 103, rests
    sell T 5 peg market offset -4 → at 103, rests
    book 10@101 5@100 10@99 / 10@103 10@104`,
  'the middle is rounded away from the other side': `
    buy A 5 @ 99                → rests
    sell B 5 @ 102              → rests
    buy P 5 @ 110 peg midpoint  → at 100, rests
    sell Q 5 peg midpoint       → at 101, rests`,
  'they follow in order of arrival': `
    buy A 5 @ 99                → rests
    sell B 5 @ 103              → rests
    buy P 5 @ 110 peg primary   → at 99, rests
    buy Q 5 @ 110 peg primary offset -1 → at 98, rests
    buy M 5 @ 110 peg midpoint offset -1 → at 100, rests
    buy C 1 @ 100               → P restated 5@100, Q restated 5@99, rests
    cancel C                    → canceled 1, P restated 5@99, Q restated 5@98`,
  'never beyond the limit, nor the price range': `
    buy A 5 @ 99                → rests
    buy P 5 @ 98 peg primary    → rests
    buy B 5 @ 2                 → rests
    cancel A                    → canceled 5, P restated 5@2
    buy Q 5 @ 98 peg primary offset -7 → at 1, rests`,
  'a sell needs no limit, and keeps one': `
    sell A 5 @ 100              → rests
    sell P 5 peg primary        → at 100, rests
    sell Q 5 @ 99 peg primary   → at 100, rests
    sell R 5 @ 102 peg primary  → rests
    book / 15@100 5@102`,
  'neither hidden orders nor pegs are references': `
    buy A 5 @ 99                → rests
    buy P 5 @ 110 peg primary offset 1 → at 100, rests
    buy H 5 @ 101 hidden        → rests
    buy Q 5 @ 110 peg primary offset 1 → at 100, rests
    queue buy H 0/5 P 5/5 Q 5/5 A 5/5`,
  'without what it needs it is parked, and comes back': `
    buy P 5 @ 110 peg primary   → parked
    buy M 5 @ 110 peg midpoint  → parked
    where P                     → parked peg price=110 open=5 filled=0
    buy A 5 @ 99                → P restated 5@99, rests
    sell B 5 @ 103              → M restated 5@101, rests
    cancel A                    → canceled 5, P restated 5@0, M restated 5@0
    book / 5@103`,
  'a peg takes on arrival, and where a new price leads it': `
    buy A 5 @ 99                → rests
    sell H 3 @ 101 hidden       → rests
    sell B 5 @ 103              → rests
    buy P 5 @ 110 peg primary offset 1 → at 100, rests
    buy C 1 @ 100               → P restated 5@101, H-P 3@101, rests
    where P                     → bid 101 open=2 tip=2 filled=3
    sell D 1 @ 104              → rests
    buy Q 9 @ 110 peg market    → at 103, B 5@103, Q restated 4@104, D 1@104,
      → Q restated 3@0, parked`,
  'what moves goes to the back of its new price': `
    buy A 5 @ 99                → rests
    buy P 5 @ 110 peg primary   → at 99, rests
    buy B 5 @ 99                → rests
    queue buy A 5/5 P 5/5 B 5/5
    buy C 5 @ 100               → P restated 5@100, rests
    queue buy C 5/5 P 5/5 A 5/5 B 5/5
    cancel C                    → canceled 5, P restated 5@99
    queue buy A 5/5 B 5/5 P 5/5`,
  'a post-only peg that would trade ends where it moves, and slides nowhere': `
    buy A 5 @ 99                → rests
    sell H 5 @ 101 hidden       → rests
    buy P 5 @ 110 peg primary offset 1 post-only → at 100, rests
    buy Q 5 @ 110 peg primary slide → refused InvalidInstruction
    buy R 5 @ 110 peg primary offset 2 post-only → refused WouldTrade
    buy C 1 @ 100               → P ended 5 WouldTrade, rests`,
  'an amend with another limit goes to the back, at the pegged price': `
    buy A 5 @ 99                → rests
    buy P 5 @ 98 peg primary    → rests
    buy Q 5 @ 110 peg primary   → at 99, rests
    amend P 5 @ 110             → amended
    queue buy A 5/5 Q 5/5 P 5/5
    amend A 4                   → amended
    amend Q 3 @ 110             → amended
    queue buy A 4/4 Q 3/3 P 5/5`,
  'leaving continuous parks them, coming back prices them': `
    buy A 5 @ 99                → rests
    buy P 5 @ 110 peg primary   → at 99, rests
    buy Q 5 @ 110 peg market    → parked
    phase halt                  → P restated 5@0
    phase volatility-auction
    phase continuous            → P restated 5@99`,
  'a peg that trades its own reference away moves the next': `
    buy A 5 @ 99                → rests
    buy B 5 @ 95                → rests
    buy P 5 @ 110 peg primary   → at 99, rests
    sell X 5 @ 99               → A 5@99, P restated 5@95`,
})
