/**
 * Why something was refused or ended: one code inside, and the faces it has outside.
 *
 * `code` travels in ExecutionReport, OrderCancelReject and SessionOpened; `ordRejReason` and `cxlRejReason` are FIX's
 * tags 103 and 102 (values above 8 are FIX 5.0 SP2's). A code once given away never changes its meaning.
 */
export interface ReasonRow {
  readonly code: number
  readonly name: string
  readonly sentence: string
  readonly ordRejReason: number
  readonly cxlRejReason: number
}

const row = (
  code: number,
  name: string,
  sentence: string,
  ordRejReason: number,
  cxlRejReason: number,
): ReasonRow => ({ code, name, sentence, ordRejReason, cxlRejReason })

export const REASONS: readonly ReasonRow[] = [
  row(0, 'None', '', 0, 0),
  row(1, 'UnknownSymbol', 'Invalid symbol.', 1, 99),
  row(
    2,
    'PriceOutOfRange',
    'The price is below the lowest or above the highest of this symbol.',
    99,
    99,
  ),
  row(
    3,
    'QuantityOutOfRange',
    'The quantity is below the smallest or above the largest of this symbol.',
    13,
    99,
  ),
  row(
    4,
    'NotionalOutOfRange',
    'Price times quantity is below the smallest or above the largest of this symbol.',
    99,
    99,
  ),
  row(5, 'PriceCollar', 'The price is too far from the last one of this symbol.', 16, 8),
  row(
    6,
    'TooManyOpenOrders',
    'The account has as many open orders in this symbol as it may have.',
    3,
    99,
  ),
  row(7, 'InsufficientFunds', 'Account has insufficient balance for requested action.', 25, 99),
  row(8, 'DuplicateClOrdId', 'Duplicate order sent.', 6, 6),
  row(9, 'UnknownOrder', 'Unknown order sent.', 5, 1),
  row(10, 'TooLate', 'The order is no longer open.', 4, 0),
  row(11, 'IdsDisagree', 'Client order ID is not correct for this order ID.', 5, 1),
  row(12, 'SideOrSymbolChanged', 'Side and symbol of an order cannot change.', 99, 99),
  row(13, 'BookFull', 'The book of this symbol holds as many orders as it can.', 3, 99),
  row(14, 'UnfilledIoc', 'The rest of an immediate-or-cancel order.', 0, 0),
  row(15, 'CanceledByClient', 'Canceled on request.', 0, 0),
  row(16, 'UnknownSession', 'No session of this name may log on here.', 0, 0),
  row(17, 'SessionLive', 'This session is logged on already.', 0, 0),
  row(18, 'InvalidDefinition', 'The definition contradicts itself or what stands already.', 0, 0),
  row(19, 'UnknownCurrency', 'No such currency is defined.', 0, 0),
  row(20, 'UnknownAccount', 'No such account is defined.', 0, 0),
  row(21, 'TableFull', 'The venue holds as many of these as it can.', 3, 99),
  row(22, 'DuplicateReference', 'Another deposit with this reference was made already.', 0, 0),
  row(23, 'InvalidInstruction', 'These instructions do not go together.', 99, 99),
  row(24, 'PhaseForbids', 'The phase of this market does not take such an order or change.', 2, 99),
  row(25, 'NoReferencePrice', 'There is no price to protect such an order by yet.', 99, 99),
  row(26, 'NoLiquidity', 'Nothing rests on the other side.', 99, 99),
  row(27, 'WouldTrade', 'A post-only order may not trade on arrival.', 99, 99),
  row(28, 'UnfilledMinimum', 'So much as its minimum could not be taken at once.', 0, 0),
  row(29, 'UnfilledMarket', 'The rest of a market order.', 0, 0),
  row(30, 'UnfilledAuction', 'The rest of an order for the auction.', 0, 0),
  row(31, 'PriceBand', 'It would have traded outside the price band.', 0, 0),
  row(32, 'SelfTrade', 'It would have traded with an order of its own account group.', 0, 0),
  row(33, 'ParentEnded', 'The order that it waited for ended without the fill.', 4, 0),
  row(34, 'LinkedOrder', 'The order that it was linked to traded, triggered or ended.', 4, 0),
  row(35, 'DayEnded', 'The trading day ended.', 0, 0),
  row(36, 'DateReached', 'The time that it was good till is reached.', 0, 0),
  row(37, 'KillSwitch', 'Entry is switched off for the account or the exchange.', 2, 99),
  row(
    38,
    'PositionLimit',
    'Position and open orders would go beyond the limit of the account.',
    3,
    99,
  ),
  row(39, 'ExposureLimit', 'Open orders and positions would be worth more than allowed.', 3, 99),
  row(40, 'OrderTooLarge', 'The order is larger than the account may enter.', 3, 99),
  row(41, 'MessageRate', 'The account sends more messages a second than it may.', 99, 99),
  row(42, 'DailyLoss', 'The account has lost as much today as it may.', 99, 99),
  row(43, 'MarketHalted', 'A circuit breaker halted the market.', 2, 99),
  row(44, 'MassCanceled', 'Canceled with others, on request.', 0, 0),
  row(
    45,
    'TooManyWaiting',
    'Too many requests wait for money from the home of their account.',
    99,
    99,
  ),
  row(46, 'ConnectionLost', 'Its session lost its connection and did not come back in time.', 0, 0),
  row(47, 'LoggedOut', 'Its session logged out.', 0, 0),
  row(60, 'SystemFailure', 'The exchange failed, and the order was to end then.', 0, 0),
  row(61, 'SessionKind', 'DropCopyFlag(9406) must be 1 in a drop copy session, else 0.', 0, 0),
  row(70, 'TooManySessions', 'As many sessions of this account are logged on as may be.', 99, 99),
]

const byCode = new Map(REASONS.map((r) => [r.code, r]))

/** The row of a code; a code from a newer exchange has a row without words. */
export const reasonRow = (code: number): ReasonRow =>
  byCode.get(code) ?? row(code, `Reason${code}`, `Reason ${code}.`, 99, 99)
