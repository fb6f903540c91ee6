/** What an account may do, and what becomes of its money: tables in the words of play.ts. */
import { test } from 'node:test'
import { type PlayOptions, play } from './play.ts'

const SMALL: PlayOptions = { units: 1_000 }

const CASES: readonly (readonly [string, PlayOptions, string])[] = [
  [
    'account: a buy holds price times lots, and a cancel releases it',
    SMALL,
    `buy A 5 @ 100 → rests
     money alice BTC 1000+0 USD 500+500
     cancel A      → canceled 5
     money alice BTC 1000+0 USD 1000+0`,
  ],
  [
    'account: a sell holds lots',
    SMALL,
    `sell A 400 @ 1 → rests
     money alice BTC 600+400 USD 1000+0
     sell B 601 @ 1 → refused InsufficientFunds
     sell C 600 @ 1 → rests
     money alice BTC 0+1000 USD 1000+0`,
  ],
  [
    'account: a taker pays the maker’s price and gets the difference back at once',
    SMALL,
    `sell A 5 @ 90     → rests
     bob: buy B 8 @ 100 → A 5@90, rests 3
     money alice BTC 995+0 USD 1450+0
     money bob BTC 1005+0 USD 250+300`,
  ],
  [
    'account: the rest of an IOC is released',
    SMALL,
    `sell A 2 @ 100        → rests
     bob: ioc buy B 10 @ 100 → A 2@100, expired 8
     money bob BTC 1002+0 USD 800+0`,
  ],
  [
    'account: an order that trades with its own account’s moves nothing in the end',
    SMALL,
    `sell A 5 @ 100 → rests
     buy B 5 @ 100  → A 5@100
     money alice BTC 1000+0 USD 1000+0`,
  ],
  [
    'account: a replace holds what the new remainder needs, and is refused without it',
    SMALL,
    `buy A 5 @ 100      → rests
     amend A 11 @ 100   → refused InsufficientFunds
     money alice BTC 1000+0 USD 500+500
     book 5@100 /
     amend A 10 @ 100   → replaced
     money alice BTC 1000+0 USD 0+1000
     amend A 10 @ 90    → replaced
     money alice BTC 1000+0 USD 100+900
     amend A 3 @ 90     → replaced
     money alice BTC 1000+0 USD 730+270`,
  ],
  [
    'account: an amend below what is filled releases all that is open',
    SMALL,
    `buy A 10 @ 100     → rests
     bob: sell B 6 @ 100 → A 6@100
     money alice BTC 1006+0 USD 0+400
     amend A 3 @ 100    → replaced, done
     money alice BTC 1006+0 USD 400+0`,
  ],
  [
    'risk: price and quantity outside their limits are refused',
    { instrument: { priceMin: 10, priceMax: 20, qtyMin: 2, qtyMax: 5 } },
    `buy A 2 @ 9   → refused PriceOutOfRange
     buy B 2 @ 21  → refused PriceOutOfRange
     buy C 1 @ 10  → refused QuantityOutOfRange
     buy D 6 @ 10  → refused QuantityOutOfRange
     buy E 2 @ 10  → rests
     buy F 5 @ 20  → rests
     amend E 2 @ 9 → refused PriceOutOfRange
     amend E 1 @ 10 → refused QuantityOutOfRange
     amend E 0 @ 10 → refused QuantityOutOfRange`,
  ],
  [
    'risk: notional outside its limits is refused, also beyond 2^53',
    {
      instrument: {
        ...{ notionalMin: 50, notionalMax: Number.MAX_SAFE_INTEGER },
        ...{ priceMax: 2 ** 31 - 1, qtyMax: 2 ** 31 - 1 },
      },
    },
    `buy A 7 @ 7  → refused NotionalOutOfRange
     buy B 5 @ 10 → rests
     sell C 2147483647 @ 2147483647 → refused NotionalOutOfRange
     amend B 4 @ 10 → refused NotionalOutOfRange`,
  ],
  [
    'risk: the collar stops only what crosses the reference price too far',
    { instrument: { collarBps: 1_000, referencePrice: 1_000 } },
    `buy A 1 @ 1101   → refused PriceCollar
     buy B 1 @ 1100   → rests
     buy C 1 @ 1      → rests
     sell D 1 @ 899   → refused PriceCollar
     sell E 1 @ 2000  → rests
     cancel B         → canceled 1
     amend C 1 @ 1101 → refused PriceCollar
     buy F 1 @ 1000   → rests
     sell G 1 @ 900   → F 1@1000
     buy H 1 @ 1050   → rests
     sell I 1 @ 1050  → H 1@1050
     buy J 1 @ 1155   → rests
     buy K 1 @ 1156   → refused PriceCollar`,
  ],
  [
    'risk: open orders are counted by account, and a fill, cancel or expiry makes room',
    { instrument: { openOrdersMax: 2 } },
    `buy A 1 @ 10        → rests
     buy B 1 @ 11        → rests
     buy C 1 @ 12        → refused TooManyOpenOrders
     ioc buy D 1 @ 12    → refused TooManyOpenOrders
     bob: sell E 1 @ 11  → B 1@11
     ioc buy F 1 @ 1     → expired 1
     buy G 1 @ 12        → rests
     cancel A            → canceled 1
     buy H 1 @ 12        → rests`,
  ],
  [
    'risk: a full book refuses until an order leaves it',
    { limits: { ordersMax: 2 } },
    `buy A 1 @ 10 → rests
     bob: buy B 1 @ 10 → rests
     buy C 1 @ 10 → refused BookFull
     cancel A     → canceled 1
     buy D 1 @ 10 → rests`,
  ],
  [
    'orders: a client id is one account’s own',
    {},
    `buy A 1 @ 10      → rests
     buy A 1 @ 10      → refused DuplicateClOrdId
     bob: buy A 2 @ 10 → rests
     book 3@10 /`,
  ],
  [
    'orders: an id that a replace retired is still used',
    {},
    `buy A 5 @ 10    → rests
     amend A 4 @ 10  → replaced
     buy A 1 @ 10    → refused DuplicateClOrdId
     book 4@10 /`,
  ],
  [
    'orders: another account’s order is unknown',
    {},
    `buy A 5 @ 10        → rests
     bob: cancel A       → refused UnknownOrder
     bob: amend A 1 @ 10 → refused UnknownOrder
     bob: cancel #13     → refused UnknownOrder
     cancel #13          → canceled 5`,
  ],
]

for (const [name, options, table] of CASES) test(name, () => play(table, options))
