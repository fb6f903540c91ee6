/**
 * The exchange's number of an order: the sequence of the command that entered it, and among several of one command which.
 *
 *   bit   52          47 46                                        0
 *        +--------------+------------------------------------------+
 *        |    index     |         sequence of the command          |      index 0: the sequence itself
 *        +--------------+------------------------------------------+
 *
 * Unique for ever, a function of the log, and a safe integer. A log has 2^47 commands after four years of a million a
 * second.
 */
const SEQUENCE_END = 2 ** 47
/** Orders that one command may enter. */
export const ORDERS_PER_COMMAND_MAX = 64

export const orderIdOf = (sequence: number, index: number): number =>
  index * SEQUENCE_END + sequence

/** Sequence of the command that entered an order. */
export const sequenceOfOrder = (orderId: number): number => orderId % SEQUENCE_END

/** Rises in the order in which orders were entered: of an order that came alone its id. Exact, as an index is 6 bits. */
export const arrivalOf = (orderId: number): number =>
  orderId < SEQUENCE_END
    ? orderId
    : sequenceOfOrder(orderId) + Math.floor(orderId / SEQUENCE_END) / ORDERS_PER_COMMAND_MAX
