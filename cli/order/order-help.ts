/** What may be said of an order (order-words.ts), for whoever asks. */
export const ORDER_WORDS_HELP = `
An order is QUANTITY SYMBOL [PRICE] and what else is to be said of it, as decimals:

  gtc day ioc fok open close      how long it stays (default: gtc; a market order: ioc)
  until=2026-12-31T18:00          till then; ISO 8601, without a zone UTC
  stop=59100                      enters when the price is there: with PRICE as a limit, else as a market order
  trail=5.00 or trail=0.5%        a stop that follows the price at this distance
  peg=primary, mid or market      follows the book; PRICE is the worst
  display=0.1  min=0.2  aon       an iceberg (0: hidden); at least so much at once; all or none
  post-only  slide                never takes; or at a worse price
  stp=taker, maker, both          who expires before it would trade with itself; or decrement
  id=my-17                        its client order id (default: one that is new)
`
