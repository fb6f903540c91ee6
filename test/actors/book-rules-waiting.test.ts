/** `actors/RULES.md` in tables, §6 and §7: stops, children, links, pegs. */
import { playAll } from './book-play.ts'

playAll('rules 6, stops', {
  'a buy stop is elected by a print at its trigger or above, and takes as far as its protection': `
    sell A 5 @ 100              → rests
    sell B 5 @ 101              → rests
    sell C 5 @ 103              → rests
    buy S 5 stop 101            → at 102, waits
    buy D 5 @ 100               → A 5@100
    where S                     → stop trigger=101 price=102 open=5
    buy E 2 @ 101               → B 2@101, S triggered, B 3@101, ended 2 UnfilledMarket
    book / 5@103`,
  'a stop-limit becomes a limit order': `
    buy A 5 @ 100               → rests
    sell S 8 @ 99 stop 100      → waits
    sell B 1 @ 100              → A 1@100, S triggered, A 4@100
    where S                     → ask 99 open=4 tip=4 filled=4`,
  'a stop whose trigger the last print has reached is elected at once': `
    buy A 1 @ 100               → rests
    sell B 1 @ 100              → A 1@100
    buy S 5 stop 101            → at 102, waits
    buy T 5 stop 100            → at 101, T triggered, ended 5 UnfilledMarket
    sell U 5 @ 99 stop 100      → U triggered, rests`,
  'without a print nothing is reached': `
    sell S 5 @ 99 stop 100000   → waits`,
  'the stops of one print stand in order of arrival': `
    buy A 9 @ 90                → rests
    sell S 2 @ 90 stop 95       → waits
    sell T 2 @ 90 stop 99       → waits
    sell U 1 @ 90 stop 85       → waits
    sell X 1 @ 90               → A 1@90, S triggered, A 2@90, T triggered, A 2@90`,
  'an earlier print elects earlier, and all of them after the order at work': `
    buy A 1 @ 98                → rests
    buy B 9 @ 90                → rests
    sell S 1 @ 90 stop 95       → waits
    sell T 1 @ 90 stop 99       → waits
    sell X 3 @ 90               → A 1@98, B 2@90, T triggered, B 1@90, S triggered, B 1@90`,
  'an elected stop elects the next': `
    buy A 1 @ 100               → rests
    buy B 1 @ 99                → rests
    buy C 1 @ 98                → rests
    buy D 5 @ 97                → rests
    sell U 1 @ 90 stop 98       → waits
    sell T 1 @ 90 stop 99       → waits
    sell S 1 @ 90 stop 100      → waits
    sell X 1 @ 100
      → A 1@100, S triggered, B 1@99, T triggered, C 1@98, U triggered, D 1@97`,
  'a stop without a limit does not hide a later one that is due': `
    buy A 5 @ 100               → rests
    sell S 1 stop 95            → at 95, waits
    sell T 1 @ 90 stop 100      → waits
    sell X 1 @ 100              → A 1@100, T triggered, A 1@100
    where S                     → stop trigger=95 price=95 open=1`,
  'an elected iceberg displays what it says': `
    buy A 5 @ 100               → rests
    sell S 50 @ 100 stop 100 display 10 → waits
    sell X 1 @ 100              → A 1@100, S triggered, A 4@100
    queue sell S 10/46`,
  'an elected post-only order that would trade ends, or slides': `
    buy A 5 @ 100               → rests
    sell S 5 @ 100 stop 100 post-only → waits
    sell T 5 @ 100 stop 100 slide → waits
    sell X 1 @ 100
      → A 1@100, S triggered, ended 5 WouldTrade, T triggered, T restated 5@101
    book 4@100 / 5@101`,
  'a waiting stop can be cancelled, and changes its quantity where it waits': `
    sell S 5 stop 100           → at 99, waits
    amend S 9                   → amended
    amend S 9 @ 98              → refused InvalidInstruction
    where S                     → stop trigger=100 price=99 open=9
    sell T 5 @ 99 stop 100      → waits
    amend T 5 @ 97              → amended
    where T                     → stop trigger=100 price=97 open=5
    cancel S                    → canceled 9`,
})

