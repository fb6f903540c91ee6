/** How far an account may go, and who is stopped: through the whole machine, at each limit's edge. */
import { playMarkets } from './market-play.ts'

playMarkets('limits', {
  'the largest order by lots counts from the very first one': `
    limits alice qty 5
    alice buy A 6 @ 100 → refused OrderTooLarge
    alice buy B 5 @ 100
    bob buy C 6 @ 100
    alice amend B 6 @ 100 → refused OrderTooLarge
    alice amend B 4 @ 100
  `,
  'the largest order by money': `
    limits notional 500
    alice buy A 5 @ 101 → refused OrderTooLarge
    alice buy B 5 @ 100
    alice amend B 5 @ 101 → refused OrderTooLarge
    alice sell C 6 @ 100 → refused OrderTooLarge
    limits alice notional 600
    alice cancel B
    alice sell D 6 @ 100
  `,
  'the largest position counts what is open on that side, and the first order': `
    limits alice position 5
    alice buy A 6 @ 100 → refused PositionLimit
    alice buy B 3 @ 100
    alice buy C 3 @ 90 → refused PositionLimit
    alice buy D 2 @ 90
    alice sell E 5 @ 110
    alice sell F 1 @ 110 → refused PositionLimit
    bob sell G 3 @ 100 → B gave 3@100, G took 3@100
    position alice → 3
    alice buy H 1 @ 90 → refused PositionLimit
    alice sell I 3 @ 120
    alice sell J 1 @ 120 → refused PositionLimit
    alice amend D 3 @ 90 → refused PositionLimit
    alice cancel D
    alice buy K 2 @ 90
  `,
  'the position is each symbol’s own, unless it is stated for all': `
    limits alice on BTCUSD position 5
    alice buy A 9 @ 10 on ETHUSD
    alice buy B 6 @ 10 → refused PositionLimit
    limits alice on BTCUSD position 0
    alice buy C 6 @ 10
  `,
  'exposure adds positions and open orders over all symbols of a currency': `
    limits alice exposure 1000
    alice buy A 11 @ 100 → refused ExposureLimit
    alice buy B 5 @ 100
    alice buy C 5 @ 100 on ETHUSD
    exposure alice → 1000
    alice sell D 1 @ 100 → refused ExposureLimit
    alice cancel C
    bob sell E 5 @ 100 → B gave 5@100, E took 5@100
    exposure alice → 500
    alice sell F 5 @ 200
    alice sell G 1 @ 100 → refused ExposureLimit
    alice amend F 5 @ 300
  `,
  'open orders: of a symbol by its terms, of an account by its limit': `
    terms openOrdersMax 2
    alice buy A 1 @ 100
    alice buy B 1 @ 100
    alice buy C 1 @ 100 → refused TooManyOpenOrders
    alice buy D 1 @ 100 on ETHUSD
    bob sell E 1 @ 100 → A gave 1@100, E took 1@100
    alice buy F 1 @ 100
    limits alice orders 3
    alice buy G 1 @ 100 on ETHUSD → refused TooManyOpenOrders
    alice cancel D
    alice buy H 1 @ 100 on ETHUSD
    limits alice on BTCUSD orders 9 → refused InvalidDefinition
  `,
  'what is refused holds nothing and counts for nothing': `
    limits alice position 5
    alice buy A 6 @ 100 → refused PositionLimit
    money alice USD → 100000
    exposure alice → 0
    alice buy B 5 @ 100
  `,
  'who comes to have more than allowed keeps what is open, and may get out': `
    alice buy A 9 @ 100
    bob sell B 4 @ 100 → A gave 4@100, B took 4@100
    limits alice position 2 exposure 100 qty 4
    alice amend A 8 @ 100
    alice sell C 4 @ 110
    alice buy D 1 @ 100 → refused PositionLimit
    limits alice qty 0 position 0 exposure 0
    alice buy E 9 @ 100
  `,
  'a stated field is the most specific one’s, each by itself': `
    limits qty 5 notional 1000
    limits alice qty 7
    alice buy A 7 @ 100
    alice buy B 7 @ 150 → refused OrderTooLarge
    bob buy C 6 @ 1 → refused OrderTooLarge
    limits alice on ETHUSD qty 9
    alice buy D 9 @ 100 on ETHUSD
    alice buy E 8 @ 100 → refused OrderTooLarge
  `,
  'messages a second: requests and cancels each have their own': `
    limits alice rate 2
    alice buy A 1 @ 100
    alice buy B 1 @ 100
    alice buy C 1 @ 100 → refused MessageRate
    alice amend A 2 @ 100 → refused MessageRate
    bob buy D 1 @ 100
    alice cancel A
    alice cancel B
    alice cancel B → refused MessageRate
    alice mass → refused MessageRate
    alice/2 buy E 1 @ 100 → refused MessageRate
    tick 2
    alice buy F 1 @ 100
    alice/2 buy G 1 @ 100
    alice buy H 1 @ 100 → refused MessageRate
  `,
  'unknown names set nothing': `
    limits on NOSUCH qty 5 → refused UnknownSymbol
    fees on NOSUCH maker 1 taker 1 → refused UnknownSymbol
    phase halt on NOSUCH → refused UnknownSymbol
  `,
  'price, size and money of an order are within the symbol’s terms': `
    terms priceMin 10 priceMax 200 qtyMin 2 qtyMax 50 notionalMin 100 notionalMax 5000
    alice buy A 20 @ 9 → refused PriceOutOfRange
    alice buy B 20 @ 10
    alice sell C 20 @ 200
    alice sell D 20 @ 201 → refused PriceOutOfRange
    alice buy E 1 @ 100 → refused QuantityOutOfRange
    alice buy F 51 @ 10 → refused QuantityOutOfRange
    alice buy G 9 @ 11 → refused NotionalOutOfRange
    alice buy H 10 @ 10
    alice sell I 50 @ 101 → refused NotionalOutOfRange
    alice sell J 50 @ 100
    alice amend J 50 @ 101 → refused NotionalOutOfRange
    alice amend J 51 @ 90 → refused QuantityOutOfRange
    alice amend J 50 @ 201 → refused PriceOutOfRange
    order J → New 0/50 at 100
  `,
  'the collar follows the last print, once there is one': `
    terms collarBps 1000 referencePrice 100
    alice buy A 1 @ 111 → refused PriceCollar
    alice buy B 1 @ 110
    bob sell C 1 @ 89 → refused PriceCollar
    bob sell D 1 @ 90 → B gave 1@110, D took 1@110
    alice buy E 1 @ 121
    alice amend E 1 @ 122 → refused PriceCollar
    bob sell F 1 @ 99 → E gave 1@121, F took 1@121
    alice sell G 1 @ 500
    bob buy H 1 @ 2
  `,
})

