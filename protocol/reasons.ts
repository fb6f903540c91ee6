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
  row(21, 'TableFull', 'The venue holds as many of these as it can.', 0, 0),
  row(22, 'DuplicateReference', 'Another deposit with this reference was made already.', 0, 0),
]

const byCode = new Map(REASONS.map((r) => [r.code, r]))

/** The row of a code; a code from a newer exchange has a row without words. */
export const reasonRow = (code: number): ReasonRow =>
  byCode.get(code) ?? row(code, `Reason${code}`, `Reason ${code}.`, 99, 99)