playAll('rules 6, trailing stops', {
  'it starts from the last print, follows it, and never back': `
    sell T 5 trail 3            → refused NoReferencePrice
    buy A 1 @ 100               → rests
    sell B 1 @ 100              → A 1@100
    sell T 5 trail 3            → at 97, trigger 97, waits
    buy C 1 @ 104               → rests
    sell D 1 @ 104              → C 1@104
    where T                     → stop trigger=101 price=100 open=5
    buy E 1 @ 102               → rests
    sell F 1 @ 102              → E 1@102
    where T                     → stop trigger=101 price=100 open=5
    buy G 9 @ 101               → rests
    sell H 1 @ 101              → G 1@101, T triggered, G 5@101`,
  'a buy trails from above': `
    buy A 1 @ 100               → rests
    sell B 1 @ 100              → A 1@100
    buy T 5 trail 3             → at 104, trigger 103, waits
    buy C 1 @ 95                → rests
    sell D 1 @ 95               → C 1@95
    where T                     → stop trigger=98 price=98 open=5
    sell E 9 @ 98               → rests
    buy F 1 @ 98                → E 1@98, T triggered, E 5@98`,
  'a trigger of its own stands until a print moves it': `
    sell T 5 trail 3 from 50    → at 50, waits
    where T                     → stop trigger=50 price=50 open=5
    buy A 1 @ 52                → rests
    sell B 1 @ 52               → A 1@52
    where T                     → stop trigger=50 price=50 open=5
    buy C 1 @ 54                → rests
    sell D 1 @ 54               → C 1@54
    where T                     → stop trigger=51 price=51 open=5`,
  'a share of the price is a tick at least': `
    buy A 1 @ 199               → rests
    sell B 1 @ 199              → A 1@199
    sell T 5 trail 50 bps       → at 197, trigger 198, waits
    sell U 5 trail 150 bps      → at 196, trigger 197, waits`,
})

playAll(
  'rules 6, trailing stops',
  {
    'without a print it starts from the reference price': `
    sell T 5 trail 3            → at 97, trigger 97, waits`,
    'its trigger stays in the price range': `
    sell T 5 trail 30           → at 90, trigger 90, waits
    buy T 5 trail 30            → at 110, trigger 110, waits`,
  },
  { referencePrice: 100, priceMin: 90, priceMax: 110 },
)

playAll('rules 6, children', {
  'a child waits until its parent is filled': `
    sell P 5 @ 100              → rests
    buy C 5 @ 99 after P        → waits
    where C                     → child of P price=99 open=5
    buy X 2 @ 100               → P 2@100
    buy Y 3 @ 100               → P 3@100, C triggered
    where C                     → bid 99 open=5 tip=5 filled=0`,
  'or until its first fill': `
    sell P 5 @ 100              → rests
    buy C 5 @ 99 after-first P  → waits
    buy X 2 @ 100               → P 2@100, C triggered
    where C                     → bid 99 open=5 tip=5 filled=0`,
  'if the parent ends otherwise the children end, in order of arrival': `
    sell P 5 @ 100              → rests
    buy C 5 @ 99 after P        → waits
    sell D 5 @ 105 after-first P → waits
    buy E 5 @ 98 oco C          → waits
    cancel P
      → canceled 5, C ended 5 ParentEnded, E ended 5 LinkedOrder, D ended 5 ParentEnded`,
  'a waiting child has no children': `
    sell P 5 @ 100              → rests
    buy C 5 @ 99 after P        → waits
    sell D 5 @ 105 after C      → refused InvalidInstruction`,
  'a child is not one that auctions, budgets or the other side make': `
    sell P 5 @ 100              → rests
    buy C 5 to-limit after P    → refused InvalidInstruction
    buy C 5 @ 99 at-close after P → refused InvalidInstruction
    buy C 0 market ioc budget 900 after P → refused InvalidInstruction
    buy C 5 market ioc after P  → at 101, waits`,
  'a parent that is filled already makes it due at once': `
    sell P 5 @ 100              → rests
    buy X 5 @ 100               → P 5@100
    buy C 5 @ 99 after P        → C triggered, rests`,
  'a parent that ended, or never was, is refused': `
    sell P 5 @ 100              → rests
    cancel P                    → canceled 5
    buy C 5 @ 99 after P        → refused ParentEnded
    buy C 5 @ 99 after-first #99 → refused ParentEnded`,
  'the maker’s children, the taker’s, then the stops of that print': `
    sell M 5 @ 100              → rests
    buy T 5 @ 99                → rests
    sell S 1 @ 120 stop 100     → waits
    buy E 1 @ 91 after T        → waits
    buy D 1 @ 90 after M        → waits
    buy F 1 @ 92 after M        → waits
    amend T 5 @ 100
      → amended, M 5@100, D triggered, F triggered, E triggered, S triggered`,
  'a child that is a stop begins to wait': `
    sell P 5 @ 100              → rests
    sell C 1 @ 90 stop 94 after P → waits
    buy X 5 @ 100               → P 5@100, C triggered
    where C                     → stop trigger=94 price=90 open=1`,
  'and is elected at once if the last print has reached its trigger': `
    sell P 5 @ 100              → rests
    buy D 9 @ 95                → rests
    sell C 1 @ 90 stop 100 after P → waits
    buy X 5 @ 100               → P 5@100, C triggered, C triggered, D 1@95`,
  'a child takes what it can, as what it is': `
    sell P 5 @ 100              → rests
    sell A 5 @ 101              → rests
    buy C 9 @ 101 ioc after P   → waits
    buy X 5 @ 100               → P 5@100, C triggered, A 5@101, ended 4 UnfilledIoc`,
  'an amend to what is filled counts as filled': `
    sell P 5 @ 100              → rests
    buy C 5 @ 90 after P        → waits
    buy X 2 @ 100               → P 2@100
    amend P 2                   → done, C triggered
    where C                     → bid 90 open=5 tip=5 filled=0`,
  'a post-only child that would trade ends': `
    sell P 5 @ 100              → rests
    sell A 5 @ 101              → rests
    buy C 5 @ 101 post-only after P → waits
    buy X 5 @ 100               → P 5@100, C triggered, ended 5 WouldTrade`,
})

