/** `actors/RULES.md` in tables, §1 to §5: what goes together, priority, arrival, self-trades. */
import { playAll } from './book-play.ts'

playAll('rules 1', {
  'a price goes with those whose price is their own': `
    buy A 5                     → refused InvalidInstruction
    buy A 5 @ 100 market        → refused InvalidInstruction
    buy A 5 @ 100 to-limit      → refused InvalidInstruction
    buy A 5 @ 100 trail 3       → refused InvalidInstruction
    buy A 5 peg primary         → refused InvalidInstruction
    sell A 5 peg primary        → parked
    buy A 5 stop 110            → at 111, waits
    buy A 5 @ 112 stop 110      → waits`,
  'post-only rests: limit, stop-limit, pegged, without a minimum': `
    buy A 5 market post-only    → refused InvalidInstruction
    buy A 5 @ 100 ioc post-only → refused InvalidInstruction
    buy A 5 @ 100 fok slide     → refused InvalidInstruction
    buy A 5 @ 100 min 1 slide   → refused InvalidInstruction
    buy A 5 @ 100 all-or-none post-only → refused InvalidInstruction
    buy A 5 @ 100 at-close post-only → refused InvalidInstruction
    buy A 5 stop 110 post-only  → refused InvalidInstruction
    buy A 5 @ 112 stop 110 post-only → waits
    buy A 5 @ 100 post-only day → rests`,
  'a display quantity is less than the quantity, of what rests and is seen': `
    buy A 5 @ 100 display 5     → refused InvalidInstruction
    buy A 5 @ 100 display 2 hidden → refused InvalidInstruction
    buy A 5 @ 100 display 2 ioc → refused InvalidInstruction
    buy A 5 @ 100 peg primary display 2 → refused InvalidInstruction
    buy A 5 market display 2    → refused InvalidInstruction
    buy A 5 @ 112 stop 110 display 2 → waits
    buy A 5 @ 100 display 4     → rests`,
  'hidden rests': `
    buy A 5 @ 100 hidden ioc    → refused InvalidInstruction
    buy A 5 market hidden       → refused InvalidInstruction
    buy A 5 stop 110 hidden     → refused InvalidInstruction
    buy A 5 @ 100 peg primary hidden → parked
    buy A 5 @ 100 hidden        → rests`,
  'a minimum is taken at once': `
    buy A 5 @ 100 min 6         → refused InvalidInstruction
    buy A 5 stop 110 min 2      → refused InvalidInstruction
    buy A 5 @ 100 peg market min 2 → refused InvalidInstruction
    buy A 5 @ 100 at-close min 2 → refused InvalidInstruction
    buy A 5 @ 100 at-close all-or-none → refused InvalidInstruction
    buy A 5 @ 112 stop 110 all-or-none → refused InvalidInstruction`,
  'stops and pegs take their time': `
    buy A 5 stop 110 ioc        → refused InvalidInstruction
    buy A 5 stop 110 at-close   → refused InvalidInstruction
    buy A 5 @ 100 peg primary fok → refused InvalidInstruction
    buy A 5 from 110 trail 3 ioc → refused InvalidInstruction`,
  'auctions have limit and market orders': `
    buy A 5 to-limit at-close   → refused InvalidInstruction
    buy A 5 @ 100 at-close      → parked`,
  'a budget is spent at market, at once': `
    sell Z 5 @ 100              → rests
    buy A 0 market budget 1000  → refused InvalidInstruction
    buy A 0 @ 100 ioc budget 1000 → refused InvalidInstruction
    buy A 0 market fok budget 1000 → refused InvalidInstruction`,
  'good till date names a time to come': `
    time 10
    buy A 5 @ 100 gtd 10        → refused InvalidInstruction
    buy A 5 @ 100 gtd 11        → rests`,
})

playAll('rules 3', {
  'price, then displayed before hidden, then time at that price': `
    sell A 5 @ 101              → rests
    sell H 5 @ 100 hidden       → rests
    sell B 5 @ 100              → rests
    sell C 5 @ 100              → rests
    queue sell B 5/5 C 5/5 H 0/5 A 5/5
    buy D 18 @ 101              → B 5@100, C 5@100, H 5@100, A 3@101`,
  'a tip that is used up comes back behind what is displayed, before what is hidden': `
    sell I 100 @ 100 display 30 → rests
    sell H 50 @ 100 hidden      → rests
    sell B 20 @ 100             → rests
    queue sell I 30/100 B 20/20 H 0/50
    buy C 40 @ 100              → I 30@100, B 10@100
    queue sell B 10/10 I 30/70 H 0/50
    buy D 100 @ 100             → B 10@100, I 30@100, I 30@100, I 10@100, H 20@100`,
  'a tip that is used in part keeps its place': `
    sell I 100 @ 100 display 30 → rests
    sell B 20 @ 100             → rests
    buy C 29 @ 100              → I 29@100
    queue sell I 1/71 B 20/20`,
  'the last tip is what is left': `
    sell I 50 @ 100 display 30  → rests
    buy C 30 @ 100              → I 30@100
    queue sell I 20/20`,
  'an arriving iceberg takes with all of it, and displays of what is left': `
    buy B 25 @ 100              → rests
    sell I 100 @ 100 display 30 → B 25@100, rests 75
    queue sell I 30/75
    buy C 55 @ 100              → I 30@100, I 25@100
    queue sell I 5/20`,
  'an arriving iceberg with little left displays that': `
    buy B 90 @ 100              → rests
    sell I 100 @ 100 display 30 → B 90@100, rests 10
    queue sell I 10/10`,
  'a taker goes round the level before it goes to the next price': `
    sell I 60 @ 100 display 20  → rests
    sell J 40 @ 100 display 20  → rests
    sell K 9 @ 101              → rests
    buy C 105 @ 101
      → I 20@100, J 20@100, I 20@100, J 20@100, I 20@100, K 5@101`,
})

