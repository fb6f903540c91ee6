/**
 * The classic ways in which a matching engine goes wrong, one table each, against the book alone;
 * every table starts with an empty book.
 */
import { playAll } from './book-play.ts'

const CASES: Readonly<Record<string, string>> = {
  'three bids at one price with the middle cancelled fill first and third': `
    buy A 10 @ 100 → rests
    buy B 10 @ 100 → rests
    buy C 10 @ 100 → rests
    cancel B       → canceled 10
    book 20@100 /
    sell D 20 @ 100 ioc → A 10@100, C 10@100
    book /`,
  'with the head cancelled the second and third fill': `
    buy A 10 @ 100 → rests
    buy B 10 @ 100 → rests
    buy C 10 @ 100 → rests
    cancel A       → canceled 10
    sell D 20 @ 100 → B 10@100, C 10@100
    book /`,
  'an IOC through three levels takes the best price first': `
    sell A 10 @ 103 → rests
    sell B 10 @ 101 → rests
    sell C 10 @ 102 → rests
    buy D 25 @ 103 ioc → B 10@101, C 10@102, A 5@103
    book / 5@103`,
  'a bid amended up onto an ask trades and leaves no crossed book': `
    sell A 10 @ 105 → rests
    buy B 15 @ 100  → rests
    amend B 15 @ 105 → amended, A 10@105, rests 5
    book 5@105 /`,
  'a partly filled ask that is cancelled answers with its remainder': `
    sell A 10 @ 100 → rests
    buy B 4 @ 100   → A 4@100
    cancel A        → canceled 6
    book /`,
  'a filled ask cannot be cancelled': `
    sell A 10 @ 100 → rests
    buy B 10 @ 100  → A 10@100
    cancel A        → refused UnknownOrder
    book /`,
  'of two bids at one price the older fills': `
    buy A 10 @ 100 → rests
    buy B 10 @ 100 → rests
    sell C 10 @ 100 → A 10@100
    book 10@100 /`,
  'of eight bids with 2, 5 and 7 cancelled the others fill in order': `
    buy A 1 @ 100 → rests
    buy B 1 @ 100 → rests
    buy C 1 @ 100 → rests
    buy D 1 @ 100 → rests
    buy E 1 @ 100 → rests
    buy F 1 @ 100 → rests
    buy G 1 @ 100 → rests
    buy H 1 @ 100 → rests
    cancel B → canceled 1
    cancel E → canceled 1
    cancel G → canceled 1
    sell Z 5 @ 100 → A 1@100, C 1@100, D 1@100, F 1@100, H 1@100
    book /`,
  'a limit sweeps three levels and its remainder is the new best': `
    sell A 5 @ 101 → rests
    sell B 5 @ 102 → rests
    sell C 5 @ 103 → rests
    buy D 20 @ 103 → A 5@101, B 5@102, C 5@103, rests 5
    book 5@103 /
    sell E 5 @ 100 → D 5@103
    book /`,
  'a partly filled ask amended to another price fills there': `
    sell A 10 @ 100 → rests
    buy B 4 @ 100   → A 4@100
    amend A 10 @ 102 → amended
    book / 6@102
    buy C 6 @ 102   → A 6@102
    book /`,
  'a filled order cannot be amended': `
    sell A 10 @ 100 → rests
    buy B 10 @ 100  → A 10@100
    amend A 20 @ 100 → refused UnknownOrder
    book /`,
  'orders at two bid levels survive cancels at head and tail': `
    buy A 5 @ 101 → rests
    buy B 5 @ 101 → rests
    buy C 5 @ 100 → rests
    buy D 5 @ 100 → rests
    cancel A → canceled 5
    cancel D → canceled 5
    sell E 10 @ 100 → B 5@101, C 5@100
    book /`,
  'an IOC of exactly three levels leaves nothing on either side': `
    sell A 5 @ 101 → rests
    sell B 5 @ 102 → rests
    sell C 5 @ 103 → rests
    buy D 15 @ 103 ioc → A 5@101, B 5@102, C 5@103
    book /`,
  'a trade is at the maker’s price whichever side takes': `
    sell A 5 @ 100 → rests
    buy B 5 @ 110  → A 5@100
    buy C 5 @ 100  → rests
    sell D 5 @ 90  → C 5@100
    book /`,
  'a buy larger than two asks at one price trades twice and rests': `
    sell A 5 @ 100 → rests
    sell B 5 @ 100 → rests
    buy C 15 @ 100 → A 5@100, B 5@100, rests 5
    book 5@100 /
    sell D 5 @ 100 → C 5@100`,
  'an order at a price that a sweep emptied trades normally': `
    sell A 5 @ 100 → rests
    buy B 5 @ 100 ioc → A 5@100
    sell C 5 @ 100 → rests
    buy D 5 @ 100  → C 5@100
    book /`,
  'bids entered out of price order fill by price': `
    buy A 5 @ 99  → rests
    buy B 5 @ 101 → rests
    buy C 5 @ 100 → rests
    book 5@101 5@100 5@99 /
    sell D 15 @ 99 → B 5@101, C 5@100, A 5@99`,
  'when the best bid is cancelled the next is best at once': `
    buy A 5 @ 101 → rests
    buy B 5 @ 100 → rests
    cancel A      → canceled 5
    book 5@100 /`,
  'when the best ask is cancelled the next is best at once': `
    sell A 5 @ 101 → rests
    sell B 5 @ 102 → rests
    cancel A       → canceled 5
    book / 5@102`,
  'the rest of a partly filled IOC is gone': `
    sell A 5 @ 100 → rests
    buy B 8 @ 100 ioc → A 5@100, ended 3 UnfilledIoc
    book /
    sell C 5 @ 100 ioc → ended 5 UnfilledIoc`,
  'a limit between two ask levels takes one and rests at its own price': `
    sell A 5 @ 100 → rests
    sell B 5 @ 102 → rests
    buy C 8 @ 101  → A 5@100, rests 3
    book 3@101 / 5@102`,
  'an ask drained by two IOCs has nothing for a third': `
    sell A 10 @ 100 → rests
    buy B 4 @ 100 ioc → A 4@100
    buy C 6 @ 100 ioc → A 6@100
    buy D 1 @ 100 ioc → ended 1 UnfilledIoc`,
  'a half-filled head keeps its place': `
    sell A 10 @ 100 → rests
    sell B 10 @ 100 → rests
    buy C 5 @ 100   → A 5@100
    buy D 10 @ 100  → A 5@100, B 5@100
    book / 5@100`,
  'cancel and amend of what was never there are refused': `
    cancel A         → refused UnknownOrder
    amend A 5 @ 100  → refused UnknownOrder
    cancel #7000000  → refused UnknownOrder
    amend #7000000 5 @ 100 → refused UnknownOrder
    cancel #0        → refused UnknownOrder
    book /`,
  'cancel and amend after a cancel are refused': `
    buy A 5 @ 100   → rests
    cancel A        → canceled 5
    cancel A        → refused UnknownOrder
    amend A 5 @ 100 → refused UnknownOrder`,
  'a price of 200,000 does not wrap': `
    sell A 5 @ 200000 → rests
    book / 5@200000
    buy B 5 @ 200000  → A 5@200000`,
  'a taker that the first maker fills leaves the second alone': `
    sell A 5 @ 100 → rests
    sell B 5 @ 100 → rests
    buy C 5 @ 100  → A 5@100
    book / 5@100`,
  'a side emptied and filled again is hit': `
    buy A 5 @ 100  → rests
    sell B 5 @ 100 → A 5@100
    buy C 7 @ 99   → rests
    sell D 7 @ 99  → C 7@99
    book /`,
  'of two orders at a level one amended away leaves the other': `
    sell A 5 @ 100  → rests
    sell B 5 @ 100  → rests
    amend A 5 @ 101 → amended
    book / 5@100 5@101
    buy C 5 @ 100   → B 5@100
    book / 5@101`,
  'an amend past the other side’s price fills at the maker’s': `
    sell A 5 @ 105 → rests
    buy B 5 @ 100  → rests
    amend B 5 @ 110 → amended, A 5@105
    buy C 5 @ 100  → rests
    sell D 5 @ 105 → rests
    amend D 5 @ 90 → amended, C 5@100
    book /`,
  'a smaller quantity keeps its place, a larger one loses it': `
    sell A 10 @ 100 → rests
    sell B 10 @ 100 → rests
    sell C 10 @ 100 → rests
    amend A 5 @ 100 → amended
    amend B 11 @ 100 → amended
    book / 26@100
    buy D 26 @ 100  → A 5@100, C 10@100, B 11@100`,
  'an amend to no more than is filled ends the order': `
    sell A 10 @ 100 → rests
    buy B 9 @ 100   → A 9@100
    amend A 5 @ 100 → done
    cancel A        → refused UnknownOrder
    book /`,
}

playAll('classics', CASES)

const ASKS = 400
const asks = Array.from({ length: ASKS }, (_, i) => `sell A${i} 1 @ ${100 + (i % 20)} → rests`)
const trades = Array.from({ length: 20 }, (_, price) =>
  Array.from({ length: ASKS / 20 }, (_, k) => `A${price + 20 * k} 1@${100 + price}`),
).flat()

playAll('classics', {
  'one IOC through 400 asks is 400 trades in order': `
    ${asks.join('\n')}
    buy B ${ASKS + 1} @ 999 ioc → ${trades.join(', ')}, ended 1 UnfilledIoc
    book /`,
})