playAll('rules 6, one cancels other', {
  'a fill in part ends the other': `
    buy A 5 @ 95                → rests
    sell B 5 @ 105 oco A        → rests
    buy X 1 @ 105               → B 1@105, A ended 5 LinkedOrder`,
  'an end ends the other': `
    buy A 5 @ 95                → rests
    sell B 5 @ 105 oco A        → rests
    cancel A                    → canceled 5, B ended 5 LinkedOrder`,
  'an election ends the other, before the next trade': `
    buy A 3 @ 100               → rests
    buy B 5 @ 99                → rests
    sell S 5 @ 90 stop 100 oco B → waits
    buy C 9 @ 98                → rests
    sell X 5 @ 98               → A 3@100, B ended 5 LinkedOrder, C 2@98, S triggered, C 5@98`,
  'at once, before the next trade': `
    sell A 5 @ 100              → rests
    sell B 5 @ 101 oco A        → rests
    sell C 5 @ 102              → rests
    buy X 15 @ 102              → A 5@100, B ended 5 LinkedOrder, C 5@102, rests 5`,
  'a stop elected on arrival ends it too': `
    buy A 1 @ 100               → rests
    sell B 1 @ 100              → A 1@100
    buy C 5 @ 90                → rests
    sell S 5 @ 101 stop 100 oco C → C ended 5 LinkedOrder, S triggered, rests`,
  'two stops of one print: the older ends the younger': `
    buy A 9 @ 100               → rests
    sell S 5 @ 100 stop 100     → waits
    sell T 5 @ 100 stop 100 oco S → waits
    sell X 1 @ 100              → A 1@100, T ended 5 LinkedOrder, S triggered, A 5@100`,
  'linked to what is gone, to nothing, or to what is linked, it is refused': `
    buy A 5 @ 95                → rests
    cancel A                    → canceled 5
    sell B 5 @ 105 oco A        → refused LinkedOrder
    sell B 5 @ 105 oco #99      → refused LinkedOrder
    sell B 5 @ 105              → rests
    buy C 5 @ 95 oco B          → rests
    buy D 5 @ 94 oco B          → refused LinkedOrder
    buy D 5 @ 94 oco C          → refused LinkedOrder`,
  'linked to a waiting child it waits for the same parent': `
    sell P 5 @ 100              → rests
    buy C 5 @ 95 after P        → waits
    sell D 5 @ 110 stop 108 oco C → waits
    where D                     → child of P price=110 open=5
    buy X 5 @ 100               → P 5@100, C triggered, D triggered,
      → C ended 5 LinkedOrder, D triggered`,
  'a decrement that leaves something is no fill, one that does not is an end': `
    sell A 9 @ 100 group 1      → rests
    buy B 5 @ 90 oco A          → rests
    buy C 4 @ 100 group 1 stp decrement
      → A prevented 4, A restated 5@100, ended 4 SelfTrade
    where B                     → bid 90 open=5 tip=5 filled=0
    buy D 5 @ 100 group 1 stp decrement
      → A prevented 5, A ended 5 SelfTrade, B ended 5 LinkedOrder, ended 5 SelfTrade`,
})