playAll('rules 4', {
  'a market order is protected from the opposite best, hidden orders too': `
    sell H 5 @ 1000 hidden      → rests
    sell B 5 @ 1010             → rests
    sell C 5 @ 1011             → rests
    buy A 20 market             → at 1010, H 5@1000, B 5@1010, ended 10 UnfilledMarket`,
  'without an opposite best from the last print': `
    sell B 5 @ 1000             → rests
    buy C 5 @ 1000              → B 5@1000
    sell A 5 market             → at 990, ended 5 UnfilledMarket`,
  'without a print either it is refused': `
    buy A 5 market              → refused NoReferencePrice`,
  'market-to-limit takes at the opposite best and rests there': `
    buy A 5 to-limit            → refused NoLiquidity
    sell B 5 @ 100              → rests
    sell C 5 @ 101              → rests
    buy A 8 to-limit            → at 100, B 5@100, rests 3
    book 3@100 / 5@101`,
  'market-to-limit IOC': `
    sell B 5 @ 100              → rests
    buy A 8 to-limit ioc        → at 100, B 5@100, ended 3 UnfilledIoc`,
  'a time in force does not change what a market order leaves': `
    sell B 5 @ 100              → rests
    buy A 3 market gtc          → at 101, B 3@100
    buy C 3 market day          → at 101, B 2@100, ended 1 UnfilledMarket
    sell D 1 @ 100              → rests
    buy E 3 market ioc          → at 101, D 1@100, ended 2 UnfilledMarket`,
  'post-only that reaches the other side is refused, or slides one tick short': `
    sell H 5 @ 100 hidden       → rests
    buy A 5 @ 100 post-only     → refused WouldTrade
    buy A 5 @ 99 post-only      → rests
    buy B 5 @ 103 slide         → at 99, rests
    buy C 5 @ 98 slide          → rests
    sell D 5 @ 90 slide         → at 100, rests
    book 10@99 5@98 / 10@100`,
  'a slide out of the price range is refused': `
    sell A 5 @ 1                → rests
    buy B 5 @ 1 slide           → refused WouldTrade`,
  'a minimum that cannot be had expires the whole order, and nothing changes': `
    sell A 5 @ 100              → rests
    sell B 5 @ 102              → rests
    buy C 20 @ 101 min 6        → ended 20 UnfilledMinimum
    book / 5@100 5@102
    buy D 20 @ 102 min 6        → A 5@100, B 5@102, rests 10`,
  'the sum counts what is hidden and not displayed': `
    sell I 50 @ 100 display 5   → rests
    sell H 50 @ 100 hidden      → rests
    buy C 101 @ 100 fok         → ended 101 UnfilledMinimum
    buy D 56 @ 100 fok
      → I 5@100, I 5@100, I 5@100, I 5@100, I 5@100, I 5@100, I 5@100, I 5@100, I 5@100, I 5@100,
      → H 6@100`,
  'all-or-none that may rest takes all or expires': `
    sell A 5 @ 100              → rests
    buy B 6 @ 100 all-or-none   → ended 6 UnfilledMinimum
    buy C 5 @ 100 all-or-none   → A 5@100`,
  'what is left of a minimum goes its time in force’s way': `
    sell A 5 @ 100              → rests
    buy B 8 @ 100 min 5 ioc     → A 5@100, ended 3 UnfilledIoc
    sell C 5 @ 100              → rests
    buy D 8 @ 100 min 5         → C 5@100, rests 3`,
  'the sum leaves out what expire-maker would end': `
    sell A 5 @ 100 group 1      → rests
    sell B 5 @ 100 group 2      → rests
    buy C 6 @ 100 fok group 1 stp expire-maker → ended 6 UnfilledMinimum
    buy D 5 @ 100 fok group 1 stp expire-maker → A ended 5 SelfTrade, B 5@100`,
  'the sum ends at the first of the group in the other modes': `
    sell B 5 @ 100 group 2      → rests
    sell A 5 @ 100 group 1      → rests
    sell C 5 @ 100 group 2      → rests
    buy D 6 @ 100 fok group 1 stp expire-taker → ended 6 UnfilledMinimum
    buy E 6 @ 100 fok group 1 stp decrement → ended 6 UnfilledMinimum
    buy F 6 @ 100 fok group 1   → B 5@100, A 1@100`,
  'of an iceberg before the group’s order only the tip is reached': `
    sell I 50 @ 100 display 5 group 2 → rests
    sell A 5 @ 100 group 1      → rests
    buy D 6 @ 100 fok group 1 stp expire-taker → ended 6 UnfilledMinimum
    buy E 5 @ 100 fok group 1 stp expire-taker → I 5@100`,
  'before a hidden order of the group all that is displayed is reached': `
    sell I 50 @ 100 display 5 group 2 → rests
    sell A 5 @ 100 hidden group 1 → rests
    buy D 51 @ 100 fok group 1 stp expire-both → ended 51 UnfilledMinimum
    buy E 10 @ 100 fok group 1 stp expire-both → I 5@100, I 5@100`,
  'a budget buys what it can pay at each price': `
    sell A 5 @ 100              → rests
    sell B 5 @ 101              → rests
    buy C 0 market ioc budget 750 → at 101, lots 7, A 5@100, B 2@101
    buy D 0 market ioc budget 100 → refused QuantityOutOfRange
    buy E 0 market ioc budget 309 → at 102, lots 3, B 3@101`,
  'what a budget was told and cannot pay expires': `
    sell A 5 @ 100              → rests
    sell B 5 @ 101              → rests
    buy C 0 market ioc budget 1000 → at 101, lots 10, A 5@100, B 4@101, ended 1 UnfilledMarket`,
  'a selling budget is told by its worst price': `
    buy A 5 @ 1000              → rests
    sell C 0 market ioc budget 2500 → at 990, lots 2, A 2@1000
    sell D 0 market ioc budget 9900 → at 990, lots 10, A 3@1000, ended 7 UnfilledMarket
    sell E 0 market ioc budget 9900 → refused NoLiquidity`,
})

