/** nact in `bench actor --vs`: actors on one thread, a turn of the event loop for each message; objects, not bytes. */

import type { Values } from '../fresh-figures.ts'
import { loadPackage } from '../peers.ts'
import { RateMeter } from '../ring/meters.ts'
import { timeCalls } from './ask.ts'
import { checkArrived } from './tell.ts'

interface Item {
  readonly source: number
  readonly number: number
  readonly price: number
  readonly lots: number
  readonly flags: number
}

interface Question {
  readonly sender: object
  readonly number: number
}

/** As much of the package as is used here. */
interface Nact {
  start(): object
  stop(system: object): void
  spawnStateless(parent: object, handle: (message: never) => void): object
  dispatch(actor: object, message: object): void
  query(actor: object, message: (sender: object) => object, timeoutMs: number): Promise<Question>
}

/** Before the sender waits until they were handled: nact's mailboxes have no bound. */
const BATCH = 10_000
const ANSWER_MS_MAX = 10_000

const sumOf = ({ number, source, price, lots, flags }: Item): number =>
  (Math.imul(number, 31) + source + price + lots + flags) | 0

export async function nactTell(seconds: number): Promise<Values> {
  const { start, stop, spawnStateless, dispatch } = loadPackage<Nact>('nact')
  const system = start()
  const got = { count: 0, sum: 0, misplaced: 0 }
  let allHandled = (): void => undefined
  const sink = spawnStateless(system, (item: Item) => {
    if (item.number !== got.count) got.misplaced++
    got.count++
    got.sum = (got.sum + sumOf(item)) | 0
    if (got.count % BATCH === 0) allHandled()
  })
  const sent = { count: 0, sum: 0 }
  const meter = new RateMeter(seconds)
  const endMs = performance.now() + seconds * 1000
  while (performance.now() < endMs || meter.perSecond.length === 0) {
    const handled = new Promise<void>((resolve) => {
      allHandled = resolve
    })
    for (let i = 0; i < BATCH; i++) {
      const number = sent.count++
      const item = { source: 0, number, price: 1_000_000 + number, lots: number & 1023, flags: 1 }
      sent.sum = (sent.sum + sumOf(item)) | 0
      dispatch(sink, item)
    }
    await handled
    meter.mark(got.count)
  }
  stop(system)
  checkArrived(sent, got)
  return { msgs_per_s: meter.perSecond }
}

export async function nactAsk(seconds: number): Promise<Values> {
  const { start, stop, spawnStateless, dispatch, query } = loadPackage<Nact>('nact')
  const system = start()
  const echo = spawnStateless(system, ({ sender, number }: Question) => {
    dispatch(sender, { number, price: number })
  })
  const medianUs = await timeCalls(seconds, (number) =>
    query(echo, (sender) => ({ sender, number, price: number }), ANSWER_MS_MAX),
  )
  stop(system)
  return { rtt_us: [medianUs] }
}