playMarkets('kill switch', {
  'a halted account loses what rests, in order of entry, and enters nothing': `
    alice buy A 1 @ 100
    alice sell B 1 @ 110
    alice/2 buy C 1 @ 90 on ETHUSD
    bob buy D 1 @ 100
    kill alice halted → A canceled KillSwitch, B canceled KillSwitch, C canceled KillSwitch
    alice buy E 1 @ 100 → refused KillSwitch
    alice/2 sell F 1 @ 100 → refused KillSwitch
    bob buy G 1 @ 100
    money alice USD → 100000
    kill alice active
    alice buy H 1 @ 100
  `,
  'a reducing account may only shrink its position': `
    alice buy A 5 @ 100
    bob sell B 5 @ 100 → A gave 5@100, B took 5@100
    alice buy C 1 @ 90
    kill alice reducing → C canceled KillSwitch
    alice buy D 1 @ 100 → refused KillSwitch
    alice sell E 6 @ 100 → refused KillSwitch
    alice sell F 3 @ 110
    alice sell G 3 @ 110 → refused KillSwitch
    alice sell H 2 @ 110
    alice amend H 3 @ 110 → refused KillSwitch
    alice amend H 1 @ 105
    alice cancel F
  `,
  'the whole exchange: everyone’s orders go, account by account': `
    bob buy A 1 @ 100
    alice buy B 1 @ 100
    kill halted → B canceled KillSwitch, A canceled KillSwitch
    carol buy C 1 @ 100 → refused KillSwitch
    kill bob active
    bob buy D 1 @ 100 → refused KillSwitch
    kill active
    bob buy E 1 @ 100
  `,
  'an order held by nobody’s switch still answers cancels': `
    kill halted
    alice cancel X → refused UnknownOrder
    alice mass → mass 0
  `,
})

playMarkets('daily loss', {
  'who has lost as much as allowed is halted in the same turn, and everything of his goes': `
    limits alice loss 100
    alice buy A 10 @ 100
    alice buy B 5 @ 50
    alice sell C 1 @ 500 on ETHUSD
    bob sell D 10 @ 100 → A gave 10@100, D took 10@100
    bob sell E 1 @ 90
    tick 1
    carol buy F 1 @ 90
      → E gave 1@90, F took 1@90, B canceled DailyLoss, C canceled DailyLoss
    profit alice → -100
    alice buy G 1 @ 100 → refused DailyLoss
    alice cancel B → refused TooLate
    kill alice active
    alice buy H 1 @ 100 → refused DailyLoss
    day
    profit alice → 0
    alice buy I 1 @ 50
  `,
  'one unit less is none': `
    limits alice loss 101
    alice buy A 10 @ 100
    bob sell D 10 @ 100 → A gave 10@100, D took 10@100
    bob sell E 1 @ 90
    tick 1
    carol buy F 1 @ 90 → E gave 1@90, F took 1@90
    profit alice → -100
    alice buy G 1 @ 50
  `,
  'fees are losses too, of both sides': `
    fees maker 10000 taker 20000
    limits alice loss 10
    limits bob loss 20
    alice buy A 10 @ 100
    bob buy C 1 @ 10
    bob sell B 10 @ 100
      → A gave 10@100 fee 10, B took 10@100 fee 20, C canceled DailyLoss
    alice buy D 1 @ 100 → refused DailyLoss
    bob buy E 1 @ 100 → refused DailyLoss
  `,
})

playMarkets('mass cancel', {
  'four scopes: account, symbol, side, session': `
    alice buy A 1 @ 10
    alice/2 sell B 1 @ 20
    alice buy C 1 @ 10 on ETHUSD
    bob buy D 1 @ 10
    alice mass buy here → A canceled MassCanceled, mass 1
    alice mass sell session → mass 0
    alice mass session → C canceled MassCanceled, mass 1
    alice mass → B canceled MassCanceled, mass 1
    alice buy E 1 @ 10
    alice/2 buy F 1 @ 11
    alice mass on ETHUSD → mass 0
    alice mass → E canceled MassCanceled, F canceled MassCanceled, mass 2
    feed → bid 1@10 x1, bid gone@11
    book → 1@10 /
    alice mass on NOSUCH → refused UnknownSymbol
  `,
  'waiting, hidden and linked orders go too, each with one report': `
    alice buy A 5 @ 10 hidden
    alice sell B 5 @ 20 display 2
    alice buy C 1 stop 30
    alice buy D 1 @ 5 oco C
    alice sell E 1 @ 40 after A
    alice mass
      → A canceled MassCanceled, E canceled ParentEnded, B canceled MassCanceled,
      → C canceled MassCanceled, D canceled LinkedOrder, mass 3
    money alice USD → 100000
    money alice BTC → 100000
  `,
})