playAll('rules 5', {
  'without a mode they trade': `
    sell A 5 @ 100 group 1      → rests
    buy B 5 @ 100 group 1       → A 5@100`,
  'expire taker keeps its fills': `
    sell A 5 @ 100 group 2      → rests
    sell B 5 @ 100 group 1      → rests
    buy C 9 @ 100 group 1 stp expire-taker → A 5@100, ended 4 SelfTrade
    book / 5@100`,
  'expire maker goes on': `
    sell A 5 @ 100 display 2 group 1 → rests
    sell B 5 @ 100 group 2      → rests
    buy C 9 @ 100 group 1 stp expire-maker → A ended 5 SelfTrade, B 5@100, rests 4`,
  'expire both, the maker first': `
    sell A 5 @ 100 group 1      → rests
    buy C 9 @ 100 group 1 stp expire-both → A ended 5 SelfTrade, ended 9 SelfTrade`,
  'decrement: the smaller of the two ends': `
    sell A 5 @ 100 group 1      → rests
    sell B 9 @ 100 group 1      → rests
    buy C 8 @ 100 group 1 stp decrement
      → A prevented 5, A ended 5 SelfTrade, C restated 3@100,
      → B prevented 3, B restated 6@100, ended 3 SelfTrade
    queue sell B 6/6`,
  'decrement: equal ones both end': `
    sell A 5 @ 100 group 1      → rests
    buy C 5 @ 100 group 1 stp decrement
      → A prevented 5, A ended 5 SelfTrade, ended 5 SelfTrade`,
  'decrement counts all of an iceberg, which then shows its tip, or what is left': `
    sell I 50 @ 100 display 20 group 1 → rests
    sell B 5 @ 100 group 2      → rests
    buy C 5 @ 100 group 3       → I 5@100
    buy D 10 @ 100 group 1 stp decrement → I prevented 10, I restated 35@100, ended 10 SelfTrade
    queue sell I 15/35 B 5/5
    buy E 25 @ 100 group 1 stp decrement → I prevented 25, I restated 10@100, ended 25 SelfTrade
    queue sell I 10/10 B 5/5`,
  'only the orders that would have traded count': `
    sell A 5 @ 100 group 2      → rests
    sell B 5 @ 100 group 1      → rests
    sell C 5 @ 101 group 1      → rests
    buy D 5 @ 100 group 1 stp expire-both → A 5@100
    book / 5@100 5@101`,
  'the resting order’s own mode does not matter': `
    sell A 5 @ 100 group 1 stp expire-both → rests
    buy B 5 @ 100 group 1       → A 5@100`,
  'what is in the way in an amend is met as on arrival': `
    sell A 5 @ 100 group 1      → rests
    buy B 5 @ 99 group 1 stp expire-maker → rests
    amend B 5 @ 100             → amended, A ended 5 SelfTrade
    queue buy B 5/5`,
})
