/**
 * The fresh process of `bench book --vs`: nodejs-order-book on a flow of ours. Argument: a PeerRun as JSON;
 * prints one JSON line. Its answers are dropped, as ours are in a null sink.
 *
 *   new      limit, GTC or IOC; ids are strings, made beforehand
 *   cancel   cancel
 *   modify   modify with price and size: it too takes the order out and lets it arrive anew
 */

import type { LimitOrderOptions } from 'nodejs-order-book'
import { inlineMore } from '../../engine/thread/inlining.ts'
import * as message from './book-messages.ts'
import { type BookMessages, IS_SELL, MESSAGE_WORDS, readMessages } from './book-messages.ts'
import { timePasses } from './passes.ts'
import { chooseCpus, pinTo } from './pinning.ts'

export interface PeerRun {
  readonly file: string
  readonly idMax: number
}

const { OrderBook, Side } = await import('nodejs-order-book')

/** The package declares an enum for these and exports its type alone, not its values. */
const GTC = 'GTC' as NonNullable<LimitOrderOptions['timeInForce']>
const IOC = 'IOC' as NonNullable<LimitOrderOptions['timeInForce']>

function runPeer(
  book: InstanceType<typeof OrderBook>,
  { count, words }: BookMessages,
  ids: readonly string[],
): void {
  for (let i = 0; i < count; i++) {
    const at = i * MESSAGE_WORDS
    const orderId = ids[words[at + message.ID]!]!
    const verb = words[at]! & message.VERB_MASK
    const [size, price] = [words[at + message.QTY]!, words[at + message.PRICE]!]
    if (verb === message.Verb.Cancel) book.cancel(orderId)
    else if (verb === message.Verb.Modify) book.modify(orderId, { price, size })
    else {
      const side = (words[at]! & IS_SELL) === 0 ? Side.BUY : Side.SELL
      const isIoc = verb === message.Verb.ImmediateOrCancel
      const timeInForce = isIoc ? IOC : GTC
      book.limit({ side, id: orderId, size, price, timeInForce })
    }
  }
}

const run = JSON.parse(process.argv[2]!) as PeerRun
inlineMore()
pinTo(chooseCpus()?.book)
const messages = readMessages(run.file, run.idMax)
const ids = Array.from({ length: run.idMax + 1 }, (_, id) => String(id))
const passes = await timePasses(messages.count, () => {
  const book = new OrderBook()
  return () => runPeer(book, messages, ids)
})
process.stdout.write(`${JSON.stringify(passes)}\n`)
