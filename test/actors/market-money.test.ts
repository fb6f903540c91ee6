/** Whose money it is, through the whole machine: holds, fees, and what a better price gives back. */
import { playMarkets } from './market-play.ts'

playMarkets(
  'money',
  {
    'a buy holds its cost, a sell its lots': `
    alice buy A 5 @ 100
    money alice USD → 99500 held 500
    bob sell B 7 @ 200
    money bob BTC → 99993 held 7
    alice cancel A
    money alice USD → 100000
    money bob BTC → 99993 held 7
  `,
    'a fill moves both legs, and what is open stays held': `
    alice buy A 5 @ 100
    bob sell B 2 @ 100 → A gave 2@100, B took 2@100
    feed → trade 2@100, bid 3@100 x1
    money alice USD → 99500 held 300
    money alice BTC → 100002
    money bob USD → 100200
    money bob BTC → 99998
    order A → PartiallyFilled 2/3 at 100
    order B → Filled 2/0 at 100
  `,
    'a taker pays the maker’s price and gets the rest of its hold back': `
    bob sell B 3 @ 90
    alice buy A 5 @ 100 → B gave 3@90, A took 3@90
    money alice USD → 99530 held 200
    money bob USD → 100270
  `,
    'maker and taker pay their own rates, and a buy holds the larger': `
    fees maker 10000 taker 30000
    alice buy A 10 @ 100
    money alice USD → 98970 held 1030
    bob sell B 10 @ 100 → A gave 10@100 fee 10, B took 10@100 fee 30
    money alice USD → 98990
    money bob USD → 100970
    venue USD → 40
  `,
    'a buy that takes pays the taker’s rate of what it cost, not of its limit': `
    fees maker 10000 taker 30000
    bob sell B 10 @ 50
    alice buy A 10 @ 100 → B gave 10@50 fee 5, A took 10@50 fee 15
    money alice USD → 99485
    money bob USD → 100495
    venue USD → 20
  `,
    'fees are rounded down fill by fill and never beyond the hold': `
    fees maker 10000 taker 10000
    alice buy A 3 @ 99
    money alice USD → 99701 held 299
    bob sell B 1 @ 99 → A gave 1@99, B took 1@99
    money alice USD → 99702 held 199
    bob sell C 1 @ 99 → A gave 1@99, C took 1@99
    bob sell D 1 @ 99 → A gave 1@99, D took 1@99
    money alice USD → 99703
    venue USD → 0
  `,
    'the most specific schedule holds: account and symbol, account, symbol, all': `
    fees maker 1000 taker 1000
    fees on BTCUSD maker 2000 taker 2000
    fees alice maker 3000 taker 3000
    fees alice on BTCUSD maker 4000 taker 4000
    alice buy A 10 @ 100
    bob sell B 10 @ 100 → A gave 10@100 fee 4, B took 10@100 fee 2
    fees alice on BTCUSD
    alice buy C 10 @ 100
    bob sell D 10 @ 100 on ETHUSD
    carol buy E 10 @ 100 on ETHUSD → D gave 10@100 fee 1, E took 10@100 fee 1
    bob sell F 10 @ 100 → C gave 10@100 fee 3, F took 10@100 fee 2
  `,
    'an order keeps the fees of its entry, through amends too': `
    fees maker 1000 taker 1000
    alice buy A 10 @ 100
    fees maker 5000 taker 5000
    alice amend A 20 @ 100
    money alice USD → 97998 held 2002
    bob sell B 20 @ 100 → A gave 20@100 fee 2, B took 20@100 fee 10
    money alice USD → 97998
  `,
    'fees beyond a tenth are a mistake': `
    fees maker 0 taker 100001 → refused InvalidDefinition
    fees maker 0 taker 100000
  `,
    'who has not the fee has not the funds': `
    fees maker 0 taker 10000
    alice buy A 1000 @ 100 → refused InsufficientFunds
    alice buy B 990 @ 100
    money alice USD → 10 held 99990
    alice amend B 991 @ 100 → refused InsufficientFunds
    money alice USD → 10 held 99990
    order B → New 0/990 at 100
    bob sell C 100001 @ 1 → refused InsufficientFunds
  `,
    'a budget spends at each price what it can, and gives the rest back': `
    fees maker 0 taker 10000
    bob sell B 3 @ 100
    bob sell C 9 @ 101
    alice buy A 0 market ioc budget 1000
      → B gave 3@100, A took 3@100 fee 3, C gave 6@101, A took 6@101 fee 6, A expired UnfilledMarket
    money alice USD → 99085
    money alice BTC → 100009
    order A → Expired 9/0 at 105
  `,
    'a budget that bought all its lots gives back what it did not need': `
      bob sell B 5 @ 97
      alice buy A 0 market ioc budget 539 → B gave 5@97, A took 5@97
      order A → Filled 5/0 at 101
      money alice USD → 99515
    `,
    'a budget is held whole, with the fee of it': `
    fees maker 0 taker 10000
    bob sell B 3 @ 100
    alice buy A 0 market ioc budget 99011 → refused InsufficientFunds
    alice buy C 0 market ioc budget 50
      → refused QuantityOutOfRange
  `,
    'a budget to sell ends with its proceeds or its lots': `
    bob buy B 3 @ 100
    bob buy C 9 @ 99
    alice sell A 0 market ioc budget 700
      → B gave 3@100, A took 3@100, C gave 4@99, A took 4@99
    money alice USD → 100696
    money alice BTC → 99993
  `,
    'a market order holds up to its protection and gives the rest back': `
    bob sell B 2 @ 100
    bob sell C 2 @ 105
    bob sell D 2 @ 106
    alice buy A 5 market
      → B gave 2@100, A took 2@100, C gave 2@105, A took 2@105, A expired UnfilledMarket
    money alice USD → 99590
  `,
    'an amend holds the difference, up and down': `
    alice buy A 10 @ 100
    alice amend A 10 @ 120
    money alice USD → 98800 held 1200
    alice amend A 4 @ 120
    money alice USD → 99520 held 480
    alice amend A 4 @ 50
    money alice USD → 99800 held 200
    bob sell B 1 @ 50 → A gave 1@50, B took 1@50
    alice amend A 6 @ 60
    money alice USD → 99650 held 300
    bob sell C 10 @ 70
    bob amend C 3 @ 70
    money bob BTC → 99996 held 3
  `,
    'a total not above what was filled ends the order as filled': `
    alice buy A 10 @ 100
    bob sell B 4 @ 100 → A gave 4@100, B took 4@100
    alice amend A 4 @ 100
    order A → Filled 4/0 at 100
    money alice USD → 99600
    alice cancel A → refused TooLate
  `,
    'an amend that crosses trades at the maker’s price and gives back': `
    bob sell B 5 @ 100
    alice buy A 5 @ 90
    alice amend A 8 @ 110 → B gave 5@100, A took 5@100
    money alice USD → 99170 held 330
    feed → trade 5@100, bid gone@90, ask gone@100, bid 3@110 x1
  `,
    'who buys from himself pays himself and both fees': `
    fees maker 10000 taker 20000
    alice sell A 5 @ 100
    alice buy B 5 @ 100 → A gave 5@100 fee 5, B took 5@100 fee 10
    money alice USD → 99985
    money alice BTC → 100000
    position alice → 0
  `,
    'money deposited is there, an order of another currency is not touched': `
    alice buy A 10 @ 100 on ETHUSD
    deposit alice USD 1000
    money alice USD → 100000 held 1000
    bob sell B 10 @ 100 on ETHUSD → A gave 10@100, B took 10@100
    money alice ETH → 100010
    money alice BTC → 100000
  `,
  },
  { terms: { protectionBps: 500 } },
)
