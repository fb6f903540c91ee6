/**
 * What a message of the conformance cases says where its line does not: a good one, so that a case speaks of what it is about
 * only. `N` in a text is the message's number, in an entry its place in its group, from 1.
 */

export const DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Logon: {
    SenderCompID: 'OWN',
    TargetCompID: 'TRADSYS',
    HeartBtInt: '30',
    NextExpectedMsgSeqNum: '1',
  },
  TestRequest: { TestReqID: 'hello' },
  ResendRequest: { BeginSeqNo: '1', EndSeqNo: '0' },
  SequenceReset: { NewSeqNo: '2', GapFillFlag: '1' },
  NewOrderSingle: {
    ClOrdID: 'oN',
    Side: 'Buy',
    OrdType: 'Limit',
    TimeInForce: 'GoodTillCancel',
    Symbol: 'BTCUSD',
    OrderQty: '5',
    Price: '100',
  },
  OrderCancelRequest: { ClOrdID: 'cN', OrigClOrdID: 'o1', Side: 'Buy', Symbol: 'BTCUSD' },
  OrderCancelReplaceRequest: {
    ClOrdID: 'rN',
    OrigClOrdID: 'o1',
    Side: 'Buy',
    OrdType: 'Limit',
    TimeInForce: 'GoodTillCancel',
    Symbol: 'BTCUSD',
    OrderQty: '7',
    Price: '101',
  },
  OrderMassCancelRequest: { ClOrdID: 'mN' },
  OrderStatusRequest: { ClOrdID: 'sN', OrigClOrdID: 'o1', Symbol: 'BTCUSD' },
  OrderMassStatusRequest: { ClOrdID: 'sN' },
  NewOrderList: { ListID: 'lN', ContingencyType: 'OneCancelsTheOther' },
  MassQuote: { QuoteID: 'qN' },
  QuoteEntry: { Symbol: 'BTCUSD' },
  QuoteCancel: { QuoteID: 'qN' },
  SecurityDefinitionRequest: { SecurityReqID: 'dN', Symbol: 'BTCUSD' },
  TradingSessionStatusRequest: { TradSesReqID: 'tN', Symbol: 'BTCUSD' },
}
