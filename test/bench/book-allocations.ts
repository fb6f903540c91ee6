/**
 * A process of its own for `book.test.ts`: MEB's normal flow, again and again through one book, and what the
 * heap has more of afterwards. Argument: messages at least; prints one JSON line. Needs --expose-gc.
 */
import { BookDriver } from '../../bench/book/book-driver.ts'
import { MESSAGE_WORDS, messagesOfMeb, Verb } from '../../bench/book/book-messages.ts'
import { CollectionWatch } from '../../bench/book/collection-watch.ts'
import { collectGarbage } from '../../bench/book/passes.ts'
import { NullSink } from '../../bench/book/report-sinks.ts'
import { makeMeb } from '../../bench/workloads/meb.ts'

const ORDERS = 200_000
const most = Number(process.argv[2])
const flow = messagesOfMeb(makeMeb({ scenario: 'normal', seed: 23, orders: ORDERS }))
// Behind the flow a cancel of every order, so that it can begin again with the same ids.
const words = new Int32Array(flow.words.length + ORDERS * MESSAGE_WORDS)
words.set(flow.words)
for (let id = 1; id <= ORDERS; id++) {
  words.set([Verb.Cancel, id, 0, 0], flow.words.length + (id - 1) * MESSAGE_WORDS)
}
const messages = { count: words.length / MESSAGE_WORDS, idMax: ORDERS, words }
const driver = new BookDriver(new NullSink(), { idMax: ORDERS, slots: 1 << 14 })

// Twice off the record: tables reach their size, and the compiler comes to rest.
for (let pass = 0; pass < 2; pass++) driver.take(messages, 0, messages.count)
const watch = new CollectionWatch()
collectGarbage()
const before = process.memoryUsage()
const fromMs = performance.now()
let count = 0
for (; count < most; count += messages.count) driver.take(messages, 0, messages.count)
const toMs = performance.now()
const during = process.memoryUsage()
collectGarbage()
const after = process.memoryUsage()
const collections = await watch.countBetween(fromMs, toMs)
watch.stop()
const result = {
  count,
  collections,
  /** Before anything could be collected: all that was ever allocated. */
  allocatedBytes: during.heapUsed - before.heapUsed,
  keptBytes: after.heapUsed - before.heapUsed,
  arrayBuffersBytes: after.arrayBuffers - before.arrayBuffers,
}
process.stdout.write(`${JSON.stringify(result)}\n`)
